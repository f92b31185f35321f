//! An open connection: its bytes, what has been read ahead, and room to write in.

use super::route::Route;
use super::stream::Stream;
use std::io::{self, Read};
use std::sync::Arc;

/// How much is read at a time.
const READ_SIZE: usize = 32 * 1024;

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: Stream,
    pub(super) route: Route,
    pub(super) ahead: Ahead,
    /// The server's own certificate (DER), copied once for all that the connection carries.
    pub(super) peer_certificate: Option<Arc<[u8]>>,
    /// What goes out in one write, kept for its room.
    pub(super) out: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: Stream, route: Route) -> Connection {
        let peer_certificate = route.is_https().then(|| stream.peer_certificate()).flatten();
        Connection { stream, route, ahead: Ahead::default(), peer_certificate, out: Vec::new() }
    }

    /// Reads once more behind what is there; 0 at the end.
    pub(super) fn fill(&mut self) -> io::Result<usize> {
        self.ahead.fill(&mut self.stream)
    }
}

/// Bytes read and not yet used.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Ahead {
    /// What is there.
    pub(super) fn get(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Marks the first `count` bytes as used.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
    }

    /// Reads once behind what is there; 0 at the end.
    pub(super) fn fill(&mut self, source: &mut impl Read) -> io::Result<usize> {
        if self.bytes.len() - self.end < READ_SIZE / 2 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.bytes.len() - self.end < READ_SIZE / 2 {
                self.bytes.resize(self.bytes.len() + READ_SIZE, 0);
            }
        }
        let count = source.read(self.bytes.get_mut(self.end..).unwrap_or_default())?;
        self.end += count;
        Ok(count)
    }
}
