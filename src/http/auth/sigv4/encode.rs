//! Paths and queries as AWS wants them written: all but the unreserved characters encoded.

use std::fmt::Write as _;

/// A path with every byte encoded that is not unreserved or `/`. What is encoded already stays
/// so: `%2F` is no `/`.
pub(in crate::http::auth) fn strict_path(path: &str) -> String {
    strict(path, |byte| byte == b'/')
}

/// A query in which names and values are encoded the same way, `=` and `&` between them. A `+` is
/// a space, as it is in forms, and is written `%20`, which every service reads alike.
pub(in crate::http::auth) fn strict_query(query: &str) -> String {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    let pieces = pieces.map(|piece| match piece.split_once('=') {
        Some((name, value)) => format!("{}={}", strict_part(name), strict_part(value)),
        None => strict_part(piece),
    });
    pieces.collect::<Vec<_>>().join("&")
}

fn strict_part(part: &str) -> String {
    strict(&part.replace('+', "%20"), |_| false)
}

fn strict(text: &str, is_kept: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, is_escape, after) = match escaped(rest) {
            Some((byte, after)) => (byte, true, after),
            None => (byte, false, after),
        };
        if is_unreserved(byte) || (is_kept(byte) && !is_escape) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        rest = after;
    }
    out
}

/// The byte of `%XX` at the beginning, and what stands behind it.
fn escaped(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, after @ ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(*high)? * 16 + digit(*low)?, after))
}

/// RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Encodes every byte that is not unreserved or `/`, `%` too.
pub(super) fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match is_unreserved(byte) || byte == b'/' {
            true => out.push(char::from(byte)),
            false => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A path without `.`, `..` and repeated slashes (RFC 3986 section 5.2.4, and a slash for many).
pub(super) fn normal_path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let ends_in_slash = !segments.is_empty() && matches!(last, "" | "." | "..");
    format!("/{}{}", segments.join("/"), if ends_in_slash { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_stays_so_and_the_rest_becomes_it() {
        assert_eq!(strict_path("/a b/ü(1)%2f%7e*"), "/a%20b/%C3%BC%281%29%2F~%2A");
        assert_eq!(strict_path("/100%"), "/100%25");
        assert_eq!(strict_query("a=1+2&b=%2B&c&d=e=f"), "a=1%202&b=%2B&c&d=e%3Df");
    }

    #[test]
    fn a_path_is_normal_without_dots_and_double_slashes() {
        let pairs = [
            ("", "/"),
            ("//", "/"),
            ("/a/./b/../c", "/a/c"),
            ("/a/..", "/"),
            ("/./a/", "/a/"),
            ("/a/b/..", "/a/"),
        ];
        for (path, normal) in pairs {
            assert_eq!(normal_path(path), normal, "{path}");
        }
    }
}
