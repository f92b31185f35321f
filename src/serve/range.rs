//! `/range`: part of a body, as `Range` asks.

use super::dynamic::{chunk_size, integer, seconds};
use super::reply::{Reply, Step};
use super::request::Request;

const MOST: i64 = 100 * 1024;

pub(super) fn range(request: &Request<'_>) -> Reply {
    let total = i64::try_from(request.int_part(0)).unwrap_or(i64::MAX);
    let etag = format!("range{total}");
    if total <= 0 || total > MOST {
        return Reply::text(404, "number of bytes must be in the range (0, 102400]")
            .with("ETag", &etag)
            .with("Accept-Ranges", "bytes");
    }
    let duration = seconds(&request.arg("duration").unwrap_or_else(|| "0".to_owned()));
    let (Some(size), Some(duration)) = (chunk_size(request), duration) else {
        return Reply::error(500);
    };
    let (first, last) = asked(request.header("Range").unwrap_or_default(), total);
    let is_within = |place: i64| (0..total).contains(&place);
    if first > last || !is_within(first) || !is_within(last) {
        return Reply::text(416, "")
            .with("ETag", &etag)
            .with("Accept-Ranges", "bytes")
            .with("Content-Range", &format!("bytes */{total}"));
    }
    let length = u64::try_from(last + 1 - first).unwrap_or(0);
    let is_whole = first == 0 && last == total - 1;
    let per_byte = duration / u32::try_from(total).unwrap_or(1);
    let letters: Vec<u8> = (first..=last).map(letter).collect();
    let chunks: Vec<Vec<u8>> = letters.chunks(size).map(<[u8]>::to_vec).collect();
    let steps = chunks.into_iter().flat_map(move |chunk| {
        let pause = per_byte * u32::try_from(chunk.len()).unwrap_or(0);
        [Step::Wait(pause), Step::Send(chunk)]
    });
    Reply::stream("application/octet-stream", Some(length), Box::new(steps))
        .status(if is_whole { 200 } else { 206 })
        .with("ETag", &etag)
        .with("Accept-Ranges", "bytes")
        .with("Content-Range", &format!("bytes {first}-{last}/{total}"))
}

/// The alphabet, over and over, so that the same place always has the same letter.
fn letter(place: i64) -> u8 {
    b'a' + u8::try_from(place % 26).unwrap_or(0)
}

/// The first and last place asked for. Of several ranges only the start of the first counts.
fn asked(header: &str, total: i64) -> (i64, i64) {
    let mut sides = (None, None);
    if let Some((unit, places)) = header.trim().split_once('=')
        && unit.starts_with("bytes")
        && !places.contains('=')
    {
        let mut places = places.split('-');
        sides = (places.next().and_then(integer), places.next().and_then(integer));
    }
    match sides {
        (None, None) => (0, total - 1),
        (None, Some(count)) => (total.saturating_sub(count).max(0), total - 1),
        (Some(first), None) => (first, total - 1),
        (Some(first), Some(last)) => (first, last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_may_be_open_on_either_side() {
        assert_eq!(asked("bytes=2-5", 10), (2, 5));
        assert_eq!(asked("bytes=2-", 10), (2, 9));
        assert_eq!(asked("bytes=-3", 10), (7, 9));
        assert_eq!(asked("bytes=-30", 10), (0, 9));
        assert_eq!(asked("bytes=1-2,4-5", 10), (1, 9));
        assert_eq!(asked("lines=1-2", 10), (0, 9));
    }
}
