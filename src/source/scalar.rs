//! What an unquoted scalar means: YAML 1.2's core schema, with the digits kept.

use super::{Scalar, ScalarStyle};
use crate::value::{Number, Value};

impl Scalar {
    /// The value by YAML 1.2's core schema (section 10.3.2): null, booleans, integers (decimal,
    /// `0o`, `0x`), floats; everything else, and everything quoted, is text. Digits are kept:
    /// `1.10` stays `1.10`.
    ///
    /// Two exceptions. A number with a leading zero (`017`, `007.5`) is text: it is a code, not a
    /// quantity. `.inf` and `.nan` are text, because JSON cannot write them.
    #[must_use]
    pub fn to_value(&self) -> Value {
        if self.style != ScalarStyle::Plain {
            return Value::from(&*self.text);
        }
        match &*self.text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            text => match number(text) {
                Some(number) => Value::Number(number),
                None => Value::from(text),
            },
        }
    }
}

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if unsigned.len() < text.len() && unsigned.starts_with('-') {
        return None;
    }
    Number::parse(unsigned).or_else(|| with_base(text)).or_else(|| completed(unsigned))
}

/// `0o17` and `0x1F`, which have no sign; beyond 128 bits they are text.
fn with_base(text: &str) -> Option<Number> {
    let (digits, base) = match text.split_at_checked(2)? {
        ("0o", digits) => (digits, 8),
        ("0x", digits) => (digits, 16),
        _ => return None,
    };
    if digits.starts_with('+') {
        return None;
    }
    u128::from_str_radix(digits, base).ok().and_then(|int| Number::parse(&int.to_string()))
}

/// `.5` and `1.`, which JSON writes `0.5` and `1.0`.
fn completed(text: &str) -> Option<Number> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = rest.split_once('.')?;
    let digits = fraction.find(['e', 'E']).unwrap_or(fraction.len());
    let (digits, exponent) = fraction.split_at_checked(digits)?;
    if whole.is_empty() && digits.is_empty() {
        return None;
    }
    let or_zero = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
    Number::parse(&format!("{sign}{}.{}{exponent}", or_zero(whole), or_zero(digits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        Scalar { text: text.into(), style: ScalarStyle::Plain }.to_value().to_json()
    }

    #[test]
    fn numbers_keep_their_digits() {
        for text in ["0", "-0", "1.10", "1e400", "123456789012345678901234567890", "-1.5E3"] {
            assert_eq!(json(text), text);
        }
    }

    #[test]
    fn numbers_json_spells_otherwise_are_respelt() {
        let pairs = [
            ("+1", "1"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("+.5", "0.5"),
            ("1.", "1.0"),
            ("1.e3", "1.0e3"),
            ("0o17", "15"),
            ("0x1F", "31"),
            ("0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695"),
        ];
        for (text, expected) in pairs {
            assert_eq!(json(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_text() {
        let texts = [
            "017",
            "007.5",
            "1_000",
            "0b11",
            "1:30",
            "2026-11-20",
            ".inf",
            "-.inf",
            ".nan",
            ".",
            "-",
            "+",
            "+-1",
            "1e",
            "e3",
            "0x",
            "0o8",
            "0x+1",
            "1.2.3",
            "-0x1",
            "१",
            "--1",
            ".e3",
        ];
        for text in texts {
            assert_eq!(json(text), format!("{text:?}"), "{text}");
        }
    }

    #[test]
    fn only_the_core_words_are_not_text() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(json(text), "null");
        }
        for text in ["true", "True", "TRUE"] {
            assert_eq!(json(text), "true");
        }
        for text in ["yes", "no", "on", "off", "y", "n", "tRUE", "nULL", "none"] {
            assert_eq!(json(text), format!("{text:?}"));
        }
    }

    #[test]
    fn what_is_quoted_is_text() {
        for style in [ScalarStyle::SingleQuoted, ScalarStyle::DoubleQuoted, ScalarStyle::Literal] {
            let scalar = Scalar { text: "1".into(), style };
            assert_eq!(scalar.to_value(), Value::from("1"));
        }
    }
}
