//! An answered request, as Requests' `Response` shows it.

use super::{Cookie, Headers, Link, PreparedRequest};
use crate::value::{JsonError, Value};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A request and its answer, redirects included.
#[derive(Debug)]
pub struct Exchange {
    /// The last hop's request, as sent.
    pub request: PreparedRequest,
    /// The last hop's response.
    pub response: Response,
    /// The hops before it, oldest first (`response.history`).
    pub history: Vec<Hop>,
    /// The whole exchange: all hops, the body included.
    pub duration: Duration,
}

/// One hop of a redirect.
#[derive(Debug)]
pub struct Hop {
    /// The request as sent.
    pub request: PreparedRequest,
    /// Its response.
    pub response: Response,
}

/// One response.
#[derive(Debug)]
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
    /// The body after content-decoding.
    pub content: Content,
    /// The cookies this response set, as accepted by the jar.
    pub cookies: Vec<Cookie>,
    /// `elapsed`: from sending to the head.
    pub elapsed: Duration,
    /// How long each phase took.
    pub timings: Timings,
    /// `encoding`: given by the caller or by the headers (Requests' `get_encoding_from_headers`).
    pub declared_encoding: Option<String>,
    /// Parsed on first use.
    pub(super) json: OnceLock<Result<Arc<Value>, JsonError>>,
    /// Decoded on first use.
    pub(super) text: OnceLock<Arc<str>>,
}

/// A body after content-decoding.
#[derive(Clone, Debug)]
pub struct Content {
    /// The bytes; of a discarded or saved body only the beginning.
    pub bytes: Arc<[u8]>,
    /// The whole length in bytes.
    pub size: u64,
    /// SHA-256 of the whole, lower-case hex.
    pub sha256: String,
    /// Where it was saved, when it was.
    pub saved: Option<PathBuf>,
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
    /// `ok`: below 400.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.status < 400
    }

    /// `json()`: parsed once.
    ///
    /// # Errors
    /// When the body is not JSON.
    pub fn json(&self) -> Result<&Arc<Value>, &JsonError> {
        todo!()
    }

    /// `text`: decoded once by Requests' charset rules.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        todo!()
    }

    /// `encoding` if declared, else `apparent_encoding`'s guess.
    #[must_use]
    pub fn encoding(&self) -> Option<String> {
        todo!()
    }

    /// `links`: the `Link` header parsed.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        todo!()
    }
}
