//! An answer taken apart, and what of it is compared.

use crate::cases::Look;
use serde_json::Value;
use std::io::Read as _;

/// Headers that are each server's own. gunicorn takes `Proxy-Authenticate` for one of the
/// connection and drops it.
const OWN: &[&str] = &["Date", "Server", "Connection", "Transfer-Encoding", "Proxy-Authenticate"];

#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    pub(super) fn parse(bytes: &[u8], has_body: bool) -> Response {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(bytes)));
        let head: String = bytes[..end].iter().map(|&byte| char::from(byte)).collect();
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.trim().to_owned())
        };
        let headers = lines.map(header).collect();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut response = Response { status, line, headers, body: bytes[end + 4..].to_vec() };
        if has_body && response.header("Transfer-Encoding") == Some("chunked") {
            response.body = joined(&response.body);
        }
        response
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The status line, the headers in order of name, and the body, without what is random.
    pub(super) fn comparable(&self, look: Look) -> String {
        let hides_length = look != Look::All;
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()))
            .filter(|(name, _)| !(hides_length && name == "Content-Length"))
            .map(|(name, value)| format!("{name}: {}", steady(name, value, look)))
            .collect();
        headers.sort();
        let body = match look {
            Look::All | Look::Random => String::from_utf8_lossy(&self.body).into_owned(),
            Look::Coded => String::from_utf8(self.decoded()).unwrap(),
            Look::Length => format!("{} bytes", self.body.len()),
            Look::Head => String::new(),
        };
        format!("{}\n{}\n\n{body}", self.line, headers.join("\n"))
    }

    fn decoded(&self) -> Vec<u8> {
        let mut decoded = Vec::new();
        let body = self.body.as_slice();
        match self.header("Content-Encoding") {
            Some("gzip") => flate2::read::GzDecoder::new(body).read_to_end(&mut decoded),
            Some("deflate") => flate2::read::ZlibDecoder::new(body).read_to_end(&mut decoded),
            _ => brotli_decompressor::Decompressor::new(body, 4096).read_to_end(&mut decoded),
        }
        .unwrap();
        decoded
    }
}

/// A header's value with nonces, identifiers and unordered lists made the same.
fn steady(name: &str, value: &str, look: Look) -> String {
    match name {
        "Allow" => {
            let mut methods: Vec<&str> = value.split(", ").collect();
            methods.sort_unstable();
            methods.join(", ")
        }
        "WWW-Authenticate" => regex::Regex::new("(nonce|opaque)=\"[0-9a-f]+\"")
            .unwrap()
            .replace_all(value, "$1")
            .into_owned(),
        "ETag" | "Last-Modified" if look == Look::Random => format!("{} bytes", value.len()),
        _ => value.to_owned(),
    }
}

/// A chunked body in one piece.
fn joined(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = std::str::from_utf8(&bytes[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + size + 4..];
    }
}
