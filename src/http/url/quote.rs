//! Percent-encoding as Requests, urllib3 and Python's `urllib.parse` do it.

use std::fmt::Write as _;

/// RFC 3986's sub-delims and `:`, which urllib3 leaves alone in userinfo.
pub(super) const USERINFO: &str = "!$&'()*+,;=:";
/// What urllib3 leaves alone in a path.
pub(super) const PATH: &str = "!$&'()*+,;=:@/";
/// What urllib3 leaves alone in a query or fragment.
pub(super) const QUERY: &str = "!$&'()*+,;=:@/?";

/// RFC 3986's unreserved characters, which nobody quotes.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte)
}

/// `urllib.parse.quote`: all but the unreserved and `safe` becomes `%XX`.
fn quote(text: &str, safe: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        push_quoted(&mut quoted, byte, is_unreserved(byte) || safe.as_bytes().contains(&byte));
    }
    quoted
}

/// Adds a byte as it is or as `%XX`.
fn push_quoted(text: &mut String, byte: u8, is_kept: bool) {
    if is_kept && byte.is_ascii() {
        text.push(char::from(byte));
    } else {
        // Writing to a String cannot fail.
        let _ = write!(text, "%{byte:02X}");
    }
}

/// `urllib.parse.quote_plus`, as `urlencode` applies it to every key and value.
pub(in crate::http) fn quote_plus(bytes: &[u8]) -> String {
    let mut quoted = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b' ' => quoted.push('+'),
            _ => push_quoted(&mut quoted, byte, is_unreserved(byte)),
        }
    }
    quoted
}

/// `urllib.parse.unquote`: `%XX` undone, wrong UTF-8 replaced.
pub(in crate::http) fn unquote(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `requests.utils.requote_uri`: unreserved characters unquoted, illegal ones quoted. A `%` before
/// two letters or digits that are not hexadecimal makes every `%` a `%25`.
pub(in crate::http) fn requote(uri: &str) -> String {
    match unquote_unreserved(uri) {
        Some(unquoted) => quote(&unquoted, "!#$%&'()*+,/:;=?@[]~"),
        None => quote(uri, "!#$&'()*+,/:;=?@[]~"),
    }
}

/// `requests.utils.unquote_unreserved`; `None` where it raises `InvalidURL`.
fn unquote_unreserved(uri: &str) -> Option<String> {
    let mut parts = uri.split('%');
    let mut unquoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut rest = part.chars();
        let two = (rest.next(), rest.next());
        let (Some(high), Some(low)) = two else {
            unquoted.push('%');
            unquoted.push_str(part);
            continue;
        };
        match (high.to_digit(16), low.to_digit(16)) {
            (Some(high), Some(low)) => {
                let byte = u8::try_from(high * 16 + low).unwrap_or_default();
                if is_unreserved(byte) {
                    unquoted.push(char::from(byte));
                    unquoted.push_str(rest.as_str());
                    continue;
                }
            }
            _ if high.is_alphanumeric() && low.is_alphanumeric() => return None,
            _ => {}
        }
        unquoted.push('%');
        unquoted.push_str(part);
    }
    Some(unquoted)
}

/// urllib3's `_encode_invalid_chars`: escapes in upper case; a stray `%` makes every `%` a `%25`.
pub(super) fn encode_invalid(component: &str, allowed: &str) -> String {
    let bytes = component.as_bytes();
    let escape_at = |at: usize| {
        let two = bytes.get(at + 1..at + 3)?;
        two.iter().all(u8::is_ascii_hexdigit).then_some(())
    };
    let percents: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, b)| **b == b'%').map(|(at, _)| at).collect();
    let is_encoded = percents.iter().all(|at| escape_at(*at).is_some());
    let mut encoded = String::with_capacity(component.len());
    let mut upper = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = byte == b'%' && escape_at(at).is_some();
        upper = if is_escape { 3usize } else { upper };
        let shown = if upper > 0 { byte.to_ascii_uppercase() } else { byte };
        upper = upper.saturating_sub(1);
        let is_kept = (is_encoded && byte == b'%')
            || is_unreserved(byte)
            || allowed.as_bytes().contains(&byte);
        push_quoted(&mut encoded, shown, is_kept);
    }
    encoded
}

/// urllib3's `_encode_target`.
pub(super) fn encode_target(path: &str, query: Option<&str>) -> String {
    let mut target = encode_invalid(path, PATH);
    if let Some(query) = query {
        target.push('?');
        target.push_str(&encode_invalid(query, QUERY));
    }
    target
}
