//! An open connection: bytes out, bytes in as far as is asked for, within bounds.

use super::printable::printable;
use super::talk::{Did, Move, Talk};
use crate::http::adapter::{reason, seconds};
use crate::http::{Conversation, Error, ErrorKind, Message};
use regex::bytes::Regex;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::ops::Range;
use std::time::{Duration, Instant};

/// How many bytes may be received over one socket, unless its `limit` says otherwise.
pub const LIMIT: usize = 16 << 20;

/// How much is read at once: more than the largest datagram.
const PIECE: usize = 1 << 16;

/// The longest beginning of what is sent that is kept for reports.
const KEPT: usize = 16 << 10;

/// How far bytes are received.
#[derive(Clone, Debug)]
pub enum Until {
    /// What comes first, however much that is; a datagram.
    Any,
    /// So many bytes.
    Size(usize),
    /// As far as these bytes, which belong to what is received.
    Delimiter(Vec<u8>),
    /// As far as what was received matches.
    Regex(Regex),
    /// Until the other side sends no more.
    Closed,
}

/// How long sending and receiving may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// The longest silence (`timeout.read`).
    pub silence: Option<Duration>,
    /// When this must be over, and after how long that is.
    pub deadline: Option<(Instant, Duration)>,
    /// When everything must be over (`timeout.total`, a lane's end).
    pub total: Option<Instant>,
}

impl Patience {
    fn deadline(&self) -> Option<Instant> {
        self.deadline.map(|(at, _)| at).into_iter().chain(self.total).min()
    }
}

/// An open connection and what was done over it.
#[derive(Debug)]
pub struct Line {
    conversation: Conversation,
    is_datagrams: bool,
    limit: usize,
    /// What came; only the beginning was asked for yet.
    received: Vec<u8>,
    /// How much of it was asked for.
    taken: usize,
    is_ended: bool,
    moves: Vec<Move>,
    sent: u64,
}

impl Line {
    /// A connection nothing was done over.
    #[must_use]
    pub fn new(conversation: Conversation, is_datagrams: bool, limit: usize) -> Line {
        Line {
            conversation,
            is_datagrams,
            limit,
            received: Vec::new(),
            taken: 0,
            is_ended: false,
            moves: Vec::new(),
            sent: 0,
        }
    }

    /// Goes on with the next connection that was made to us; what nobody asked for of the last one's
    /// is gone.
    pub fn go_on(&mut self, conversation: Conversation) {
        self.conversation = conversation;
        self.received.truncate(self.taken);
        self.is_ended = false;
    }

    /// Says that nothing more comes over this connection, as closing it does: who reads to its end
    /// must not wait until the next one is made.
    pub fn hang_up(&mut self) {
        // One that the other side has closed already needs nothing.
        let _ = self.conversation.shutdown(Shutdown::Write);
    }

    /// Notes that a connection was made to us.
    pub fn accepted(&mut self) {
        let peer = self.conversation.peer();
        self.moves.push(Move { did: Did::Accept(peer), bytes: Vec::new(), size: 0 });
    }

    /// Sends all of it (`sendall`).
    ///
    /// # Errors
    /// When the other side takes no more.
    pub fn send(&mut self, source: &mut dyn Read, patience: Patience) -> Result<(), Error> {
        self.conversation.set_patience(patience.silence, patience.deadline());
        let mut kept = Kept { line: &mut self.conversation, bytes: Vec::new(), size: 0 };
        let written = io::copy(source, &mut kept).and_then(|_| kept.flush());
        let Kept { bytes, size, .. } = kept;
        self.sent += size;
        self.moves.push(Move { did: Did::Send, bytes, size });
        written.map_err(|error| self.fault(&error, "the other side took no more", patience))
    }

    /// Receives as far as `until` says; where that lies in all that was received.
    ///
    /// # Errors
    /// When that does not come: in time, before the end, within the limit.
    pub fn recv(&mut self, until: &Until, patience: Patience) -> Result<Range<usize>, Error> {
        self.conversation.set_patience(patience.silence, patience.deadline());
        let mut looked = 0;
        let mut is_first = true;
        loop {
            let waiting = self.received.get(self.taken..).unwrap_or_default();
            if let Some(length) = complete(until, waiting, looked, self.is_ended, is_first) {
                return Ok(self.take(length));
            }
            looked = waiting.len();
            if self.is_ended {
                return Err(self.ended_before(until));
            }
            if self.received.len() > self.limit {
                return Err(self.too_much(until));
            }
            match self.fill() {
                Ok(0) if self.is_datagrams => is_first = false,
                Ok(0) => self.end(),
                Ok(_) => {}
                Err(error) => {
                    let message = self.nothing_more(until);
                    let failed = self.fault(&error, &message, patience);
                    let came = self.received.len() - self.taken;
                    if came > 0 {
                        self.take(came);
                    }
                    return Err(failed);
                }
            }
        }
    }

    /// Ends one direction, or both (`shutdown`).
    ///
    /// # Errors
    /// What the system says.
    pub fn shutdown(&mut self, how: Shutdown) -> Result<(), Error> {
        self.moves.push(Move { did: Did::Shutdown, bytes: Vec::new(), size: 0 });
        self.conversation.shutdown(how).map_err(|error| self.fault(&error, "", Patience::default()))
    }

    /// What was received between two places.
    #[must_use]
    pub fn piece(&self, range: Range<usize>) -> &[u8] {
        self.received.get(range).unwrap_or_default()
    }

