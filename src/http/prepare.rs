//! Requests' `PreparedRequest`: every byte decided, nothing sent.
//!
//! ```text
//! Request over session ─▶ method, url ─▶ headers ─▶ cookies ─▶ body ─▶ auth ─▶ Host
//! ```
//!
//! The order is Requests': it decides where each header stands.

mod merge;

use super::auth::Basic;
use super::{
    Auth, Body, Cert, Cookie, CookieJar, Data, Environment, Error, ErrorKind, Headers, Proxies,
    Request, Timeout, Url, Verify, header_bytes, multipart,
};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

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
    /// Whether `Host` was given and so stays on a redirect; else it follows the URL.
    pub is_host_given: bool,
    /// The body.
    pub body: Body,
    /// The cookies `Cookie` was made from, and is made from again on a redirect: the session's
    /// and the request's own.
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
    /// the 3xx itself.
    pub max_redirects: Option<u32>,
    /// The request's `proxies`; those of the environment are looked up per hop.
    pub proxies: Proxies,
    /// The session's `proxies`, which the environment's go before.
    pub session_proxies: Proxies,
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
/// decides every byte. `jar` is the session's cookies as this request sees them, `now` what they
/// expire by.
///
/// # Errors
/// `MissingSchema InvalidSchema InvalidURL InvalidHeader`, as Requests raises; `RequestException`
/// where Requests raises Python's `ValueError`: a method that is no token, a string or a stream
/// beside `files`.
pub fn prepare(
    request: &Request,
    session: &Request,
    jar: &CookieJar,
    environment: &Environment,
    now: SystemTime,
) -> Result<PreparedRequest, Error> {
    let method = method(request.method.as_deref().or(session.method.as_deref()))?;
    let params = merge::params(request.params.as_ref(), session.params.as_ref());
    let url = Url::with_params(&request.url, &params)?;
    let headers = merge::headers(&request.headers, &session.headers)?;
    let mut prepared = PreparedRequest {
        is_host_given: headers.contains("host"),
        transport: merge::transport(request, session, environment, &method),
        body: Body::Empty,
        cookies: merge::cookies(request, session, jar),
        auth: None,
        method,
        url,
        headers,
    };
    prepared.put_cookies(now);
    prepared.put_body(request)?;
    prepared.auth = merge::auth(request, session, &prepared, environment);
    if let Some(auth) = prepared.auth.clone() {
        auth.sign(&mut prepared, environment);
    }
    prepared.put_connection_headers();
    Ok(prepared)
}

/// Upper case, as `prepare_method`; http.client refuses what is no token (RFC 9110 section 9.1).
fn method(written: Option<&str>) -> Result<String, Error> {
    let method = written.unwrap_or("GET").to_uppercase();
    let is_token_byte = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if !method.is_empty() && method.bytes().all(is_token_byte) {
        return Ok(method);
    }
    let message = format!("`{method}` is not a method: letters, digits and - are expected");
    Err(Error::new(ErrorKind::RequestException, message))
}

impl PreparedRequest {
    /// Sends it elsewhere: the request target and, unless it was given, `Host` follow.
    pub fn retarget(&mut self, url: Url) {
        self.url = url;
        if !self.is_host_given {
            self.headers.set("Host", self.url.host_header());
        }
    }

    /// Puts another body in place, with a Content-Length that fits or, for a stream without a
    /// length, chunked. `Body::Empty` leaves `Content-Length: 0` where Requests sends it.
    pub fn set_body(&mut self, body: Body) {
        self.headers.remove("Transfer-Encoding");
        if body.is_empty() {
            self.headers.remove("Content-Length");
        }
        self.body = body;
        self.frame();
    }

    /// Whether the body goes out in chunks: there is one and no `Content-Length` says otherwise.
    #[must_use]
    pub fn is_chunked(&self) -> bool {
        !self.body.is_empty() && !self.headers.contains("Content-Length")
    }

