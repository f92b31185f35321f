//! What remains of a connection: what was sent and received, in order.

use crate::http::{Message, SocketName};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Everything that was exchanged over a socket.
#[derive(Clone, Debug)]
pub struct Talk {
    /// Where it is, as a URL.
    pub address: String,
    /// Where the other end is (`getpeername`); `None` when there was no connection.
    pub peer: Option<SocketName>,
    /// Where this end is (`getsockname`).
    pub local: Option<SocketName>,
    /// The other end's certificate (DER), when TLS is spoken.
    pub certificate: Option<Arc<[u8]>>,
    /// What was done, in order.
    pub moves: Vec<Move>,
    /// All that was received.
    pub received: Message,
    /// How many bytes were sent.
    pub sent: u64,
    /// From connecting to the end.
    pub duration: Duration,
    /// When it ended.
    pub ended: SystemTime,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What.
    pub did: Did,
    /// The bytes sent; of long ones the beginning.
    pub bytes: Vec<u8>,
    /// How many there are.
    pub size: u64,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// A connection was made to us, from there.
    Accept(Option<SocketName>),
    /// Bytes went out.
    Send,
    /// Bytes were taken of what came: these of all that was received.
    Recv(Range<usize>),
    /// We said that nothing more comes, or took nothing more.
    Shutdown,
    /// The other side closed the connection.
    Closed,
}

impl Did {
    /// In one word, as reports have it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Did::Accept(_) => "accept",
            Did::Send => "send",
            Did::Recv(_) => "recv",
            Did::Shutdown => "shutdown",
            Did::Closed => "closed",
        }
    }
}

impl Talk {
    /// Of a connection that was never made.
    #[must_use]
    pub fn nowhere(address: impl Into<String>) -> Talk {
        Talk {
            address: address.into(),
            peer: None,
            local: None,
            certificate: None,
            moves: Vec::new(),
            received: Message::default(),
            sent: 0,
            duration: Duration::ZERO,
            ended: SystemTime::UNIX_EPOCH,
        }
    }

    /// What each `recv` took, in order.
    pub fn pieces(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let bytes = &self.received.content().bytes;
        self.moves.iter().filter_map(|one| match &one.did {
            Did::Recv(range) => bytes.get(range.clone()),
            _ => None,
        })
    }
}
