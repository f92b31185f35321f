//! `cookies`: the cookies the responses set.

use super::look::Named;
use super::look::{lost, no_response};
use super::{Gives, HTTP, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;

/// The cookies the responses set.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "cookies",
    synonyms: &["set_cookie", "set-cookie"],
    capture_key: Some("cookie"),
    media: HTTP,
    summary: "a cookie that a response of this exchange set, or that the request that was received came with, by name",
    example: "assert: {cookies: {session: {exists: true}}}",
    selector: Selector::Name,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |name| Named::compile("cookies", name, look),
    rewrite: rewrite::none,
};

fn look<'a>(seen: Seen<'a>, name: &str) -> Found<'a> {
    let exchange = match seen {
        Seen::Request(exchange) => exchange,
        Seen::Received(received) => return sent(&received.cookies, name),
        Seen::Socket(_) => return no_response(),
    };
    let hops = exchange.history.iter().map(|hop| &hop.response);
    let cookies = || hops.clone().chain([&exchange.response]).flat_map(|it| &it.cookies);
    match cookies().filter(|cookie| cookie.name == name).last() {
        Some(cookie) => Found::Text(&cookie.value),
        None => lost("cookie", name, cookies().map(|cookie| cookie.name.as_str())),
    }
}

/// The cookies a request came with.
fn sent<'a>(cookies: &'a [(String, String)], name: &str) -> Found<'a> {
    match cookies.iter().find(|(known, _)| known == name) {
        Some((_, value)) => Found::Text(value),
        None => lost("cookie", name, cookies.iter().map(|(name, _)| name.as_str())),
    }
}
