//! `url`: the URL of the last hop.

use super::look::{Any, no_response};
use super::{Gives, HTTP, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use std::sync::Arc;

/// The URL of the last hop.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "url",
    synonyms: &["final_url", "location"],
    capture_key: Some("url"),
    media: HTTP,
    summary: "the URL that answered, after redirects; or where the request that was received was sent to",
    example: "assert: {url: {ends_with: /login}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    match seen {
        Seen::Request(exchange) => Found::Text(&exchange.response.url),
        Seen::Received(received) => Found::Text(received.url.as_str()),
        Seen::Socket(_) => no_response(),
    }
}
