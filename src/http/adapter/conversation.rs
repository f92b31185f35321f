//! An open connection that no HTTP is spoken over: the door through which sockets have the same
//! addresses, the same TLS and the same end by Ctrl-C as requests.

use super::connect::{Connector, Target, offline};
use super::fault::reason;
use super::live::{Live, interrupted};
use super::stream::{Patience, SocketName, Stream, Wire};
use super::tls::{Encryption, Protocol};
use super::tls_message;
use crate::http::{Cert, Error, ErrorKind, Timeout, Timings, Verify};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Where a connection leads, and how it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Where to.
    pub way: Way,
    /// TLS over it, when it is asked for.
    pub tls: Option<Tls>,
    /// The address of ours it comes from (`bind`).
    pub bind: Option<SocketAddr>,
    /// `connect`, for the connection and the handshake, and `total`.
    pub timeout: Timeout,
}

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A host and a port.
    Tcp(String, u16),
    /// The same, for datagrams.
    Udp(String, u16),
    /// A unix socket.
    Unix(PathBuf),
}

impl Way {
    /// `host:port` or the path, for messages.
    #[must_use]
    pub fn authority(&self) -> String {
        match self {
            Way::Tcp(host, port) | Way::Udp(host, port) => Target { host, port: *port }.authority(),
            Way::Unix(path) => path.display().to_string(),
        }
    }
}

/// How TLS is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Whom the certificate must name, and what is said to the server (SNI).
    pub server_name: String,
    /// What it is verified by.
    pub verify: Verify,
    /// Who we are.
    pub cert: Option<Cert>,
}

/// A connection that was made to us.
#[derive(Debug)]
pub enum Accepted {
    /// From an address.
    Tcp(TcpStream),
    /// Over a unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// A bound socket: datagrams from anybody, answered to whom the last came from.
    Udp(UdpSocket),
}

/// An open connection.
#[derive(Debug)]
pub struct Conversation {
    stream: Stream,
    live: Arc<Live>,
}

impl Connector {
    /// Opens a connection. The command line's `--resolve` and `--offline` hold; proxies and what
    /// adapters say of URLs do not.
    pub(super) fn open(
        &self,
        door: &Door,
        deadline: Option<Instant>,
    ) -> Result<Conversation, Error> {
        let patience = Patience { silence: door.timeout.connect, deadline };
        let mut timings = Timings::default();
        let stream = match &door.way {
            Way::Tcp(host, port) => {
                self.tcp(Target { host, port: *port }, door.bind, patience, &mut timings)?
            }
            Way::Udp(host, port) => self.udp(Target { host, port: *port }, door.bind, patience)?,
            Way::Unix(path) => self.unix(path, &mut timings)?,
        };
        let stream = match &door.tls {
            None => stream,
            Some(tls) => {
                let Tls { server_name, verify, cert } = tls;
                let cert = cert.as_ref();
                let protocol = Protocol::Any;
                let settings = Encryption { verify, cert, limits: None, protocol };
                self.encrypt(stream, server_name, &settings, patience)?
            }
        };
        Ok(Conversation { stream, live: Arc::clone(&self.live) })
    }

    /// Takes in a connection that was made to us.
    pub(super) fn adopt(&self, accepted: Accepted) -> Result<Conversation, Error> {
        let wire = match accepted {
            Accepted::Tcp(stream) => {
                let _ = stream.set_nodelay(true);
                Wire::Tcp(stream)
            }
            #[cfg(unix)]
            Accepted::Unix(stream) => Wire::Unix(stream),
            Accepted::Udp(socket) => Wire::Bound(socket, Mutex::default()),
        };
        Ok(Conversation { stream: self.keep(wire)?, live: Arc::clone(&self.live) })
    }

    /// A socket for datagrams to one address and from it: the first of the host's.
    fn udp(
        &self,
        target: Target<'_>,
        bind: Option<SocketAddr>,
        patience: Patience,
    ) -> Result<Stream, Error> {
        let addresses = self.resolve(target, patience)?;
        let failed = |error: &io::Error| {
            let message = format!("could not reach `{}`: {}", target.authority(), reason(error));
            Error::new(ErrorKind::ConnectionError, message).unreached().system(error.kind())
        };
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            if self.network.is_offline && !address.ip().is_loopback() {
                return Err(offline(target));
            }
            let any: SocketAddr = match address {
                SocketAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let connected = UdpSocket::bind(bind.unwrap_or(any)).and_then(|socket| {
                socket.connect(address)?;
                Ok(socket)
            });
            match connected {
                Ok(socket) => return self.keep(Wire::Udp(socket)),
                Err(error) => last = error,
            }
        }
        Err(failed(&last))
    }
}

impl Conversation {
    /// How long the next reads and writes may take: the longest silence, and until when.
    pub fn set_patience(&mut self, silence: Option<Duration>, deadline: Option<Instant>) {
        self.stream.set_patience(Patience { silence, deadline });
    }

    /// Where the other end is.
    #[must_use]
    pub fn peer(&self) -> Option<SocketName> {
        self.stream.wire().peer().ok()
    }

    /// Where this end is.
    #[must_use]
    pub fn local(&self) -> Option<SocketName> {
        self.stream.wire().local().ok()
    }

    /// The certificate of the other end (DER), when TLS is spoken.
    #[must_use]
    pub fn certificate(&self) -> Option<Arc<[u8]>> {
        self.stream.peer_certificate()
    }

    /// Ends one direction, or both (`shutdown`). TLS says first that nothing more will come.
    ///
    /// # Errors
    /// What the system says.
    pub fn shutdown(&mut self, how: Shutdown) -> io::Result<()> {
        match how {
            Shutdown::Write => self.stream.end(),
            Shutdown::Read => self.stream.wire().shutdown_half(Shutdown::Read),
            Shutdown::Both => {
                let said = self.stream.end();
                let ended = self.stream.wire().shutdown_half(Shutdown::Both);
                said.and(ended)
            }
        }
    }

    /// What a read or a write that failed says that is no matter of the other end alone: that we
    /// were interrupted, that TLS broke.
    #[must_use]
    pub fn fault(&self, error: &io::Error) -> Option<Error> {
        if self.live.check().is_err() {
            return Some(interrupted());
        }
        let inner = error.get_ref()?.downcast_ref::<rustls::Error>()?;
        Some(tls_message::explain(inner))
    }
}

impl Read for Conversation {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.stream.read(buffer)? {
            // So it looks when the run was interrupted: nobody has said anything.
            0 if self.live.check().is_err() => Err(io::ErrorKind::ConnectionAborted.into()),
            read => Ok(read),
        }
    }
}

impl Write for Conversation {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
