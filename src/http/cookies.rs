//! A cookie jar with the rules of Requests' `RequestsCookieJar` (http.cookiejar's default policy).

use super::{Headers, Url};
use std::time::SystemTime;

/// One cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host or domain it is for.
    pub domain: String,
    /// Whether `domain` was given by the server, and so covers hosts below it.
    pub domain_specified: bool,
    /// The path it is for.
    pub path: String,
    /// For https alone.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// When it ends; `None` with the session.
    pub expires: Option<SystemTime>,
    /// Other attributes as sent, such as `SameSite`.
    pub rest: Vec<(String, Option<String>)>,
}

/// A session's cookies. A value: a step gets a copy and gives its own back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieJar {
    cookies: Vec<Cookie>,
}

impl CookieJar {
    /// Every cookie, in the order they were first set.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter()
    }

    /// Takes in a response's `Set-Cookie` lines; gives those accepted.
    pub fn extract(&mut self, headers: &Headers, url: &Url, now: SystemTime) -> Vec<Cookie> {
        let _ = (headers, url, now);
        todo!()
    }

    /// The `Cookie` header's value for a request, `None` when no cookie matches.
    #[must_use]
    pub fn header(&self, url: &Url, now: SystemTime) -> Option<String> {
        let _ = (url, now);
        todo!()
    }

    /// What changed between `before` and `self`, applied to `onto`: how the jars of steps that
    /// ran beside each other are merged, in file order.
    pub fn merge_changes(&self, before: &CookieJar, onto: &mut CookieJar) {
        let _ = (before, onto);
        todo!()
    }
}
