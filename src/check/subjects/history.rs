//! `history`: the redirects.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use crate::http::Hop;
use crate::value::{Map, Value};
use std::sync::Arc;

/// The redirects.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "history",
    synonyms: &["redirects", "redirect_count"],
    capture_key: Some("history"),
    media: REQUESTS,
    summary: "the redirects followed, oldest first, each with `status`, `url`, `reason`",
    example: "assert: {history: {length: 1}}",
    selector: Selector::None,
    gives: Gives::List,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(exchange.history.iter().map(as_value).collect::<Vec<Value>>())
}

fn as_value(hop: &Hop) -> Value {
    let response = &hop.response;
    let members = [
        ("status", Value::from(u64::from(response.status))),
        ("url", Value::from(response.url.as_str())),
        ("reason", Value::from(response.reason.as_str())),
    ];
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map>())
}
