//! What else a server may answer with than the endpoints of its table.

use super::Reply;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// What answers the requests of a server. Called on the threads of its connections.
pub trait Site: Send + Sync + fmt::Debug {
    /// Answers one request.
    fn answer(&self, request: Incoming) -> Reply;
}

/// A request, read to its end.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The method as sent.
    pub method: String,
    /// The request target: path and query as sent.
    pub target: String,
    /// In the order sent, values as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body, its chunks joined; not decoded.
    pub body: Vec<u8>,
    /// Who sent it.
    pub peer: IpAddr,
    /// Where it arrived.
    pub address: SocketAddr,
}
