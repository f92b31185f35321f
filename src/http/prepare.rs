//! Requests' `PreparedRequest`: every byte decided, nothing sent.

use super::{
    Auth, Body, CookieJar, Environment, Error, Headers, Proxies, Request, Timeout, Url, Verify,
};
use crate::http::Cert;
use std::sync::Arc;

/// A request with nothing left to decide.
#[derive(Clone, Debug)]
pub struct PreparedRequest {
    /// The method token.
    pub method: String,
    /// Where it goes, prepared as Requests does.
    pub url: Url,
    /// The header lines that go out, in order; `Host`, `Accept-Encoding` and what else Python's
    /// http.client adds included.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// The cookies its `Cookie` header is chosen from, the session's and its own: what is sent
    /// where a redirect leads (`PreparedRequest._cookies`).
    pub cookies: CookieJar,
    /// How it is carried.
    pub transport: Transport,
    /// What answers a challenge, when the request has auth.
    pub auth: Option<Arc<dyn Auth>>,
}

/// How a prepared request is carried: what a connection may be shared by.
#[derive(Clone, Debug)]
pub struct Transport {
    /// `timeout`.
    pub timeout: Timeout,
    /// How many redirects are followed before `TooManyRedirects`; `None` follows none and gives
    /// the 3xx itself (`allow_redirects: false`).
    pub max_redirects: Option<u32>,
    /// `proxies` as given, merged with the session's; the environment's are looked up per hop.
    pub proxies: Proxies,
    /// `verify`, the environment's bundles applied.
    pub verify: Verify,
    /// `cert`.
    pub cert: Option<Cert>,
    /// `encoding` to decode `text` by.
    pub encoding: Option<String>,
    /// Whether the environment is looked at for the next hop's proxies and netrc.
    pub trust_env: bool,
    /// Secret values, for what is dropped on a redirect.
    pub secrets: Arc<[String]>,
}

/// `Session.prepare_request`: merges a session's defaults under a request's own arguments and
/// decides every byte. `jar` is the session's cookies as this request sees them.
///
/// # Errors
/// `MissingSchema InvalidSchema InvalidURL InvalidHeader InvalidJSONError`, as Requests raises.
pub fn prepare(
    request: &Request,
    session: &Request,
    jar: &CookieJar,
    environment: &Environment,
) -> Result<PreparedRequest, Error> {
    let _ = (request, session, jar, environment);
    todo!("prepare")
}
