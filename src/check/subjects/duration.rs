//! `duration`: how long all of it took.

use super::look::Any;
use super::{Gives, Needs, OUTWARD, Selector, SubjectKind, seconds};
use crate::check::Found;
use crate::exchange::Seen;
use std::sync::Arc;

/// How long all of it took.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "duration",
    synonyms: &["total_time"],
    capture_key: Some("duration"),
    media: OUTWARD,
    summary: "the whole exchange: every hop, the body included",
    example: "assert: {duration: {lt: 500ms}}",
    selector: Selector::None,
    gives: Gives::Duration,
    show: seconds::show,
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: seconds::rewrite,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    Found::value(seen.duration().as_secs_f64())
}
