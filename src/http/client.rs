//! Requests' `Session.send`: redirects, auth answers, cookies and decoding around an adapter.

use super::{CookieJar, Environment, Error, Exchange, Hop, PreparedRequest};
use crate::world::Clock;
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What a client is made with.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// How many requests may be in flight at once: the idle connections kept per host.
    pub jobs: usize,
    /// What `trust_env` reads.
    pub environment: Environment,
    /// For cookies' expiry and the durations.
    pub clock: Arc<dyn Clock>,
}

/// Sends prepared requests. Shared by threads; holds connections, no cookies.
#[derive(Debug)]
pub struct Client {
    options: ClientOptions,
}

/// Where a response's body goes. Redirects' bodies are always kept in memory.
pub enum Sink<'w> {
    /// Into memory, whole.
    Memory,
    /// Nowhere but its first `keep` bytes; size and digest are still taken.
    Discard {
        /// Bytes to keep for messages.
        keep: usize,
    },
    /// Into a file, opened when a body comes (the final hop's).
    File {
        /// Its path, for reports.
        path: PathBuf,
        /// Opens it.
        open: &'w (dyn Fn() -> std::io::Result<Box<dyn Write + Send>> + Sync),
    },
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

/// A request that failed, with what was exchanged before it did.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: Error,
    /// The request that failed: the last hop's.
    pub request: Box<PreparedRequest>,
    /// The hops before.
    pub history: Vec<Hop>,
}

impl Client {
    /// A client without connections.
    #[must_use]
    pub fn new(options: ClientOptions) -> Client {
        Client { options }
    }

    /// Sends a request and follows where it leads. `jar` gains the cookies of every hop.
    ///
    /// # Errors
    /// A [`Failure`] when no final response could be had.
    pub fn send(
        &self,
        request: PreparedRequest,
        jar: &mut CookieJar,
        sink: &Sink<'_>,
    ) -> Result<Exchange, Box<Failure>> {
        let _ = (request, jar, sink, &self.options);
        todo!()
    }
}
