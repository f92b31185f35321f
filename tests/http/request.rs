//! Prepared requests for the other tests, and a client to send them.

use runner::http::{
    Body, Client, ClientOptions, Content, CookieJar, Environment, Exchange, Failure, Headers,
    Network, PreparedRequest, Sink, Timeout, Transport, Url, Verify,
};
use runner::world::SystemClock;
use std::sync::Arc;

/// A request with a `Host` header alone.
pub(crate) fn request(method: &str, url: &str) -> PreparedRequest {
    let url = Url::parse(url).unwrap();
    let mut headers = Headers::default();
    headers.push("Host", url.host_header());
    PreparedRequest {
        method: method.to_owned(),
        url,
        headers,
        is_host_given: false,
        body: Body::Empty,
        cookies: CookieJar::default(),
        transport: Transport {
            timeout: Timeout::default(),
            max_redirects: Some(30),
            proxies: Vec::new(),
            session_proxies: Vec::new(),
            verify: Verify::Default,
            cert: None,
            encoding: None,
            trust_env: false,
            mounts: Arc::default(),
            secrets: Arc::new([]),
        },
        auth: None,
    }
}

pub(crate) fn get(url: &str) -> PreparedRequest {
    request("GET", url)
}

/// A POST of bytes with their length.
pub(crate) fn post(url: &str, body: &[u8]) -> PreparedRequest {
    let mut request = request("POST", url);
    request.headers.push("Content-Length", body.len().to_string());
    request.body = Body::Bytes(body.into());
    request
}

pub(crate) fn options() -> ClientOptions {
    ClientOptions {
        jobs: 4,
        network: Network::default(),
        environment: Environment::default(),
        clock: Arc::new(SystemClock),
    }
}

pub(crate) fn client() -> Client {
    Client::new(options())
}

/// Sends with an empty jar, the body into memory.
pub(crate) fn send(client: &Client, request: PreparedRequest) -> Result<Exchange, Box<Failure>> {
    client.send(request, &mut CookieJar::default(), &Sink::Memory)
}

/// The error a fresh client ends in, as it is shown.
pub(crate) fn error(request: PreparedRequest) -> String {
    send(&client(), request).unwrap_err().error.to_string()
}

pub(crate) fn text(content: &Content) -> String {
    String::from_utf8_lossy(&content.bytes).into_owned()
}
