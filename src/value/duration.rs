//! Durations as people write them: `500ms`, `2s`, `1m30s`, `1.5` (seconds).

use super::Value;
use std::time::Duration;

/// What every duration key expects, in the words of a message.
pub const DURATION_EXPECTED: &str = "a duration such as 500ms, 2s or 1.5 (seconds)";

/// A regular expression (ECMA 262) for the texts [`parse_duration`] reads.
pub const DURATION_PATTERN: &str = concat!(
    r"^\s*(([0-9]+\.?[0-9]*|\.[0-9]+)\s*(ns|us|µs|ms|s|m|h|d)\s*)+$",
    r"|^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*$",
);

/// Units, longest name first where one begins another, with their nanoseconds.
const UNITS: &[(&str, f64)] = &[
    ("ms", 1e6),
    ("us", 1e3),
    ("µs", 1e3),
    ("ns", 1.0),
    ("d", 86_400e9),
    ("h", 3_600e9),
    ("m", 60e9),
    ("s", 1e9),
];

impl Value {
    /// The duration: a number of seconds, or text as [`parse_duration`] reads it.
    #[must_use]
    pub fn as_duration(&self) -> Option<Duration> {
        match self {
            Value::Number(number) => Duration::try_from_secs_f64(number.as_f64()).ok(),
            Value::String(text) => parse_duration(text),
            _ => None,
        }
    }
}

/// Reads a duration: parts of a number and a unit (`d h m s ms us ns`), or a plain number of
/// seconds. `None` for anything else, negative ones included.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Some(seconds) = decimal(text) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let mut rest = text;
    let mut nanoseconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count = decimal(rest.get(..digits)?)?;
        let after = rest.get(digits..)?.trim_start();
        let (unit, length) = UNITS.iter().find(|(unit, _)| after.starts_with(unit))?;
        nanoseconds += count * length;
        rest = after.strip_prefix(unit)?.trim_start();
    }
    (!text.is_empty()).then(|| Duration::try_from_secs_f64(nanoseconds / 1e9).ok()).flatten()
}

/// Digits with at most one point between or before them.
fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain && text.bytes().any(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_parts_and_as_seconds() {
        let pattern = regex::Regex::new(DURATION_PATTERN).unwrap();
        for (text, milliseconds) in [
            ("500ms", 500),
            ("2s", 2_000),
            ("1m30s", 90_000),
            ("1h", 3_600_000),
            ("0.5", 500),
            ("5", 5_000),
            ("0", 0),
            ("1.5s", 1_500),
            ("1h 30m", 5_400_000),
            ("1d", 86_400_000),
            ("0.5 s", 500),
            (" 3ms ", 3),
        ] {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(milliseconds)), "{text}");
            assert!(pattern.is_match(text), "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        let pattern = regex::Regex::new(DURATION_PATTERN).unwrap();
        for text in ["", "soon", "-1", "-1s", "5 parsecs", "1.2.3", ".", "ms", "1e3", "inf", "5s x"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
            assert!(!pattern.is_match(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_seconds() {
        assert_eq!(Value::from(1.5).as_duration(), Some(Duration::from_millis(1_500)));
        assert_eq!(Value::from(-1_i64).as_duration(), None);
    }
}
