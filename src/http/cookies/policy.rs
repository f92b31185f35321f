//! http.cookiejar's `DefaultCookiePolicy`: which cookies a host may set and gets back.

use super::Cookie;
use crate::http::Url;

/// The request as the policy sees it.
#[derive(Debug)]
pub(super) struct Origin {
    /// The host in lower case, brackets kept.
    host: String,
    /// The effective request-host: `.local` behind a host without a dot (RFC 2965 section 1).
    pub(super) effective_host: String,
    /// The path, escaped as cookies' paths are.
    pub(super) path: String,
    is_secure: bool,
}

impl Origin {
    pub(super) fn of(url: &Url) -> Origin {
        let host = if url.host().contains(':') {
            format!("[{}]", url.host())
        } else {
            url.host().to_owned()
        };
        let effective_host =
            if host.contains('.') { host.clone() } else { format!("{host}.local") };
        Origin { effective_host, host, path: escape_path(url.path()), is_secure: url.is_https() }
    }
}

/// `escape_path`: quoted, escapes in upper case.
pub(super) fn escape_path(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    let mut upper = 0usize;
    for (at, byte) in path.bytes().enumerate() {
        let two = path.as_bytes().get(at + 1..at + 3);
        if byte == b'%' && two.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)) {
            upper = 3;
        }
        let is_kept = byte.is_ascii_alphanumeric() || b"_.-~%/;:@&=+$,!*'()".contains(&byte);
        match (is_kept, upper > 0) {
            (true, true) => escaped.push(char::from(byte.to_ascii_uppercase())),
            (true, false) => escaped.push(char::from(byte)),
            (false, _) => escaped.push_str(&format!("%{byte:02X}")),
        }
        upper = upper.saturating_sub(1);
    }
    escaped
}

/// `set_ok_domain`: a server names its own domain, or one above it that has a dot.
pub(super) fn may_set(cookie: &Cookie, origin: &Origin) -> bool {
    if !cookie.domain_specified {
        return true;
    }
    let effective = &origin.effective_host;
    let domain = cookie.domain.as_str();
    let undotted = domain.strip_prefix('.').unwrap_or(domain);
    if !undotted.contains('.') && !effective.ends_with(".local") {
        return false;
    }
    effective.ends_with(domain)
        || effective.ends_with(&format!("{undotted}.local"))
        || effective.starts_with('.')
        || format!(".{effective}").ends_with(domain)
}

/// `domain_return_ok`, `path_return_ok` and `return_ok` but for expiry.
pub(super) fn may_return(cookie: &Cookie, origin: &Origin) -> bool {
    if cookie.secure && !origin.is_secure {
        return false;
    }
    path_matches(&cookie.path, &origin.path) && domain_matches(&cookie.domain, origin)
}

/// Whether a request's path lies at or below a cookie's.
fn path_matches(cookie: &str, request: &str) -> bool {
    match request.strip_prefix(cookie) {
        Some(rest) => rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

/// Whether the effective request-host is a cookie's domain or lies below it. A cookie set for a
/// host alone goes to hosts below it too: the policy is `DomainLiberal`.
fn domain_matches(domain: &str, origin: &Origin) -> bool {
    let dotted = match domain {
        "" => String::new(),
        domain if domain.starts_with('.') => domain.to_owned(),
        domain => format!(".{domain}"),
    };
    let effective = format!(".{}", origin.effective_host);
    let is_near = format!(".{}", origin.host).ends_with(&dotted) || effective.ends_with(&dotted);
    is_near && effective.ends_with(&dotted)
}
