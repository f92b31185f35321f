//! The numbers of `retry`.

use super::scalars::schema;
use crate::model::{Misfit, Shape};
use crate::value::Value;
use std::path::Path;

/// A whole number, 1 or more.
pub(super) fn one_or_more(value: &Value) -> Option<u32> {
    let number = value.as_number()?.as_u64()?;
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// `attempts`, and `retry` itself as a number.
#[derive(Clone, Copy, Debug)]
pub struct Attempts(pub u32);

impl Shape for Attempts {
    const EXPECTED: &'static str = "a number of attempts, 1 or more";

    fn read(value: &Value, _folder: &Path) -> Result<Attempts, Misfit> {
        one_or_more(value).map(Attempts).ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 1, "maximum": 4294967295, "default": 3}"#)
    }
}

/// `backoff`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff(pub f64);

impl Shape for Backoff {
    const EXPECTED: &'static str = "a factor, 1 or more";

    fn read(value: &Value, _folder: &Path) -> Result<Backoff, Misfit> {
        match value.as_number().map(|number| number.as_f64()) {
            Some(factor) if factor >= 1.0 && factor.is_finite() => Ok(Backoff(factor)),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "number", "minimum": 1, "default": 1}"#)
    }
}

/// `jitter`.
#[derive(Clone, Copy, Debug)]
pub struct Jitter(pub f64);

impl Shape for Jitter {
    const EXPECTED: &'static str = "a share from 0 to 1";

    fn read(value: &Value, _folder: &Path) -> Result<Jitter, Misfit> {
        match value.as_number().map(|number| number.as_f64()) {
            Some(share @ 0.0..=1.0) => Ok(Jitter(share)),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "number", "minimum": 0, "maximum": 1, "default": 0}"#)
    }
}