    /// The request line and header lines as they go out, the empty line included. Through a plain
    /// HTTP proxy the target is [`Url::absolute_target`] instead.
    #[must_use]
    pub fn head_bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.url.request_target());
        let mut bytes = std::mem::take(&mut head).into_bytes();
        for (name, value) in self.headers.iter() {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend(header_bytes(value));
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }

    /// Takes in the cookies of an answer, and sends them when no `Cookie` goes out already
    /// (`HTTPDigestAuth.handle_401`).
    pub fn add_cookies(&mut self, cookies: &[Cookie]) {
        for cookie in cookies {
            self.cookies.set(cookie.clone());
        }
        // Nothing has expired then: the jar was freed of expired cookies when it was merged.
        self.put_cookies(UNIX_EPOCH);
    }

    /// Puts `Cookie` in, unless one was given (`prepare_cookies`).
    pub(super) fn put_cookies(&mut self, now: SystemTime) {
        self.cookies.drop_expired(now);
        if self.headers.contains("cookie") {
            return;
        }
        let given = self.headers.first("host").filter(|_| self.is_host_given);
        let header = match given {
            Some(host) => self.cookies.header(&self.url.for_host(host), now),
            None => self.cookies.header(&self.url, now),
        };
        if let Some(header) = header {
            self.headers.set("Cookie", header);
        }
    }

    /// `prepare_body`: files, else data, else json.
    fn put_body(&mut self, request: &Request) -> Result<(), Error> {
        let mut content_type = None;
        let files = request.files.as_deref().unwrap_or_default();
        let data = request.data.as_ref().filter(|data| !is_falsy(data));
        if let Some(json) = request.json.as_ref().filter(|_| data.is_none()) {
            self.body = Body::Bytes(json.as_slice().into());
            content_type = Some("application/json".to_owned());
        }
        if !files.is_empty() {
            let fields = match data {
                None => &[],
                Some(Data::Form(fields)) => fields.as_slice(),
                Some(_) => return Err(not_fields()),
            };
            let (body, boundary) = multipart::encode(fields, files, request.boundary.as_deref())?;
            self.body = body;
            content_type = Some(format!("multipart/form-data; boundary={boundary}"));
        } else if let Some(data) = data {
            self.body = match data {
                Data::Text(text) => Body::Bytes(text.as_bytes().into()),
                Data::Bytes(bytes) => Body::Bytes(bytes.as_slice().into()),
                Data::Stream(upload) => Body::Stream(Arc::clone(upload)),
                Data::Form(pairs) => {
                    content_type = Some("application/x-www-form-urlencoded".to_owned());
                    Body::Bytes(merge::urlencode(pairs).into_bytes().into())
                }
            };
        }
        self.frame();
        if let Some(content_type) = content_type.filter(|_| !self.headers.contains("content-type"))
        {
            self.headers.set("Content-Type", content_type);
        }
        Ok(())
    }

    /// `prepare_content_length`, and `Transfer-Encoding` for what has none.
    fn frame(&mut self) {
        match (&self.body, self.body.length()) {
            (Body::Empty, _) => {
                let has_none = !matches!(self.method.as_str(), "GET" | "HEAD");
                if has_none && !self.headers.contains("Content-Length") {
                    self.headers.set("Content-Length", "0");
                }
            }
            // As in Requests, an empty file has no length to speak of and goes out chunked.
            (Body::Stream(_), None | Some(0)) => {
                if !self.headers.contains("Content-Length") {
                    self.headers.set("Transfer-Encoding", "chunked");
                }
            }
            (_, length) => {
                self.headers.set("Content-Length", length.unwrap_or_default().to_string());
            }
        }
    }

    /// What http.client puts before all other headers.
    fn put_connection_headers(&mut self) {
        if !self.headers.contains("Accept-Encoding") {
            self.headers.push_front("Accept-Encoding", "identity");
        }
        if !self.is_host_given {
            self.headers.push_front("Host", self.url.host_header());
        }
    }
}

/// Data that Python takes for false, beside which `json` counts.
fn is_falsy(data: &Data) -> bool {
    match data {
        Data::Text(text) => text.is_empty(),
        Data::Bytes(bytes) => bytes.is_empty(),
        Data::Form(pairs) => pairs.is_empty(),
        Data::Stream(_) => false,
    }
}

/// A string or a stream cannot be fields of a multipart body.
fn not_fields() -> Error {
    let message = "`data` beside `files` must be a mapping or a list of pairs";
    Error::new(ErrorKind::RequestException, message)
        .help("write the fields as a mapping, or send the text as a file: `{content: …}`")
}
