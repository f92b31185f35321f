//! `data` and `json`: the body.

use super::pairs::{mapping, pairs};
use super::scalars::{only_keys, schema, text};
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use base64::Engine as _;
use std::path::{Path, PathBuf};

/// `data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataArgument {
    /// null: none.
    None,
    /// A string, sent as it is.
    Text(String),
    /// Bytes, sent as they are: `{$base64: …}`, `{$hex: …}`, or a template that gives bytes.
    Bytes(Vec<u8>),
    /// A mapping or a list of pairs: a form.
    Form(Vec<(String, String)>),
    /// `{$file: path}`: streamed with its length.
    File(PathBuf),
    /// `{$chunks: […]}`: sent chunked, a chunk an item.
    Chunks(Vec<Vec<u8>>),
    /// `{$command: [program, …]}`: what a program writes, sent chunked, run in the folder.
    Command(Vec<String>, PathBuf),
    /// `{$stdin: true}`: this program's standard input, sent chunked.
    Stdin,
}

impl Shape for DataArgument {
    const EXPECTED: &'static str = "a mapping, a list of [name, value] pairs, text, or {$file: …}, {$base64: …}, {$hex: …}, {$chunks: […]}, {$command: […]}, {$stdin: true}";

    fn read(value: &Value, folder: &Path) -> Result<DataArgument, Misfit> {
        match value {
            Value::Null => Ok(DataArgument::None),
            Value::String(text) => Ok(DataArgument::Text(text.clone())),
            Value::Bytes(bytes) => Ok(DataArgument::Bytes(bytes.clone())),
            Value::Number(_) | Value::Bool(_) => Ok(DataArgument::Text(value.to_text())),
            Value::Array(items) => pairs(items).map(DataArgument::Form),
            Value::Object(members) if members.keys().any(|key| key.starts_with('$')) => {
                special(members, folder)
            }
            Value::Object(members) => {
                let fields = mapping(members)?.into_iter();
                let fields = fields.flat_map(|(name, values)| {
                    values.unwrap_or_default().into_iter().map(move |value| (name.clone(), value))
                });
                Ok(DataArgument::Form(fields.collect()))
            }
        }
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["object", "array", "string", "number", "boolean", "null"],
                "properties": {
                 "$file": {"description": "a file, streamed with its length", "type": "string", "minLength": 1},
                 "$base64": {"description": "bytes in base64", "type": "string"},
                 "$hex": {"description": "bytes in hex digits", "type": "string"},
                 "$chunks": {"description": "sent chunked, a chunk an item", "type": "array", "items": {"$ref": "#/$defs/scalar"}},
                 "$command": {"description": "what a program writes, sent chunked (`--allow-exec`)", "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/scalar"}},
                 "$stdin": {"description": "this program's standard input, sent chunked", "const": true}},
                "additionalProperties": {"$ref": "#/$defs/value"},
                "propertyNames": {"pattern": "^([^$]|$)|^\\$(file|base64|hex|chunks|command|stdin)$",
                 "patternErrorMessage": "a body that is no form has one of $file, $base64, $hex, $chunks, $command, $stdin"},
                "items": {"$ref": "#/$defs/pair"}}"##,
        )
    }
}

/// `{$base64: …}` or `{$hex: …}` as bytes; `None` when it is neither.
pub(super) fn coded(members: &Map) -> Option<Result<Vec<u8>, Misfit>> {
    if let Some(written) = members.get("$base64") {
        return Some(decoded(written, "base64 text", base64).map_err(|it| it.under("$base64")));
    }
    let written = members.get("$hex")?;
    let expected = "an even number of hex digits";
    Some(decoded(written, expected, hex).map_err(|misfit| misfit.under("$hex")))
}

/// Text as bytes. A number is refused: YAML has read its digits as something else already.
fn decoded(
    written: &Value,
    expected: &str,
    decode: fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, Misfit> {
    match written {
        Value::String(text) => decode(text).ok_or_else(|| Misfit::new(expected, written)),
        other => Err(Misfit::new(format!("{expected}, as text"), other).help("put it in quotes")),
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    bytes.collect()
}

fn special(members: &Map, folder: &Path) -> Result<DataArgument, Misfit> {
    const KEYS: &[&str] = &["$file", "$base64", "$hex", "$chunks", "$command", "$stdin"];
    only_keys(members, KEYS, "a body that is no form")?;
    if members.len() > 1 {
        return Err(Misfit::new(format!("one of `{}` alone", KEYS.join("`, `")), &Value::Null)
            .found(format!("{} keys", members.len())));
    }
    if let Some(bytes) = coded(members) {
        return bytes.map(DataArgument::Bytes);
    }
    if let Some(path) = members.get("$file") {
        return match path.as_str() {
            Some(path) if !path.is_empty() => Ok(DataArgument::File(folder.join(path))),
            _ => Err(Misfit::new("the path of a file", path).under("$file")),
        };
    }
    if let Some(chunks) = members.get("$chunks") {
        let items = chunks
            .as_array()
            .ok_or_else(|| Misfit::new("a list of texts", chunks).under("$chunks"))?;
        let chunks = items
            .iter()
            .enumerate()
            .map(|(index, item)| chunk(item).map_err(|misfit| misfit.at(index).under("$chunks")));
        return chunks.collect::<Result<_, _>>().map(DataArgument::Chunks);
    }
    if let Some(command) = members.get("$command") {
        let argv = argv(command).map_err(|misfit| misfit.under("$command"))?;
        return Ok(DataArgument::Command(argv, folder.to_owned()));
    }
    match members.get("$stdin") {
        Some(Value::Bool(true)) => Ok(DataArgument::Stdin),
        other => Err(Misfit::new("true", other.unwrap_or(&Value::Null)).under("$stdin")),
    }
}

/// A program and its arguments.
fn argv(value: &Value) -> Result<Vec<String>, Misfit> {
    const EXPECTED: &str = "a list of the program and its arguments";
    if let Value::String(line) = value {
        let words: Vec<&str> = line.split_whitespace().collect();
        let help = format!("no shell reads it: write `[{}]`", words.join(", "));
        return Err(Misfit::new(EXPECTED, value).help(help));
    }
    let items = value.as_array().filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| Misfit::new(EXPECTED, value))?;
    let texts = items.iter().enumerate();
    texts.map(|(index, item)| text(item, "text").map_err(|misfit| misfit.at(index))).collect()
}

fn chunk(value: &Value) -> Result<Vec<u8>, Misfit> {
    match value {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        other => text(other, "text").map(String::into_bytes),
    }
}

/// `json`: any value, as the bytes that are sent: compact, UTF-8, keys in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonArgument(pub Vec<u8>);

impl Shape for JsonArgument {
    const EXPECTED: &'static str = "any value";

    fn read(value: &Value, _folder: &Path) -> Result<JsonArgument, Misfit> {
        Ok(JsonArgument(value.to_json().into_bytes()))
    }

    fn schema() -> Value {
        Value::Bool(true)
    }
}
