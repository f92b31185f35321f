//! The number of `paginate`.

use super::retry::one_or_more;
use super::scalars::schema;
use crate::model::{Misfit, Shape};
use crate::value::Value;
use std::path::Path;

/// `max_pages`.
#[derive(Clone, Copy, Debug)]
pub struct MaxPages(pub u32);

impl Shape for MaxPages {
    const EXPECTED: &'static str = "a number of pages, 1 or more";

    fn read(value: &Value, _folder: &Path) -> Result<MaxPages, Misfit> {
        one_or_more(value).map(MaxPages).ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 1, "maximum": 4294967295, "default": 100}"#)
    }
}
