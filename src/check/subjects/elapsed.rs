//! `elapsed`: how long it took.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, seconds};
use crate::check::Found;
use crate::http::Exchange;
use std::sync::Arc;

/// How long it took.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "elapsed",
    synonyms: &["time", "response_time", "latency", "responseTime"],
    capture_key: Some("elapsed"),
    media: REQUESTS,
    summary: "from sending to the response's head, of the last hop",
    example: "assert: {elapsed: {lt: 500ms}}",
    selector: Selector::None,
    gives: Gives::Duration,
    show: seconds::show,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: seconds::rewrite,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(exchange.response.elapsed.as_secs_f64())
}
