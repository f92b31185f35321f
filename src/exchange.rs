//! What a step's exchange came to, whatever it was made with: what assertions, captures and
//! templates look at.
//!
//! To add a medium: a case of each enum here, its line in [`Medium::what`], and the subjects that
//! have a meaning for it (`media` in `check/subjects/`).

use crate::http::{Content, Exchange, LinesRead, Message, Received};
use crate::socket::Talk;
use crate::value::{JsonError, Value};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What an exchange is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A request of ours, and its response.
    Request,
    /// A socket, and what came over it.
    Socket,
    /// A request that came to us.
    Received,
}

impl Medium {
    /// With its article: what has no such subject.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Medium::Request => "a request",
            Medium::Socket => "a socket",
            Medium::Received => "a request that is received",
        }
    }
}

/// An exchange, kept for templates.
#[derive(Clone, Debug)]
pub enum Exchanged {
    /// A request and its response.
    Request(Arc<Exchange>),
    /// What was said over a socket.
    Socket(Arc<Talk>),
    /// A request that came to us.
    Received(Arc<Received>),
}

impl Exchanged {
    /// What there is to look at.
    #[must_use]
    pub fn seen(&self) -> Seen<'_> {
        match self {
            Exchanged::Request(exchange) => Seen::Request(exchange),
            Exchanged::Socket(talk) => Seen::Socket(talk),
            Exchanged::Received(received) => Seen::Received(received),
        }
    }

    /// The request and its response, when it is one.
    #[must_use]
    pub fn request(&self) -> Option<&Arc<Exchange>> {
        match self {
            Exchanged::Request(exchange) => Some(exchange),
            Exchanged::Socket(_) | Exchanged::Received(_) => None,
        }
    }
}

/// An exchange to look at.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// A request and its response.
    Request(&'a Exchange),
    /// What was said over a socket.
    Socket(&'a Talk),
    /// A request that came to us.
    Received(&'a Received),
}

impl<'a> From<&'a Exchange> for Seen<'a> {
    fn from(exchange: &'a Exchange) -> Seen<'a> {
        Seen::Request(exchange)
    }
}

impl<'a> Seen<'a> {
    /// The bytes that came.
    #[must_use]
    pub fn content(self) -> &'a Content {
        match self {
            Seen::Request(exchange) => &exchange.response.content,
            Seen::Socket(talk) => talk.received.content(),
            Seen::Received(received) => received.message.content(),
        }
    }

    /// These as text.
    #[must_use]
    pub fn text(self) -> &'a Arc<str> {
        match self {
            Seen::Request(exchange) => exchange.response.text(),
            Seen::Socket(Talk { received, .. }) => Message::text(received),
            Seen::Received(received) => received.message.text(),
        }
    }

    /// These as data.
    ///
    /// # Errors
    /// When they are no JSON.
    pub fn json(self) -> Result<&'a Arc<Value>, &'a JsonError> {
        match self {
            Seen::Request(exchange) => exchange.response.json(),
            Seen::Socket(talk) => talk.received.json(),
            Seen::Received(received) => received.message.json(),
        }
    }

    /// The list of the lines that were read, when they are data and were kept.
    #[must_use]
    pub fn data_lines(self) -> Option<&'a Arc<Value>> {
        match self {
            Seen::Request(exchange) => exchange.response.data_lines(),
            Seen::Socket(_) | Seen::Received(_) => None,
        }
    }

    /// What was read of it line by line, when it was.
    #[must_use]
    pub fn lines(self) -> Option<&'a LinesRead> {
        self.content().lines.as_deref()
    }

    /// The other end's certificate (DER), when TLS was spoken.
    #[must_use]
    pub fn certificate(self) -> Option<&'a Arc<[u8]>> {
        match self {
            Seen::Request(exchange) => exchange.response.peer_certificate.as_ref(),
            Seen::Socket(talk) => talk.certificate.as_ref(),
            Seen::Received(_) => None,
        }
    }

    /// When it came.
    #[must_use]
    pub fn received(self) -> SystemTime {
        match self {
            Seen::Request(exchange) => exchange.response.received,
            Seen::Socket(talk) => talk.ended,
            Seen::Received(received) => received.received,
        }
    }

    /// How long all of it took.
    #[must_use]
    pub fn duration(self) -> Duration {
        match self {
            Seen::Request(exchange) => exchange.duration,
            Seen::Socket(talk) => talk.duration,
            Seen::Received(_) => Duration::ZERO,
        }
    }
}
