//! Sending one prepared request over one connection (Requests' `HTTPAdapter`). The only door to
//! ureq, and the only part of `http/` that touches a socket.
//!
//! ```text
//! PreparedRequest ─▶ pool ──(idle)──────────────────────────────▶ exchange ─▶ RawResponse
//!                      └─(none)─▶ connect: DNS ▶ TCP ▶ proxy ▶ TLS ─▲            │
//!                      ▲                                                        │ body read
//!                      └────────────────────────────────────────────────────────┘ to its end
//! ```
//!
//! What is ureq's here: its resolver asks for addresses. Its run loop is not used, for three
//! reasons that no connector of ours could mend: it spins for ever on a body shorter than its
//! length, it asks for the address again on every request, and it gives the head as a map, in
//! which order and case are lost. So the bytes of a head, the connections and the reading are ours,
//! by the rules of Python's http.client and urllib3. Its protocol core knew nothing then that we
//! did not tell it, for an eighth of the instructions of a run.
//!
//! Nothing is ever sent a second time unasked, as in Requests: an idle connection is looked at
//! before it is used, without blocking, and replaced when the server has closed it or sent
//! something unasked; what breaks after that is an error.
//!
//! `Expect: 100-continue` goes out as any header; the body follows at once, as http.client does
//! it, and interim answers are skipped.

mod body;
mod chunked;
mod ciphers;
mod connect;
mod connection;
mod conversation;
mod fault;
mod head;
mod identity;
mod live;
mod pool;
mod route;
mod sender;
mod session;
mod socks;
mod stream;
mod tls;
mod tls_message;
mod trust;
mod tunnel;

pub use body::Ends;
pub use ciphers::Cipher;
pub use conversation::{Accepted, Conversation, Door, Tls, Way};
pub use fault::{reason, seconds};
pub use session::HttpAdapter;
pub use stream::SocketName;

use super::{Error, Headers, PreparedRequest, Timings, Url};
use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

/// Sends prepared requests; keeps connections.
pub trait Adapter: Send + Sync + fmt::Debug {
    /// Sends `request` and reads the answer's head. No redirects, no cookies, no decoding.
    /// `proxy` is the proxy for this hop, already chosen; `deadline` is when the whole exchange
    /// must be over, the body's reading included.
    ///
    /// # Errors
    /// Any [`super::ErrorKind`] of connecting, sending and reading a head.
    fn send(
        &self,
        request: &PreparedRequest,
        proxy: Option<&Url>,
        deadline: Option<Instant>,
    ) -> Result<RawResponse, Error>;

    /// Opens a connection that no HTTP is spoken over.
    ///
    /// # Errors
    /// Those of connecting.
    fn open(&self, door: &Door, deadline: Option<Instant>) -> Result<Conversation, Error> {
        let _ = deadline;
        let message = format!("this adapter opens no connection to `{}`", door.way.authority());
        Err(Error::new(super::ErrorKind::ConnectionError, message))
    }

    /// Takes in a connection that was made to us, so that it ends with ours.
    ///
    /// # Errors
    /// When all has ended.
    fn adopt(&self, accepted: Accepted) -> Result<Conversation, Error> {
        let _ = accepted;
        let message = "this adapter takes in no connection";
        Err(Error::new(super::ErrorKind::ConnectionError, message))
    }

    /// Ends every exchange under way: reads and writes that wait fail at once, later ones too.
    fn shutdown(&self) {}
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
    /// How many bytes `body` holds; `None` when only its end tells.
    pub length: Option<u64>,
    /// How long each phase took.
    pub timings: Timings,
    /// When the body's reading is to end, over or not.
    pub ends: Ends,
    /// The server's own certificate (DER), when the connection to it is TLS.
    pub peer_certificate: Option<Arc<[u8]>>,
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("status", &self.status).finish_non_exhaustive()
    }
}
