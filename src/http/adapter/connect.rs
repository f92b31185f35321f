//! A new connection: address, TCP, proxy, TLS.

use super::fault::{Phase, fault, is_timeout, reason, seconds};
use super::live::Live;
use super::route::Wanted;
use super::stream::{Patience, Socket, Stream, Wire};
use super::tls::{self, Encryption};
use super::{socks, tunnel};
use crate::http::{Address, Error, ErrorKind, Network, Timings, Url};
use socket2::{Domain, Socket as Socket2, Type};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::unversioned::transport::time::Duration as Until;

/// What connecting needs of an adapter.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) live: Arc<Live>,
    pub(super) tls: tls::Configs,
    pub(super) resolver: DefaultResolver,
    pub(super) network: Network,
}

/// One host to reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'t> {
    pub(super) host: &'t str,
    pub(super) port: u16,
}

impl<'t> Target<'t> {
    pub(super) fn of(url: &'t Url) -> Target<'t> {
        Target { host: url.host(), port: url.port() }
    }

    /// `host:port`, brackets around IPv6.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl Connector {
    /// Connects as the request asks, the phases' times taken.
    pub(super) fn connect(
        &self,
        wanted: &Wanted<'_>,
        deadline: Option<Instant>,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        self.live.check()?;
        let timeout = wanted.request.transport.timeout;
        let connect = Patience { silence: timeout.connect, deadline };
        let read = Patience { silence: timeout.read, deadline };
        let url = &wanted.request.url;
        if url.is_https() {
            // A missing bundle or certificate is said before anybody is connected to (Requests'
            // `cert_verify`).
            self.tls.get(&wanted.encryption())?;
        }
        let stream = match wanted.proxy {
            None => self.direct(wanted, connect, timings)?,
            Some(proxy) => match proxy.scheme() {
                "http" | "https" => self.through_http(wanted, proxy, connect, read, timings)?,
                scheme => match socks::Version::of(scheme) {
                    Some(version) => {
                        self.through_socks(version, wanted, proxy, connect, timings)?
                    }
                    None => return Err(unknown_proxy(proxy)),
                },
            },
        };
        if !url.is_https() {
            return Ok(stream);
        }
        let started = Instant::now();
        let stream = self.encrypt(stream, url.host(), &wanted.encryption(), connect)?;
        timings.tls = Some(started.elapsed());
        Ok(stream)
    }

    /// TLS over a stream.
    pub(super) fn encrypt(
        &self,
        stream: Stream,
        host: &str,
        settings: &Encryption<'_>,
        patience: Patience,
    ) -> Result<Stream, Error> {
        let config = self.tls.get(settings)?;
        tls::handshake(stream, host, config, patience, &self.live)
    }

    /// To an HTTP proxy, and for https through it by CONNECT.
    fn through_http(
        &self,
        wanted: &Wanted<'_>,
        proxy: &Url,
        connect: Patience,
        read: Patience,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        let mut stream = self
            .tcp(Target::of(proxy), wanted.bind(), connect, timings)
            .map_err(|error| at_proxy(error, proxy))?;
        if proxy.is_https() {
            stream = self
                .encrypt(stream, proxy.host(), &wanted.encryption(), connect)
                .map_err(|error| at_proxy(error, proxy))?;
        }
        if wanted.request.url.is_https() {
            tunnel::open(&mut stream, Target::of(&wanted.request.url), proxy, read, &self.live)?;
        }
        Ok(stream)
    }

    /// Through a SOCKS proxy; the target's address is asked for here or there, as its version says.
    fn through_socks(
        &self,
        version: socks::Version,
        wanted: &Wanted<'_>,
        proxy: &Url,
        patience: Patience,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        let target = Target::of(&wanted.request.url);
        let door = Target { host: proxy.host(), port: proxy.explicit_port().unwrap_or(1080) };
        let mut stream = self.tcp(door, wanted.bind(), patience, timings)?;
        let address = match target.host.parse::<IpAddr>() {
            Ok(ip) => Some(ip),
            Err(_) if version.resolves_there() => None,
            Err(_) => self.resolve(target, patience)?.first().map(SocketAddr::ip),
        };
        // urllib3 sees a connection that failed, whatever the proxy said.
        socks::open(&mut stream, version, target, address, proxy, patience, &self.live)
            .map_err(Error::unreached)?;
        Ok(stream)
    }

    /// To the server itself, or where the adapter says it is.
    fn direct(
        &self,
        wanted: &Wanted<'_>,
        patience: Patience,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        let target = Target::of(&wanted.request.url);
        match self.network.address(wanted.mount) {
            None => self.tcp(target, wanted.bind(), patience, timings),
            Some(Address::Ip(ip, port)) => {
                let address = SocketAddr::new(ip, port.unwrap_or(target.port));
                self.to_first(target, &[address], wanted.bind(), patience, timings)
            }
            Some(Address::Unix(path)) => self.unix(&path, timings),
        }
    }

    /// To a unix socket.
    #[cfg(unix)]
    pub(super) fn unix(&self, path: &Path, timings: &mut Timings) -> Result<Stream, Error> {
        let started = Instant::now();
        let socket = UnixStream::connect(path).map_err(|error| {
            let why = reason(&error);
            let message =
                format!("could not connect to the unix socket `{}`: {why}", path.display());
            Error::new(ErrorKind::ConnectionError, message)
                .help("check the socket's path, and that its server is running")
                .unreached()
                .system(error.kind())
        })?;
        tracing::debug!("connected to {}", path.display());
        timings.connect = Some(started.elapsed());
        self.keep(Wire::Unix(socket))
    }

    /// To a unix socket, where there are none.
    #[cfg(not(unix))]
    pub(super) fn unix(&self, path: &Path, _: &mut Timings) -> Result<Stream, Error> {
        let message =
            format!("`{}` cannot be connected to: this system has no unix sockets", path.display());
        Err(Error::new(ErrorKind::ConnectionError, message))
    }

    pub(super) fn keep(&self, wire: Wire) -> Result<Stream, Error> {
        let wire = Arc::new(wire);
        self.live.register(&wire)?;
        Ok(Stream::Plain(Socket::new(wire)))
    }

    /// TCP to the first address that answers (`socket.create_connection`).
    pub(super) fn tcp(
        &self,
        target: Target<'_>,
        bind: Option<SocketAddr>,
        patience: Patience,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        let started = Instant::now();
        let addresses = self.resolve(target, patience)?;
        timings.dns = Some(started.elapsed());
        self.to_first(target, &addresses, bind, patience, timings)
    }

    fn to_first(
        &self,
        target: Target<'_>,
        addresses: &[SocketAddr],
        bind: Option<SocketAddr>,
        patience: Patience,
        timings: &mut Timings,
    ) -> Result<Stream, Error> {
        if self.network.is_offline && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(offline(target));
        }
        let started = Instant::now();
        let mut failed = None;
        for address in addresses {
            match connect_one(address, bind, patience) {
                Ok(tcp) => {
                    tracing::debug!("connected to {} at {address}", target.authority());
                    // Without it, the last segment of a request would wait for an answer.
                    let _ = tcp.set_nodelay(true);
                    timings.connect = Some(started.elapsed());
                    return self.keep(Wire::Tcp(tcp));
                }
                Err(error) => {
                    tracing::debug!(
                        "no connection to {} at {address}: {error}",
                        target.authority()
                    );
                    failed = Some(error);
                }
            }
        }
        self.live.check()?;
        Err(unreachable(target, failed.as_ref(), patience))
    }

