//! Why a request could not be made: Requests' exceptions, with its tree.

use std::fmt;

/// Requests' exceptions by name (`requests.exceptions`), and their parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    RequestException,
    MissingSchema,
    InvalidSchema,
    InvalidURL,
    InvalidHeader,
    InvalidProxyURL,
    ConnectionError,
    ProxyError,
    SSLError,
    Timeout,
    ConnectTimeout,
    ReadTimeout,
    TooManyRedirects,
    ChunkedEncodingError,
    ContentDecodingError,
    UnrewindableBodyError,
    InvalidJSONError,
    JSONDecodeError,
    RetryError,
    HTTPError,
}

/// All kinds, for `assert: {error: …}`, the schema and suggestions.
pub const ERROR_KINDS: &[ErrorKind] = &[];

impl ErrorKind {
    /// The name as Requests spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        todo!()
    }

    /// Whether this kind is `other` or one of its children: `ConnectTimeout` is a `Timeout` and
    /// a `ConnectionError`.
    #[must_use]
    pub fn is(self, other: ErrorKind) -> bool {
        let _ = other;
        todo!()
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
}

impl Error {
    /// An error without advice.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), help: None }
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
