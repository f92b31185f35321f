//! `duration`: how long all of it took.

use super::look::Plain;
use super::{Gives, Needs, Selector, SubjectKind, seconds};
use crate::check::Found;
use crate::http::Exchange;
use std::sync::Arc;

/// How long all of it took.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "duration",
    synonyms: &["total_time"],
    capture_key: Some("duration"),
    summary: "the whole exchange: every hop, the body included",
    example: "assert: {duration: {lt: 500ms}}",
    selector: Selector::None,
    gives: Gives::Duration,
    show: seconds::show,
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: seconds::rewrite,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(exchange.duration.as_secs_f64())
}
