//! An answered request, as Requests' `Response` shows it.

use super::{
    Cookie, Headers, LineFormat, LinesRead, Link, PreparedRequest, Retried, charset, parse_links,
};
use crate::value::{JsonError, Value};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

/// A request and its answer, redirects included.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The last hop's request, as sent.
    pub request: PreparedRequest,
    /// The last hop's response.
    pub response: Response,
    /// The hops before it, oldest first (`response.history`).
    pub history: Vec<Hop>,
    /// The tries that an adapter followed with another, of all hops, oldest first.
    pub retried: Vec<Retried>,
    /// The whole exchange: all hops, the body included.
    pub duration: Duration,
}

/// One hop of a redirect.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The request as sent.
    pub request: PreparedRequest,
    /// Its response.
    pub response: Response,
}

/// One response.
#[derive(Clone, Debug)]
pub struct Response {
    /// `status_code`.
    pub status: u16,
    /// `reason`, as the server spelt it.
    pub reason: String,
    /// 10 or 11.
    pub version: u8,
    /// The lines as received.
    pub headers: Headers,
    /// `url`: the request's, fragment included.
    pub url: String,
    /// `next`: where it redirects to, when redirects are not followed.
    pub next: Option<String>,
    /// The body after content-decoding.
    pub content: Content,
    /// The cookies this response set, as accepted by the jar.
    pub cookies: Vec<Cookie>,
    /// When the head had come.
    pub received: SystemTime,
    /// `elapsed`: from sending to the head.
    pub elapsed: Duration,
    /// How long each phase took.
    pub timings: Timings,
    /// The server's own certificate (DER) when the connection to it is TLS, new or reused; `None`
    /// over plain HTTP, also when the proxy in between is reached by TLS.
    pub peer_certificate: Option<Arc<[u8]>>,
    /// `encoding`: given by the caller or by the headers (Requests' `get_encoding_from_headers`).
    pub declared_encoding: Option<String>,
    /// Parsed on first use.
    pub(super) json: OnceLock<Result<Arc<Value>, JsonError>>,
    /// Decoded on first use.
    pub(super) text: OnceLock<Arc<str>>,
}

/// A body after content-decoding.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The bytes; of a discarded or saved body only the beginning.
    pub bytes: Arc<[u8]>,
    /// The whole length in bytes.
    pub size: u64,
    /// Where it was saved, when it was.
    pub saved: Option<PathBuf>,
    /// What was read of it when it was read line by line; the bytes are those of these lines.
    pub lines: Option<Arc<LinesRead>>,
    /// Taken on first use when the whole body is there, else while it went by.
    digest: OnceLock<Option<String>>,
}

impl Content {
    /// A body that is whole in memory.
    #[must_use]
    pub fn whole(bytes: impl Into<Arc<[u8]>>) -> Content {
        let bytes = bytes.into();
        let size = bytes.len() as u64;
        Content { bytes, size, saved: None, lines: None, digest: OnceLock::new() }
    }

    /// A body of which only the beginning is in memory, its SHA-256 when that was taken.
    #[must_use]
    pub fn beginning(bytes: Vec<u8>, size: u64, sha256: Option<Vec<u8>>) -> Content {
        if size == bytes.len() as u64 && sha256.is_none() {
            return Content::whole(bytes);
        }
        let digest = OnceLock::from(sha256.map(|digest| hex(&digest)));
        Content { bytes: bytes.into(), size, saved: None, lines: None, digest }
    }

    /// Whether `bytes` is all of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.size == self.bytes.len() as u64
    }

    /// SHA-256 of the whole, lower-case hex. `None` when the body went by without it: a
    /// [`super::Sink`] that keeps no body has to be asked for it.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        self.digest
            .get_or_init(|| self.is_whole().then(|| hex(&Sha256::digest(&self.bytes))))
            .as_deref()
    }
}

