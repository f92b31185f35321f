//! `sha256`: the digest of the body.

use super::look::Any;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use std::sync::Arc;

/// The digest of the body.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "sha256",
    synonyms: &["digest", "hash", "checksum"],
    capture_key: Some("sha256"),
    media: ANYTHING,
    summary: "SHA-256 of the decoded body, in lower-case hex",
    example: "assert: {sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    match seen.content().sha256() {
        Some(digest) => Found::Text(digest),
        None => Found::Missing("no digest: the body went by without one".to_owned()),
    }
}
