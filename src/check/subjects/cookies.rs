//! `cookies`: the cookies the responses set.

use super::look::Named;
use super::look::lost;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::http::Exchange;

/// The cookies the responses set.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "cookies",
    synonyms: &["set_cookie", "set-cookie"],
    capture_key: Some("cookie"),
    media: REQUESTS,
    summary: "a cookie that a response of this exchange set, by name",
    example: "assert: {cookies: {session: {exists: true}}}",
    selector: Selector::Name,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |name| Named::compile("cookies", name, look),
    rewrite: rewrite::none,
};

fn look<'a>(exchange: &'a Exchange, name: &str) -> Found<'a> {
    let hops = exchange.history.iter().map(|hop| &hop.response);
    let cookies = || hops.clone().chain([&exchange.response]).flat_map(|it| &it.cookies);
    match cookies().filter(|cookie| cookie.name == name).last() {
        Some(cookie) => Found::Text(&cookie.value),
        None => lost("cookie", name, cookies().map(|cookie| cookie.name.as_str())),
    }
}
