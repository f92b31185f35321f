//! The parts of a mock's reply.

use super::scalars::{only_keys, schema, text};
use crate::model::{Misfit, Shape};
use crate::serve::Fault;
use crate::value::Value;
use std::path::Path;
use std::time::Duration;

/// `status` of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyStatus(pub u16);

impl Shape for ReplyStatus {
    const EXPECTED: &'static str = "a status from 200 to 999";

    fn read(value: &Value, _folder: &Path) -> Result<ReplyStatus, Misfit> {
        value
            .as_number()
            .and_then(|number| number.as_u64())
            .and_then(|number| u16::try_from(number).ok())
            .filter(|status| (200..=999).contains(status))
            .map(ReplyStatus)
            .ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 200, "maximum": 999}"#)
    }
}

/// `reason` of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub String);

impl Shape for Reason {
    const EXPECTED: &'static str = "text on one line";

    fn read(value: &Value, _folder: &Path) -> Result<Reason, Misfit> {
        let reason = text(value, Self::EXPECTED)?;
        match reason.contains(['\r', '\n', '\0']) {
            true => Err(Misfit::new(Self::EXPECTED, value)),
            false => Ok(Reason(reason)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": ["string", "number", "boolean"]}"#)
    }
}

/// `text` of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyText(pub String);

impl Shape for ReplyText {
    const EXPECTED: &'static str = "text";

    fn read(value: &Value, _folder: &Path) -> Result<ReplyText, Misfit> {
        text(value, Self::EXPECTED).map(ReplyText)
    }

    fn schema() -> Value {
        schema(r#"{"type": ["string", "number", "boolean"]}"#)
    }
}

/// `fault` of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultArgument(pub Option<Fault>);

/// What a fault may be called.
const FAULTS: [&str; 6] = ["reset", "empty", "truncated", "bad_chunk", "garbage", "slow"];

/// How long a `slow` body takes unless it is said.
const SLOW: Duration = Duration::from_secs(10);

impl Shape for FaultArgument {
    const EXPECTED: &'static str =
        "`reset`, `empty`, `truncated`, `bad_chunk`, `garbage`, `slow` or {slow: 2s}";

    fn read(value: &Value, folder: &Path) -> Result<FaultArgument, Misfit> {
        let fault = match value {
            Value::Null => return Ok(FaultArgument(None)),
            Value::Object(members) => {
                only_keys(members, &["slow"], "a fault")?;
                let time = members.get("slow").unwrap_or(&Value::Null);
                Duration::read(time, folder)
                    .map(Fault::Slow)
                    .map_err(|misfit| misfit.under("slow"))?
            }
            Value::String(name) => match name.as_str() {
                "reset" => Fault::Reset,
                "empty" => Fault::Empty,
                "truncated" => Fault::Truncated,
                "bad_chunk" => Fault::BadChunk,
                "garbage" => Fault::Garbage,
                "slow" => Fault::Slow(SLOW),
                other => {
                    let misfit = Misfit::new(Self::EXPECTED, value);
                    return Err(match crate::registry::suggest(FAULTS, other) {
                        Some(near) => misfit.help(format!("did you mean `{near}`?")),
                        None => misfit,
                    });
                }
            },
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        };
        Ok(FaultArgument(Some(fault)))
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["string", "object", "null"],
                "pattern": "^(reset|empty|truncated|bad_chunk|garbage|slow)$",
                "patternErrorMessage": "expected reset, empty, truncated, bad_chunk, garbage or slow",
                "properties": {"slow": {"description": "how long the body takes", "$ref": "#/$defs/duration"}},
                "additionalProperties": false, "minProperties": 1}"##,
        )
    }
}