    /// A host's addresses; a literal address asks nobody.
    pub(super) fn resolve(
        &self,
        target: Target<'_>,
        patience: Patience,
    ) -> Result<Vec<SocketAddr>, Error> {
        if let Ok(ip) = target.host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, target.port)]);
        }
        if let Some(addresses) = self.network.resolved(target.host, target.port) {
            return Ok(addresses.to_vec());
        }
        let host = target.host.to_ascii_lowercase();
        if self.network.is_offline && host != "localhost" && !host.ends_with(".localhost") {
            return Err(offline(target));
        }
        let uri = ureq::http::Uri::builder()
            .scheme("http")
            .authority(target.authority())
            .path_and_query("/")
            .build()
            .map_err(|_| unknown_host(target, "not a host's name"))?;
        let config = ureq::config::Config::default();
        let until = NextTimeout {
            // Only `total` bounds it, as Requests' timeouts do not: a bound costs a thread.
            after: patience.deadline.map_or(Until::NotHappening, |deadline| {
                Until::Exact(deadline.saturating_duration_since(Instant::now()))
            }),
            ..NextTimeout::default()
        };
        let found = self.resolver.resolve(&uri, &config, until).map_err(|error| match error {
            ureq::Error::Timeout(_) => {
                fault(Phase::Connect, &io::ErrorKind::TimedOut.into(), patience, &self.live)
                    .unreached()
            }
            ureq::Error::Io(error) => unknown_host(target, &reason(&error)),
            other => unknown_host(target, &other.to_string()),
        })?;
        Ok(found.iter().copied().collect())
    }
}

