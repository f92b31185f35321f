//! A connection's bytes: TCP or a unix socket, TLS over it, or TLS over TLS through an https proxy.

use rustls::{ClientConnection, StreamOwned};
use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the system gives us.
#[derive(Debug)]
pub(super) enum Wire {
    /// To an address.
    Tcp(TcpStream),
    /// To a unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// Datagrams to and from one address.
    Udp(UdpSocket),
    /// Datagrams from anybody, answered to whom the last came from.
    Bound(UdpSocket, Mutex<Option<SocketAddr>>),
}

/// Where one end of a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketName {
    /// An address and a port.
    Ip(SocketAddr),
    /// A unix socket's path; `None` of one that has no name.
    #[cfg(unix)]
    Unix(Option<PathBuf>),
}

/// The same of either.
macro_rules! either {
    ($wire:expr, $socket:ident => $act:expr) => {
        match $wire {
            Wire::Tcp($socket) => $act,
            #[cfg(unix)]
            Wire::Unix($socket) => $act,
            Wire::Udp($socket) | Wire::Bound($socket, _) => $act,
        }
    };
}

impl Wire {
    /// Ends reads and writes, those that wait too.
    pub(super) fn shutdown(&self) -> io::Result<()> {
        self.shutdown_half(Shutdown::Both)
    }

    /// Ends one direction, or both.
    pub(super) fn shutdown_half(&self, how: Shutdown) -> io::Result<()> {
        self.as_socket().shutdown(how)
    }

    /// Where the other end is (`getpeername`).
    pub(super) fn peer(&self) -> io::Result<SocketName> {
        match self {
            Wire::Tcp(socket) => socket.peer_addr().map(SocketName::Ip),
            #[cfg(unix)]
            Wire::Unix(socket) => socket.peer_addr().map(|name| SocketName::of_unix(&name)),
            Wire::Udp(socket) => socket.peer_addr().map(SocketName::Ip),
            Wire::Bound(_, from) => {
                let from = *from.lock().unwrap_or_else(PoisonError::into_inner);
                from.map(SocketName::Ip).ok_or_else(|| io::ErrorKind::NotConnected.into())
            }
        }
    }

    /// Where this end is (`getsockname`).
    pub(super) fn local(&self) -> io::Result<SocketName> {
        match self {
            Wire::Tcp(socket) => socket.local_addr().map(SocketName::Ip),
            #[cfg(unix)]
            Wire::Unix(socket) => socket.local_addr().map(|name| SocketName::of_unix(&name)),
            Wire::Udp(socket) | Wire::Bound(socket, _) => socket.local_addr().map(SocketName::Ip),
        }
    }

    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        either!(self, socket => socket.set_read_timeout(timeout))
    }

    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        either!(self, socket => socket.set_write_timeout(timeout))
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Tcp(socket) => (&mut &*socket).read(buffer),
            #[cfg(unix)]
            Wire::Unix(socket) => (&mut &*socket).read(buffer),
            Wire::Udp(socket) => socket.recv(buffer),
            Wire::Bound(socket, from) => {
                let (read, sender) = socket.recv_from(buffer)?;
                *from.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
                Ok(read)
            }
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Tcp(socket) => (&mut &*socket).write(bytes),
            #[cfg(unix)]
            Wire::Unix(socket) => (&mut &*socket).write(bytes),
            Wire::Udp(socket) => socket.send(bytes),
            Wire::Bound(socket, from) => {
                let from = *from.lock().unwrap_or_else(PoisonError::into_inner);
                let nobody = || io::Error::other("nobody has sent anything yet");
                socket.send_to(bytes, from.ok_or_else(nobody)?)
            }
        }
    }

    fn write_vectored(&self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Wire::Tcp(socket) => (&mut &*socket).write_vectored(bytes),
            #[cfg(unix)]
            Wire::Unix(socket) => (&mut &*socket).write_vectored(bytes),
            Wire::Udp(_) | Wire::Bound(..) => self.write(bytes.first().map_or(&[], |bytes| bytes)),
        }
    }

    fn as_socket(&self) -> socket2::SockRef<'_> {
        either!(self, socket => socket2::SockRef::from(socket))
    }
}

impl SocketName {
    /// The IP address as text.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        match self {
            SocketName::Ip(address) => Some(address.ip().to_string()),
            #[cfg(unix)]
            SocketName::Unix(_) => None,
        }
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            SocketName::Ip(address) => Some(address.port()),
            #[cfg(unix)]
            SocketName::Unix(_) => None,
        }
    }

    /// The unix socket's path, when it has one.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match self {
            SocketName::Ip(_) => None,
            #[cfg(unix)]
            SocketName::Unix(path) => Some(path.as_ref()?.display().to_string()),
        }
    }
}

impl fmt::Display for SocketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketName::Ip(address) => address.fmt(f),
            #[cfg(unix)]
            SocketName::Unix(path) => path.as_deref().map_or(Ok(()), |path| path.display().fmt(f)),
        }
    }
}

#[cfg(unix)]
impl SocketName {
    fn of_unix(name: &std::os::unix::net::SocketAddr) -> SocketName {
        SocketName::Unix(name.as_pathname().map(ToOwned::to_owned))
    }
}

