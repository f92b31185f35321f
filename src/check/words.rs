//! Values in the words of messages: strings quoted, long ones cut, kinds named.

use super::View;
use crate::value::{Kind, Value};
use std::fmt::Write as _;

/// How a subject's values are shown: a status with its name, seconds as a duration.
pub type Show = fn(View<'_>) -> String;

/// How many characters of a value a message shows.
const LIMIT: usize = 240;

/// How many bytes of bytes a message shows.
const BYTES: usize = 24;

/// A value as JSON with spaces, cut after 240 characters, its size said when it was cut.
#[must_use]
pub(super) fn plain(view: View<'_>) -> String {
    let mut writer = Writer { text: String::new(), left: LIMIT };
    if writer.view(view) { writer.text } else { format!("{}… ({})", writer.text, size(view)) }
}

/// [`plain`] of a value.
#[must_use]
pub(super) fn value(value: &Value) -> String {
    plain(View::Value(value))
}

/// A value with its kind, for messages about kinds: `the string "1"`.
#[must_use]
pub(super) fn named(view: View<'_>) -> String {
    let words = plain(view);
    match view.kind() {
        Kind::Null => "null".to_owned(),
        Kind::Boolean => format!("the boolean {words}"),
        Kind::Integer => format!("the integer {words}"),
        Kind::Number => format!("the number {words}"),
        Kind::String => format!("the string {words}"),
        Kind::Bytes => words,
        Kind::Array => format!("the list {words}"),
        Kind::Object => format!("the mapping {words}"),
    }
}

/// Names in backquotes, at most twelve: `` `id`, `name` ``.
#[must_use]
pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let mut text = String::new();
    for name in names.by_ref().take(12) {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}`{}`", cut(name, 60));
    }
    match names.count() {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// The beginning of a text, with an ellipsis when there is more.
#[must_use]
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `1 item`, `2 items`.
#[must_use]
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn size(view: View<'_>) -> String {
    if let Some(text) = view.text() {
        return count(text.chars().count(), "character");
    }
    match (view.items(), view.members()) {
        (Some(items), _) => count(items.len(), "item"),
        (_, Some(members)) => count(members.len(), "key"),
        _ => "cut".to_owned(),
    }
}

/// Writes until its room is used up; then says so by `false`.
struct Writer {
    text: String,
    left: usize,
}

impl Writer {
    fn view(&mut self, view: View<'_>) -> bool {
        match view {
            View::Value(value) => self.value(value),
            View::Text(text) => self.string(text),
            View::Bytes(bytes) => self.push(&bytes_words(bytes)),
            View::Nodes(nodes) => self.list(nodes.iter().copied()),
            View::Count(items) => self.push(&count(items, "item")),
        }
    }

    fn value(&mut self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.string(text),
            Value::Bytes(bytes) => self.push(&bytes_words(bytes)),
            Value::Array(items) => self.list(items.iter()),
            Value::Object(members) => {
                let mut comma = "{";
                let whole = members.iter().all(|(key, item)| {
                    let begun = self.push(comma) && self.string(key) && self.push(": ");
                    comma = ", ";
                    begun && self.value(item)
                });
                whole && self.push(if members.is_empty() { "{}" } else { "}" })
            }
            scalar => self.push(&scalar.to_json()),
        }
    }

    fn list<'v>(&mut self, items: impl Iterator<Item = &'v Value>) -> bool {
        let mut comma = "[";
        for item in items {
            if !(self.push(comma) && self.value(item)) {
                return false;
            }
            comma = ", ";
        }
        self.push(if comma == "[" { "[]" } else { "]" })
    }

    fn string(&mut self, text: &str) -> bool {
        let beginning = cut(text, self.left);
        let whole = beginning.len() == text.len();
        let beginning = if whole { text } else { beginning.trim_end_matches('…') };
        let quoted = serde_json::to_string(beginning).unwrap_or_default();
        self.left = self.left.saturating_sub(beginning.chars().count());
        self.text.push_str(&quoted);
        whole
    }

    /// Punctuation and scalars are never cut in the middle.
    fn push(&mut self, text: &str) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(text.chars().count());
        self.text.push_str(text);
        true
    }
}

fn bytes_words(bytes: &[u8]) -> String {
    let mut text = count(bytes.len(), "byte");
    if !bytes.is_empty() {
        text.push_str(" 0x");
    }
    for byte in bytes.iter().take(BYTES) {
        let _ = write!(text, "{byte:02x}");
    }
    if bytes.len() > BYTES {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        value(&Value::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn values_are_shown_as_json() {
        for json in [r#""a\"b\n""#, "1.10", "null", "[]", "{}", r#"{"a": [1, {"b": true}]}"#] {
            assert_eq!(shown(json), json);
        }
    }

    #[test]
    fn long_values_are_cut_and_their_size_said() {
        let long = "x".repeat(300);
        assert_eq!(
            shown(&format!("\"{long}\"")),
            format!("\"{}\"… (300 characters)", "x".repeat(240))
        );
        let list = Value::Array(vec![Value::from(7_i64); 100_000]);
        let words = value(&list);
        assert!(words.starts_with("[7, 7, ") && words.ends_with("… (100000 items)"), "{words}");
        assert!(words.len() < 300);
    }

    #[test]
    fn bytes_are_shown_in_hex() {
        assert_eq!(plain(View::Bytes(&[0x89, 0x50])), "2 bytes 0x8950");
        assert_eq!(plain(View::Bytes(b"")), "0 bytes");
    }

    #[test]
    fn kinds_are_named() {
        let named = |json: &str| named(View::Value(&Value::from_json(json.as_bytes()).unwrap()));
        assert_eq!(named(r#""1""#), r#"the string "1""#);
        assert_eq!(named("1.0"), "the integer 1.0");
        assert_eq!(named("null"), "null");
    }

    #[test]
    fn names_are_listed_and_counted() {
        assert_eq!(names(["a", "b"]), "`a`, `b`");
        let many: Vec<String> = (0..14).map(|n| n.to_string()).collect();
        assert!(names(many.iter().map(String::as_str)).ends_with("`11` and 2 more"));
    }
}
