//! A socket that others connect to.

use super::address::{Address, Transport};
use crate::http::{Accepted, SocketName, Way};
use socket2::{Domain, SockAddr, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket};
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::os::unix::net::UnixListener;
#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

/// How many connections wait to be accepted, unless anything says otherwise.
pub const BACKLOG: u32 = 128;

/// The longest pause between two looks for a connection: no system call waits for one or for the
/// end of a run on every system.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// A bound socket. It is closed, and a unix socket's path is removed, when it is dropped.
#[derive(Debug)]
pub struct Listener {
    bound: Bound,
    name: SocketName,
    transport: Transport,
}

#[derive(Debug)]
enum Bound {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
    Udp(UdpSocket),
}

impl Listener {
    /// Binds and listens (`bind`, `listen`); port 0 is a free one.
    ///
    /// # Errors
    /// What the system says.
    pub fn bind(address: &Address, backlog: u32) -> io::Result<Listener> {
        let bound = match &address.way {
            Way::Tcp(host, port) => Bound::Tcp(tcp(ip(host, *port)?, backlog)?),
            Way::Udp(host, port) => Bound::Udp(UdpSocket::bind(ip(host, *port)?)?),
            #[cfg(unix)]
            Way::Unix(path) => {
                let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
                socket.bind(&SockAddr::unix(path)?)?;
                socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
                Bound::Unix(OwnedFd::from(socket).into(), path.clone())
            }
            #[cfg(not(unix))]
            Way::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        let name = match &bound {
            Bound::Tcp(socket) => SocketName::Ip(socket.local_addr()?),
            #[cfg(unix)]
            Bound::Unix(_, path) => SocketName::Unix(Some(path.clone())),
            Bound::Udp(socket) => SocketName::Ip(socket.local_addr()?),
        };
        let listener = Listener { bound, name, transport: address.transport };
        listener.set_nonblocking()?;
        Ok(listener)
    }

    /// Where it is (`getsockname`).
    #[must_use]
    pub fn name(&self) -> &SocketName {
        &self.name
    }

    /// What carries the bytes.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The next connection, waited for as long as `goes_on`; `None` after that. Of datagrams the
    /// socket itself, at once.
    ///
    /// # Errors
    /// What the system says.
    pub fn accept(&self, goes_on: &dyn Fn() -> bool) -> io::Result<Option<Accepted>> {
        let mut pause = Duration::from_millis(1);
        loop {
            match self.try_accept() {
                Ok(accepted) => return Ok(Some(accepted)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(error),
            }
            if !goes_on() {
                return Ok(None);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn try_accept(&self) -> io::Result<Accepted> {
        Ok(match &self.bound {
            Bound::Tcp(socket) => {
                let (stream, _) = socket.accept()?;
                stream.set_nonblocking(false)?;
                Accepted::Tcp(stream)
            }
            #[cfg(unix)]
            Bound::Unix(socket, _) => {
                let (stream, _) = socket.accept()?;
                stream.set_nonblocking(false)?;
                Accepted::Unix(stream)
            }
            Bound::Udp(socket) => Accepted::Udp(socket.try_clone()?),
        })
    }

    fn set_nonblocking(&self) -> io::Result<()> {
        match &self.bound {
            Bound::Tcp(socket) => socket.set_nonblocking(true),
            #[cfg(unix)]
            Bound::Unix(socket, _) => socket.set_nonblocking(true),
            Bound::Udp(_) => Ok(()),
        }
    }
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Bound::Unix(_, path) = &self.bound {
            // One that is gone already needs no removing.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// An address of this machine: of a name the first.
fn ip(host: &str, port: u16) -> io::Result<SocketAddr> {
    let none = || io::Error::other("the host has no address");
    (host, port).to_socket_addrs()?.next().ok_or_else(none)
}

fn tcp(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // The port of a connection that has just ended can be used at once.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}
