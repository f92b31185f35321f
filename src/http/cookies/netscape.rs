//! Cookies as a file: Netscape's `cookies.txt`, as curl and Python's `MozillaCookieJar` have it.

use super::{Cookie, CookieJar, date};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What `MozillaCookieJar.save` begins a file with.
const HEADER: &str = "\
# Netscape HTTP Cookie File
# http://curl.haxx.se/rfc/cookie_spec.html
# This is a generated file!  Do not edit.

";
/// What stands before the domain of a cookie that is not for scripts.
const HTTP_ONLY: &str = "#HttpOnly_";

impl CookieJar {
    /// The jar as a file's text: `domain, below it too, path, secure, expires, name, value`,
    /// with tabs between. A cookie that ends with the session expires at 0, as curl writes it;
    /// `MozillaCookieJar`, which leaves them out unless told otherwise, writes nothing there.
    #[must_use]
    pub fn to_netscape(&self, now: SystemTime) -> String {
        let mut text = HEADER.to_owned();
        for cookie in self.iter().filter(|cookie| !cookie.is_expired(now) && is_writable(cookie)) {
            let flag = |is_set: bool| if is_set { "TRUE" } else { "FALSE" };
            let expires = cookie.expires.map_or(0, date::seconds);
            // A cookie without a `=` is one without a name there.
            let (name, value) = match cookie.is_bare {
                true => ("", cookie.name.as_str()),
                false => (cookie.name.as_str(), cookie.value.as_str()),
            };
            let fields = [
                &format!("{}{}", if cookie.http_only { HTTP_ONLY } else { "" }, cookie.domain),
                flag(cookie.domain.starts_with('.')),
                &cookie.path,
                flag(cookie.secure),
                &expires.to_string(),
                name,
                value,
            ];
            text.push_str(&fields.join("\t"));
            text.push('\n');
        }
        text
    }

    /// Reads such a file; what has expired is left out.
    ///
    /// # Errors
    /// The number of the first line that is no cookie's, and why.
    pub fn from_netscape(text: &str, now: SystemTime) -> Result<CookieJar, (usize, String)> {
        let mut jar = CookieJar::default();
        for (number, line) in (1..).zip(text.lines()) {
            let (line, http_only) = match line.strip_prefix(HTTP_ONLY) {
                Some(line) => (line, true),
                None => (line, false),
            };
            if line.trim().is_empty() || line.trim_start().starts_with(['#', '$']) {
                continue;
            }
            let cookie = read(line).map_err(|why| (number, why))?;
            if !cookie.is_expired(now) {
                jar.set(Cookie { http_only, ..cookie });
            }
        }
        Ok(jar)
    }
}

/// Whether a file can hold it: it is of some host, and no field would end early.
fn is_writable(cookie: &Cookie) -> bool {
    let fields = [&cookie.domain, &cookie.path, &cookie.name, &cookie.value];
    !cookie.domain.is_empty() && !fields.iter().any(|field| field.contains(['\t', '\n', '\r']))
}

fn read(line: &str) -> Result<Cookie, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let (domain, below, path, secure, expires, name, value) = match *fields.as_slice() {
        [domain, below, path, secure, expires, name, value] => {
            (domain, below, path, secure, expires, name, value)
        }
        // curl leaves the last tab of an empty value out.
        [domain, below, path, secure, expires, name] => {
            (domain, below, path, secure, expires, name, "")
        }
        _ => {
            let count = fields.len();
            return Err(format!("expected 7 fields with tabs between them, found {count}"));
        }
    };
    let expires = match expires {
        "" | "0" => None,
        seconds => {
            let seconds: i64 = seconds
                .parse()
                .map_err(|_| format!("expected seconds since 1970 or 0, found `{seconds}`"))?;
            let seconds = u64::try_from(seconds).unwrap_or_default().min(u64::from(u32::MAX) << 5);
            Some(UNIX_EPOCH + Duration::from_secs(seconds))
        }
    };
    let is_bare = name.is_empty();
    let (name, value) = if is_bare { (value, "") } else { (name, value) };
    Ok(Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        is_bare,
        domain: as_kept(domain, below == "TRUE"),
        domain_specified: below == "TRUE" || domain.starts_with('.'),
        path: path.to_owned(),
        secure: secure == "TRUE",
        http_only: false,
        expires,
        rest: Vec::new(),
    })
}

