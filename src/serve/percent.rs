//! Percent-encoding as Python's `urllib` and Werkzeug do it: what stays, what is kept encoded.

use std::borrow::Cow;

/// Bytes Werkzeug leaves alone in a path (`werkzeug.sansio.utils.get_current_url`).
pub(super) const PATH_SAFE: &[u8] = b"!$&'()*+,/:;=@%";

/// Bytes Werkzeug leaves alone in a query.
pub(super) const QUERY_SAFE: &[u8] = b"!$&'()*+,/:;=?@%";

/// Bytes left alone in a whole URL given by the client, for `Location`.
pub(super) const URL_SAFE: &[u8] = b"!#$&'()*+,/:;=?@%";

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// `urllib.parse.quote`: letters, digits, `_.-~` and `safe` stay.
pub(super) fn quote(bytes: &[u8], safe: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) || safe.contains(&byte) {
            text.push(char::from(byte));
        } else {
            push_escape(&mut text, byte);
        }
    }
    text
}

/// Undoes `%XX`; what is not an escape stays as it is.
pub(super) fn unquote_bytes(bytes: &[u8]) -> Vec<u8> {
    unquote_except(bytes, |_| false)
}

/// As Werkzeug decodes arguments: `%XX` undone, bytes that are not UTF-8 left escaped.
pub(super) fn unquote(text: &str) -> String {
    decode_or_escape(&unquote_bytes(text.as_bytes()))
}

/// As [`unquote`], with `+` for a space: one name or value of a query or a form.
pub(super) fn unquote_plus(text: &str) -> String {
    if !text.contains(['+', '%']) {
        return text.to_owned();
    }
    unquote(&text.replace('+', " "))
}

/// `werkzeug.urls.uri_to_iri` for one part: everything readable is shown, except controls, space,
/// `%` and `kept`, whose escapes stay as written.
pub(super) fn readable(text: &str, kept: &[u8]) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let stays = |byte: u8| byte <= 0x20 || byte == b'%' || byte == 0x7f || kept.contains(&byte);
    // A kept escape separates what stands around it: bytes on either side are decoded apart.
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let (run, kept_escape, after) = split_at_escape(rest, stays);
        out.push_str(&decode_or_escape(&unquote_bytes(run)));
        out.push_str(&String::from_utf8_lossy(kept_escape));
        rest = after;
    }
    out
}

/// The pairs of a query or an urlencoded form: blank values kept, empty pieces skipped.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (unquote_plus(name), unquote_plus(value)))
        .collect()
}

fn push_escape(text: &mut String, byte: u8) {
    text.push('%');
    for nibble in [byte >> 4, byte & 15] {
        text.push(HEX.get(usize::from(nibble)).map_or('0', |&digit| char::from(digit)));
    }
}

/// UTF-8 where it is UTF-8, `%XX` where it is not.
fn decode_or_escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            push_escape(&mut text, byte);
        }
    }
    text
}

fn unquote_except(bytes: &[u8], stays: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        match escape(rest) {
            Some((byte, after)) if !stays(byte) => {
                out.push(byte);
                rest = after;
            }
            _ => {
                out.push(first);
                rest = after;
            }
        }
    }
    out
}

/// What stands before the first escape that stays, that escape, and what follows.
fn split_at_escape(bytes: &[u8], stays: impl Fn(u8) -> bool) -> (&[u8], &[u8], &[u8]) {
    for start in 0..bytes.len() {
        let (run, rest) = bytes.split_at(start);
        if let Some((byte, after)) = escape(rest)
            && stays(byte)
        {
            return (run, rest.get(..3).unwrap_or_default(), after);
        }
    }
    (bytes, &[], &[])
}

/// The byte an escape at the start stands for, and what follows it.
fn escape(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        [b'%', high, low, rest @ ..] => {
            let high = char::from(*high).to_digit(16)?;
            let low = char::from(*low).to_digit(16)?;
            Some((u8::try_from(high * 16 + low).ok()?, rest))
        }
        _ => None,
    }
}

/// Text for HTML: `& < > " '` as references.
pub(super) fn html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&#34;")
            .replace('\'', "&#39;"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_stay_escaped() {
        assert_eq!(unquote_plus("a+%C3%A9%ff%zz"), "a é%FF%zz");
    }

    #[test]
    fn a_readable_path_keeps_its_slashes_and_spaces_escaped() {
        assert_eq!(readable("/a%20b%2f%C3%A9%ff", b"/?#"), "/a%20b%2fé%FF");
    }

    #[test]
    fn blank_values_are_kept_and_empty_pieces_skipped() {
        let expected = [("a", ""), ("b", ""), ("c", "1=2")].map(|(n, v)| (n.into(), v.into()));
        assert_eq!(pairs("a&&b=&c=1=2"), expected);
    }
}
