//! Answers that are random, streamed or slow.

use super::chance;
use super::echo;
use super::json;
use super::reply::{Reply, Step};
use super::request::Request;
use serde_json::{Value, json};
use std::time::Duration;

const MOST_LINES: u64 = 100;
const MOST_BYTES: u64 = 100 * 1024;
const MOST_DRIPS: i64 = 10 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(3600);
/// Pauses shorter than this are taken together: a sleep is not more exact.
const SHORTEST_PAUSE: Duration = Duration::from_millis(2);

pub(super) fn stream(request: &Request<'_>) -> Reply {
    let count = request.int_part(0).min(MOST_LINES);
    let mut shown = echo::outline(request);
    let steps = (0..count).map(move |id| {
        shown.insert("id".to_owned(), id.into());
        let mut line = json::line(&Value::Object(shown.clone()));
        line.push('\n');
        Step::Send(line.into_bytes())
    });
    Reply::stream("application/json", None, Box::new(steps))
}

pub(super) fn bytes(request: &Request<'_>) -> Reply {
    match random(request) {
        Some(bytes) => Reply::bytes(200, "application/octet-stream", bytes),
        None => Reply::error(500),
    }
}

pub(super) fn stream_bytes(request: &Request<'_>) -> Reply {
    let (Some(bytes), Some(size)) = (random(request), chunk_size(request)) else {
        return Reply::error(500);
    };
    let chunks: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
    let steps = chunks.into_iter().map(Step::Send);
    Reply::stream("application/octet-stream", None, Box::new(steps))
}

/// `?chunk_size`, at least 1, 10 KiB when not given; `None` when it is no number.
pub(super) fn chunk_size(request: &Request<'_>) -> Option<usize> {
    match request.arg("chunk_size") {
        None => Some(10 * 1024),
        Some(size) => integer(&size).map(|size| usize::try_from(size.max(1)).unwrap_or(usize::MAX)),
    }
}

fn random(request: &Request<'_>) -> Option<Vec<u8>> {
    let count = usize::try_from(request.int_part(0).min(MOST_BYTES)).unwrap_or(0);
    match request.arg("seed") {
        None => Some(chance::bytes(count, None)),
        Some(seed) => Some(chance::bytes(count, Some(integer(&seed)?))),
    }
}

pub(super) fn drip(request: &Request<'_>) -> Reply {
    let number = |name: &str, otherwise: &str| request.arg(name).unwrap_or(otherwise.to_owned());
    let (Some(duration), Some(count), Some(code), Some(delay)) = (
        seconds(&number("duration", "2")),
        integer(&number("numbytes", "10")),
        integer(&number("code", "200")),
        seconds(&number("delay", "0")),
    ) else {
        return Reply::error(500);
    };
    let Some(code) = u16::try_from(code).ok().filter(|code| (200..=999).contains(code)) else {
        return Reply::error(500);
    };
    if count <= 0 {
        return Reply::text(400, "number of bytes must be positive");
    }
    let count = u64::try_from(count.min(MOST_DRIPS)).unwrap_or(0);
    let steps = drips(count, duration);
    Reply::stream("application/octet-stream", Some(count), Box::new(steps))
        .status(code)
        .after(delay)
}

/// `count` asterisks, spread evenly over `duration`.
fn drips(count: u64, duration: Duration) -> impl Iterator<Item = Step> {
    let ticks = duration.as_nanos() / SHORTEST_PAUSE.as_nanos();
    let ticks = u64::try_from(ticks).unwrap_or(u64::MAX).clamp(1, count);
    let pause = duration / u32::try_from(ticks).unwrap_or(u32::MAX);
    (0..ticks).flat_map(move |tick| {
        let until = |tick: u64| count.saturating_mul(tick) / ticks;
        let now = usize::try_from(until(tick + 1) - until(tick)).unwrap_or(0);
        [Step::Send(vec![b'*'; now]), Step::Wait(pause)]
    })
}

pub(super) fn uuid(_: &Request<'_>) -> Reply {
    let bits = fastrand::u128(..) & !(0xf000 << 64) & !(0xc << 60) | (0x4000 << 64) | (0x8 << 60);
    let hex = format!("{bits:032x}");
    let mut rest = hex.as_str();
    let mut pieces = Vec::with_capacity(5);
    for length in [8, 4, 4, 4] {
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    Reply::json(&json!({"uuid": pieces.join("-")}))
}

/// The value decoded from base64url, in Python's lenient way.
pub(super) fn base64(request: &Request<'_>) -> Reply {
    let decoded = lenient_base64(request.part(0)).and_then(|bytes| String::from_utf8(bytes).ok());
    let wrong = || "Incorrect Base64 data try: SFRUUEJJTiBpcyBhd2Vzb21l".to_owned();
    Reply::html(decoded.unwrap_or_else(wrong))
}

/// What is not of the alphabet is skipped; the end must be padded.
fn lenient_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut digits, mut pads) = (0u32, 0, 0);
    for character in text.bytes() {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            b'=' => {
                pads += 1;
                if digits >= 2 && digits + pads >= 4 {
                    return Some(bytes);
                }
                continue;
            }
            _ => continue,
        };
        pads = 0;
        bits = ((bits << 6) | u32::from(digit)) & 0xffff;
        if digits > 0 {
            bytes.push(u8::try_from((bits >> (6 - 2 * digits)) & 0xff).ok()?);
        }
        digits = (digits + 1) % 4;
    }
    (digits == 0).then_some(bytes)
}

/// As Python's `int`; numbers too large are the largest.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let largest = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(largest))
}

/// A number of seconds, at most an hour; `None` when it is none.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    let seconds = seconds.clamp(0.0, LONGEST.as_secs_f64());
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drips_add_up_whatever_their_rate() {
        for (count, milliseconds) in [(1, 0), (10, 0), (7, 10), (1000, 10), (10, 100)] {
            let steps = drips(count, Duration::from_millis(milliseconds));
            let (mut sent, mut waited) = (0, Duration::ZERO);
            for step in steps {
                match step {
                    Step::Send(bytes) => sent += bytes.len(),
                    Step::Wait(pause) => waited += pause,
                }
            }
            assert_eq!((sent as u64, waited.as_millis() as u64), (count, milliseconds));
        }
    }

    #[test]
    fn base64_is_read_as_leniently_as_python_reads_it() {
        let read = |text| lenient_base64(text).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(read("aGk="), Some("hi".to_owned()));
        assert_eq!(read("a!Gk=ignored"), Some("hi".to_owned()));
        assert_eq!(read("4pyT"), Some("✓".to_owned()));
        assert_eq!(read("aGk"), None);
    }

    #[test]
    fn an_integer_is_what_python_takes_for_one() {
        assert_eq!(integer(" -5 "), Some(-5));
        assert_eq!(integer("99999999999999999999"), Some(i64::MAX));
        assert_eq!((integer("1.0"), integer("+-1"), integer("")), (None, None, None));
    }
}
