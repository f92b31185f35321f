//! A request that came to us: what a mock answers.

use super::{
    Body, Content, Cookie, CookieJar, Error, Exchange, Headers, PreparedRequest, Proxies, Response,
    Timeout, Transport, Url, Verify,
};
use percent_encoding::percent_decode_str;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// A request that was received, beside what an [`Exchange`] holds of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The method as sent.
    pub method: String,
    /// Percent-decoded; begins with a slash.
    pub path: String,
    /// The query's pairs, decoded, in the order sent.
    pub params: Vec<(String, String)>,
    /// The cookies sent, in their order.
    pub cookies: Vec<(String, String)>,
    /// The pairs of a urlencoded form; `None` when the body is said to be something else.
    pub form: Option<Vec<(String, String)>>,
    /// Where it was sent to, by its `Host`: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// Which of its route's calls it is, from 1; 0 when no route was called.
    pub call: u64,
}

impl Received {
    /// The exchange that a request sent to `address` begins: what subjects look at, its headers
    /// and its body, stands where those of a response would, since nobody has answered yet.
    ///
    /// # Errors
    /// When its `Host` and its target make no URL.
    pub fn exchange(
        method: String,
        target: &str,
        headers: Headers,
        body: impl Into<Arc<[u8]>>,
        address: SocketAddr,
    ) -> Result<Exchange, Error> {
        let body: Arc<[u8]> = body.into();
        let host = headers.first("host").filter(|host| !host.is_empty());
        let base_url =
            format!("http://{}", host.map_or_else(|| address.to_string(), str::to_owned));
        let written = format!("{base_url}{target}");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let is_form = headers
            .first("content-type")
            .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with(FORM));
        let received = Received {
            method: method.clone(),
            path: unquote(path),
            params: pairs(query.split('#').next().unwrap_or_default()),
            cookies: headers.all("cookie").flat_map(cookies).collect(),
            form: is_form.then(|| pairs(&String::from_utf8_lossy(&body))),
            base_url,
            call: 0,
        };
        let mut response = Response::new(0, headers.clone(), Content::whole(Arc::clone(&body)));
        response.url.clone_from(&written);
        response.cookies = received.cookies.iter().map(|(name, value)| sent(name, value)).collect();
        let request = PreparedRequest {
            method,
            url: Url::parse(&written)?,
            headers,
            is_host_given: true,
            body: if body.is_empty() { Body::Empty } else { Body::Bytes(body) },
            cookies: CookieJar::default(),
            transport: nowhere(),
            auth: None,
        };
        Ok(Exchange {
            request,
            response,
            history: Vec::new(),
            retried: Vec::new(),
            duration: Duration::ZERO,
            received: Some(Arc::new(received)),
        })
    }
}

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// `%XX` undone; bytes that are not UTF-8 are replaced.
fn unquote(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The pairs of a query or a urlencoded form: blank values kept, empty pieces skipped.
fn pairs(text: &str) -> Vec<(String, String)> {
    let plain = |text: &str| unquote(&text.replace('+', " "));
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

/// The cookies of one `Cookie` line.
fn cookies(line: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = line.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| {
        let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        (name.trim().to_owned(), bare.unwrap_or(value).to_owned())
    })
}

/// A cookie of which only name and value are said, as requests send them.
fn sent(name: &str, value: &str) -> Cookie {
    Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        is_bare: false,
        domain: String::new(),
        domain_specified: false,
        path: "/".to_owned(),
        secure: false,
        http_only: false,
        expires: None,
        rest: Vec::new(),
    }
}

/// Nothing is sent by it: it came to us.
fn nowhere() -> Transport {
    Transport {
        timeout: Timeout::default(),
        max_redirects: None,
        proxies: Proxies::default(),
        session_proxies: Proxies::default(),
        verify: Verify::Default,
        cert: None,
        encoding: None,
        trust_env: false,
        mounts: Arc::default(),
        secrets: Vec::new().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(target: &str, lines: &[(&str, &str)], body: &str) -> Exchange {
        let lines = lines.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        Received::exchange("POST".to_owned(), target, lines.collect(), body.as_bytes(), address)
            .unwrap()
    }

    #[test]
    fn a_request_is_taken_apart() {
        let lines = [
            ("Host", "upstream:8080"),
            ("Cookie", "a=1; b=\"2\""),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let exchange = received("/a%20b/c?x=1&x=2&y=%C3%A9+z", &lines, "k=v&l=");
        let got = exchange.received.unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(got.path, "/a b/c");
        assert_eq!(got.params, [pair("x", "1"), pair("x", "2"), pair("y", "é z")]);
        assert_eq!(got.cookies, [pair("a", "1"), pair("b", "2")]);
        assert_eq!(got.form, Some(vec![pair("k", "v"), pair("l", "")]));
        assert_eq!(exchange.response.url, "http://upstream:8080/a%20b/c?x=1&x=2&y=%C3%A9+z");
    }

    #[test]
    fn without_a_host_the_address_is_where_it_was_sent() {
        let exchange = received("/", &[], "");
        assert_eq!(exchange.received.unwrap().base_url, "http://127.0.0.1:80");
    }
}
