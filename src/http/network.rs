//! What the command line says about the network, for every request of a run.

use super::{Address, Mount};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// `--resolve`, `--unix-socket`, `--offline`.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The addresses of names, asked before anybody else is.
    pub resolve: Arc<[Resolved]>,
    /// A unix socket that every request goes to.
    pub unix_socket: Option<PathBuf>,
    /// Whether only this machine may be reached.
    pub is_offline: bool,
}

/// curl's `--resolve HOST:PORT:ADDR[,ADDR]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The host, in lower case; `*` is any.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Where it is, in the order tried.
    pub addresses: Vec<SocketAddr>,
}

impl Network {
    /// Where the connections of these URLs go, when not to their host: then no proxy is asked.
    #[must_use]
    pub fn address(&self, mount: Option<&Arc<Mount>>) -> Option<Address> {
        let unix = self.unix_socket.clone().map(Address::Unix);
        unix.or_else(|| mount.and_then(|mount| mount.address.clone()))
    }

    /// The addresses `--resolve` has for a host; its own name goes before `*`.
    #[must_use]
    pub fn resolved(&self, host: &str, port: u16) -> Option<&[SocketAddr]> {
        let named =
            |name: &str| self.resolve.iter().rev().find(|one| one.port == port && one.host == name);
        named(&host.to_ascii_lowercase()).or_else(|| named("*")).map(|one| &*one.addresses)
    }
}
