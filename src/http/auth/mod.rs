//! Auth is a conversation without I/O: it signs a prepared request and may answer a refusal.
//!
//! Most auth is a header, put in while the request is prepared, before hooks. Auth that covers
//! what goes out is a [`Seal`]: put on behind the hooks, anew for every hop.
//!
//! To add a kind: a file here with a [`AuthKind`], a line in [`AUTH_KINDS`], a spec in
//! `specs/auth/KEY.yaml`.

mod aws_sigv4;
mod basic;
mod bearer;
mod credentials;
mod digest;
mod header;
mod mistake;
mod netrc;
mod oauth2;
mod proxy_basic;
mod sigv4;
mod token;

pub use basic::Basic;
pub(super) use credentials::basic_credentials;
pub use digest::AuthMemory;
pub use mistake::AuthMistake;
pub use oauth2::{Grant, OAuthSettings, TokenSource};
pub use token::Token;

use super::{Environment, Error, PreparedRequest, Response};
use crate::registry::Entry;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

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

    /// The seal it puts on what goes out; `None` for auth that has signed all it will.
    fn seal(&self) -> Option<&dyn Seal> {
        None
    }

    /// What it needs a token by before it can sign; `None` for auth that needs none (any more).
    fn wants(&self) -> Option<&Arc<OAuthSettings>> {
        None
    }

    /// The same auth with a token, which `source` gets and renews; `None` for auth that takes none.
    ///
    /// # Errors
    /// What kept the token from being gotten.
    fn granted(&self, source: Arc<dyn TokenSource>) -> Result<Option<Arc<dyn Auth>>, Error> {
        let _ = source;
        Ok(None)
    }

    /// What it signs with that must not be shown, whoever sends it back.
    fn secrets(&self, environment: &Environment) -> Vec<String> {
        let _ = environment;
        Vec::new()
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

/// Auth that covers what goes out: method, URL, headers, body. It is put on when nothing will be
/// edited any more, for every hop.
pub trait Seal {
    /// Signs what goes out.
    ///
    /// # Errors
    /// When it lacks what it signs with, or cannot sign such a body.
    fn put(&self, request: &mut PreparedRequest, sealing: &Sealing<'_>) -> Result<(), Error>;

    /// Takes its headers off again: the request will go elsewhere.
    fn lift(&self, request: &mut PreparedRequest);

    /// The headers it makes, in lower case.
    fn headers(&self) -> &'static [&'static str];

    /// What curl is told so that it signs by itself, each word unquoted.
    fn curl(&self, environment: &Environment) -> Vec<String>;

    /// What Requests is given to sign by itself: the import, and the expression of `auth`.
    fn python(&self, environment: &Environment) -> (String, String);
}

/// What a seal is put on with.
#[derive(Debug)]
pub struct Sealing<'s> {
    /// The variables of the environment.
    pub environment: &'s Environment,
    /// The time signed.
    pub now: SystemTime,
    /// Until when a body may be read.
    pub deadline: Option<Instant>,
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
    /// Makes it from its (rendered) argument.
    pub build: fn(&Value) -> Result<Arc<dyn Auth>, AuthMistake>,
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
    /// A mapping with keys of its own: its JSON Schema, as JSON.
    Members(&'static str),
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
    &aws_sigv4::AWS_SIGV4,
    &basic::BASIC,
    &bearer::BEARER,
    &digest::DIGEST,
    &header::HEADER,
    &netrc::NETRC,
    &oauth2::OAUTH2,
    &proxy_basic::PROXY_BASIC,
];
