//! `reason`: the reason phrase.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// The reason phrase.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "reason",
    synonyms: &["status_text", "reason_phrase"],
    capture_key: Some("reason"),
    media: REQUESTS,
    summary: "the reason phrase, as the server spelt it",
    example: "assert: {reason: Created}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::Text(&exchange.response.reason)
}
