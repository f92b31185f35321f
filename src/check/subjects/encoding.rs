//! `encoding`: the charset of `text`.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// The charset of `text`.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "encoding",
    synonyms: &["charset"],
    capture_key: Some("encoding"),
    media: REQUESTS,
    summary: "the charset that decodes `text`, as Requests' `response.encoding` or its guess",
    example: "assert: {encoding: utf-8}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    match exchange.response.encoding() {
        Some(encoding) => Found::value(encoding),
        None => Found::Missing("no encoding: neither declared nor to be guessed".to_owned()),
    }
}
