//! A request as the handlers see it, which is as WSGI and Werkzeug show it to httpbin.

use super::percent;
use super::shared::Shared;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// A request, read to its end.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: String,
    /// Percent-decoded, bytes that are not UTF-8 replaced; begins with one slash.
    pub(super) path: String,
    /// As sent, without the question mark.
    pub(super) query: String,
    /// In the order sent: names in title case, repeated ones joined by a comma, values as Latin-1.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) peer: IpAddr,
    /// What the braces of the route's pattern stand for, in order.
    pub(super) parts: Vec<String>,
    pub(super) shared: &'a Shared,
}

impl Request<'_> {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What the brace with this number, from 0, stands for.
    pub(super) fn part(&self, number: usize) -> &str {
        self.parts.get(number).map_or("", String::as_str)
    }

    /// An `{n:int}` of the pattern; the largest there is when it has too many digits.
    pub(super) fn int_part(&self, number: usize) -> u64 {
        self.part(number).parse().unwrap_or(u64::MAX)
    }

    /// The query's pairs.
    pub(super) fn args(&self) -> Vec<(String, String)> {
        percent::pairs(&self.query)
    }

    /// The first value of a query argument, whatever the case of its name.
    pub(super) fn arg(&self, name: &str) -> Option<String> {
        self.args().into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The scheme a proxy in front says it was reached by, `http` otherwise.
    pub(super) fn scheme(&self) -> &str {
        let forwarded = ["X-Forwarded-Proto", "X-Forwarded-Protocol"]
            .into_iter()
            .find_map(|name| self.header(name).filter(|value| !value.is_empty()));
        match forwarded {
            Some(scheme) => scheme,
            None if self.header("X-Forwarded-Ssl") == Some("on") => "https",
            None => "http",
        }
    }

    /// The `Host` header, without the scheme's own port; the server's address when there is none.
    pub(super) fn host(&self) -> String {
        let host = match self.header("Host") {
            Some(host) if !host.is_empty() => host.to_ascii_lowercase(),
            _ => self.shared.address.to_string(),
        };
        let port = if self.scheme() == "https" { ":443" } else { ":80" };
        host.strip_suffix(port).map(str::to_owned).unwrap_or(host)
    }

    /// The whole URL, readable: what can be shown unescaped is.
    pub(super) fn url(&self) -> String {
        let path = percent::quote(self.path.as_bytes(), percent::PATH_SAFE);
        let path = percent::readable(&path, b"/?#");
        let mut url = format!("{}://{}{path}", self.scheme(), self.host());
        if !self.query.is_empty() {
            let query = percent::quote(self.query.as_bytes(), percent::QUERY_SAFE);
            url.push('?');
            url.push_str(&percent::readable(&query, b"&=+#"));
        }
        url
    }

    /// An absolute URL of this server for `path`.
    pub(super) fn absolute(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.host())
    }

    /// The client, as the proxy in front says or as the socket does.
    pub(super) fn origin(&self) -> String {
        self.header("X-Forwarded-For").map_or_else(|| self.peer.to_string(), str::to_owned)
    }
}

/// Pairs as an object; a name given several times has a list.
pub(super) fn flatten(pairs: Vec<(String, String)>) -> Value {
    let mut object = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        match object.get_mut(&name) {
            None => {
                object.insert(name, value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(object)
}
