//! What goes out after the head.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

/// Something that can be sent more than once: a file, a list of chunks.
pub trait Upload: Send + Sync + fmt::Debug {
    /// Opens it from its beginning.
    ///
    /// # Errors
    /// When it cannot be read (again): `UnrewindableBodyError` on a redirect, else as it is.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;

    /// Its length in bytes; `None` is sent chunked.
    fn length(&self) -> Option<u64>;

    /// What to call it in a curl command or a report: `@big.bin`, `a stream`.
    fn describe(&self) -> String;
}

/// A prepared body.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// None: no body was asked for (`PreparedRequest.body is None`).
    #[default]
    Empty,
    /// Bytes at hand.
    Bytes(Arc<[u8]>),
    /// Streamed.
    Stream(Arc<dyn Upload>),
}
