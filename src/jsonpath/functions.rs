//! The functions of RFC 9535, section 2.4.

use super::tree::Extent;
use crate::value::Value;
use regex::Regex;

/// `length`: characters, items or members; nothing for other values.
pub(super) fn length(value: &Value) -> Option<Value> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => return None,
    };
    Some(integer(length))
}

/// A count as a value.
pub(super) fn integer(count: usize) -> Value {
    Value::from(u64::try_from(count).unwrap_or(u64::MAX))
}

/// An I-Regexp (RFC 9485) as a regex; `None` when it is none, which matches nothing.
///
/// Its `.` is any character but `\n` and `\r`, and it knows no anchors, groups with flags or
/// classes such as `\d`, which are accepted here because people write them.
pub(super) fn regex(pattern: &str, extent: Extent) -> Option<Regex> {
    let mut translated = String::with_capacity(pattern.len() + 8);
    let mut is_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                translated.push('\\');
                translated.extend(characters.next());
                continue;
            }
            '[' => is_class = true,
            ']' => is_class = false,
            '.' if !is_class => {
                translated.push_str(r"[^\n\r]");
                continue;
            }
            _ => {}
        }
        translated.push(character);
    }
    let anchored = match extent {
        Extent::Whole => format!(r"\A(?:{translated})\z"),
        Extent::Part => translated,
    };
    Regex::new(&anchored).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_no_line_break_except_in_a_class() {
        assert!(!regex("a.b", Extent::Whole).unwrap().is_match("a\rb"));
        assert!(regex("a[.]b", Extent::Whole).unwrap().is_match("a.b"));
        assert!(!regex("a|b", Extent::Whole).unwrap().is_match("ab"));
        assert!(regex("b", Extent::Part).unwrap().is_match("abc"));
    }
}
