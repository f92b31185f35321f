//! JSON as Python writes it: the bytes of `json.dumps` and of Flask's `jsonify`.

use serde_json::{Number, Value};
use std::fmt::Write as _;

/// As Flask's `jsonify`: keys sorted, two spaces, ASCII only, a newline at the end.
pub(super) fn pretty(value: &Value) -> Vec<u8> {
    let mut text = String::with_capacity(512);
    write_value(&mut text, value, Layout::Indented(0));
    text.push('\n');
    text.into_bytes()
}

/// As `json.dumps`: one line, keys as they stand.
pub(super) fn line(value: &Value) -> String {
    let mut text = String::with_capacity(256);
    write_value(&mut text, value, Layout::Line);
    text
}

/// What `json.loads` makes of `text`; `Null` where it would refuse.
pub(super) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

#[derive(Clone, Copy)]
enum Layout {
    Line,
    /// How many levels deep.
    Indented(usize),
}

impl Layout {
    fn deeper(self) -> Layout {
        match self {
            Layout::Line => Layout::Line,
            Layout::Indented(depth) => Layout::Indented(depth + 1),
        }
    }

    fn break_line(self, text: &mut String) {
        if let Layout::Indented(depth) = self {
            text.push('\n');
            text.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn separate(self, text: &mut String, is_first: bool) {
        match self {
            _ if is_first => {}
            Layout::Line => text.push_str(", "),
            Layout::Indented(_) => text.push(','),
        }
        self.break_line(text);
    }
}

fn write_value(text: &mut String, value: &Value, layout: Layout) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(text, number),
        Value::String(string) => write_string(text, string),
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                layout.deeper().separate(text, index == 0);
                write_value(text, item, layout.deeper());
            }
            layout.break_line(text);
            text.push(']');
        }
        Value::Object(members) if members.is_empty() => text.push_str("{}"),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if let Layout::Indented(_) = layout {
                members.sort_unstable_by_key(|(name, _)| *name);
            }
            write_members(text, &members, layout);
        }
    }
}

fn write_members(text: &mut String, members: &[(&String, &Value)], layout: Layout) {
    text.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        layout.deeper().separate(text, index == 0);
        write_string(text, name);
        text.push_str(": ");
        write_value(text, value, layout.deeper());
    }
    layout.break_line(text);
    text.push('}');
}

/// As Python's `repr`: integers keep their digits, floats their shortest spelling.
fn write_number(text: &mut String, number: &Number) {
    let written = number.to_string();
    let is_float = written.contains(['.', 'e', 'E']);
    match written.parse::<f64>() {
        _ if written == "-0" => text.push('0'),
        Ok(float) if is_float && float.is_finite() => write_float(text, float),
        _ => text.push_str(&written),
    }
}

/// Exponents below -4 and from 16 on are written as such, with two digits and a sign.
fn write_float(text: &mut String, float: f64) {
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let _ = if (-4..16).contains(&exponent) {
        let plain = float.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        write!(text, "{plain}{point}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(text, "{digits}e{sign}{:02}", exponent.abs())
    };
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_python_spells_them() {
        let sent = "[1.0, 1e5, 1e16, 1E-7, 0.0001, -0, -0.0, 12345678901234567890123, 1.50]";
        let spelled = "[1.0, 100000.0, 1e+16, 1e-07, 0.0001, 0, -0.0, \
                       12345678901234567890123, 1.5]";
        assert_eq!(line(&parse(sent)), spelled);
    }

    #[test]
    fn keys_are_sorted_and_everything_is_ascii() {
        let value = parse(r#"{"é": "😀\u007f", "b": [], "a": [1, {}]}"#);
        let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \
                        \"\\u00e9\": \"\\ud83d\\ude00\\u007f\"\n}\n";
        assert_eq!(String::from_utf8_lossy(&pretty(&value)), expected);
    }
}
