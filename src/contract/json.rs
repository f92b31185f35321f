//! Our values as `serde_json`'s, which validators read, and pointers as JSONPaths, which people do.

use crate::value::{Number, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A value as validators read it.
pub type Json = serde_json::Value;

/// A value as validators read it: numbers keep their digits, bytes are text in base64.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(number_to_json(number)),
        Value::String(text) => Json::String(text.clone()),
        Value::Bytes(bytes) => Json::String(STANDARD.encode(bytes)),
        Value::Array(items) => items_to_json(items),
        Value::Object(members) => {
            Json::Object(members.iter().map(|(key, item)| (key.clone(), to_json(item))).collect())
        }
    }
}

/// Values side by side as a list.
pub fn items_to_json<'v>(items: impl IntoIterator<Item = &'v Value>) -> Json {
    Json::Array(items.into_iter().map(to_json).collect())
}

fn number_to_json(number: &Number) -> serde_json::Number {
    match number.as_i64() {
        Some(integer) => integer.into(),
        None => serde_json::Number::from_string_unchecked(number.to_string()),
    }
}

/// The JSONPath of a place that a JSON Pointer names: `$.items[0].id` for `/items/0/id`.
#[must_use]
pub fn path_of(pointer: &str, root: &Json) -> String {
    let mut path = "$".to_owned();
    let mut at = Some(root);
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let index = at.and_then(Json::as_array).and_then(|_| name.parse::<usize>().ok());
        path += &match index {
            Some(index) => format!("[{index}]"),
            None => step(&name),
        };
        at = at.and_then(|value| match index {
            Some(index) => value.get(index),
            None => value.get(&name),
        });
    }
    path
}

/// A key as a step of a JSONPath.
fn step(key: &str) -> String {
    let is_plain = !key.is_empty()
        && key.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !key.starts_with(|letter: char| letter.is_numeric());
    match is_plain {
        true => format!(".{key}"),
        false => format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_a_path() {
        let root = serde_json::json!({"items": [{"a/b": {"0": 1}}]});
        assert_eq!(path_of("", &root), "$");
        assert_eq!(path_of("/items/0/a~1b/0", &root), "$.items[0]['a/b']['0']");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let value = Value::from_json(b"[1, 1.10, 123456789012345678901234567890]").unwrap();
        assert_eq!(to_json(&value).to_string(), "[1,1.10,123456789012345678901234567890]");
    }
}
