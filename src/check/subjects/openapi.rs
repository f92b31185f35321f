//! `openapi`: the exchange held to an OpenAPI document.

use super::look::selector_needed;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::words;

/// The exchange against an OpenAPI document. Held by whoever runs requests: it is about all of one.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "openapi",
    synonyms: &["swagger", "contract", "oas"],
    capture_key: None,
    media: REQUESTS,
    summary: "the response, and with `request: true` the request, are as this OpenAPI document says",
    example: "assert: {openapi: {file: api.yaml, request: true}}",
    selector: Selector::Contract,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Err(selector_needed("openapi")),
    rewrite: rewrite::none,
};
