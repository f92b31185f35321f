//! `next`: where a redirect leads that was not followed.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;
use std::sync::Arc;

/// Where a redirect leads that was not followed.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "next",
    synonyms: &["redirect", "redirect_url", "next_url"],
    capture_key: Some("next"),
    media: REQUESTS,
    summary: "the URL a redirect leads to that was not followed, as Requests' `response.next`",
    example: "assert: {next: {ends_with: /login}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: rewrite::none,
};

fn look(exchange: &Exchange) -> Found<'_> {
    let response = &exchange.response;
    if let Some(next) = &response.next {
        return Found::Text(next);
    }
    let location = match response.headers.get("location") {
        Some(_) => "its `Location` leads nowhere",
        None => "there is no `Location`",
    };
    Found::Missing(format!(
        "no redirect left to follow: the status is {} and {location}",
        response.status
    ))
}
