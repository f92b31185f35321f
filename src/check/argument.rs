//! What an expectation is made from: data that knows which parts a person wrote as predicates.

use super::SchemaArgument;
use crate::diagnostic::Code;
use crate::diagnostic::codes::check::{BAD_BYTES, WRONG_ARGUMENT};
use crate::value::Value;
use base64::{DecodeError, Engine as _};
use std::sync::Arc;

/// An expected value as written. What came from a template is [`Argument::Opaque`]: data,
/// never predicates, whatever its shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A literal scalar.
    Scalar(Value),
    /// A list as written.
    Array(Vec<Argument>),
    /// A mapping as written: predicates where predicates may stand.
    Object(Vec<(String, Argument)>),
    /// A template's result, or a file's contents.
    Opaque(Value),
    /// A JSON Schema, compiled: where one may stand, [`super::Schemas`] puts it.
    Schema(Arc<SchemaArgument>),
    /// A template not yet rendered: accepted wherever a value may stand, so that everything
    /// around it is checked at load. Never in an [`super::Expectation`] that is used.
    Pending,
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A mapping's key: the error is about the value under it.
    Key(String),
    /// A mapping's key itself: the error is about the key.
    KeyItself(String),
    /// A list's item.
    Index(usize),
}

/// An argument that makes no expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// Which mistake.
    pub code: &'static Code,
    /// Where inside the argument.
    pub path: Vec<Segment>,
    /// What is wrong, lower case.
    pub message: String,
    /// What to write beside the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl BuildError {
    /// A mistake in the argument as a whole; [`BuildError::under`] says where that stands.
    #[must_use]
    pub fn new(
        code: &'static Code,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> BuildError {
        BuildError {
            code,
            path: Vec::new(),
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> BuildError {
        self.help = Some(help.into());
        self
    }

    /// Puts the place one step further out.
    #[must_use]
    pub fn under(mut self, segment: Segment) -> BuildError {
        self.path.insert(0, segment);
        self
    }
}

/// The argument of `key` has the wrong type: `\`between\` takes two bounds, not a string`.
pub(super) fn wrong(key: &str, takes: &str, argument: &Argument) -> Vec<BuildError> {
    let found = argument.name();
    vec![BuildError::new(
        &WRONG_ARGUMENT,
        format!("`{key}` takes {takes}, found {found}"),
        format!("expected {takes}"),
    )]
}

/// The flag that `key` takes; `true` for what is not yet rendered.
pub(super) fn flag(key: &str, argument: &Argument) -> Result<bool, Vec<BuildError>> {
    match argument {
        Argument::Pending => Ok(true),
        other => other
            .scalar()
            .and_then(Value::as_bool)
            .ok_or_else(|| wrong(key, "`true` or `false`", other)),
    }
}

/// Moves the mistakes of a part to where the part stands.
pub(super) fn under(errors: Vec<BuildError>, segment: &Segment) -> Vec<BuildError> {
    errors.into_iter().map(|error| error.under(segment.clone())).collect()
}

/// All results, or every mistake of all of them.
pub(super) fn all<T>(
    results: impl IntoIterator<Item = Result<T, Vec<BuildError>>>,
) -> Result<Vec<T>, Vec<BuildError>> {
    let mut values = Vec::new();
    let mut errors = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

impl Argument {
    /// A value with every part literal, as if written.
    #[must_use]
    pub fn literal(value: &Value) -> Argument {
        match value {
            Value::Array(items) => Argument::Array(items.iter().map(Argument::literal).collect()),
            Value::Object(members) => Argument::Object(
                members.iter().map(|(key, item)| (key.clone(), Argument::literal(item))).collect(),
            ),
            scalar => Argument::Scalar(scalar.clone()),
        }
    }

    /// The argument as reports show it: predicates as the mappings they were written as, null
    /// for what is not yet rendered.
    #[must_use]
    pub fn as_written(&self) -> Value {
        match self {
            Argument::Scalar(value) | Argument::Opaque(value) => value.clone(),
            Argument::Array(items) => {
                Value::Array(items.iter().map(Argument::as_written).collect())
            }
            Argument::Object(members) => Value::Object(
                members.iter().map(|(key, item)| (key.clone(), item.as_written())).collect(),
            ),
            Argument::Schema(schema) => schema.written.clone(),
            Argument::Pending => Value::Null,
        }
    }

    /// The argument as data: `{$hex: …}` and `{$base64: …}` decoded, null for what is not yet
    /// rendered.
    ///
    /// # Errors
    /// For bytes that do not decode, and `$` or `$file` where they have no meaning.
    pub fn to_value(&self) -> Result<Value, Vec<BuildError>> {
        match self {
            Argument::Scalar(value) | Argument::Opaque(value) => Ok(value.clone()),
            Argument::Schema(schema) => Ok(schema.written.clone()),
            Argument::Pending => Ok(Value::Null),
            Argument::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    item.to_value().map_err(|errors| under(errors, &Segment::Index(index)))
                });
                all(items).map(Value::Array)
            }
            Argument::Object(members) => match self.special() {
                Some((key, argument)) => special_value(key, argument)
                    .map_err(|error| vec![error.under(Segment::Key(key.to_owned()))]),
                None => all(members.iter().map(|(key, item)| {
                    let value = item
                        .to_value()
                        .map_err(|errors| under(errors, &Segment::Key(key.clone())))?;
                    Ok((key.clone(), value))
                }))
                .map(|members| Value::Object(members.into_iter().collect())),
            },
        }
    }

    /// The one key and its argument, when this is a mapping of one of ours that stands for a
    /// value: `$hex`, `$base64`, `$file`, `$`.
    pub(super) fn special(&self) -> Option<(&str, &Argument)> {
        match self {
            Argument::Object(members) => match members.as_slice() {
                [(key, argument)] if matches!(key.as_str(), "$" | "$hex" | "$base64" | "$file") => {
                    Some((key, argument))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of a list, written or rendered.
    pub(super) fn items(&self) -> Option<Vec<Argument>> {
        match self {
            Argument::Array(items) => Some(items.clone()),
            Argument::Opaque(Value::Array(items)) => {
                Some(items.iter().cloned().map(Argument::Opaque).collect())
            }
            _ => None,
        }
    }

    /// The value of a scalar, written or rendered.
    pub(super) fn scalar(&self) -> Option<&Value> {
        match self {
            Argument::Scalar(value) | Argument::Opaque(value) => Some(value),
            _ => None,
        }
    }

    /// What it is, as messages name it: `a list`.
    pub(super) fn name(&self) -> String {
        match self {
            Argument::Scalar(value) | Argument::Opaque(value) => {
                super::words::named(super::View::Value(value))
            }
            Argument::Array(_) => "a list".to_owned(),
            Argument::Object(_) => "a mapping".to_owned(),
            Argument::Schema(_) => "a schema".to_owned(),
            Argument::Pending => "a template".to_owned(),
        }
    }
}

fn special_value(key: &str, argument: &Argument) -> Result<Value, BuildError> {
    if key == "$" {
        return Err(BuildError::new(
            &WRONG_ARGUMENT,
            "predicates under `$` stand inside `eq` and `includes` only",
            "not a value",
        ));
    }
    if key == "$file" {
        return Err(BuildError::new(
            &WRONG_ARGUMENT,
            "`$file` stands for the whole of `text`, `json` or `bytes`",
            "no file can stand here",
        )
        .help("write `text: {$file: golden.txt}`"));
    }
    let text = match argument {
        Argument::Pending => return Ok(Value::Bytes(Vec::new())),
        other => other.scalar().and_then(Value::as_str).ok_or_else(|| {
            let found = other.name();
            BuildError::new(&BAD_BYTES, format!("`{key}` takes text, found {found}"), "not text")
                .help("put it in quotes")
        })?,
    };
    let bytes = if key == "$hex" { decode_hex(text) } else { decode_base64(text) };
    bytes.map(Value::Bytes).map_err(|message| {
        BuildError::new(&BAD_BYTES, format!("`{key}` does not decode: {message}"), message)
    })
}

fn decode_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut nibbles = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_ascii_whitespace()) {
        let digit = letter.to_digit(16).ok_or_else(|| format!("`{letter}` is no hex digit"))?;
        nibbles.push(u8::try_from(digit).unwrap_or_default());
    }
    if nibbles.len() % 2 == 1 {
        return Err(format!("{} hex digits are no whole number of bytes", nibbles.len()));
    }
    Ok(nibbles
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
        .collect())
}

fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| match error {
        DecodeError::InvalidByte(_, byte) => {
            format!("`{}` is no base64 digit", char::from(byte).escape_default())
        }
        _ => "it is cut short: base64 has four digits for three bytes".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(json: &str) -> Argument {
        Argument::literal(&Value::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn bytes_are_written_in_hex_or_base64() {
        let bytes = Value::Bytes(vec![0, 255, 16]);
        assert_eq!(literal(r#"{"$hex": "00 FF 10"}"#).to_value(), Ok(bytes.clone()));
        assert_eq!(literal(r#"{"$base64": "AP8Q"}"#).to_value(), Ok(bytes));
    }

    #[test]
    fn every_mistake_has_its_place() {
        let errors =
            literal(r#"{"a": [{"$hex": "0g"}, 1], "b": {"$base64": 3}}"#).to_value().unwrap_err();
        let said: Vec<_> =
            errors.iter().map(|error| (error.message.as_str(), error.path.as_slice())).collect();
        let key = |key: &str| Segment::Key(key.to_owned());
        assert_eq!(
            said,
            [
                (
                    "`$hex` does not decode: `g` is no hex digit",
                    &[key("a"), Segment::Index(0), key("$hex")][..]
                ),
                ("`$base64` takes text, found the integer 3", &[key("b"), key("$base64")][..]),
            ]
        );
    }

    #[test]
    fn an_odd_number_of_hex_digits_is_refused() {
        let errors = literal(r#"{"$hex": "123"}"#).to_value().unwrap_err();
        assert_eq!(errors[0].label, "3 hex digits are no whole number of bytes");
    }
}
