//! `size`: the length of the body.

use super::look::Plain;
use super::{Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// The length of the body.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "size",
    synonyms: &["content_length", "length"],
    capture_key: Some("size"),
    summary: "how many bytes the decoded body has",
    example: "assert: {size: {le: 1024}}",
    selector: Selector::None,
    gives: Gives::Integer,
    show: words::plain,
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(exchange.response.content.size)
}