/// A domain as the jar has it: one with hosts below it begins with a dot, and a host without any
/// dot, as curl writes it, ends in `.local`.
fn as_kept(domain: &str, is_below_too: bool) -> String {
    let domain = domain.to_ascii_lowercase();
    if is_below_too && !domain.starts_with('.') {
        return format!(".{domain}");
    }
    if !domain.contains(['.', ':']) {
        return format!("{domain}.local");
    }
    domain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Headers, Url};
    use serde_json::Value;

    /// What `MozillaCookieJar` wrote, recorded by `tests/wire/record_cookie_files.py`.
    const RECORDED: &str = include_str!("../../../tests/wire/cookie_files.json");

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn jar(case: &Value) -> CookieJar {
        let mut jar = CookieJar::default();
        for turn in case["set"].as_array().unwrap() {
            let line = turn[1].as_str().unwrap().to_owned();
            let headers: Headers = [("Set-Cookie".to_owned(), line)].into_iter().collect();
            jar.extract(&headers, &Url::parse(turn[0].as_str().unwrap()).unwrap(), now());
        }
        jar
    }

    #[test]
    fn the_bytes_are_mozilla_cookie_jars_but_for_the_end_of_a_session() {
        for line in RECORDED.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let theirs: Vec<String> = case["file"]
                .as_str()
                .unwrap()
                .split('\n')
                .map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
                    [domain, below, path, secure, "", name, value] => {
                        [domain, below, path, secure, "0", name, value].join("\t")
                    }
                    fields => fields.join("\t"),
                })
                .collect();
            assert_eq!(jar(&case).to_netscape(now()), theirs.join("\n"), "{line}");
        }
    }

    #[test]
    fn what_mozilla_cookie_jar_wrote_is_the_same_jar_again() {
        for line in RECORDED.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let theirs = CookieJar::from_netscape(case["file"].as_str().unwrap(), now()).unwrap();
            let ours = jar(&case);
            assert_eq!(theirs.to_netscape(now()), ours.to_netscape(now()), "{line}");
            for url in case["asked"].as_array().unwrap() {
                let url = Url::parse(url.as_str().unwrap()).unwrap();
                assert_eq!(theirs.header(&url, now()), ours.header(&url, now()), "{line}");
            }
        }
    }

    #[test]
    fn what_curl_writes_is_read() {
        let text = "# Netscape HTTP Cookie File\n\n\
            #HttpOnly_.example.com\tTRUE\t/\tTRUE\t1900000000\tsid\ta b\n\
            localhost\tFALSE\t/\tFALSE\t0\tend\n\
            old.example\tFALSE\t/\tFALSE\t1\tgone\tx\n\
            example.org\tTRUE\t/a\tFALSE\t0\tbelow\t1\n";
        let jar = CookieJar::from_netscape(text, now()).unwrap();
        let sent = |url: &str| jar.header(&Url::parse(url).unwrap(), now());
        assert_eq!(sent("https://www.example.com/").as_deref(), Some("sid=a b"));
        assert_eq!(sent("http://www.example.com/"), None);
        assert_eq!(sent("http://localhost/").as_deref(), Some("end="));
        assert_eq!(sent("http://www.example.org/a").as_deref(), Some("below=1"));
        assert_eq!(sent("http://old.example/"), None);
        assert!(jar.to_netscape(now()).contains("#HttpOnly_.example.com\tTRUE\t/\tTRUE\t"));
    }

    #[test]
    fn what_is_no_cookie_is_told_by_its_line() {
        let said = |text: &str| CookieJar::from_netscape(text, now()).unwrap_err();
        let fields = "expected 7 fields with tabs between them, found 1".to_owned();
        assert_eq!(said("# a\n{\"a\": 1}\n"), (2, fields));
        let seconds = "expected seconds since 1970 or 0, found `soon`".to_owned();
        assert_eq!(said("a.b\tFALSE\t/\tFALSE\tsoon\ta\tb"), (1, seconds));
    }
}
