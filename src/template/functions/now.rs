//! `now()`: the time, in UTC.

use super::Function;
use super::input::context;
use crate::template::explain::{complain, complain_with_help};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use minijinja::value::Kwargs;
use minijinja::{Error, State};

/// What `now()` gives: RFC 3339 in UTC, whole seconds.
const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";

/// The table's row.
pub(super) const NOW: Function = Function {
    key: "now",
    summary: "the time in UTC: RFC 3339, or in a strftime format; `days hours minutes seconds` move it",
    example: "{{ now('%Y-%m-%d', days=-1) }}",
    register: |env| env.add_function("now", now),
    check: None,
};

fn now(state: &State, format: Option<String>, options: Kwargs) -> Result<String, Error> {
    let format = match format {
        Some(format) => format,
        None => options.get::<Option<String>>("format")?.unwrap_or_else(|| ISO.to_owned()),
    };
    let moved = moved(current(state)?, &options)?;
    options.assert_all_used()?;
    jiff::fmt::strtime::format(&format, &moved).map_err(|error| {
        complain_with_help(
            format!("`{format}` is no time format: {error}"),
            Some("write it as strftime does: `now('%Y-%m-%d')`".to_owned()),
        )
    })
}

fn current(state: &State) -> Result<Zoned, Error> {
    let time = context(state)?.scope.world.clock.now();
    let timestamp = Timestamp::try_from(time).map_err(|_| out_of_range())?;
    Ok(timestamp.to_zoned(TimeZone::UTC))
}

fn moved(time: Zoned, options: &Kwargs) -> Result<Zoned, Error> {
    let mut seconds = 0_i64;
    for (unit, length) in [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)] {
        let count = options.get::<Option<i64>>(unit)?.unwrap_or(0);
        let part = count.checked_mul(length).ok_or_else(out_of_range)?;
        seconds = seconds.checked_add(part).ok_or_else(out_of_range)?;
    }
    time.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| out_of_range())
}

fn out_of_range() -> Error {
    complain("the time is out of range: years -9999 to 9999")
}
