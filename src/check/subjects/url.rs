//! `url`: the URL of the last hop.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// The URL of the last hop.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "url",
    synonyms: &["final_url", "location"],
    capture_key: Some("url"),
    media: REQUESTS,
    summary: "the URL that answered, after redirects",
    example: "assert: {url: {ends_with: /login}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::Text(&exchange.response.url)
}
