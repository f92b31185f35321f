//! Sending one prepared request over one connection (Requests' `HTTPAdapter`). The only door to
//! ureq, and the only part of `http/` that touches a socket.

use super::{Error, Headers, PreparedRequest, Timings, Url};
use std::fmt;
use std::io::Read;

/// Sends prepared requests; keeps connections.
pub trait Adapter: Send + Sync + fmt::Debug {
    /// Sends `request` and reads the answer's head. No redirects, no cookies, no decoding.
    /// `proxy` is the proxy for this hop, already chosen.
    ///
    /// # Errors
    /// Any [`super::ErrorKind`] of connecting, sending and reading a head.
    fn send(&self, request: &PreparedRequest, proxy: Option<&Url>) -> Result<RawResponse, Error>;
}

/// An answer whose body has not been read. Reading the body to its end gives the connection
/// back; dropping it earlier closes the connection, as Requests does.
pub struct RawResponse {
    /// 100 to 999.
    pub status: u16,
    /// The reason phrase as sent; may be empty.
    pub reason: String,
    /// 10 or 11.
    pub version: u8,
    /// The lines as received.
    pub headers: Headers,
    /// The body's bytes, transfer coding undone, content coding not. Read errors carry a
    /// [`super::Error`] inside the [`std::io::Error`].
    pub body: Box<dyn Read + Send>,
    /// How long each phase took.
    pub timings: Timings,
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("status", &self.status).finish_non_exhaustive()
    }
}
