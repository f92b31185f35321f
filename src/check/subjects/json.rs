//! `json`: the body as data.

use super::look::Any;
use super::look::data;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use std::borrow::Cow;
use std::sync::Arc;

/// The body as data.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "json",
    synonyms: &["body", "response"],
    capture_key: Some("json"),
    media: ANYTHING,
    summary: "the whole body as data",
    example: "assert: {json: {eq: {ok: true}}}",
    selector: Selector::None,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    match data(seen) {
        Ok(value) => Found::Value(Cow::Borrowed(value)),
        Err(reason) => Found::Missing(reason),
    }
}