/// Lower-case hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How long the phases of one hop took. `None` where there was none, as on a reused connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Asking for the address.
    pub dns: Option<Duration>,
    /// The TCP (or unix, or SOCKS) connection.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// Sending head and body.
    pub send: Option<Duration>,
    /// Until the head's first byte.
    pub wait: Option<Duration>,
    /// Until the body's last byte.
    pub receive: Option<Duration>,
    /// Whether the connection was used before.
    pub is_reused: bool,
}

impl Response {
    /// A response of HTTP/1.1 as if it had come from nowhere: reason, URL, cookies and times are
    /// empty until they are set.
    #[must_use]
    pub fn new(status: u16, headers: Headers, content: Content) -> Response {
        let declared_encoding = charset::encoding_from_headers(&headers);
        Response {
            status,
            reason: String::new(),
            version: 11,
            headers,
            url: String::new(),
            next: None,
            content,
            cookies: Vec::new(),
            received: SystemTime::UNIX_EPOCH,
            elapsed: Duration::ZERO,
            timings: Timings::default(),
            peer_certificate: None,
            declared_encoding,
            json: OnceLock::new(),
            text: OnceLock::new(),
        }
    }

    /// Puts another body in place: `text` and `json` are made from it anew.
    pub fn set_content(&mut self, content: Content) {
        self.content = content;
        self.json = OnceLock::new();
        self.text = OnceLock::new();
    }

    /// `ok`: no error by its class, which is 4xx and 5xx (`raise_for_status`).
    #[must_use]
    pub fn ok(&self) -> bool {
        !(400..600).contains(&self.status)
    }

    /// `json()`: parsed once, decoded first by Requests' rules. Of lines that are data the list.
    ///
    /// # Errors
    /// When the body is not JSON.
    pub fn json(&self) -> Result<&Arc<Value>, &JsonError> {
        let parse = || {
            if let Some(lines) = self.data_lines() {
                return Ok(Arc::clone(lines));
            }
            let declared = self.declared_encoding.as_deref();
            let text = charset::json_text(&self.content.bytes, declared);
            Value::from_json(text.as_bytes()).map(Arc::new)
        };
        self.json.get_or_init(parse).as_ref()
    }

    /// The list of the lines that were read, when they are data and were kept.
    #[must_use]
    pub fn data_lines(&self) -> Option<&Arc<Value>> {
        let lines = self.content.lines.as_ref()?;
        lines.all.as_ref().filter(|_| lines.format != LineFormat::Text)
    }

    /// Puts another body in place of the one that came, as JSON in UTF-8.
    pub fn replace_json(&mut self, value: Value) {
        let saved = self.content.saved.take();
        self.content = Content { saved, ..Content::whole(value.to_json().into_bytes()) };
        self.declared_encoding = Some("utf-8".to_owned());
        self.text = OnceLock::new();
        self.json = OnceLock::from(Ok(Arc::new(value)));
    }

    /// `text`: decoded once by Requests' charset rules.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| {
            let encoding = self.encoding().unwrap_or_default();
            Arc::from(&*charset::decode(&self.content.bytes, &encoding))
        })
    }

    /// `encoding` if declared, else `apparent_encoding`'s guess.
    #[must_use]
    pub fn encoding(&self) -> Option<String> {
        let guess = || charset::apparent_encoding(&self.content.bytes);
        Some(self.declared_encoding.clone().unwrap_or_else(guess))
    }

    /// `links`: the `Link` header parsed.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        self.headers.get("link").map_or_else(Vec::new, |value| parse_links(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_a_whole_body_is_taken_when_asked_for() {
        let content = Content::whole(*b"abc");
        assert_eq!(
            content.sha256(),
            Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
    }

    #[test]
    fn the_digest_of_a_body_that_went_by_is_known_only_if_it_was_taken() {
        assert_eq!(Content::beginning(b"ab".to_vec(), 3, None).sha256(), None);
        assert_eq!(
            Content::beginning(b"ab".to_vec(), 3, Some(vec![1, 0xAB])).sha256(),
            Some("01ab")
        );
    }
}
