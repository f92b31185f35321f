//! `Retry-After`: how long a server asks to be left alone, as urllib3 reads it.

use super::Headers;
use super::cookies::date;
use std::time::{Duration, SystemTime};

/// How long to wait by a response's `Retry-After`, in seconds or as a date; `None` when it has
/// none that can be read. A date that has passed is no wait.
#[must_use]
pub fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    let text = headers.first("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let seconds = date::parse(text, now)?.saturating_sub(date::seconds(now));
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    /// At 1994-11-06 08:49:37.
    fn wait(text: &str) -> Option<u64> {
        let mut headers = Headers::default();
        headers.push("Retry-After", text);
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        retry_after(&headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait(" 0 "), Some(0));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:07 GMT"), Some(30));
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:38 GMT"), Some(1));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:07 GMT"), Some(0));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for text in ["", "soon", "-1", "1.5", "1s"] {
            assert_eq!(wait(text), None, "{text}");
        }
        assert_eq!(wait("99999999999999999999999"), Some(u64::MAX));
    }
}
