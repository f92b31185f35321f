//! Auth is a conversation without I/O: it signs a prepared request and may answer a refusal.
//!
//! To add a kind: a file here with a [`AuthKind`], a line in [`AUTH_KINDS`], a spec in
//! `specs/auth/KEY.yaml`.

mod basic;
mod bearer;
mod credentials;
mod digest;
mod header;
mod netrc;
mod proxy_basic;

pub use basic::Basic;
pub(super) use credentials::basic_credentials;
pub use digest::AuthMemory;

use super::{Environment, PreparedRequest, Response};
use crate::registry::Entry;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// One request's way to prove who asks.
pub trait Auth: Send + Sync + fmt::Debug {
    /// Signs a prepared request (Requests' `AuthBase.__call__`). `environment` is where `.netrc`
    /// is found.
    fn sign(&self, request: &mut PreparedRequest, environment: &Environment);

    /// The request to send again after `response` refused `request`; `None` when there is
    /// nothing (more) to say. Called at most once an exchange.
    fn answer(&self, request: &PreparedRequest, response: &Response) -> Option<PreparedRequest> {
        let _ = (request, response);
        None
    }

    /// What it remembers from one request to the next; `None` for auth that remembers nothing.
    fn memory(&self) -> Option<AuthMemory> {
        None
    }

    /// The same auth, remembering this; `None` for auth that remembers nothing.
    fn with_memory(&self, memory: AuthMemory) -> Option<Arc<dyn Auth>> {
        let _ = memory;
        None
    }

    /// Whether it is left out when a redirect goes to another host; true unless it says so.
    fn is_host_bound(&self) -> bool {
        true
    }
}

/// A kind of auth, as written in a collection: `auth: {KEY: ARGUMENT}`.
#[derive(Debug)]
pub struct AuthKind {
    /// The key.
    pub key: &'static str,
    /// One line.
    pub summary: &'static str,
    /// `auth: …` as a step has it.
    pub example: &'static str,
    /// What its argument is.
    pub takes: AuthTakes,
    /// Makes it from its (rendered) argument; the error says what was expected.
    pub build: fn(&Value) -> Result<Arc<dyn Auth>, String>,
}

/// What a kind of auth takes: what the JSON Schema says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthTakes {
    /// `[user, password]`.
    Credentials,
    /// One text.
    Token,
    /// A mapping of headers to values, not empty.
    Headers,
    /// `true`.
    True,
}

impl Entry for AuthKind {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// Every kind.
pub const AUTH_KINDS: &[&AuthKind] = &[
    &basic::BASIC,
    &bearer::BEARER,
    &digest::DIGEST,
    &header::HEADER,
    &netrc::NETRC,
    &proxy_basic::PROXY_BASIC,
];
