//! Requests' `PreparedRequest`: every byte decided, nothing sent.
//!
//! ```text
//! Request over session ─▶ method, url ─▶ headers ─▶ cookies ─▶ body ─▶ auth ─▶ Host
//! ```
//!
//! The order is Requests': it decides where each header stands.

mod merge;

/// How a request is carried that no session stands beneath: `verify` with the environment's
/// bundles, `cert`, `timeout`.
#[must_use]
pub fn carriage(request: &Request, environment: &Environment) -> Transport {
    merge::transport(request, &Request::default(), environment, "GET")
}

use super::auth::Basic;
use super::{
    Auth, Body, Cert, Cookie, CookieJar, Data, Environment, Error, ErrorKind, HeaderLines, Headers,
    Mapping, Mounts, Proxies, Request, Sealing, Timeout, Url, Verify, header_bytes, multipart,
    redirect, refuse_cut,
};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
    /// The session's adapters, for every hop.
    pub mounts: Arc<Mounts>,
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
    refuse_cut(&request.url, &request.secrets, ErrorKind::InvalidURL)?;
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
    // Once more: http.client refuses line ends in what cookies and auth have added, too.
    merge::check_headers(&prepared.headers)?;
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
        if body.is_empty() || body.length().is_none_or(|length| length == 0) {
            self.headers.remove("Content-Length");
        }
        self.body = body;
        self.frame();
    }

    /// Puts headers in place of those of their names; none takes them away. A `Host` stands where
    /// it is given: the one that is there otherwise is http.client's.
    pub fn set_headers(&mut self, headers: &Mapping<HeaderLines>) {
        for (name, lines) in headers {
            if name.eq_ignore_ascii_case("host") {
                if !self.is_host_given {
                    self.headers.remove(name);
                }
                self.is_host_given = lines.is_some();
            }
            self.headers.set_all(name, lines.iter().flatten().cloned());
        }
    }

    /// What http.client and urllib3 add when a request that somebody edited goes out.
    ///
    /// # Errors
    /// `InvalidHeader` when a header cannot go out; `RequestException` when the method is no token.
    pub fn settle(&mut self) -> Result<(), Error> {
        method(Some(&self.method))?;
        merge::check_headers(&self.headers)?;
        let method = self.method.to_ascii_uppercase();
        let is_framed =
            self.headers.contains("Content-Length") || self.headers.contains("Transfer-Encoding");
        if self.is_chunked() && !is_framed {
            self.headers.push_behind("Host", "Transfer-Encoding", "chunked");
        }
        if self.body.is_empty() && !is_framed && !redirect::WITHOUT_BODY.contains(&&*method) {
            self.headers.push_behind("Host", "Content-Length", "0");
        }
        if !self.headers.contains("Accept-Encoding") {
            self.headers.push_behind("Host", "Accept-Encoding", "identity");
        }
        if !self.headers.contains("Host") {
            self.is_host_given = false;
            self.headers.push_front("Host", self.url.host_header());
        }
        Ok(())
    }

    /// Puts on the seal of auth that covers what goes out; nothing is edited behind it.
    ///
    /// # Errors
    /// As [`super::Seal::put`].
    pub fn seal(
        &mut self,
        environment: &Environment,
        now: SystemTime,
        deadline: Option<Instant>,
    ) -> Result<(), Error> {
        let Some(auth) = self.auth.clone() else { return Ok(()) };
        let Some(seal) = auth.seal() else { return Ok(()) };
        seal.put(self, &Sealing { environment, now, deadline })?;
        merge::check_headers(&self.headers)
    }

    /// Takes a seal off; for good where `Authorization` does not go either.
    pub(super) fn unseal(&mut self, is_for_good: bool) {
        let Some(auth) = self.auth.clone() else { return };
        let Some(seal) = auth.seal() else { return };
        seal.lift(self);
        if is_for_good {
            self.auth = None;
        }
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
        let target = self.url.request_target();
        let mut bytes = format!("{} {target} HTTP/1.1\r\n", self.method).into_bytes();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{AUTH_KINDS, Chunks, CookieSpec, FilePart, PartContent};
    use crate::registry::find;
    use crate::value::Value;
    use std::path::PathBuf;
    use std::time::Duration;

    /// A request over no session in an environment.
    fn prepared_in(request: &Request, session: &Request, variables: &[(&str, &str)]) -> Out {
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let environment = Environment::new(Arc::new(variables.collect()));
        prepare(request, session, &CookieJar::default(), &environment, UNIX_EPOCH)
    }

    type Out = Result<PreparedRequest, Error>;

    fn get(url: &str) -> Request {
        Request { url: url.to_owned(), ..Request::default() }
    }

    fn prepared(request: &Request) -> PreparedRequest {
        prepared_in(request, &Request::default(), &[]).unwrap()
    }

    fn auth(key: &str, argument: &str) -> Option<Option<Arc<dyn Auth>>> {
        let argument = Value::from_json(argument.as_bytes()).unwrap();
        Some(Some((find(AUTH_KINDS, key).unwrap().build)(&argument).unwrap()))
    }

    /// The Authorization header with a netrc file that has `net:rc` for every host.
    fn authorization(request: &Request, session: &Request) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("netrc");
        std::fs::write(&path, "default login net password rc").unwrap();
        let prepared = prepared_in(request, session, &[("NETRC", path.to_str().unwrap())]).unwrap();
        prepared.headers.get("authorization")
    }

    #[test]
    fn auth_comes_from_the_request_the_session_netrc_and_the_url_in_turn() {
        let of =
            |user: &str, password: &str| Some(crate::http::auth::basic_credentials(user, password));
        let nothing = Request::default();
        let session = Request { auth: auth("basic", "[\"s\", \"s\"]"), ..Request::default() };
        let untrusted = Request { trust_env: Some(false), ..Request::default() };
        let url = get("http://u:p@h.example/");
        let own = Request { auth: auth("basic", "[\"r\", \"r\"]"), ..url.clone() };
        let none = Request { auth: Some(None), ..url.clone() };
        let netrc = Request { auth: auth("netrc", "true"), ..url.clone() };
        assert_eq!(authorization(&own, &session), of("r", "r"));
        assert_eq!(authorization(&url, &session), of("s", "s"));
        assert_eq!(authorization(&url, &nothing), of("net", "rc"));
        assert_eq!(authorization(&url, &untrusted), of("u", "p"));
        assert_eq!(authorization(&none, &session), None);
        assert_eq!(authorization(&netrc, &session), of("net", "rc"));
    }

    #[test]
    fn the_kinds_of_auth_sign_their_headers() {
        for (key, argument, line) in [
            ("bearer", "\"t\"", "Authorization: Bearer t"),
            ("header", "{\"X-Pizza\": \"me\"}", "X-Pizza: me"),
            ("proxy_basic", "[\"u\", \"p\"]", "Proxy-Authorization: Basic dTpw"),
        ] {
            let request = Request { auth: auth(key, argument), ..get("http://h.example/") };
            let head = String::from_utf8(prepared(&request).head_bytes()).unwrap();
            assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
        }
    }

    #[test]
    fn the_environments_bundle_goes_before_the_sessions_verify_and_after_the_requests() {
        let bundle = |path: &str| Verify::Bundle(PathBuf::from(path));
        let verify = |own: Option<Verify>, session: Option<Verify>, trust: bool| {
            let request = Request { verify: own, ..get("https://h.example/") };
            let session = Request { verify: session, trust_env: Some(trust), ..Request::default() };
            let variables = [("CURL_CA_BUNDLE", "curl.pem"), ("REQUESTS_CA_BUNDLE", "")];
            prepared_in(&request, &session, &variables).unwrap().transport.verify
        };
        assert_eq!(verify(None, None, true), bundle("curl.pem"));
        assert_eq!(verify(None, Some(Verify::Off), true), bundle("curl.pem"));
        assert_eq!(verify(Some(Verify::Off), None, true), Verify::Off);
        assert_eq!(verify(Some(bundle("own.pem")), None, true), bundle("own.pem"));
        assert_eq!(verify(None, Some(bundle("s.pem")), false), bundle("s.pem"));
        assert_eq!(verify(None, None, false), Verify::Default);
    }

    #[test]
    fn a_line_end_in_a_token_or_cookie_is_refused() {
        let cookie = CookieSpec {
            name: "a".to_owned(),
            value: Some("x\r\nB: c".to_owned()),
            domain: None,
            path: None,
            secure: false,
        };
        for request in [
            Request { auth: auth("bearer", "\"t\\n\""), ..get("http://h.example/") },
            Request { cookies: vec![cookie], ..get("http://h.example/") },
        ] {
            let error = prepared_in(&request, &Request::default(), &[]).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidHeader);
        }
    }

    #[test]
    fn redirects_are_followed_but_for_head() {
        let limit = |request: Request| prepared(&request).transport.max_redirects;
        let head = Request { method: Some("head".to_owned()), ..get("http://h.example/") };
        assert_eq!(limit(get("http://h.example/")), Some(30));
        assert_eq!(limit(head.clone()), None);
        assert_eq!(limit(Request { allow_redirects: Some(true), ..head }), Some(30));
        let none = Request { max_redirects: Some(0), ..get("http://h.example/") };
        assert_eq!(limit(none), Some(0));
    }

    #[test]
    fn the_host_follows_the_url_unless_it_was_given() {
        let to = || Url::parse("http://other.example:81/").unwrap();
        let mut request = prepared(&get("http://h.example/"));
        request.retarget(to());
        assert_eq!(request.headers.iter().next(), Some(("Host", "other.example:81")));
        let own = vec![("host".to_owned(), Some(vec!["mine".to_owned()]))];
        let mut request = prepared(&Request { headers: own, ..get("http://h.example/") });
        request.retarget(to());
        assert_eq!(request.headers.get("host").as_deref(), Some("mine"));
    }

    #[test]
    fn another_body_is_framed_anew() {
        let post = Request {
            method: Some("POST".to_owned()),
            data: Some(Data::Text("old body".to_owned())),
            ..get("http://h.example/")
        };
        let mut request = prepared(&post);
        let framing = |request: &PreparedRequest| {
            let header = |name| request.headers.get(name);
            (header("content-length"), header("transfer-encoding"), request.is_chunked())
        };
        request.set_body(Body::Stream(Arc::new(Chunks(vec![b"x".to_vec()]))));
        assert_eq!(framing(&request), (None, Some("chunked".to_owned()), true));
        request.set_body(Body::Bytes(b"new".as_slice().into()));
        assert_eq!(framing(&request), (Some("3".to_owned()), None, false));
        request.set_body(Body::Empty);
        assert_eq!(framing(&request), (Some("0".to_owned()), None, false));
    }

    #[test]
    fn expired_cookies_stay_at_home() {
        let mut jar = CookieJar::default();
        let lines = [("Set-Cookie".to_owned(), "a=1; Max-Age=10".to_owned())];
        let url = Url::parse("http://h.example/").unwrap();
        jar.extract(&lines.into_iter().collect(), &url, UNIX_EPOCH);
        let sent = |after: u64| {
            let now = UNIX_EPOCH + Duration::from_secs(after);
            let environment = Environment::default();
            let request = get("http://h.example/");
            let prepared = prepare(&request, &Request::default(), &jar, &environment, now);
            prepared.unwrap().headers.get("cookie")
        };
        assert_eq!(sent(9).as_deref(), Some("a=1"));
        assert_eq!(sent(10), None);
    }

    #[test]
    fn a_requests_cookie_replaces_the_sessions_own_and_null_removes_it() {
        let spec = |value: Option<&str>| CookieSpec {
            name: "a".to_owned(),
            value: value.map(str::to_owned),
            domain: None,
            path: None,
            secure: false,
        };
        let session = Request { cookies: vec![spec(Some("1"))], ..Request::default() };
        let sent = |own: Vec<CookieSpec>| {
            let request = Request { cookies: own, ..get("http://h.example/") };
            prepared_in(&request, &session, &[]).unwrap().headers.get("cookie")
        };
        assert_eq!(sent(vec![]).as_deref(), Some("a=1"));
        assert_eq!(sent(vec![spec(Some("2"))]).as_deref(), Some("a=2"));
        assert_eq!(sent(vec![spec(None)]), None);
    }

    #[test]
    fn the_same_parts_give_the_same_boundary_and_others_another() {
        let content_type = |content: &str| {
            let file = FilePart {
                filename: None,
                content: PartContent::Bytes(content.as_bytes().to_vec()),
                content_type: None,
                headers: Vec::new(),
            };
            let files = Some(vec![("f".to_owned(), file)]);
            let method = Some("POST".to_owned());
            let request = Request { method, files, ..get("http://h.example/") };
            prepared(&request).headers.get("content-type").unwrap()
        };
        assert_eq!(content_type("a"), content_type("a"));
        assert_ne!(content_type("a"), content_type("b"));
        let boundary = content_type("a").split_once("boundary=").unwrap().1.to_owned();
        assert_eq!(boundary.len(), 32);
    }

    #[test]
    fn a_part_without_a_length_makes_the_body_chunked() {
        let file = FilePart {
            filename: Some("f".to_owned()),
            content: PartContent::Stream(Arc::new(Chunks(vec![b"x".to_vec()]))),
            content_type: None,
            headers: Vec::new(),
        };
        let files = Some(vec![("f".to_owned(), file)]);
        let method = Some("POST".to_owned());
        let request = prepared(&Request { method, files, ..get("http://h.example/") });
        assert_eq!(request.headers.get("transfer-encoding").as_deref(), Some("chunked"));
        assert!(request.is_chunked());
    }
}
