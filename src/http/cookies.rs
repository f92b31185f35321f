//! A cookie jar with the rules of Requests' `RequestsCookieJar` (http.cookiejar's default policy).
//!
//! ```text
//! Set-Cookie ──set_cookie──▶ attributes ──policy──▶ Cookie ──▶ jar ──policy──▶ Cookie header
//! ```
//!
//! Its order is http.cookiejar's: by domain, then path, then name, each as first seen; but a
//! domain or path whose last cookie was deleted loses its place here. What is left out: RFC 2965's
//! `Set-Cookie2`, which the default policy has switched off, and `Port`.

pub(super) mod date;
mod netscape;
mod policy;
mod saved;
mod set_cookie;

use super::{CookieSpec, Headers, Url};
use policy::Origin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value; empty when `is_bare`.
    pub value: String,
    /// Set as `name` without a `=`, and sent so.
    pub is_bare: bool,
    /// The host or domain it is for, with a leading dot when the server named it; `.local` is
    /// appended to a host without a dot (RFC 2965 section 1). Empty: any host.
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

impl Cookie {
    /// What makes two cookies the same one.
    fn key(&self) -> (&str, &str, &str) {
        (&self.domain, &self.path, &self.name)
    }

    /// Whether its time is over.
    fn is_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Requests' `create_cookie`: for any host unless a domain is given.
    fn of_spec(spec: &CookieSpec, value: &str) -> Cookie {
        let domain = spec.domain.clone().unwrap_or_default();
        Cookie {
            name: spec.name.clone(),
            value: value.to_owned(),
            is_bare: false,
            domain_specified: !domain.is_empty(),
            domain,
            path: spec.path.clone().unwrap_or_else(|| "/".to_owned()),
            secure: spec.secure,
            http_only: false,
            expires: None,
            rest: Vec::new(),
        }
    }
}

/// A session's cookies. A value: a step gets a copy and gives its own back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieJar {
    cookies: Vec<Cookie>,
}

impl CookieJar {
    /// Every cookie: by domain, then path, then name, each in the order first set.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter()
    }

    /// The first cookie of this name, whatever its domain and path.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Cookie> {
        self.iter().find(|cookie| cookie.name == name)
    }

    /// Puts a cookie in, in place of the one of its name, domain and path. Escaped quotes in a
    /// quoted value are lost, as in `RequestsCookieJar.set_cookie`.
    pub fn set(&mut self, mut cookie: Cookie) {
        if cookie.value.starts_with('"') && cookie.value.ends_with('"') {
            cookie.value = cookie.value.replace("\\\"", "");
        }
        if let Some(old) = self.cookies.iter_mut().find(|old| old.key() == cookie.key()) {
            *old = cookie;
            return;
        }
        let is_beside = |old: &Cookie| old.domain == cookie.domain && old.path == cookie.path;
        let last = self.cookies.iter().rposition(is_beside);
        let last = last.or(self.cookies.iter().rposition(|old| old.domain == cookie.domain));
        let at = last.map_or(self.cookies.len(), |last| last + 1);
        self.cookies.insert(at, cookie);
    }

    /// Removes the cookie of this domain, path and name.
    fn clear(&mut self, key: (&str, &str, &str)) {
        self.cookies.retain(|cookie| cookie.key() != key);
    }

    /// Adds the cookies a request or a session is given; a `None` removes every cookie of its
    /// name.
    pub fn apply(&mut self, specs: &[CookieSpec]) {
        for spec in specs {
            match &spec.value {
                Some(value) => self.set(Cookie::of_spec(spec, value)),
                None => self.cookies.retain(|cookie| {
                    let is_meant = cookie.name == spec.name
                        && spec.domain.as_ref().is_none_or(|domain| cookie.domain == *domain)
                        && spec.path.as_ref().is_none_or(|path| cookie.path == *path);
                    !is_meant
                }),
            }
        }
    }

    /// Takes over every cookie of another jar (`merge_cookies`).
    pub fn merge(&mut self, other: &CookieJar) {
        for cookie in other.iter() {
            self.set(cookie.clone());
        }
    }

    /// Removes the cookies whose time is over (`clear_expired_cookies`).
    pub fn drop_expired(&mut self, now: SystemTime) {
        self.cookies.retain(|cookie| !cookie.is_expired(now));
    }

    /// Removes the cookies that were given without a domain, which would go to any host: what a
    /// redirect to another host must not be sent.
    pub fn drop_hostless(&mut self) {
        self.cookies.retain(|cookie| !cookie.domain.is_empty());
    }

    /// Takes in a response's `Set-Cookie` lines; gives those accepted (`response.cookies`).
    /// `url` is the request's, its host the one of the `Host` header ([`Url::for_host`]).
    pub fn extract(&mut self, headers: &Headers, url: &Url, now: SystemTime) -> Vec<Cookie> {
        let origin = Origin::of(url);
        let now = whole_seconds(now);
        // As in http.cookiejar, all are made and old ones cleared before the first is set.
        let mut made = Vec::new();
        for line in headers.all("set-cookie") {
            let Some(cookie) = set_cookie::parse(line, &origin, now) else { continue };
            if cookie.is_expired(now) {
                self.clear(cookie.key());
            } else {
                made.push(cookie);
            }
        }
        let mut accepted = CookieJar::default();
        for cookie in made.into_iter().filter(|cookie| policy::may_set(cookie, &origin)) {
            accepted.set(cookie.clone());
            self.set(cookie);
        }
        accepted.cookies
    }

    /// The `Cookie` header's value for a request, `None` when no cookie matches: longer paths
    /// first.
    #[must_use]
    pub fn header(&self, url: &Url, now: SystemTime) -> Option<String> {
        let origin = Origin::of(url);
        let now = whole_seconds(now);
        let mut sent: Vec<&Cookie> = self
            .iter()
            .filter(|cookie| !cookie.is_expired(now) && policy::may_return(cookie, &origin))
            .collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.chars().count()));
        let pairs: Vec<String> = sent
            .iter()
            .map(|cookie| match cookie.is_bare {
                true => cookie.name.clone(),
                false => format!("{}={}", cookie.name, cookie.value),
            })
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// What changed between `before` and `self`, applied to `onto`: how the jars of steps that
    /// ran beside each other are merged, in file order.
    pub fn merge_changes(&self, before: &CookieJar, onto: &mut CookieJar) {
        for cookie in before.iter().filter(|cookie| !self.has(cookie)) {
            onto.clear(cookie.key());
        }
        for cookie in self.iter().filter(|cookie| !before.cookies.contains(cookie)) {
            onto.set(cookie.clone());
        }
    }

    /// Whether there is a cookie of this one's name, domain and path.
    fn has(&self, cookie: &Cookie) -> bool {
        self.iter().any(|own| own.key() == cookie.key())
    }
}

