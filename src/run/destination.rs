//! Where a response's body goes: only as far as something asks for it.

use crate::http::{Digesting, Sink};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The beginning of a body nobody asked for, kept for messages, in bytes.
const KEPT: usize = 16 << 10;

/// Creates a file to write to.
pub(super) type Open<'s> = &'s (dyn Fn(&Path) -> io::Result<Box<dyn Write + Send>> + Sync);

/// Where a response's body goes.
pub(super) enum Destination {
    /// Nowhere: it is not read.
    Unread,
    /// Into memory, and from there into a file.
    Memory(Option<PathBuf>),
    /// Into a file alone.
    File(PathBuf),
    /// Nowhere.
    Discard,
}

impl Destination {
    /// The client's sink for it; `open` creates a file.
    pub(super) fn as_sink<'s>(&self, digest: Digesting, open: Open<'s>) -> Sink<'s> {
        match self {
            Destination::Unread => Sink::Unread,
            Destination::Memory(_) => Sink::Memory,
            Destination::Discard => Sink::Discard { keep: KEPT, digest },
            Destination::File(path) => Sink::File { path: path.clone(), open, keep: KEPT, digest },
        }
    }
}
