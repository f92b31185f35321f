//! A request that came to us: what a mock answers.

use super::{Error, Headers, Message, Url, charset};
use percent_encoding::percent_decode_str;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method as sent.
    pub method: String,
    /// Where it was sent to.
    pub url: Url,
    /// The path, percent-decoded; begins with a slash.
    pub path: String,
    /// The query's pairs, decoded, in the order sent.
    pub params: Vec<(String, String)>,
    /// The lines as received.
    pub headers: Headers,
    /// The cookies sent, in their order.
    pub cookies: Vec<(String, String)>,
    /// The pairs of a urlencoded form; `None` when the body is said to be something else.
    pub form: Option<Vec<(String, String)>>,
    /// The body.
    pub message: Message,
    /// Where it was sent to, by its `Host`, without the path: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// Which of its route's calls it is, from 1; 0 when no route was called.
    pub call: u64,
    /// When it had come.
    pub received: SystemTime,
}

impl Received {
    /// A request for `target` that came to `address` now.
    ///
    /// # Errors
    /// When its `Host` and its target make no URL.
    pub fn new(
        method: String,
        target: &str,
        headers: Headers,
        body: impl Into<Arc<[u8]>>,
        address: SocketAddr,
    ) -> Result<Received, Error> {
        let body: Arc<[u8]> = body.into();
        let host = headers.first("host").filter(|host| !host.is_empty());
        let base_url =
            format!("http://{}", host.map_or_else(|| address.to_string(), str::to_owned));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let is_form = headers
            .first("content-type")
            .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with(FORM));
        Ok(Received {
            method,
            url: Url::parse(&format!("{base_url}{target}"))?,
            path: unquote(path),
            params: pairs(query.split('#').next().unwrap_or_default()),
            cookies: headers.all("cookie").flat_map(cookies).collect(),
            form: is_form.then(|| pairs(&String::from_utf8_lossy(&body))),
            message: Message::new(body, declared(&headers)),
            headers,
            base_url,
            call: 0,
            received: SystemTime::now(),
        })
    }

    /// Method, path and query as sent.
    #[must_use]
    pub fn shown(&self) -> String {
        let query = self.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{} {}{query}", self.method, self.url.path())
    }
}

/// The charset that is said, which Requests' own for text is not.
fn declared(headers: &Headers) -> Option<String> {
    let is_said = headers.first("content-type").is_some_and(|kind| kind.contains("charset"));
    if is_said { charset::encoding_from_headers(headers) } else { None }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn received(target: &str, lines: &[(&str, &str)], body: &str) -> Received {
        let lines = lines.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        Received::new("POST".to_owned(), target, lines.collect(), body.as_bytes(), address).unwrap()
    }

    #[test]
    fn a_request_is_taken_apart() {
        let lines = [
            ("Host", "upstream:8080"),
            ("Cookie", "a=1; b=\"2\""),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let got = received("/a%20b/c?x=1&x=2&y=%C3%A9+z", &lines, "k=v&l=");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(got.path, "/a b/c");
        assert_eq!(got.params, [pair("x", "1"), pair("x", "2"), pair("y", "é z")]);
        assert_eq!(got.cookies, [pair("a", "1"), pair("b", "2")]);
        assert_eq!(got.form, Some(vec![pair("k", "v"), pair("l", "")]));
        assert_eq!(got.url.as_str(), "http://upstream:8080/a%20b/c?x=1&x=2&y=%C3%A9+z");
    }

    #[test]
    fn without_a_host_the_address_is_where_it_was_sent() {
        let got = received("/", &[], "");
        assert_eq!(got.base_url, "http://127.0.0.1:80");
    }
}
