//! Where a redirect leads and what changes on the way (`SessionRedirectMixin`).
//!
//! Stricter than Requests, by the contract: to another host go neither `Authorization` (whatever
//! Requests' exceptions), nor `Proxy-Authorization`, nor any header that holds a secret, nor
//! the cookies given for the request alone.

use super::auth::basic_credentials;
use super::{Body, Environment, Error, ErrorKind, Headers, PreparedRequest, Upload, Url};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// The statuses that redirect, when there is a `Location` (`REDIRECT_STATI`).
const STATUSES: &[u16] = &[301, 302, 303, 307, 308];

/// Where a response redirects to, as written (`get_redirect_target`).
pub(super) fn location(status: u16, headers: &Headers) -> Option<String> {
    if STATUSES.contains(&status) {
        headers.get("location").filter(|location| !location.is_empty())
    } else {
        None
    }
}

/// The request to send where a redirect leads, its cookies not yet chosen.
///
/// # Errors
/// `InvalidSchema`, `InvalidURL` when it leads nowhere we can go.
pub(super) fn follow(
    request: &PreparedRequest,
    status: u16,
    location: &str,
    environment: &Environment,
) -> Result<PreparedRequest, Error> {
    let url = request.url.join(location).map_err(|error| Error {
        message: format!("the redirect to `{location}` cannot be followed: {}", error.message),
        ..error
    })?;
    let mut next = request.clone();
    method(&mut next.method, status);
    if matches!(status, 307 | 308) {
        rewind(&mut next.body);
    } else {
        for name in ["Content-Length", "Content-Type", "Transfer-Encoding"] {
            next.headers.remove(name);
        }
        next.body = Body::Empty;
        length_of_nothing(&next.method, &mut next.headers);
    }
    next.headers.remove("Cookie");
    // The adapter adds the proxy's own again (`rebuild_proxies`).
    next.headers.remove("Proxy-Authorization");
    if !request.is_host_given {
        next.headers.set("Host", url.host_header());
    }
    let is_stripped = should_strip_auth(&request.url, &url);
    next.unseal(is_stripped);
    if is_stripped {
        next.headers.remove("Authorization");
    }
    if request.url.host() != url.host() {
        leave_host(&mut next);
    }
    if let Some((user, password)) = netrc(&url, request, environment) {
        next.headers.set("Authorization", basic_credentials(&user, &password));
    }
    next.url = url;
    Ok(next)
}

/// What `.netrc` has for the new host, whatever auth there was (`rebuild_auth`).
fn netrc(
    url: &Url,
    request: &PreparedRequest,
    environment: &Environment,
) -> Option<(String, String)> {
    request.transport.trust_env.then(|| environment.netrc(url.host())).flatten()
}

/// Takes away from a request what a redirect from `from` would not take to where it goes.
pub fn leave(
    request: &mut PreparedRequest,
    from: &Url,
    environment: &Environment,
    now: SystemTime,
) {
    if !should_strip_auth(from, &request.url) {
        return;
    }
    request.unseal(true);
    request.headers.remove("Authorization");
    request.headers.remove("Proxy-Authorization");
    if request.url.host() != from.host() {
        leave_host(request);
        request.headers.remove("Cookie");
        request.put_cookies(now);
    }
    if let Some((user, password)) = netrc(&request.url, request, environment) {
        request.headers.set("Authorization", basic_credentials(&user, &password));
    }
}

/// What must not go to another host.
fn leave_host(next: &mut PreparedRequest) {
    next.auth = next.auth.take().filter(|auth| !auth.is_host_bound());
    next.cookies.drop_hostless();
    let secrets = Arc::clone(&next.transport.secrets);
    let holds_secret = |value: &str| {
        secrets.iter().any(|secret| !secret.is_empty() && value.contains(secret.as_str()))
    };
    next.headers = next
        .headers
        .iter()
        .filter(|(_, value)| !holds_secret(value))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
}

/// `rebuild_method`: what browsers do.
fn method(method: &mut String, status: u16) {
    let becomes_get = match status {
        302 | 303 => method != "HEAD",
        301 => method == "POST",
        _ => false,
    };
    if becomes_get {
        "GET".clone_into(method);
    }
}

/// The methods that urllib3 expects no body of.
pub(super) const WITHOUT_BODY: &[&str] = &["GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"];

/// urllib3 says `Content-Length: 0`, right behind `Host`, for methods that usually have a body.
fn length_of_nothing(method: &str, headers: &mut Headers) {
    if !WITHOUT_BODY.contains(&method) {
        headers.push_behind("Host", "Content-Length", "0");
    }
}

/// `should_strip_auth`.
pub(super) fn should_strip_auth(old: &Url, new: &Url) -> bool {
    if old.host() != new.host() {
        return true;
    }
    let is_upgrade = old.scheme() == "http"
        && matches!(old.explicit_port(), None | Some(80))
        && new.scheme() == "https"
        && matches!(new.explicit_port(), None | Some(443));
    if is_upgrade {
        return false;
    }
    old.scheme() != new.scheme() || old.port() != new.port()
}

/// A streamed body has to be sent from its beginning once more.
fn rewind(body: &mut Body) {
    if let Body::Stream(upload) = body {
        *body = Body::Stream(Arc::new(Rewound(Arc::clone(upload))));
    }
}

/// A body opened again: failing to is `UnrewindableBodyError` (`rewind_body`).
#[derive(Debug)]
struct Rewound(Arc<dyn Upload>);

impl Upload for Rewound {
    fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        self.0.open(deadline).map_err(|error| {
            let message = format!(
                "the body {} cannot be sent again for the redirect: {error}",
                self.0.describe()
            );
            let unrewindable = Error::new(ErrorKind::UnrewindableBodyError, message);
            io::Error::other(unrewindable.help("request the URL it leads to, or send a file"))
        })
    }

    fn is_rewindable(&self) -> bool {
        self.0.is_rewindable()
    }

    fn length(&self) -> Option<u64> {
        self.0.length()
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

/// Requests' `TooManyRedirects`.
pub(super) fn too_many(max: u32) -> Error {
    Error::new(
        ErrorKind::TooManyRedirects,
        format!("exceeded {max} redirect{}", if max == 1 { "" } else { "s" }),
    )
    .help("follow more with `max_redirects`, or look at the first with `allow_redirects: false`")
}
