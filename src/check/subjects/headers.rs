//! `headers`: the response headers.

use super::look::Named;
use super::look::{lost, no_response};
use super::{Gives, HTTP, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;

/// The response headers.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "headers",
    synonyms: &["response_headers"],
    capture_key: Some("header"),
    media: HTTP,
    summary: "a header of the response, or of the request that was received, by name, in any case; repeated lines are joined by `, `",
    example: "assert: {headers: {content-type: {contains: json}}}",
    selector: Selector::Name,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |name| Named::compile("headers", name, look),
    rewrite: rewrite::none,
};

fn look<'a>(seen: Seen<'a>, name: &str) -> Found<'a> {
    let headers = match seen {
        Seen::Request(exchange) => &exchange.response.headers,
        Seen::Received(received) => &received.headers,
        Seen::Socket(_) => return no_response(),
    };
    let mut values = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Found::Text(value),
        (Some(_), Some(_)) => Found::value(headers.get(name).unwrap_or_default()),
        _ => lost("header", name, headers.iter().map(|(key, _)| key)),
    }
}
