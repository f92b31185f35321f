//! Listening, a thread for each connection, and stopping.

use super::connection;
use super::shared::Shared;
use super::site::Site;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Silence from a client after which its connection is looked at again.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long answers under way may take once the server is dropped.
const GRACE: Duration = Duration::from_millis(100);
/// Handlers are shallow; the deepest thing is a JSON body of 128 levels.
const STACK: usize = 512 * 1024;
/// Other sites render templates and hold bodies to schemas.
const SITE_STACK: usize = 4 * 1024 * 1024;

/// A running server; stops when dropped.
///
/// ```
/// use std::io::{Read as _, Write as _};
///
/// let server = runner::serve::Server::start("127.0.0.1:0".parse().unwrap()).unwrap();
/// let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
/// stream.write_all(b"GET /status/204 HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer).unwrap();
/// assert!(answer.starts_with("HTTP/1.1 204 NO CONTENT\r\n"));
/// ```
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts serving on `address`; port 0 takes a free one. Nothing but the address decides who
    /// can reach it: give a loopback one unless asked otherwise.
    ///
    /// # Errors
    /// When the address cannot be bound, or no thread can be started.
    pub fn start(address: SocketAddr) -> io::Result<Server> {
        Server::listen(address, None)
    }

    /// As [`Server::start`], with another site than the httpbin-compatible one.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn with_site(address: SocketAddr, site: Arc<dyn Site>) -> io::Result<Server> {
        Server::listen(address, Some(site))
    }

    fn listen(address: SocketAddr, site: Option<Arc<dyn Site>>) -> io::Result<Server> {
        let listener = TcpListener::bind(address)?;
        let shared = Arc::new(Shared::new(listener.local_addr()?, site));
        let for_acceptor = Arc::clone(&shared);
        let acceptor = thread::Builder::new()
            .name("serve".to_owned())
            .spawn(move || accept(&listener, &for_acceptor))?;
        Ok(Server { shared, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop();
        // A connection of our own gets the acceptor out of `accept`.
        let woken = TcpStream::connect_timeout(&reachable(self.address()), Duration::from_secs(1));
        if let Some(acceptor) = self.acceptor.take()
            && (woken.is_ok() || acceptor.is_finished())
        {
            let _ = acceptor.join();
        }
        self.shared.close(GRACE);
    }
}

/// The address a client on this machine can connect to: loopback where any address was bound.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.is_stopping() {
        match listener.accept() {
            Ok((stream, peer)) => start_connection(stream, peer, shared),
            // Out of file descriptors, most likely: some will be given back.
            Err(_) => shared.wait(Duration::from_millis(10)),
        }
    }
}

fn start_connection(stream: TcpStream, peer: SocketAddr, shared: &Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(READ_TIMEOUT));
    let _ = stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let stream = Arc::new(stream);
    let Some(place) = shared.admit(Arc::clone(&stream)) else {
        let _ = (&*stream).write_all(connection::FULL);
        return;
    };
    let shared = Arc::clone(shared);
    let stack = if shared.site.is_some() { SITE_STACK } else { STACK };
    let serving = move || {
        connection::serve(&stream, peer.ip(), &shared);
        drop(stream);
        drop(place);
    };
    // Without a thread the connection is closed: the closure and all it holds are dropped.
    let _ = thread::Builder::new().name("serve-client".to_owned()).stack_size(stack).spawn(serving);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::time::Instant;

    fn started() -> Server {
        Server::start(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
    }

    #[test]
    fn dropping_closes_idle_connections_at_once() {
        let server = started();
        let mut idle = TcpStream::connect(server.address()).unwrap();
        idle.write_all(b"GET /get HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = [0; 16];
        idle.read_exact(&mut answer).unwrap();
        let before = Instant::now();
        drop(server);
        idle.read_to_end(&mut Vec::new()).unwrap();
        assert!(before.elapsed() < Duration::from_millis(500));
    }

    #[test]
    fn dropping_does_not_wait_for_a_slow_answer() {
        let server = started();
        let mut slow = TcpStream::connect(server.address()).unwrap();
        slow.write_all(b"GET /delay/10 HTTP/1.1\r\n\r\n").unwrap();
        thread::sleep(Duration::from_millis(50));
        let before = Instant::now();
        drop(server);
        assert!(before.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn the_url_of_any_address_is_loopback() {
        let server = Server::start(SocketAddr::from(([0, 0, 0, 0], 0))).unwrap();
        assert_eq!(server.url(), format!("http://127.0.0.1:{}", server.address().port()));
    }
}
