//! The parts of `lines`.

use super::scalars::schema;
use crate::http::LineFormat;
use crate::model::{Misfit, Shape};
use crate::value::Value;
use std::path::Path;

/// `lines.max`: how many lines are read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCount(pub u32);

impl Shape for LineCount {
    const EXPECTED: &'static str = "a whole number, 1 or more";

    fn read(value: &Value, folder: &Path) -> Result<LineCount, Misfit> {
        match u32::read(value, folder) {
            Ok(count) if count > 0 => Ok(LineCount(count)),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 1, "maximum": 4294967295}"#)
    }
}

impl Shape for LineFormat {
    const EXPECTED: &'static str = "`text`, `json` or `sse`";

    fn read(value: &Value, _folder: &Path) -> Result<LineFormat, Misfit> {
        match value.as_str() {
            Some("text") => Ok(LineFormat::Text),
            Some("json") => Ok(LineFormat::Json),
            Some("sse") => Ok(LineFormat::Sse),
            other => {
                let misfit = Misfit::new(Self::EXPECTED, value);
                let near =
                    crate::registry::suggest(["text", "json", "sse"], other.unwrap_or_default());
                Err(match near {
                    Some(near) => misfit.help(format!("did you mean `{near}`?")),
                    None => misfit,
                })
            }
        }
    }

    fn schema() -> Value {
        schema(r#"{"enum": ["text", "json", "sse"]}"#)
    }
}

/// `lines.delimiter`: what ends a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimiter(pub Vec<u8>);

impl Shape for Delimiter {
    const EXPECTED: &'static str = "a text that is not empty";

    fn read(value: &Value, _folder: &Path) -> Result<Delimiter, Misfit> {
        match value {
            Value::String(text) if !text.is_empty() => Ok(Delimiter(text.clone().into_bytes())),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "string", "minLength": 1}"#)
    }
}
