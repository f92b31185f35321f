//! `text`: the body as text.

use super::look::Plain;
use super::look::whole;
use super::{Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// The body as text.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "text",
    synonyms: &["content", "raw"],
    capture_key: Some("text"),
    summary: "the body as text, by Requests' charset rules",
    example: "assert: {text: {contains: octokit}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    whole(exchange, || Found::Text(exchange.response.text()))
}
