//! Durations: written `500ms`, held in seconds.

use super::rewrite;
use crate::check::{Argument, BuildError, View, words};
use crate::diagnostic::codes::check::BAD_DURATION;
use crate::value::{Number, Value, parse_duration};

/// Units and how many of them are a second; `ms` before `s`, which ends it too.
const UNITS: &[(&str, i32)] = &[("us", -6), ("µs", -6), ("ms", -3), ("s", 0)];

/// Units that are so many seconds.
const LONG_UNITS: &[(&str, f64)] = &[("m", 60.0), ("h", 3600.0)];

/// Durations as numbers of seconds, wherever they stand.
pub(super) fn rewrite(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    rewrite::values(argument, &rewrite::Rules { plain: in_seconds, value: in_seconds })
}

fn in_seconds(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    match argument {
        Argument::Pending => Ok(Argument::Pending),
        Argument::Scalar(Value::Number(_)) | Argument::Opaque(Value::Number(_)) => {
            Ok(argument.clone())
        }
        other => other
            .scalar()
            .and_then(Value::as_str)
            .and_then(parse)
            .map(|seconds| Argument::Scalar(Value::Number(seconds)))
            .ok_or_else(|| {
                let message = format!("expected a duration, found {}", other.name());
                vec![BuildError::new(&BAD_DURATION, message, "not a duration").help(
                    "write a number with a unit, such as `500ms` or `2s`, or a number of seconds",
                )]
            }),
    }
}

fn parse(text: &str) -> Option<Number> {
    // In parts: `1m30s`.
    let in_parts = || Number::from_f64(parse_duration(text)?.as_secs_f64());
    one_unit(text).or_else(|| Number::parse(text)).or_else(in_parts)
}

/// Exact for decimal units: `500ms` is `500e-3`.
fn one_unit(text: &str) -> Option<Number> {
    for (unit, power) in UNITS {
        if let Some(number) = text.strip_suffix(unit) {
            let number = Number::parse(number.trim_end())?;
            return if *power == 0 {
                Some(number)
            } else {
                Number::parse(&format!("{number}e{power}"))
                    .or_else(|| Number::from_f64(number.as_f64() * 10_f64.powi(*power)))
            };
        }
    }
    for (unit, seconds) in LONG_UNITS {
        if let Some(number) = text.strip_suffix(unit) {
            return Number::from_f64(Number::parse(number.trim_end())?.as_f64() * seconds);
        }
    }
    None
}

/// Seconds in the unit people would say them in: `12.3ms`, `1.5s`.
pub(super) fn show(view: View<'_>) -> String {
    let Some(number) = view.number() else { return words::plain(view) };
    let seconds = number.as_f64();
    let (scaled, unit) = match seconds.abs() {
        size if size == 0.0 || size >= 1.0 => (seconds, "s"),
        size if size >= 0.001 => (seconds * 1e3, "ms"),
        _ => (seconds * 1e6, "us"),
    };
    let rounded = format!("{scaled:.3}");
    format!("{}{unit}", rounded.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{literal, tell, tell_mistakes};
    use crate::check::subjects::elapsed::KIND;
    use crate::check::{Found, compile};

    fn judge(argument: &str, seconds: f64) -> String {
        tell(&compile(&KIND, &literal(argument)).unwrap(), &Found::value(seconds))
    }

    #[test]
    fn durations_have_units_or_are_seconds() {
        for argument in
            [r#"{"lt": "500ms"}"#, r#"{"lt": 0.5}"#, r#"{"lt": "0.5"}"#, r#"{"lt": "0.5 s"}"#]
        {
            assert_eq!(judge(argument, 0.4), "holds", "{argument}");
            assert_eq!(
                judge(argument, 1.25),
                "expected less than 500ms\nfound 1.25s",
                "{argument}"
            );
        }
        assert_eq!(judge(r#"{"between": ["1us", "2m"]}"#, 119.0), "holds");
        assert_eq!(judge(r#"{"between": ["89.9s", "1m30s"]}"#, 90.0), "holds");
        assert_eq!(judge(r#"{"gt": "1m30s"}"#, 90.5), "holds");
        assert_eq!(judge(r#"{"not": {"gt": "2s"}}"#, 1.0), "holds");
        assert_eq!(judge(r#""500ms""#, 0.5), "holds");
    }

    #[test]
    fn anything_else_is_refused() {
        let errors = compile(&KIND, &literal(r#"{"lt": "2 sec"}"#)).unwrap_err();
        assert_eq!(
            tell_mistakes(&errors),
            "expected a duration, found the string \"2 sec\"; write a number with a unit, such \
             as `500ms` or `2s`, or a number of seconds"
        );
    }
}
