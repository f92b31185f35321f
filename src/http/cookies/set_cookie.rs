//! `Set-Cookie` lines, read as http.cookiejar reads Netscape's (`parse_ns_headers`,
//! `_normalized_cookie_tuples`, `_cookie_from_cookie_tuple`).

use super::policy::{Origin, escape_path};
use super::{Cookie, date};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The attributes that matter, the first of each name.
#[derive(Debug, Default)]
struct Attributes {
    domain: Option<String>,
    path: Option<String>,
    secure: Option<bool>,
    version: Option<String>,
    /// Seconds since 1970.
    expires: Option<i64>,
    is_max_age_set: bool,
    rest: Vec<(String, Option<String>)>,
}

/// Reads one line; `None` for what is no cookie. A cookie to be deleted has an `expires` that is
/// not after `now`.
pub(super) fn parse(line: &str, origin: &Origin, now: SystemTime) -> Option<Cookie> {
    let mut params = line.split(';').map(str::trim);
    let (name, value) = pair(params.next()?);
    if name.is_empty() {
        return None;
    }
    let mut attributes = Attributes::default();
    for (key, value) in params.map(pair).filter(|(key, _)| !key.is_empty()) {
        attributes.add(key, value, now)?;
    }
    let version = match &attributes.version {
        Some(version) => version.trim().parse::<u32>().ok()?,
        None => 0,
    };
    let domain_specified = attributes.domain.is_some();
    let domain = match attributes.domain {
        None => origin.effective_host.clone(),
        Some(domain) if domain.starts_with('.') => domain,
        Some(domain) => format!(".{domain}"),
    };
    let path = match attributes.path.filter(|path| !path.is_empty()) {
        Some(path) => escape_path(&path),
        None => default_path(&origin.path, version),
    };
    let expires = attributes.expires.map(|seconds| match u64::try_from(seconds) {
        Ok(seconds) => UNIX_EPOCH + Duration::from_secs(seconds.min(u64::from(u32::MAX) << 5)),
        Err(_) => UNIX_EPOCH,
    });
    // The policy knows no version above 1, but what is to be deleted is deleted before it is asked.
    if version > 1 && expires.is_none_or(|expires| expires > now) {
        return None;
    }
    let is_http_only = |(key, _): &(String, _)| key.eq_ignore_ascii_case("httponly");
    Some(Cookie {
        name: name.to_owned(),
        is_bare: value.is_none(),
        value: value.unwrap_or_default().to_owned(),
        domain,
        domain_specified,
        path,
        secure: attributes.secure.unwrap_or_default(),
        http_only: attributes.rest.iter().any(is_http_only),
        expires,
        rest: attributes.rest,
    })
}

impl Attributes {
    /// Takes one attribute in; `None` where it spoils the cookie.
    fn add(&mut self, key: &str, value: Option<&str>, now: SystemTime) -> Option<()> {
        match key.to_ascii_lowercase().as_str() {
            "domain" if self.domain.is_none() => self.domain = Some(value?.to_lowercase()),
            "path" if self.path.is_none() => self.path = Some(value?.to_owned()),
            "version" if self.version.is_none() => {
                self.version = Some(strip_quotes(value?).to_owned());
            }
            // `secure` and `secure=x` are true, `secure=` is not.
            "secure" if self.secure.is_none() => self.secure = Some(value != Some("")),
            "expires" if self.expires.is_none() && !self.is_max_age_set => {
                self.expires = value.and_then(|text| date::parse(strip_quotes(text), now));
            }
            // It wins over `expires`, wherever it stands.
            "max-age" => {
                self.is_max_age_set = true;
                let seconds: i64 = value?.trim().parse().ok()?;
                self.expires = Some(date::seconds(now).saturating_add(seconds));
            }
            "domain" | "path" | "version" | "secure" | "expires" => {}
            "discard" | "port" | "comment" | "commenturl" => {}
            _ => self.rest.push((key.to_owned(), value.map(str::to_owned))),
        }
        Some(())
    }
}

/// A name and, when there is a `=`, a value; both without spaces around.
fn pair(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (text.trim(), None),
    }
}

/// `strip_quotes`: one at each end, if there.
fn strip_quotes(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}

/// The request's folder, without its slash in Netscape's version 0.
fn default_path(request: &str, version: u32) -> String {
    let folder = match request.rfind('/') {
        Some(at) if version == 0 => request.get(..at),
        Some(at) => request.get(..=at),
        None => Some(request),
    };
    folder.filter(|path| !path.is_empty()).unwrap_or("/").to_owned()
}
