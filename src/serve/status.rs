//! `/status`, and what each status is called and comes with.

use super::chance;
use super::images;
use super::reply::Reply;
use super::request::Request;

const TEAPOT: &str = include_str!("assets/teapot.txt");

/// The status of the path, or one of several drawn by their weights.
pub(super) fn status(request: &Request<'_>) -> Reply {
    let codes = request.part(0);
    let chosen = if codes.contains(',') { drawn(codes) } else { codes.trim().parse().ok() };
    match chosen.and_then(|code: i64| u16::try_from(code).ok()) {
        Some(code @ 200..=999) => reply(code),
        _ => Reply::text(400, "Invalid status code"),
    }
}

/// `200:0.9,500:0.1`: one of the codes, a weight of 1 where none is given.
fn drawn(codes: &str) -> Option<i64> {
    let choices: Vec<(i64, f64)> = codes
        .split(',')
        .map(|choice| {
            let (code, weight) = choice.split_once(':').unwrap_or((choice, "1"));
            Some((code.trim().parse().ok()?, weight.trim().parse().ok()?))
        })
        .collect::<Option<_>>()?;
    let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
    let mut left = chance::fraction() * total;
    for &(code, weight) in &choices {
        if left < weight {
            return Some(code);
        }
        left -= weight;
    }
    choices.last().map(|&(code, _)| code)
}

/// A status with the headers and body that httpbin gives it.
pub(super) fn reply(code: u16) -> Reply {
    match code {
        301 | 302 | 303 | 305 | 307 => Reply::bare(code, &[][..]).with("Location", "/redirect/1"),
        304 => Reply::bare(code, &[][..]),
        401 => Reply::bare(code, &[][..]).with("WWW-Authenticate", "Basic realm=\"Fake Realm\""),
        402 => Reply::bare(code, &b"Fuck you, pay me!"[..])
            .with("x-more-info", "http://vimeo.com/22053820"),
        406 => images::not_acceptable(),
        407 => Reply::bare(code, &[][..]).with("Proxy-Authenticate", "Basic realm=\"Fake Realm\""),
        418 => Reply::bare(code, TEAPOT.as_bytes())
            .with("x-more-info", "http://tools.ietf.org/html/rfc2324"),
        _ => Reply::empty(code),
    }
}

/// The reason phrase, in capitals as Werkzeug sends it; `UNKNOWN` for what has none.
pub(super) fn reason(code: u16) -> &'static str {
    REASONS
        .binary_search_by_key(&code, |&(code, _)| code)
        .ok()
        .and_then(|found| REASONS.get(found))
        .map_or("UNKNOWN", |&(_, reason)| reason)
}

const REASONS: &[(u16, &str)] = &[
    (100, "CONTINUE"),
    (101, "SWITCHING PROTOCOLS"),
    (102, "PROCESSING"),
    (103, "EARLY HINTS"),
    (200, "OK"),
    (201, "CREATED"),
    (202, "ACCEPTED"),
    (203, "NON AUTHORITATIVE INFORMATION"),
    (204, "NO CONTENT"),
    (205, "RESET CONTENT"),
    (206, "PARTIAL CONTENT"),
    (207, "MULTI STATUS"),
    (208, "ALREADY REPORTED"),
    (226, "IM USED"),
    (300, "MULTIPLE CHOICES"),
    (301, "MOVED PERMANENTLY"),
    (302, "FOUND"),
    (303, "SEE OTHER"),
    (304, "NOT MODIFIED"),
    (305, "USE PROXY"),
    (306, "SWITCH PROXY"),
    (307, "TEMPORARY REDIRECT"),
    (308, "PERMANENT REDIRECT"),
    (400, "BAD REQUEST"),
    (401, "UNAUTHORIZED"),
    (402, "PAYMENT REQUIRED"),
    (403, "FORBIDDEN"),
    (404, "NOT FOUND"),
    (405, "METHOD NOT ALLOWED"),
    (406, "NOT ACCEPTABLE"),
    (407, "PROXY AUTHENTICATION REQUIRED"),
    (408, "REQUEST TIMEOUT"),
    (409, "CONFLICT"),
    (410, "GONE"),
    (411, "LENGTH REQUIRED"),
    (412, "PRECONDITION FAILED"),
    (413, "REQUEST ENTITY TOO LARGE"),
    (414, "REQUEST URI TOO LONG"),
    (415, "UNSUPPORTED MEDIA TYPE"),
    (416, "REQUESTED RANGE NOT SATISFIABLE"),
    (417, "EXPECTATION FAILED"),
    (418, "I'M A TEAPOT"),
    (421, "MISDIRECTED REQUEST"),
    (422, "UNPROCESSABLE ENTITY"),
    (423, "LOCKED"),
    (424, "FAILED DEPENDENCY"),
    (425, "TOO EARLY"),
    (426, "UPGRADE REQUIRED"),
    (428, "PRECONDITION REQUIRED"),
    (429, "TOO MANY REQUESTS"),
    (431, "REQUEST HEADER FIELDS TOO LARGE"),
    (449, "RETRY WITH"),
    (451, "UNAVAILABLE FOR LEGAL REASONS"),
    (500, "INTERNAL SERVER ERROR"),
    (501, "NOT IMPLEMENTED"),
    (502, "BAD GATEWAY"),
    (503, "SERVICE UNAVAILABLE"),
    (504, "GATEWAY TIMEOUT"),
    (505, "HTTP VERSION NOT SUPPORTED"),
    (506, "VARIANT ALSO NEGOTIATES"),
    (507, "INSUFFICIENT STORAGE"),
    (508, "LOOP DETECTED"),
    (510, "NOT EXTENDED"),
    (511, "NETWORK AUTHENTICATION FAILED"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_of_nothing_is_never_drawn() {
        for _ in 0..100 {
            assert_eq!(drawn("200:0,201,202:0"), Some(201));
        }
        assert_eq!(drawn("200,x"), None);
    }

    #[test]
    fn reasons_stand_in_order() {
        assert!(REASONS.is_sorted_by_key(|&(code, _)| code));
        assert_eq!((reason(404), reason(299)), ("NOT FOUND", "UNKNOWN"));
    }
}
