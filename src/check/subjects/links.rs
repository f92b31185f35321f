//! `links`: the `Link` header by relation.

use super::look::Named;
use super::look::{lost, no_response};
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use crate::http::Link;

/// The `Link` header by relation.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "links",
    synonyms: &["rel"],
    capture_key: Some("link"),
    media: REQUESTS,
    summary: "the URL of a link of the `Link` header, by its `rel`",
    example: "assert: {links: {next: {exists: true}}}",
    selector: Selector::Name,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |name| Named::compile("links", name, look),
    rewrite: rewrite::none,
};

fn look<'a>(seen: Seen<'a>, name: &str) -> Found<'a> {
    let Seen::Request(exchange) = seen else { return no_response() };
    let links = exchange.response.links();
    // As in Requests' `links` the last of a name wins, and a link without `rel` has its URL's.
    match links.iter().rev().find(|link| name_of(link) == name) {
        Some(link) => Found::value(link.url.as_str()),
        None => lost("link", name, links.iter().map(name_of)),
    }
}

fn name_of(link: &Link) -> &str {
    let rel = link.params.iter().find(|(key, _)| key == "rel");
    rel.map_or(link.url.as_str(), |(_, value)| value)
}