/// `int(time.time())`: http.cookiejar reckons in whole seconds.
fn whole_seconds(now: SystemTime) -> SystemTime {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

    /// What http.cookiejar did, recorded by `tests/wire/record_cookies.py` at this time.
    const RECORDED: &str = include_str!("../../tests/wire/cookies.json");
    const NOW: Duration = Duration::from_millis(1_800_000_000_500);

    fn now() -> SystemTime {
        UNIX_EPOCH + NOW
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn jar(at: &str, lines: &[&str]) -> CookieJar {
        let mut jar = CookieJar::default();
        extract(&mut jar, at, lines);
        jar
    }

    fn extract(jar: &mut CookieJar, at: &str, lines: &[&str]) -> Vec<Cookie> {
        let lines = lines.iter().map(|line| ("Set-Cookie".to_owned(), (*line).to_owned()));
        jar.extract(&lines.collect(), &url(at), now())
    }

    /// A jar as the recording shows it.
    fn show(jar: &CookieJar) -> Value {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
        jar.iter()
            .map(|cookie| {
                json!({
                    "name": cookie.name,
                    "value": (!cookie.is_bare).then_some(&cookie.value),
                    "domain": cookie.domain,
                    "domain_specified": cookie.domain_specified,
                    "path": cookie.path,
                    "secure": cookie.secure,
                    "expires": cookie.expires.map(seconds),
                })
            })
            .collect()
    }

    #[test]
    fn the_jar_takes_and_gives_what_http_cookiejar_does() {
        let mut wrong = Vec::new();
        for line in RECORDED.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let mut jar = CookieJar::default();
            for turn in case["set"].as_array().unwrap() {
                let lines: Vec<&str> =
                    turn.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
                extract(&mut jar, case["url"].as_str().unwrap(), &lines);
            }
            let sent: Map<String, Value> = case["sent"]
                .as_object()
                .unwrap()
                .keys()
                .map(|at| (at.clone(), json!(jar.header(&url(at), now()))))
                .collect();
            if show(&jar) != case["jar"] || Value::Object(sent.clone()) != case["sent"] {
                wrong.push(format!("{line}\n  found {} {}", show(&jar), json!(sent)));
            }
        }
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_requests_cookie_joins_the_hosts_cookie_of_its_name() {
        let mut jar = jar("http://localhost/", &["a=1"]);
        let spec = |name: &str, value: Option<&str>| CookieSpec {
            name: name.to_owned(),
            value: value.map(str::to_owned),
            domain: None,
            path: None,
            secure: false,
        };
        jar.apply(&[spec("a", Some("2")), spec("b", Some("3"))]);
        assert_eq!(jar.header(&url("http://localhost/"), now()).unwrap(), "a=1; a=2; b=3");
        jar.apply(&[spec("a", None)]);
        assert_eq!(jar.header(&url("http://localhost/"), now()).unwrap(), "b=3");
        jar.drop_hostless();
        assert_eq!(jar, CookieJar::default());
    }

    #[test]
    fn changes_are_merged_without_what_stayed() {
        let before = jar("http://h.example/", &["kept=1", "gone=1", "changed=1"]);
        let mut ours = before.clone();
        extract(&mut ours, "http://h.example/", &["gone=; Max-Age=0", "changed=2", "new=1"]);
        let mut onto = before.clone();
        extract(&mut onto, "http://h.example/", &["kept=other", "theirs=1"]);
        ours.merge_changes(&before, &mut onto);
        assert_eq!(
            onto.header(&url("http://h.example/"), now()).unwrap(),
            "kept=other; changed=2; theirs=1; new=1"
        );
    }

    #[test]
    fn extracting_gives_what_was_accepted() {
        let mut jar = CookieJar::default();
        let lines = ["a=1", "b=2; Domain=other.example", "c=3; Max-Age=0", "a=4"];
        let accepted = extract(&mut jar, "http://h.example/", &lines);
        let pairs: Vec<(&str, &str)> =
            accepted.iter().map(|cookie| (&*cookie.name, &*cookie.value)).collect();
        assert_eq!(pairs, [("a", "4")]);
    }
}
