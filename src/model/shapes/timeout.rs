//! `timeout`: one number for both, a pair, or a mapping.

use super::scalars::{only_keys, schema};
use crate::http::Timeout;
use crate::model::{Misfit, Shape};
use crate::value::{DURATION_PATTERN, Map, Value};
use std::path::Path;
use std::time::Duration;

/// `timeout`.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutArgument(pub Timeout);

impl Shape for TimeoutArgument {
    const EXPECTED: &'static str =
        "seconds or a duration such as `500ms`, [connect, read], {connect, read, total}, or null";

    fn read(value: &Value, _folder: &Path) -> Result<TimeoutArgument, Misfit> {
        match value {
            Value::Array(items) => {
                match items.as_slice() {
                    [connect, read] => Ok(TimeoutArgument(Timeout {
                        connect: limit(connect).map_err(|misfit| misfit.at(0))?,
                        read: limit(read).map_err(|misfit| misfit.at(1))?,
                        total: None,
                    })),
                    _ => Err(Misfit::new(Self::EXPECTED, value)
                        .found(format!("a list of {}", items.len()))),
                }
            }
            Value::Object(members) => detailed(members),
            other => limit(other)
                .map(|both| TimeoutArgument(Timeout { connect: both, read: both, total: None }))
                .map_err(|misfit| match other.as_duration() {
                    Some(_) => misfit,
                    None => Misfit::new(Self::EXPECTED, other),
                }),
        }
    }

    fn schema() -> Value {
        let mut whole = schema(
            r##"{"type": ["number", "string", "array", "object", "null"], "exclusiveMinimum": 0,
                "minItems": 2, "maxItems": 2, "items": {"$ref": "#/$defs/limit"},
                "additionalProperties": false, "properties": {
                 "connect": {"description": "until there is a connection", "$ref": "#/$defs/limit"},
                 "read": {"description": "between two pieces of the answer", "$ref": "#/$defs/limit"},
                 "total": {"description": "for the whole exchange", "$ref": "#/$defs/limit"}}}"##,
        );
        if let Value::Object(members) = &mut whole {
            members.insert("pattern".to_owned(), Value::from(DURATION_PATTERN));
            members.insert("patternErrorMessage".to_owned(), Value::from(Self::EXPECTED));
        }
        whole
    }
}

fn detailed(members: &Map) -> Result<TimeoutArgument, Misfit> {
    only_keys(members, &["connect", "read", "total"], "a timeout")?;
    let part = |key: &str| match members.get(key) {
        None => Ok(None),
        Some(value) => limit(value).map_err(|misfit| misfit.under(key)),
    };
    Ok(TimeoutArgument(Timeout {
        connect: part("connect")?,
        read: part("read")?,
        total: part("total")?,
    }))
}

/// A positive duration, or null for no limit. Requests refuses 0 too.
fn limit(value: &Value) -> Result<Option<Duration>, Misfit> {
    if value.is_null() {
        return Ok(None);
    }
    let duration = <Duration as Shape>::read(value, Path::new(""))?;
    if duration.is_zero() {
        return Err(Misfit::new("a duration above 0, or null for no limit", value));
    }
    Ok(Some(duration))
}
