//! `json`: the body as data.

use super::look::Plain;
use super::look::data;
use super::{Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::borrow::Cow;
use std::sync::Arc;

/// The body as data.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "json",
    synonyms: &["body", "data", "response"],
    capture_key: Some("json"),
    summary: "the whole body as data",
    example: "assert: {json: {eq: {ok: true}}}",
    selector: Selector::None,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    match data(exchange) {
        Ok(value) => Found::Value(Cow::Borrowed(value)),
        Err(reason) => Found::Missing(reason),
    }
}
