//! `ok`: whether the status is no error's.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// Whether the status is no error's.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "ok",
    synonyms: &["success", "is_ok"],
    capture_key: Some("ok"),
    media: REQUESTS,
    summary: "whether the status is neither 4xx nor 5xx, as Requests' `response.ok`",
    example: "assert: {ok: true}",
    selector: Selector::None,
    gives: Gives::Boolean,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(exchange.response.ok())
}
