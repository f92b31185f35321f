//! Cookies: shown, set and deleted.

use super::reply::Reply;
use super::request::Request;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// What analytics in front of httpbin.org set; hidden unless `?show_env` is given.
const ANALYTICS: &[&str] = &[
    "_gauges_unique",
    "_gauges_unique_year",
    "_gauges_unique_month",
    "_gauges_unique_day",
    "_gauges_unique_hour",
    "__utmz",
    "__utma",
    "__utmb",
];

pub(super) fn list(request: &Request<'_>) -> Reply {
    let shows_all = request.args().iter().any(|(name, _)| name == "show_env");
    let mut shown = Map::new();
    for (name, value) in sent(request) {
        if shows_all || !ANALYTICS.contains(&name.as_str()) {
            shown.entry(name).or_insert(Value::String(value));
        }
    }
    Reply::json(&json!({"cookies": shown}))
}

pub(super) fn set(request: &Request<'_>) -> Reply {
    Reply::redirect("/cookies").with_cookie(&as_sent(request.part(0)), request.part(1))
}

pub(super) fn set_from_query(request: &Request<'_>) -> Reply {
    first_of_each(request).iter().fold(Reply::redirect("/cookies"), |reply, (name, value)| {
        reply.with_cookie(&as_sent(name), value)
    })
}

pub(super) fn delete(request: &Request<'_>) -> Reply {
    let gone = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/";
    first_of_each(request).iter().fold(Reply::redirect("/cookies"), |reply, (name, _)| {
        reply.with("Set-Cookie", &format!("{}=; {gone}", as_sent(name)))
    })
}

/// The cookie with this name, the first of several.
pub(super) fn value(request: &Request<'_>, name: &str) -> Option<String> {
    sent(request).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// A value as Werkzeug writes it: in quotes with octal escapes where a plain one cannot stand.
pub(super) fn quoted(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
    if value.bytes().all(is_plain) {
        return value.to_owned();
    }
    let mut text = String::from("\"");
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            0x20..=0x7e if !b",;".contains(&byte) => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\{byte:03o}");
            }
        }
    }
    text.push('"');
    text
}

/// A name's UTF-8 bytes as Latin-1 characters, which is how WSGI carries them.
fn as_sent(name: &str) -> String {
    name.bytes().map(char::from).collect()
}

fn first_of_each(request: &Request<'_>) -> Vec<(String, String)> {
    let mut first: Vec<(String, String)> = Vec::new();
    for (name, value) in request.args() {
        if !first.iter().any(|(known, _)| *known == name) {
            first.push((name, value));
        }
    }
    first
}

fn sent(request: &Request<'_>) -> Vec<(String, String)> {
    parse(request.header("Cookie").unwrap_or_default())
}

/// The pairs of a `Cookie` header. What is no cookie is skipped up to its semicolon.
fn parse(header: &str) -> Vec<(String, String)> {
    let mut cookies = Vec::new();
    let mut rest = header;
    while !rest.is_empty() {
        match first_cookie(rest) {
            Some((name, value, after)) => {
                cookies.push((name.to_owned(), unquoted(value)));
                rest = after;
            }
            None => rest = rest.split_once(';').map_or("", |(_, after)| after),
        }
    }
    cookies
}

/// The cookie at the start: its name, its value as sent, and what follows its semicolon.
fn first_cookie(text: &str) -> Option<(&str, &str, &str)> {
    let blank = [' ', '\t'];
    let text = text.trim_start_matches(blank);
    let end = text.find([' ', '\t', '=', '"', ';']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
    let mut rest = rest.trim_start_matches(blank);
    let mut value = "";
    if let Some(given) = rest.strip_prefix('=') {
        let given = given.trim_start_matches(blank);
        let length = quoted_length(given)
            .or_else(|| given.find([' ', '\t', '"', ';']))
            .unwrap_or(given.len());
        (value, rest) = given.split_at_checked(length)?;
        rest = rest.trim_start_matches(blank);
    }
    match rest.strip_prefix(';') {
        Some(after) => Some((name, value, after)),
        None => rest.is_empty().then_some((name, value, "")),
    }
}

/// How long the quoted string at the start is.
fn quoted_length(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    if bytes.next()?.1 != b'"' {
        return None;
    }
    while let Some((place, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(place + 1),
            b'\\' => {
                bytes.next()?;
            }
            _ => {}
        }
    }
    None
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        match after {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] => {
                bytes.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                rest = after;
            }
            [escaped, after @ ..] => {
                bytes.push(*escaped);
                rest = after;
            }
            [] => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_comes_back_as_it_was() {
        for value in ["plain", "a b", "é;,\"\\", ""] {
            let header = format!("first; n={} ; last = 1", quoted(value));
            let expected = [("first", ""), ("n", value), ("last", "1")];
            assert_eq!(parse(&header), expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        }
    }

    #[test]
    fn what_is_no_cookie_is_skipped() {
        assert_eq!(parse("a b; =c; d=e\"f; g=h"), [("g".to_owned(), "h".to_owned())]);
    }
}
