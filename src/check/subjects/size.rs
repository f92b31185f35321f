//! `size`: the length of the body.

use super::look::Any;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use std::sync::Arc;

/// The length of the body.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "size",
    synonyms: &["content_length", "length"],
    capture_key: Some("size"),
    media: ANYTHING,
    summary: "how many bytes the decoded body has",
    example: "assert: {size: {le: 1024}}",
    selector: Selector::None,
    gives: Gives::Integer,
    show: words::plain,
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    Found::value(seen.content().size)
}
