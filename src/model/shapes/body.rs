//! `data` and `json`: the body.

use super::pairs::{mapping, pairs};
use super::scalars::{only_keys, schema};
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
    /// `{$stdin: true}`: this program's standard input, sent chunked.
    Stdin,
}

impl Shape for DataArgument {
    const EXPECTED: &'static str = "a mapping, a list of [name, value] pairs, text, or {$file: …}, {$base64: …}, {$hex: …}, {$chunks: […]}, {$stdin: true}";

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
            r##"{"anyOf": [{"type": ["string", "null", "number", "boolean"]}, {"$ref": "#/$defs/pairs"},
                {"$ref": "#/$defs/values"},
                {"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": {
                 "$file": {"type": "string"}, "$base64": {"type": "string"}, "$hex": {"type": "string"},
                 "$chunks": {"type": "array", "items": {"$ref": "#/$defs/scalar"}}, "$stdin": {"const": true}}}]}"##,
        )
    }
}

/// `{$base64: …}` or `{$hex: …}` as bytes; `None` when it is neither.
pub(super) fn coded(members: &Map) -> Option<Result<Vec<u8>, Misfit>> {
    if let Some(text) = members.get("$base64") {
        let bytes = text.as_str().and_then(|text| {
            base64::engine::general_purpose::STANDARD
                .decode(text.split_whitespace().collect::<String>())
                .ok()
        });
        return Some(bytes.ok_or_else(|| Misfit::new("base64 text", text).under("$base64")));
    }
    let text = members.get("$hex")?;
    Some(
        hex(&text.to_text())
            .ok_or_else(|| Misfit::new("an even number of hex digits", text).under("$hex")),
    )
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
    const KEYS: &[&str] = &["$file", "$base64", "$hex", "$chunks", "$stdin"];
    only_keys(members, KEYS, "a body that is no form")?;
    if members.len() > 1 {
        return Err(Misfit::new("one of them", &Value::Object(members.clone())));
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
        return Ok(DataArgument::Chunks(items.iter().map(chunk).collect()));
    }
    match members.get("$stdin") {
        Some(Value::Bool(true)) => Ok(DataArgument::Stdin),
        other => Err(Misfit::new("true", other.unwrap_or(&Value::Null)).under("$stdin")),
    }
}

fn chunk(value: &Value) -> Vec<u8> {
    match value {
        Value::Bytes(bytes) => bytes.clone(),
        other => other.to_text().into_bytes(),
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
