//! The types that values of a file are read as.

use super::{FromValue, Wrong};
use crate::value::{DURATION_EXPECTED, Value};
use std::path::PathBuf;
use std::time::Duration;

/// Out of range or of another type: "found" says the value.
fn or_wrong<T>(found: Option<T>) -> Result<T, Wrong> {
    found.ok_or_else(Wrong::default)
}

impl FromValue for Value {
    const EXPECTED: &'static str = "a value";

    fn from_value(value: &Value) -> Result<Value, Wrong> {
        Ok(value.clone())
    }
}

/// Numbers and booleans are their text: YAML types `1` and `true`, not the person.
impl FromValue for String {
    const EXPECTED: &'static str = "text";

    fn from_value(value: &Value) -> Result<String, Wrong> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(_) | Value::Bool(_) => Ok(value.to_text()),
            Value::Bytes(bytes) => or_wrong(String::from_utf8(bytes.clone()).ok()),
            _ => Err(Wrong::default()),
        }
    }
}

impl FromValue for PathBuf {
    const EXPECTED: &'static str = "a path";

    fn from_value(value: &Value) -> Result<PathBuf, Wrong> {
        match value {
            Value::String(text) if text.is_empty() => Err(Wrong::default()),
            Value::String(_) | Value::Number(_) => String::from_value(value).map(PathBuf::from),
            _ => Err(Wrong::default()),
        }
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_value(value: &Value) -> Result<bool, Wrong> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if matches!(text.as_str(), "yes" | "no" | "on" | "off") => {
                let help = "YAML 1.2 has `true` and `false` alone".to_owned();
                Err(Wrong { help: Some(help), ..Wrong::default() })
            }
            Value::String(text) if matches!(text.as_str(), "true" | "false") => {
                let help = format!("write `{text}` without quotes");
                Err(Wrong { help: Some(help), ..Wrong::default() })
            }
            _ => Err(Wrong::default()),
        }
    }
}

/// An integer: `1` and `1.0`; text only helps.
fn integer<T>(
    value: &Value,
    read: impl FnOnce(&crate::value::Number) -> Option<T>,
) -> Result<T, Wrong> {
    match value {
        Value::Number(number) => or_wrong(read(number)),
        Value::String(text) if text.trim().parse::<f64>().is_ok() => {
            let help = "it is text: leave the quotes out, or end the template with `| int`";
            Err(Wrong { help: Some(help.to_owned()), ..Wrong::default() })
        }
        _ => Err(Wrong::default()),
    }
}

impl FromValue for u16 {
    const EXPECTED: &'static str = "an integer from 0 to 65535";

    fn from_value(value: &Value) -> Result<u16, Wrong> {
        integer(value, |number| u16::try_from(number.as_u64()?).ok())
    }
}

impl FromValue for u32 {
    const EXPECTED: &'static str = "an integer that is not negative";

    fn from_value(value: &Value) -> Result<u32, Wrong> {
        integer(value, |number| u32::try_from(number.as_u64()?).ok())
    }
}

impl FromValue for u64 {
    const EXPECTED: &'static str = "an integer that is not negative";

    fn from_value(value: &Value) -> Result<u64, Wrong> {
        integer(value, crate::value::Number::as_u64)
    }
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_value(value: &Value) -> Result<i64, Wrong> {
        integer(value, crate::value::Number::as_i64)
    }
}

impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_value(value: &Value) -> Result<f64, Wrong> {
        integer(value, |number| Some(number.as_f64()).filter(|float| float.is_finite()))
    }
}

impl FromValue for Duration {
    const EXPECTED: &'static str = DURATION_EXPECTED;

    fn from_value(value: &Value) -> Result<Duration, Wrong> {
        or_wrong(value.as_duration())
    }
}

impl FromValue for Vec<String> {
    const EXPECTED: &'static str = "a list of text";

    fn from_value(value: &Value) -> Result<Vec<String>, Wrong> {
        let Value::Array(items) = value else { return Err(Wrong::default()) };
        items
            .iter()
            .zip(1..)
            .map(|(item, place)| {
                String::from_value(item).map_err(|wrong| Wrong {
                    found: Some(format!("{} as item {place}", item.kind())),
                    ..wrong
                })
            })
            .collect()
    }
}

/// `null` is `None`.
impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value) -> Result<Option<T>, Wrong> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromValue>(json: &str) -> Result<T, Wrong> {
        T::from_value(&Value::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn a_scalar_is_text() {
        assert_eq!(read::<String>("1.10"), Ok("1.10".to_owned()));
        assert_eq!(read::<String>("true"), Ok("true".to_owned()));
        assert_eq!(read::<String>("[]"), Err(Wrong::default()));
        assert_eq!(read::<String>("null"), Err(Wrong::default()));
    }

    #[test]
    fn an_integer_may_be_written_with_a_point() {
        assert_eq!(read::<u16>("200.0"), Ok(200));
        assert_eq!(read::<u16>("65536"), Err(Wrong::default()));
        assert_eq!(read::<u32>("-1"), Err(Wrong::default()));
        assert_eq!(read::<i64>("1.5"), Err(Wrong::default()));
    }

    #[test]
    fn text_that_is_a_number_is_told_how_to_be_one() {
        assert!(read::<u16>(r#""5""#).unwrap_err().help.is_some());
        assert!(read::<bool>(r#""yes""#).unwrap_err().help.is_some());
    }

    #[test]
    fn null_is_none() {
        assert_eq!(read::<Option<Duration>>("null"), Ok(None));
        assert_eq!(read::<Option<Duration>>(r#""2s""#), Ok(Some(Duration::from_secs(2))));
    }

    #[test]
    fn a_list_says_which_item_is_wrong() {
        assert_eq!(read::<Vec<String>>(r#"["a",1]"#), Ok(vec!["a".to_owned(), "1".to_owned()]));
        let wrong = read::<Vec<String>>(r#"["a",{}]"#).unwrap_err();
        assert_eq!(wrong.found.as_deref(), Some("a mapping as item 2"));
    }
}
