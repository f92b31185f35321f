//! A session's defaults under a request's arguments (`merge_setting`).

use super::{Basic, PreparedRequest, Transport};
use crate::http::url::quote_plus;
use crate::http::{
    Auth, CookieJar, Environment, Error, ErrorKind, HeaderLines, Headers, Mapping, Params, Request,
    Verify,
};
use std::sync::Arc;

/// The headers Requests' session begins with; the User-Agent is our own.
const DEFAULTS: [(&str, &str); 4] = [
    ("User-Agent", concat!("runner/", env!("CARGO_PKG_VERSION"))),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Accept", "*/*"),
    ("Connection", "keep-alive"),
];

/// How many redirects Requests follows.
const REDIRECT_LIMIT: u32 = 30;

/// `urllib.parse.urlencode`.
pub(super) fn urlencode(pairs: &[(String, String)]) -> String {
    let encode = |(name, value): &(String, String)| {
        format!("{}={}", quote_plus(name.as_bytes()), quote_plus(value.as_bytes()))
    };
    pairs.iter().map(encode).collect::<Vec<String>>().join("&")
}

/// The urlencoded `params`: mappings are merged, anything else of the request's stands alone.
pub(super) fn params(request: Option<&Params>, session: Option<&Params>) -> String {
    // `params or {}`: an empty text or list is not given.
    let given = |params: &&Params| match params {
        Params::Text(text) => !text.is_empty(),
        Params::Pairs(pairs) => !pairs.is_empty(),
        Params::Mapping(_) => true,
    };
    let merged = match (request.filter(given), session.filter(given)) {
        (Some(Params::Mapping(over)), Some(Params::Mapping(under))) => mapping(over, under),
        (Some(Params::Mapping(only)), _) | (None, Some(Params::Mapping(only))) => {
            mapping(only, &Vec::new())
        }
        (Some(Params::Text(text)), _) | (None, Some(Params::Text(text))) => return text.clone(),
        (Some(Params::Pairs(pairs)), _) | (None, Some(Params::Pairs(pairs))) => {
            return urlencode(pairs);
        }
        (None, None) => return String::new(),
    };
    let pairs = merged
        .into_iter()
        .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
    urlencode(&pairs.collect::<Vec<_>>())
}

/// Two mappings merged by key, the nulls of either gone.
fn mapping<T: Clone>(over: &Mapping<T>, under: &Mapping<T>) -> Vec<(String, T)> {
    let mut merged: Mapping<T> = Vec::new();
    for (name, value) in under.iter().chain(over) {
        match merged.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => old.clone_from(value),
            None => merged.push((name.clone(), value.clone())),
        }
    }
    merged.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Requests' defaults, the session's headers, the request's; checked.
pub(super) fn headers(
    request: &Mapping<HeaderLines>,
    session: &Mapping<HeaderLines>,
) -> Result<Headers, Error> {
    let mut headers = Headers::default();
    for (name, value) in DEFAULTS {
        headers.push(name, value);
    }
    // A header keeps its place when another value takes it; one removed by the request alone
    // was never there.
    let mut removed: Vec<&str> = Vec::new();
    for (name, values) in session.iter().chain(request) {
        removed.retain(|gone| !gone.eq_ignore_ascii_case(name));
        match values {
            Some(values) => headers.set_all(name, values.iter().cloned()),
            None => removed.push(name),
        }
    }
    for name in removed {
        headers.remove(name);
    }
    check_headers(&headers)?;
    Ok(headers)
}

/// Refuses the first line that cannot go out.
pub(super) fn check_headers(headers: &Headers) -> Result<(), Error> {
    headers.iter().try_for_each(|(name, value)| check_header(name, value))
}

/// `check_header_validity`, and http.client's ASCII names.
fn check_header(name: &str, value: &str) -> Result<(), Error> {
    let is_name = !name.is_empty()
        && name.is_ascii()
        && !name.starts_with(is_python_space)
        && !name.contains([':', '\r', '\n']);
    if !is_name {
        let message = format!("`{}` is not a header name", name.escape_debug());
        return Err(Error::new(ErrorKind::InvalidHeader, message)
            .help("a name has no colon, no line end and no space at its beginning"));
    }
    if value.starts_with(is_python_space) || value.contains(['\r', '\n']) {
        // The value may be a secret: it is not shown.
        let message = format!("the value of the header `{name}` cannot go out");
        return Err(Error::new(ErrorKind::InvalidHeader, message)
            .help("a value is one line without a space at its beginning"));
    }
    Ok(())
}

/// What `\s` matches in Python.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// The session's cookies, what the jar has, the request's own over them.
pub(super) fn cookies(request: &Request, session: &Request, jar: &CookieJar) -> CookieJar {
    let mut cookies = CookieJar::default();
    cookies.apply(&session.cookies);
    cookies.merge(jar);
    cookies.apply(&request.cookies);
    cookies
}

/// The request's auth, else the session's, else `.netrc`'s, else the URL's; an explicit null is
/// none at all.
pub(super) fn auth(
    request: &Request,
    session: &Request,
    prepared: &PreparedRequest,
    environment: &Environment,
) -> Option<Arc<dyn Auth>> {
    if let Some(auth) = request.auth.as_ref().or(session.auth.as_ref()) {
        return auth.clone();
    }
    let netrc = || environment.netrc(prepared.url.host()).filter(|_| prepared.transport.trust_env);
    let (user, password) = netrc().or_else(|| prepared.url.credentials().filter(is_any))?;
    Some(Arc::new(Basic { user, password }))
}

/// Whether a user or a password is there.
fn is_any((user, password): &(String, String)) -> bool {
    !user.is_empty() || !password.is_empty()
}

/// `merge_environment_settings`, and what `Session.send` takes.
pub(super) fn transport(
    request: &Request,
    session: &Request,
    environment: &Environment,
    method: &str,
) -> Transport {
    let trust_env = request.trust_env.or(session.trust_env).unwrap_or(true);
    let is_followed =
        request.allow_redirects.or(session.allow_redirects).unwrap_or(method != "HEAD");
    let limit = request.max_redirects.or(session.max_redirects).unwrap_or(REDIRECT_LIMIT);
    let secrets = match (request.secrets.is_empty(), session.secrets.is_empty()) {
        (true, _) => Arc::clone(&session.secrets),
        (_, true) => Arc::clone(&request.secrets),
        _ => request.secrets.iter().chain(session.secrets.iter()).cloned().collect(),
    };
    Transport {
        timeout: request.timeout.or(session.timeout).unwrap_or_default(),
        max_redirects: is_followed.then_some(limit),
        proxies: request.proxies.clone(),
        session_proxies: session.proxies.clone(),
        verify: verify(request, session, environment, trust_env),
        cert: request.cert.clone().or_else(|| session.cert.clone()).flatten(),
        encoding: request.encoding.clone().or_else(|| session.encoding.clone()),
        trust_env,
        mounts: Arc::clone(&session.mounts),
        secrets,
    }
}

/// As in Requests the environment's bundle goes before the session's `verify`, not before the
/// request's own.
fn verify(
    request: &Request,
    session: &Request,
    environment: &Environment,
    trust_env: bool,
) -> Verify {
    match &request.verify {
        Some(given @ (Verify::Off | Verify::System | Verify::Bundle(_))) => given.clone(),
        given => {
            let bundle = environment.ca_bundle().filter(|_| trust_env).map(Verify::Bundle);
            let given = bundle.or_else(|| given.clone()).or_else(|| session.verify.clone());
            given.unwrap_or(Verify::Default)
        }
    }
}
