//! System errors by the phase they come in, as Requests' exceptions.

use super::live::{Live, interrupted};
use super::stream::Patience;
use super::tls_message;
use crate::http::{Error, ErrorKind};
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

/// Where an exchange was when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The TCP connection.
    Connect,
    /// A proxy's or TLS's handshake: `ReadTimeout` when it stalls, as in urllib3.
    Handshake,
    /// Head and body going out: `ConnectionError` even when it stalls, as in urllib3.
    Send,
    /// Waiting for the head.
    Wait,
    /// Reading the body: `ChunkedEncodingError` however it breaks, `ConnectionError` when it
    /// stalls, as in Requests' `iter_content`.
    Body,
}

/// Whether a read or write gave up waiting.
pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The error a system error stands for.
pub(super) fn fault(phase: Phase, error: &io::Error, patience: Patience, live: &Live) -> Error {
    if live.check().is_err() {
        return interrupted();
    }
    if let Some(inner) = error.get_ref() {
        if let Some(known) = inner.downcast_ref::<Error>() {
            return known.clone();
        }
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return tls_message::explain(tls);
        }
    }
    if is_timeout(error) {
        return timeout(phase, patience);
    }
    let kind = match phase {
        Phase::Body => ErrorKind::ChunkedEncodingError,
        _ => ErrorKind::ConnectionError,
    };
    let error_told = Error::new(kind, broken(phase, error));
    match (phase, error.kind()) {
        (Phase::Wait | Phase::Send, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
            error_told.help(HUNG_UP)
        }
        (Phase::Body, _) => error_told.help(CUT_OFF),
        _ => error_told,
    }
}

/// What to try when no answer came.
pub(super) const HUNG_UP: &str =
    "look into the server's log; or does it speak TLS on this port? Then use `https://`";
/// What to try when half an answer came.
pub(super) const CUT_OFF: &str = "look into the log of the server, and of what stands before it";

/// What a broken connection is told as.
fn broken(phase: Phase, error: &io::Error) -> String {
    let during = match phase {
        Phase::Connect => "while connecting",
        Phase::Handshake => "during the handshake",
        Phase::Send => "while the request was being sent",
        Phase::Wait => "before a response came",
        Phase::Body => "in the middle of the body",
    };
    match error.kind() {
        io::ErrorKind::ConnectionReset => format!("the server reset the connection {during}"),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            format!("the server closed the connection {during}")
        }
        io::ErrorKind::UnexpectedEof => format!("the server closed the connection {during}"),
        _ => format!("{} {during}", reason(error)),
    }
}

/// Giving up, by the silence or by the deadline, whichever came.
fn timeout(phase: Phase, patience: Patience) -> Error {
    let is_total = patience.is_over();
    let kind = match phase {
        Phase::Connect => ErrorKind::ConnectTimeout,
        Phase::Body | Phase::Send if !is_total => ErrorKind::ConnectionError,
        _ => ErrorKind::ReadTimeout,
    };
    let what = match phase {
        Phase::Connect => "no connection",
        Phase::Handshake => "no answer to the handshake",
        Phase::Send => "the server took no more of the request",
        Phase::Wait => "no response",
        Phase::Body => "no more of the body",
    };
    if is_total {
        return Error::new(kind, format!("{what} before `timeout.total` had passed"))
            .help("allow more time with `timeout`, or look at why the server is slow");
    }
    let mut message = what.to_owned();
    if let Some(silence) = patience.silence {
        let _ = write!(message, " for {}", seconds(silence));
    }
    Error::new(kind, message)
        .help("allow more time with `timeout`, or look at why the server is slow")
}

/// A duration as people write it: `500ms`, `5s`, `1.5s`.
#[must_use]
pub fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{}ms", duration.as_millis())
    } else {
        format!("{}s", duration.as_secs_f64())
    }
}

/// A system error's text without its number, in lower case.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// An [`io::Error`] that carries ours, for a body's reader.
pub(super) fn carry(error: Error) -> io::Error {
    io::Error::other(error)
}
