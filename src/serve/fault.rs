//! Answers that are broken on purpose.

use std::time::Duration;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset before anything is sent.
    Reset,
    /// The connection is closed before anything is sent.
    Empty,
    /// The head promises the whole body, half of it comes, and the connection is closed.
    Truncated,
    /// Half of the body comes as a chunk, then what is no chunk.
    BadChunk,
    /// What comes is no HTTP.
    Garbage,
    /// The body comes in ten pieces, evenly over this time.
    Slow(Duration),
}

/// How many pieces a slow body comes in.
pub(super) const PIECES: usize = 10;

/// What [`Fault::Garbage`] sends.
pub(super) const GARBAGE: &[u8] = b"\x16\x03\x01 this is no HTTP\r\n\r\n";
