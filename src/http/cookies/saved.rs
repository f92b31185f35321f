//! Cookies as JSON, with all that is known of them: what a run leaves for the next.

use super::{Cookie, CookieJar, date};
use crate::value::{Map, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Later than any cookie ends; times beyond it are not those of a clock.
const LATEST: u64 = (u32::MAX as u64) << 5;

impl CookieJar {
    /// A list of cookies, each a mapping; `expires` is in seconds since 1970. What has expired is
    /// left out.
    #[must_use]
    pub fn to_saved(&self, now: SystemTime) -> Value {
        let kept = self.iter().filter(|cookie| !cookie.is_expired(now));
        Value::Array(kept.map(saved).collect())
    }

    /// Reads such a list; what has expired is left out.
    ///
    /// # Errors
    /// What is wrong with it, and with which cookie, from 1.
    pub fn from_saved(cookies: &Value, now: SystemTime) -> Result<CookieJar, String> {
        let Some(cookies) = cookies.as_array() else {
            return Err("expected a list of cookies".to_owned());
        };
        let mut jar = CookieJar::default();
        for (number, cookie) in (1..).zip(cookies) {
            let cookie = read(cookie).map_err(|why| format!("cookie {number}: {why}"))?;
            if !cookie.is_expired(now) {
                jar.set(cookie);
            }
        }
        Ok(jar)
    }
}

/// Facts that do not hold and what is not there are left out.
fn saved(cookie: &Cookie) -> Value {
    let mut members = Map::default();
    let mut add = |key: &str, value: Value| members.insert(key.to_owned(), value);
    add("name", Value::from(cookie.name.as_str()));
    if !cookie.is_bare {
        add("value", Value::from(cookie.value.as_str()));
    }
    add("domain", Value::from(cookie.domain.as_str()));
    add("path", Value::from(cookie.path.as_str()));
    let flags = [
        ("domain_specified", cookie.domain_specified),
        ("secure", cookie.secure),
        ("http_only", cookie.http_only),
    ];
    for (key, _) in flags.into_iter().filter(|(_, holds)| *holds) {
        add(key, Value::Bool(true));
    }
    if let Some(expires) = cookie.expires {
        add("expires", Value::from(date::seconds(expires)));
    }
    if !cookie.rest.is_empty() {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let rest = cookie.rest.iter().map(|(name, value)| (name.clone(), text(value)));
        add("rest", Value::Object(rest.collect()));
    }
    Value::Object(members)
}

fn read(cookie: &Value) -> Result<Cookie, String> {
    let members = cookie.as_object().ok_or("expected a mapping")?;
    let needed = |key: &str| -> Result<String, String> {
        let text = members.get(key).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| format!("expected a text at `{key}`"))
    };
    let holds = |key: &str| members.get(key).and_then(Value::as_bool).unwrap_or_default();
    let seconds = |value: &Value| {
        let seconds = value.as_number().and_then(|number| number.as_u64());
        let seconds = seconds.filter(|seconds| *seconds <= LATEST);
        seconds.ok_or("expected seconds since 1970 at `expires`")
    };
    let expires = members.get("expires").map(seconds).transpose()?;
    let rest = members.get("rest").and_then(Value::as_object).into_iter().flatten();
    let rest = rest.map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)));
    let is_bare = !members.contains_key("value");
    Ok(Cookie {
        name: needed("name")?,
        value: if is_bare { String::new() } else { needed("value")? },
        is_bare,
        domain: needed("domain")?,
        domain_specified: holds("domain_specified"),
        path: needed("path")?,
        secure: holds("secure"),
        http_only: holds("http_only"),
        expires: expires.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)),
        rest: rest.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Headers, Url};

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    #[test]
    fn every_cookie_is_read_as_it_was_written() {
        let lines = [
            "plain=1",
            "bare",
            "far=\"q\"; Max-Age=60; Path=/a; HttpOnly; SameSite=Lax",
            "below=2; Domain=h.example; Secure; Priority",
        ];
        let headers: Headers =
            lines.iter().map(|line| ("Set-Cookie".to_owned(), (*line).to_owned())).collect();
        let mut jar = CookieJar::default();
        jar.extract(&headers, &Url::parse("https://h.example/a/b").unwrap(), now());
        assert_eq!(jar.iter().count(), 4);
        let saved = Value::from_json(jar.to_saved(now()).to_json().as_bytes()).unwrap();
        assert_eq!(CookieJar::from_saved(&saved, now()).unwrap(), jar);
        let later = now() + Duration::from_secs(61);
        assert_eq!(CookieJar::from_saved(&saved, later).unwrap().iter().count(), 3);
    }

    #[test]
    fn what_is_no_cookie_is_told_by_its_number() {
        let said = |json: &str| {
            let value = Value::from_json(json.as_bytes()).unwrap();
            CookieJar::from_saved(&value, now()).unwrap_err()
        };
        assert_eq!(said("{}"), "expected a list of cookies");
        assert_eq!(said("[1]"), "cookie 1: expected a mapping");
        let whole = r#"{"name": "a", "domain": "h", "path": "/"}"#;
        let wrong = format!(r#"[{whole}, {{"name": "a", "domain": 1, "path": "/"}}]"#);
        assert_eq!(said(&wrong), "cookie 2: expected a text at `domain`");
        let wrong = r#"[{"name": "a", "domain": "h", "path": "/", "expires": "soon"}]"#;
        assert_eq!(said(wrong), "cookie 1: expected seconds since 1970 at `expires`");
    }
}
