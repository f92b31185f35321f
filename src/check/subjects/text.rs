//! `text`: the body as text.

use super::look::Any;
use super::look::whole;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use std::sync::Arc;

/// The body as text.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "text",
    synonyms: &["content", "raw"],
    capture_key: Some("text"),
    media: ANYTHING,
    summary: "the body as text, by Requests' charset rules",
    example: "assert: {text: {contains: octokit}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    whole(seen, || Found::Text(seen.text()))
}
