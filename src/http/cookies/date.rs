//! Dates of `Expires` and `Retry-After` (`http.cookiejar.http2time`), forgiving.

use regex::Regex;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

static WEEKDAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i-u)^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,?\s*").ok());

/// `LOOSE_HTTP_DATE_RE`: day, month, year, hour, minute, second, zone.
static LOOSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)^
        (\d\d?) (?:\s+|[-/]) (\w+) (?:\s+|[-/]) (\d+)
        (?: (?:\s+|:) (\d\d?):(\d\d) (?::(\d\d))? )? \s*
        (?: ([-+]?\d{2,4}|[A-Za-z]+) \s* )?
        (?: \(\w+\) \s* )?$",
    )
    .ok()
});

static ZONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)^([-+])?(\d\d?):?(\d\d)?$").ok());

/// Whole seconds since 1970.
pub(in crate::http) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Seconds since 1970 of a date; `None` when it is none. `now` says which century a year of two
/// digits is in.
pub(in crate::http) fn parse(text: &str, now: SystemTime) -> Option<i64> {
    let text = text.trim_start();
    let text = WEEKDAY.as_ref()?.replace(text, "");
    let found = LOOSE.as_ref()?.captures(&text)?;
    let group = |at: usize| found.get(at).map(|group| group.as_str());
    let number = |at: usize| group(at).map_or(Some(0), |digits| digits.parse::<i64>().ok());
    let year = full_year(number(3)?, now)?;
    let month = month(group(2)?)?;
    let (day, hour, minute, second) = (number(1)?, number(4)?, number(5)?, number(6)?);
    let is_time = (1..=31).contains(&day)
        && (0..=24).contains(&hour)
        && (0..=59).contains(&minute)
        && (0..=61).contains(&second);
    if year < 1970 || !is_time {
        return None;
    }
    let time = ((days(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second;
    Some(time - offset(group(7).unwrap_or("UTC"))?)
}

/// 1 to 12, of a name or a number.
fn month(text: &str) -> Option<i64> {
    let named = MONTHS.iter().position(|name| text.eq_ignore_ascii_case(name));
    match named {
        Some(at) => i64::try_from(at + 1).ok(),
        None => text.parse().ok().filter(|month| (1..=12).contains(month)),
    }
}

/// A year of less than four digits is the one nearest to now.
fn full_year(year: i64, now: SystemTime) -> Option<i64> {
    if year > 9999 {
        return None;
    }
    if year >= 1000 {
        return Some(year);
    }
    let current = civil_year(seconds(now).div_euclid(86_400));
    let ahead = current % 100 - year;
    let guess = year + current - current % 100;
    Some(match ahead {
        ahead if ahead > 50 => guess + 100,
        ahead if ahead < -50 => guess - 100,
        _ => guess,
    })
}

/// Days from 1970-01-01 to the first of a month.
fn days(year: i64, month: i64) -> i64 {
    // Years begin in March, so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 - 719_468
}

/// The year a day lies in.
fn civil_year(day: i64) -> i64 {
    let guess = 1970 + day.div_euclid(366);
    (guess..).take_while(|year| days(*year, 1) <= day).last().unwrap_or(guess)
}

/// Seconds east of UTC; `None` for zones http.cookiejar does not know, `AM` and `PM` among them.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.to_ascii_uppercase();
    if matches!(zone.as_str(), "GMT" | "UTC" | "UT" | "Z") {
        return Some(0);
    }
    let found = ZONE.as_ref()?.captures(&zone)?;
    let number =
        |at: usize| found.get(at).and_then(|group| group.as_str().parse::<i64>().ok()).unwrap_or(0);
    let offset = number(2) * 3600 + number(3) * 60;
    Some(if found.get(1).is_some_and(|sign| sign.as_str() == "-") { -offset } else { offset })
}