/// A socket that remembers its timeouts, so that they are set only when they change.
#[derive(Debug)]
pub(super) struct Socket {
    wire: Arc<Wire>,
    patience: Patience,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

/// How long a read or a write may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Patience {
    /// The longest silence.
    pub(super) silence: Option<Duration>,
    /// When everything must be over.
    pub(super) deadline: Option<Instant>,
}

impl Patience {
    /// The time the next call may take.
    ///
    /// # Errors
    /// `TimedOut` when the deadline is past.
    pub(super) fn left(self) -> io::Result<Option<Duration>> {
        let Some(deadline) = self.deadline else { return Ok(self.silence.map(at_least_one)) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(at_least_one(self.silence.map_or(left, |silence| silence.min(left)))))
    }

    /// The same, with another deadline if that comes first.
    pub(super) fn until(self, other: Option<Instant>) -> Patience {
        let deadline = self.deadline.into_iter().chain(other).min();
        Patience { deadline, ..self }
    }

    /// Whether the deadline is past.
    pub(super) fn is_over(self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }
}

/// The system refuses a timeout of nothing, which would mean none at all.
fn at_least_one(duration: Duration) -> Duration {
    duration.max(Duration::from_millis(1))
}

impl Socket {
    pub(super) fn new(wire: Arc<Wire>) -> Socket {
        Socket { wire, patience: Patience::default(), read_timeout: None, write_timeout: None }
    }

    fn before_read(&mut self) -> io::Result<()> {
        let left = self.patience.left()?;
        if self.read_timeout != left {
            self.wire.set_read_timeout(left)?;
            self.read_timeout = left;
        }
        Ok(())
    }

    fn before_write(&mut self) -> io::Result<()> {
        let left = self.patience.left()?;
        if self.write_timeout != left {
            self.wire.set_write_timeout(left)?;
            self.write_timeout = left;
        }
        Ok(())
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.before_read()?;
        loop {
            match self.wire.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.before_write()?;
        self.wire.write(bytes)
    }

    fn write_vectored(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        self.before_write()?;
        self.wire.write_vectored(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A connection's bytes.
#[derive(Debug)]
pub(super) enum Stream {
    /// TCP, or a unix socket.
    Plain(Socket),
    /// TLS over another stream.
    Tls(Box<StreamOwned<ClientConnection, Stream>>),
}

impl Stream {
    /// How long the next reads and writes may take.
    pub(super) fn set_patience(&mut self, patience: Patience) {
        match self {
            Stream::Plain(socket) => socket.patience = patience,
            Stream::Tls(tls) => tls.sock.set_patience(patience),
        }
    }

    /// The certificate the other end of the outermost TLS has shown (DER).
    pub(super) fn peer_certificate(&self) -> Option<Arc<[u8]>> {
        match self {
            Stream::Plain(_) => None,
            Stream::Tls(tls) => {
                tls.conn.peer_certificates()?.first().map(|leaf| Arc::from(leaf.as_ref()))
            }
        }
    }

    /// The socket beneath all TLS.
    pub(super) fn wire(&self) -> &Wire {
        match self {
            Stream::Plain(socket) => &socket.wire,
            Stream::Tls(tls) => tls.sock.wire(),
        }
    }

    /// Says that nothing more will be sent; reading goes on (`SHUT_WR`).
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let Stream::Tls(tls) = self {
            tls.conn.send_close_notify();
            tls.flush()?;
        }
        self.wire().shutdown_half(Shutdown::Write)
    }

    /// Whether an idle connection has been closed, or has something to say that nobody asked
    /// for (urllib3's `is_connection_dropped`). Never blocks.
    pub(super) fn is_stale(&self) -> bool {
        match self {
            Stream::Plain(socket) => !is_quiet(&socket.wire),
            Stream::Tls(tls) => tls.sock.is_stale(),
        }
    }
}

/// `MSG_PEEK | MSG_DONTWAIT`, one system call.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_quiet(wire: &Wire) -> bool {
    const PEEK: i32 = 0x02;
    const DONT_WAIT: i32 = 0x40;
    let mut byte = [MaybeUninit::uninit(); 1];
    let read = wire.as_socket().recv_with_flags(&mut byte, PEEK | DONT_WAIT);
    matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// The same where a single call cannot be told not to wait.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_quiet(wire: &Wire) -> bool {
    let mut byte = [MaybeUninit::uninit(); 1];
    let socket = wire.as_socket();
    if socket.set_nonblocking(true).is_err() {
        return false;
    }
    let read = socket.peek(&mut byte);
    socket.set_nonblocking(false).is_ok()
        && matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.read(buffer),
            // Python's ssl takes an end without a close_notify for an end (`suppress_ragged_eofs`).
            Stream::Tls(tls) => match tls.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                other => other,
            },
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write(bytes),
            Stream::Tls(tls) => tls.write(bytes),
        }
    }

    fn write_vectored(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write_vectored(bytes),
            Stream::Tls(tls) => tls.write_vectored(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(tls) => tls.flush(),
        }
    }
}
