//! `headers`: the response headers.

use super::look::Named;
use super::look::lost;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;

/// The response headers.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "headers",
    synonyms: &["response_headers"],
    capture_key: Some("header"),
    media: REQUESTS,
    summary: "a response header by name, in any case; repeated lines are joined by `, `",
    example: "assert: {headers: {content-type: {contains: json}}}",
    selector: Selector::Name,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |name| Named::compile("headers", name, look),
    rewrite: rewrite::none,
};

fn look<'a>(exchange: &'a Exchange, name: &str) -> Found<'a> {
    let headers = &exchange.response.headers;
    let mut values = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Found::Text(value),
        (Some(_), Some(_)) => Found::value(headers.get(name).unwrap_or_default()),
        _ => lost("header", name, headers.iter().map(|(key, _)| key)),
    }
}
