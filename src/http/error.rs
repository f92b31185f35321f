//! Why a request could not be made: Requests' exceptions, with its tree.

use crate::registry::suggest;
use std::fmt;
use std::io;
use std::str::FromStr;

/// Requests' exceptions by name (`requests.exceptions`), and their parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Any failure: the root of the tree.
    RequestException,
    /// The URL has no scheme.
    MissingSchema,
    /// The URL's scheme is neither http nor https.
    InvalidSchema,
    /// The URL has no host, a wrong port or a host that cannot be.
    InvalidURL,
    /// A header's name or value cannot go out.
    InvalidHeader,
    /// A proxy's URL has no host.
    InvalidProxyURL,
    /// No connection, or it broke: refused, reset, DNS.
    ConnectionError,
    /// Nobody listens there, as Python calls it; of sockets alone.
    ConnectionRefusedError,
    /// The other side broke it off, as Python calls it; of sockets alone.
    ConnectionResetError,
    /// The proxy could not be reached or refused.
    ProxyError,
    /// The TLS handshake or the certificate failed.
    SSLError,
    /// Too slow, connecting or reading.
    Timeout,
    /// No connection in time.
    ConnectTimeout,
    /// Nothing received in time.
    ReadTimeout,
    /// More redirects than `max_redirects`.
    TooManyRedirects,
    /// A chunked body that is not, or that ended early.
    ChunkedEncodingError,
    /// A body that does not decode by its `Content-Encoding`.
    ContentDecodingError,
    /// A body that had to be sent again and could not be read again.
    UnrewindableBodyError,
    /// Data that JSON cannot hold.
    InvalidJSONError,
    /// A body that is not JSON.
    JSONDecodeError,
    /// The retries of an adapter are used up.
    RetryError,
    /// A status of 400 or above where one below was asked for (`raise_for_status`).
    HTTPError,
}

/// All kinds, for `assert: {error: …}`, the schema and suggestions.
pub const ERROR_KINDS: &[ErrorKind] = &[
    ErrorKind::RequestException,
    ErrorKind::MissingSchema,
    ErrorKind::InvalidSchema,
    ErrorKind::InvalidURL,
    ErrorKind::InvalidHeader,
    ErrorKind::InvalidProxyURL,
    ErrorKind::ConnectionError,
    ErrorKind::ConnectionRefusedError,
    ErrorKind::ConnectionResetError,
    ErrorKind::ProxyError,
    ErrorKind::SSLError,
    ErrorKind::Timeout,
    ErrorKind::ConnectTimeout,
    ErrorKind::ReadTimeout,
    ErrorKind::TooManyRedirects,
    ErrorKind::ChunkedEncodingError,
    ErrorKind::ContentDecodingError,
    ErrorKind::UnrewindableBodyError,
    ErrorKind::InvalidJSONError,
    ErrorKind::JSONDecodeError,
    ErrorKind::RetryError,
    ErrorKind::HTTPError,
];