    /// What was done so far; what the caller knows better is left for it to say.
    #[must_use]
    pub fn talk(&self) -> Talk {
        let received = self.received.get(..self.taken).unwrap_or_default();
        Talk {
            peer: self.conversation.peer(),
            local: self.conversation.local(),
            certificate: self.conversation.certificate(),
            moves: self.moves.clone(),
            received: Message::new(received, None),
            sent: self.sent,
            ..Talk::nowhere("")
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let before = self.received.len();
        self.received.resize(before + PIECE, 0);
        let read = self.conversation.read(self.received.get_mut(before..).unwrap_or_default());
        self.received.truncate(before + read.as_ref().copied().unwrap_or_default());
        read
    }

    fn take(&mut self, length: usize) -> Range<usize> {
        let range = self.taken..self.taken + length;
        self.taken = range.end;
        if length > 0 || self.is_datagrams {
            let (did, size) = (Did::Recv(range.clone()), length as u64);
            self.moves.push(Move { did, bytes: Vec::new(), size });
        }
        range
    }

    fn end(&mut self) {
        self.is_ended = true;
    }

    /// What was waited for and did not come.
    fn nothing_more(&self, until: &Until) -> String {
        let came = self.received.len() - self.taken;
        match (until, came) {
            (Until::Any, _) | (_, 0) => "nothing came".to_owned(),
            _ => format!("{} did not come, only {}", waited_for(until), bytes(came)),
        }
    }

    fn ended_before(&mut self, until: &Until) -> Error {
        let came = self.received.len() - self.taken;
        let what = match (until, came) {
            (Until::Any, _) => "anything came".to_owned(),
            (_, 0) => format!("{} came", waited_for(until)),
            _ => format!("{} came, after {}", waited_for(until), bytes(came)),
        };
        self.take(came);
        self.moves.push(Move { did: Did::Closed, bytes: Vec::new(), size: 0 });
        let message = format!("the other side closed the connection before {what}");
        Error::new(ErrorKind::ConnectionError, message)
    }

    fn too_much(&mut self, until: &Until) -> Error {
        let came = self.received.len() - self.taken;
        self.take(came);
        let message = format!(
            "more than {} came over this socket, and not {}",
            bytes(self.limit),
            waited_for(until)
        );
        Error::new(ErrorKind::ConnectionError, message)
            .help("allow more with `limit`, a number of bytes, or receive less: `recv: {until: …}`")
    }

    fn fault(&self, error: &io::Error, waited: &str, patience: Patience) -> Error {
        if let Some(known) = self.conversation.fault(error) {
            return known;
        }
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => timed_out(waited, patience),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted => {
                let message = "the other side broke the connection off";
                Error::new(ErrorKind::ConnectionResetError, message)
            }
            // A datagram that nobody took is told to who sends or receives next.
            io::ErrorKind::ConnectionRefused => {
                let message = "nobody takes datagrams there: connection refused";
                Error::new(ErrorKind::ConnectionRefusedError, message)
                    .help("check the port, and that the server is running")
            }
            _ => Error::new(ErrorKind::ConnectionError, reason(error)),
        }
    }
}

/// A connection, and the beginning of what is sent over it.
struct Kept<'k> {
    line: &'k mut Conversation,
    bytes: Vec<u8>,
    size: u64,
}

impl Write for Kept<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.line.write(bytes)?;
        let room = KEPT.saturating_sub(self.bytes.len());
        self.bytes.extend(bytes.iter().take(written.min(room)));
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.line.flush()
    }
}

/// Whether what came is all that is waited for: how much of it that is.
fn complete(
    until: &Until,
    came: &[u8],
    looked: usize,
    is_ended: bool,
    is_first: bool,
) -> Option<usize> {
    match until {
        Until::Any if !came.is_empty() || !is_first => Some(came.len()),
        Until::Any => None,
        Until::Size(size) => (came.len() >= *size).then_some(*size),
        Until::Delimiter(delimiter) => {
            let from = looked.saturating_sub(delimiter.len());
            let new = came.get(from..)?;
            let at = new.windows(delimiter.len().max(1)).position(|part| part == delimiter)?;
            Some(from + at + delimiter.len())
        }
        Until::Regex(regex) => regex.find(came).map(|found| found.end()),
        Until::Closed => is_ended.then_some(came.len()),
    }
}

/// What is waited for, in words.
fn waited_for(until: &Until) -> String {
    match until {
        Until::Any => "anything".to_owned(),
        Until::Size(size) => bytes(*size),
        Until::Delimiter(delimiter) => format!("`{}`", printable(delimiter)),
        Until::Regex(regex) => format!("what matches `{regex}`"),
        Until::Closed => "the end".to_owned(),
    }
}

/// `1 byte`, `12 bytes`
fn bytes(count: usize) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

fn timed_out(waited: &str, patience: Patience) -> Error {
    let now = Instant::now();
    let message = match (patience.total, patience.deadline, patience.silence) {
        (Some(total), ..) if total <= now => format!("{waited} before `timeout.total` had passed"),
        (_, Some((deadline, whole)), _) if deadline <= now => {
            format!("{waited} within {}", seconds(whole))
        }
        (.., Some(silence)) => format!("{waited} for {}", seconds(silence)),
        _ => format!("{waited} in time"),
    };
    Error::new(ErrorKind::ReadTimeout, message)
        .help("allow more time with `timeout`, or look at why nothing comes")
}