/// One address, within what is left of the patience.
fn connect_one(
    address: &SocketAddr,
    bind: Option<SocketAddr>,
    patience: Patience,
) -> io::Result<TcpStream> {
    let left = patience.left()?;
    if let Some(bind) = bind {
        return connect_from(bind, address, left);
    }
    match left {
        None => TcpStream::connect(address),
        Some(left) => TcpStream::connect_timeout(address, left.max(Duration::from_millis(1))),
    }
}

/// The same from an address of ours (`source_address`).
fn connect_from(
    bind: SocketAddr,
    address: &SocketAddr,
    left: Option<Duration>,
) -> io::Result<TcpStream> {
    let socket = Socket2::new(Domain::for_address(*address), Type::STREAM, None)?;
    if bind.port() != 0 {
        // The port of a connection that has just ended can be used at once.
        socket.set_reuse_address(true)?;
    }
    let bound = match bind.is_ipv4() == address.is_ipv4() {
        true => socket.bind(&bind.into()),
        false => Err(io::Error::other("it is no address of the same kind")),
    };
    bound.map_err(|error| {
        let why = format!("cannot come from `{}`: {}", bind.ip(), reason(&error));
        io::Error::other(why)
    })?;
    match left {
        None => socket.connect(&(*address).into())?,
        Some(left) => {
            socket.connect_timeout(&(*address).into(), left.max(Duration::from_millis(1)))?;
        }
    }
    Ok(socket.into())
}

/// What `--offline` keeps from being reached.
pub(super) fn offline(target: Target<'_>) -> Error {
    let message = format!("`{}` is not this machine, and the run is `--offline`", target.host);
    Error::new(ErrorKind::ConnectionError, message)
        .help("run without `--offline`, or say where the host is with `--resolve`")
}

fn unknown_host(target: Target<'_>, why: &str) -> Error {
    let why = why.rsplit(": ").next().unwrap_or(why).to_lowercase();
    Error::new(
        ErrorKind::ConnectionError,
        format!("could not find the host `{}`: {why}", target.host),
    )
    .help("check the host's name in the URL, and that this machine can look names up")
    .unreached()
}

/// No address answered.
fn unreachable(target: Target<'_>, error: Option<&io::Error>, patience: Patience) -> Error {
    let authority = target.authority();
    let Some(error) = error else { return unknown_host(target, "it has no address") };
    if is_timeout(error) {
        let waited = match patience.silence {
            Some(silence) if !patience.is_over() => format!("within {}", seconds(silence)),
            Some(_) | None if patience.is_over() => "before `timeout.total` had passed".to_owned(),
            _ => "in time".to_owned(),
        };
        return Error::new(
            ErrorKind::ConnectTimeout,
            format!("could not connect to `{authority}` {waited}"),
        )
        .help("check that the host is up and no firewall is in the way, or allow more time with `timeout`")
        .unreached();
    }
    let error_text = reason(error);
    let message = format!("could not connect to `{authority}`: {error_text}");
    let failed = Error::new(ErrorKind::ConnectionError, message).unreached().system(error.kind());
    if error.kind() == io::ErrorKind::ConnectionRefused {
        return failed.help("check the port, and that the server is running");
    }
    failed
}

/// An error of reaching the proxy itself (`ProxyError`, but a timeout stays one).
fn at_proxy(error: Error, proxy: &Url) -> Error {
    if matches!(error.kind, ErrorKind::ConnectTimeout | ErrorKind::ReadTimeout) {
        return error;
    }
    Error {
        kind: ErrorKind::ProxyError,
        message: format!("cannot use the proxy: {}", error.message),
        help: Some(format!(
            "check the proxy `{}://{}`, or set `proxies` to null for a direct connection",
            proxy.scheme(),
            Target::of(proxy).authority()
        )),
        ..error
    }
}

fn unknown_proxy(proxy: &Url) -> Error {
    Error::new(
        ErrorKind::InvalidURL,
        format!(
            "the proxy's scheme `{}` is not one of `http https socks5 socks5h socks4 socks4a`",
            proxy.scheme()
        ),
    )
}