impl ErrorKind {
    /// The name as Requests spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::RequestException => "RequestException",
            ErrorKind::MissingSchema => "MissingSchema",
            ErrorKind::InvalidSchema => "InvalidSchema",
            ErrorKind::InvalidURL => "InvalidURL",
            ErrorKind::InvalidHeader => "InvalidHeader",
            ErrorKind::InvalidProxyURL => "InvalidProxyURL",
            ErrorKind::ConnectionError => "ConnectionError",
            ErrorKind::ConnectionRefusedError => "ConnectionRefusedError",
            ErrorKind::ConnectionResetError => "ConnectionResetError",
            ErrorKind::ProxyError => "ProxyError",
            ErrorKind::SSLError => "SSLError",
            ErrorKind::Timeout => "Timeout",
            ErrorKind::ConnectTimeout => "ConnectTimeout",
            ErrorKind::ReadTimeout => "ReadTimeout",
            ErrorKind::TooManyRedirects => "TooManyRedirects",
            ErrorKind::ChunkedEncodingError => "ChunkedEncodingError",
            ErrorKind::ContentDecodingError => "ContentDecodingError",
            ErrorKind::UnrewindableBodyError => "UnrewindableBodyError",
            ErrorKind::InvalidJSONError => "InvalidJSONError",
            ErrorKind::JSONDecodeError => "JSONDecodeError",
            ErrorKind::RetryError => "RetryError",
            ErrorKind::HTTPError => "HTTPError",
        }
    }

    /// The kind of this name, in this spelling.
    #[must_use]
    pub fn find(name: &str) -> Option<ErrorKind> {
        ERROR_KINDS.iter().copied().find(|kind| kind.name() == name)
    }

    /// The name among all kinds that was probably meant.
    #[must_use]
    pub fn suggest(written: &str) -> Option<&'static str> {
        suggest(ERROR_KINDS.iter().map(|kind| kind.name()), written)
    }

    /// The classes it derives from directly, Requests' own ones.
    fn parents(self) -> &'static [ErrorKind] {
        match self {
            ErrorKind::RequestException => &[],
            ErrorKind::InvalidProxyURL => &[ErrorKind::InvalidURL],
            ErrorKind::ConnectionRefusedError
            | ErrorKind::ConnectionResetError
            | ErrorKind::ProxyError
            | ErrorKind::SSLError => &[ErrorKind::ConnectionError],
            ErrorKind::ConnectTimeout => &[ErrorKind::ConnectionError, ErrorKind::Timeout],
            ErrorKind::ReadTimeout => &[ErrorKind::Timeout],
            ErrorKind::JSONDecodeError => &[ErrorKind::InvalidJSONError],
            _ => &[ErrorKind::RequestException],
        }
    }

    /// Whether this kind is `other` or one of its children: `ConnectTimeout` is a `Timeout` and
    /// a `ConnectionError`.
    #[must_use]
    pub fn is(self, other: ErrorKind) -> bool {
        self == other || self.parents().iter().any(|parent| parent.is(other))
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ErrorKind {
    /// What was found and what was probably meant.
    type Err = String;

    fn from_str(name: &str) -> Result<ErrorKind, String> {
        ErrorKind::find(name).ok_or_else(|| match ErrorKind::suggest(name) {
            Some(near) => format!("`{name}` is not a kind of error; did you mean `{near}`?"),
            None => format!("`{name}` is not a kind of error"),
        })
    }
}

/// A request that could not be made, or whose answer could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind, for programs.
    pub kind: ErrorKind,
    /// What happened, for people: lower case, no full stop.
    pub message: String,
    /// What to try, when there is something.
    pub help: Option<String>,
    /// Whether no connection stood, so that nothing of the request can have arrived.
    pub is_unreached: bool,
    /// What the system said, where it kept a connection from being made.
    pub system: Option<io::ErrorKind>,
}

impl Error {
    /// An error without advice.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), help: None, is_unreached: false, system: None }
    }

    /// Marks it as an error of connecting.
    #[must_use]
    pub fn unreached(self) -> Error {
        Error { is_unreached: true, ..self }
    }

    /// Keeps what the system said.
    #[must_use]
    pub fn system(self, kind: io::ErrorKind) -> Error {
        Error { system: Some(kind), ..self }
    }

    /// Adds what to try.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_requests_own() {
        let ancestors = |kind: ErrorKind| -> Vec<&str> {
            let is_ancestor = |other: &&ErrorKind| **other != kind && kind.is(**other);
            ERROR_KINDS.iter().filter(is_ancestor).map(|other| other.name()).collect()
        };
        assert_eq!(
            ancestors(ErrorKind::ConnectTimeout),
            ["RequestException", "ConnectionError", "Timeout"]
        );
        assert_eq!(ancestors(ErrorKind::ReadTimeout), ["RequestException", "Timeout"]);
        assert_eq!(ancestors(ErrorKind::SSLError), ["RequestException", "ConnectionError"]);
        assert_eq!(ancestors(ErrorKind::InvalidProxyURL), ["RequestException", "InvalidURL"]);
        assert_eq!(ancestors(ErrorKind::JSONDecodeError), ["RequestException", "InvalidJSONError"]);
        assert_eq!(ancestors(ErrorKind::HTTPError), ["RequestException"]);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in ERROR_KINDS {
            assert_eq!(kind.name().parse(), Ok(*kind));
        }
    }

    #[test]
    fn a_misspelt_kind_is_suggested() {
        let error = "ReadTimedout".parse::<ErrorKind>().unwrap_err();
        assert_eq!(error, "`ReadTimedout` is not a kind of error; did you mean `ReadTimeout`?");
    }
}
