//! Files of data: JSON, or YAML.

use crate::source::{Files, Limits, decode, parse};
use crate::value::Value;
use crate::world::{FileAccess, is_outside, reason};
use std::path::Path;

/// Why a file cannot be read as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// A file's data. What is not JSON is read as YAML, whose superset it is.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &Path, access: &dyn FileAccess) -> Result<Value, Unread> {
    let bytes = access.read(path).map_err(|error| match is_outside(&error) {
        true => Unread {
            message: error.to_string(),
            help: "`--allow-outside` lets a collection read files outside its folder",
        },
        false => Unread {
            message: format!("cannot read `{}`: {}", path.display(), reason(&error)),
            help: "the path is relative to the file it is written in",
        },
    })?;
    let malformed = |message| Unread { message, help: "a file of JSON or YAML is expected" };
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    match Value::from_json(&bytes) {
        Ok(value) => Ok(value),
        Err(error) if is_json => {
            Err(malformed(format!("`{}` is not JSON: {error}", path.display())))
        }
        Err(_) => yaml(&bytes).map_err(|error| malformed(format!("`{}`: {error}", path.display()))),
    }
}

fn yaml(bytes: &[u8]) -> Result<Value, String> {
    let file = Files::default().next_id();
    let text = decode(file, bytes).map_err(|error| error.message)?;
    let documents = parse(file, &text, &Limits::default()).map_err(|errors| {
        errors.into_iter().next().map_or_else(String::new, |error| {
            let before = text.get(..error.span.start as usize).unwrap_or_default();
            format!("line {}: {}", before.matches('\n').count() + 1, error.message)
        })
    })?;
    match documents.as_slice() {
        [document] => Ok(document.to_value()),
        more => Err(format!("one document is wanted, it has {}", more.len())),
    }
}
