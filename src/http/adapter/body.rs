//! A response's body, read from its connection, which goes back to the pool behind the last byte.

use super::chunked::{Dechunker, copy};
use super::connection::Connection;
use super::fault::{CUT_OFF, Phase, carry, fault};
use super::head::Framing;
use super::live::Live;
use super::pool::Pool;
use super::stream::Patience;
use crate::http::{Error, ErrorKind};
use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// When a body's reading is to end, whether it is over or not: a read that would take longer
/// fails then. Set, if ever, once the head is there.
#[derive(Clone, Debug, Default)]
pub struct Ends(Arc<OnceLock<Instant>>);

impl Ends {
    /// Sets it; the first time counts.
    pub fn set(&self, at: Instant) {
        self.0.get_or_init(|| at);
    }

    /// The time, if one was set.
    #[must_use]
    pub fn get(&self) -> Option<Instant> {
        self.0.get().copied()
    }
}

/// A body on the way. Dropped early it closes its connection.
pub(super) struct ResponseBody {
    /// `None` once the body is over.
    pub(super) connection: Option<Connection>,
    pub(super) coding: Coding,
    /// Whether the server will take another request.
    pub(super) is_keep_alive: bool,
    pub(super) patience: Patience,
    pub(super) ends: Ends,
    pub(super) pool: Arc<Pool>,
    pub(super) live: Arc<Live>,
}

/// How the body's bytes lie in the connection's.
pub(super) enum Coding {
    /// As they are: so many more, or up to the connection's end.
    Plain(Option<u64>),
    /// In chunks.
    Chunked(Dechunker),
}

impl Coding {
    pub(super) fn of(framing: Framing) -> Coding {
        match framing {
            Framing::Chunked => Coding::Chunked(Dechunker::Size),
            Framing::Length(length) => Coding::Plain(Some(length)),
            Framing::Close => Coding::Plain(None),
        }
    }

    /// How many bytes the body still has, when that is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Coding::Plain(left) => *left,
            Coding::Chunked(_) => None,
        }
    }

    /// Takes bytes from `input`, puts the body's into `output`: how many of each.
    fn read(&mut self, input: &[u8], output: &mut [u8]) -> Result<(usize, usize), Error> {
        match self {
            Coding::Plain(left) => {
                let most =
                    left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
                let count = input.len().min(output.len()).min(most);
                copy(input, output, count);
                *left = left.map(|left| left - count as u64);
                Ok((count, count))
            }
            Coding::Chunked(dechunker) => dechunker.read(input, output),
        }
    }

    /// Whether the last byte has come, so that nothing more needs to be read.
    fn is_over(&self) -> bool {
        match self {
            Coding::Plain(_) => self.length() == Some(0),
            Coding::Chunked(dechunker) => *dechunker == Dechunker::Done,
        }
    }

    /// What is missing when the connection ends here.
    fn end(&self) -> Result<(), Error> {
        match self {
            Coding::Chunked(dechunker) => dechunker.end(),
            Coding::Plain(_) => match self.length() {
                None | Some(0) => Ok(()),
                Some(left) => Err(Error::new(
                    ErrorKind::ChunkedEncodingError,
                    format!("the connection ended {left} bytes before the end of the body"),
                )
                .help(CUT_OFF)),
            },
        }
    }
}

impl ResponseBody {
    /// Reads what there is, at most `buffer`; 0 at the end.
    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            let Some(connection) = &mut self.connection else { return Ok(0) };
            let (used, made) = self.coding.read(connection.ahead.get(), buffer)?;
            connection.ahead.consume(used);
            if self.coding.is_over() {
                self.give_back();
            }
            if made > 0 || buffer.is_empty() {
                return Ok(made);
            }
            let patience = self.patience.until(self.ends.get());
            let Some(connection) = &mut self.connection else { return Ok(0) };
            connection.stream.set_patience(patience);
            let read = connection.fill();
            let read =
                read.map_err(|error| fault(Phase::Body, &error, self.patience, &self.live))?;
            if read == 0 {
                self.live.check()?;
                self.coding.end()?;
                self.connection = None;
                return Ok(0);
            }
        }
    }

    /// The body is over: the connection serves the next, unless it holds bytes nobody asked for.
    pub(super) fn give_back(&mut self) {
        if let Some(connection) = self.connection.take()
            && self.is_keep_alive
            && connection.ahead.get().is_empty()
        {
            self.pool.give(connection);
        }
    }
}

impl Read for ResponseBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_some(buffer).map_err(|error| {
            self.connection = None;
            carry(error)
        })
    }
}
