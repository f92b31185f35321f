//! Where a response's body goes: only as far as something asks for it.

use super::lines::Each;
use crate::http::{Digesting, LineRules, LineSink, Open, Sink};
use std::path::PathBuf;

/// The beginning of a body nobody asked for, kept for messages, in bytes.
pub(super) const KEPT: usize = 16 << 10;

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
    /// Read line by line; the bytes of the lines into a file.
    Lines(LineRules, Option<PathBuf>),
}

impl Destination {
    /// The client's sink for it; `open` creates a file, `each` looks at a line.
    pub(super) fn as_sink<'s>(
        &self,
        digest: Digesting,
        open: Open<'s>,
        each: Each<'s>,
    ) -> Sink<'s> {
        match self {
            Destination::Unread => Sink::Unread,
            Destination::Memory(_) => Sink::Memory,
            Destination::Discard => Sink::Discard { keep: KEPT, digest },
            Destination::File(path) => Sink::File { path: path.clone(), open, keep: KEPT, digest },
            Destination::Lines(rules, path) => {
                let save = path.clone().map(|path| (path, open));
                Sink::Lines(LineSink { rules: rules.clone(), each, save, digest })
            }
        }
    }
}
