//! Durations as people write them.

use super::Value;
use std::time::Duration;

/// A duration: a number is seconds; text is numbers with units, `500ms`, `2s`, `1m30s`, `1.5h`,
/// or a number alone. `None` when it is neither, negative, or out of range.
#[must_use]
pub fn duration(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => Duration::try_from_secs_f64(number.as_f64()).ok(),
        Value::String(text) => written(text.trim()),
        _ => None,
    }
}

fn written(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        let part = number.parse::<f64>().ok()? * seconds(unit)?;
        total = total.checked_add(Duration::try_from_secs_f64(part).ok()?)?;
        rest = next.trim_start();
    }
    (!text.is_empty()).then_some(total)
}

/// How many seconds a unit has.
fn seconds(unit: &str) -> Option<f64> {
    match unit {
        "us" | "µs" => Some(1e-6),
        "ms" => Some(1e-3),
        "s" => Some(1.0),
        "m" | "min" => Some(60.0),
        "h" => Some(3600.0),
        "d" => Some(86400.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        let read = |text: &str| duration(&Value::from(text));
        assert_eq!(read("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(read("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(read("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(duration(&Value::from(2_i64)), Some(Duration::from_secs(2)));
        for wrong in ["", "soon", "5 parsecs", "-1s", "1s2", "nan", "inf"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
