//! What text or bytes begin, end or go on with.

use super::argument::wrong;
use super::words;
use super::{Argument, BuildError, Explanation, View};
use crate::value::Value;

/// A beginning or an end: text, or bytes.
#[derive(Clone, Debug)]
pub(super) struct Affix {
    key: &'static str,
    value: Value,
}

impl Affix {
    pub(super) fn compile(
        key: &'static str,
        argument: &Argument,
    ) -> Result<Affix, Vec<BuildError>> {
        let value = match argument {
            Argument::Pending => Value::String(String::new()),
            other => other.to_value()?,
        };
        match value {
            Value::String(_) | Value::Bytes(_) => Ok(Affix { key, value }),
            Value::Number(number) => Err(wrong(key, "text", argument)
                .into_iter()
                .map(|error| error.help(format!("write `\"{number}\"`")))
                .collect()),
            _ => Err(wrong(key, "text", argument)),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        bytes_of(&self.value)
    }

    /// The bytes of text (in UTF-8) or bytes.
    pub(super) fn bytes_of<'v>(&self, view: View<'v>) -> Option<&'v [u8]> {
        match &self.value {
            Value::Bytes(_) => view.bytes(),
            _ => view.text().map(str::as_bytes).or_else(|| view.bytes()),
        }
    }

    pub(super) fn describe(&self) -> String {
        words::value(&self.value)
    }

    pub(super) fn explain(&self, view: View<'_>) -> Explanation {
        if self.bytes_of(view).is_some() {
            return Explanation::default();
        }
        let verb = self.key.trim_end_matches("s_with");
        Explanation {
            found: Some(words::named(view)),
            help: Some(match view.items() {
                Some(_) => "to look at the items use `each` or `some`".to_owned(),
                None => format!("only text and bytes {verb} with something"),
            }),
            ..Explanation::default()
        }
    }
}

fn bytes_of(value: &Value) -> &[u8] {
    match value {
        Value::String(text) => text.as_bytes(),
        Value::Bytes(bytes) => bytes,
        _ => &[],
    }
}

/// Whether the needle stands somewhere in the hay.
pub(super) fn holds_bytes(hay: &[u8], needle: &[u8]) -> bool {
    needle.is_empty() || hay.windows(needle.len()).any(|window| window == needle)
}
