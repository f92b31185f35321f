//! The adapter itself: a connection from the pool or a new one, the request out, the head in.

use super::body::{Coding, Ends, ResponseBody};
use super::connect::Connector;
use super::connection::Connection;
use super::conversation::{Accepted, Conversation, Door};
use super::fault::{self, Phase, fault};
use super::head::{self, Head};
use super::live::Live;
use super::pool::Pool;
use super::route::Wanted;
use super::sender::{self, Sent};
use super::stream::Patience;
use super::{Adapter, RawResponse, tls};
use crate::http::{Error, ErrorKind, Network, PreparedRequest, Timings, Url};
use std::io;
use std::sync::Arc;
use std::time::Instant;
use ureq::unversioned::resolver::DefaultResolver;

/// Requests' `HTTPAdapter`: HTTP/1.1 over TCP and TLS, direct or through a proxy.
#[derive(Debug)]
pub struct HttpAdapter {
    connector: Connector,
    pool: Arc<Pool>,
    live: Arc<Live>,
}

impl HttpAdapter {
    /// An adapter that keeps up to `jobs` idle connections to each place.
    #[must_use]
    pub fn new(jobs: usize) -> HttpAdapter {
        HttpAdapter::on(jobs, Network::default())
    }

    /// The same on a network the command line says something of.
    #[must_use]
    pub fn on(jobs: usize, network: Network) -> HttpAdapter {
        let live = Arc::new(Live::default());
        let connector = Connector {
            live: Arc::clone(&live),
            tls: tls::Configs::default(),
            resolver: DefaultResolver::default(),
            network,
        };
        HttpAdapter { connector, pool: Arc::new(Pool::new(jobs)), live }
    }

    /// A connection the request may use.
    fn connection(
        &self,
        wanted: &Wanted<'_>,
        deadline: Option<Instant>,
        timings: &mut Timings,
    ) -> Result<Connection, Error> {
        if let Some(connection) = self.pool.take(wanted) {
            timings.is_reused = true;
            return Ok(connection);
        }
        let stream = self.connector.connect(wanted, deadline, timings)?;
        Ok(Connection::new(stream, wanted.to_route()))
    }

    /// Reads the head of the final response; interim ones are passed over (RFC 9110 section 15.2).
    fn receive(
        &self,
        connection: &mut Connection,
        wanted: &Wanted<'_>,
        patience: Patience,
    ) -> Result<Head, Error> {
        connection.stream.set_patience(patience);
        loop {
            if let Some((length, head)) = head::parse(connection.ahead.get())? {
                connection.ahead.consume(length);
                if !(100..200).contains(&head.status) || head.status == 101 {
                    return Ok(head);
                }
                continue;
            }
            let read = connection.fill();
            let read = read.map_err(|error| fault(Phase::Wait, &error, patience, &self.live));
            if read.map_err(|error| blame(error, wanted))? == 0 {
                self.live.check()?;
                return Err(blame(ended(connection.ahead.get()), wanted));
            }
        }
    }

    /// The response: with its body still in the connection, or the connection given back.
    fn respond(
        &self,
        connection: Connection,
        (head, is_head): (Head, bool),
        sent: Sent,
        patience: Patience,
        timings: Timings,
    ) -> Result<RawResponse, Error> {
        let is_keep_alive = head.is_keep_alive() && sent.cut_short.is_none() && head.status != 101;
        let peer_certificate = connection.peer_certificate.clone();
        let coding = Coding::of(head.body(is_head)?);
        let length = coding.length();
        let mut body = ResponseBody {
            connection: Some(connection),
            coding,
            is_keep_alive,
            patience,
            ends: Ends::default(),
            pool: Arc::clone(&self.pool),
            live: Arc::clone(&self.live),
        };
        if length == Some(0) {
            body.give_back();
        }
        let ends = body.ends.clone();
        let body: Box<dyn io::Read + Send> =
            if length == Some(0) { Box::new(io::empty()) } else { Box::new(body) };
        let Head { status, reason, version, headers } = head;
        Ok(RawResponse {
            status,
            reason,
            version,
            headers,
            body,
            length,
            timings,
            ends,
            peer_certificate,
        })
    }
}

impl Adapter for HttpAdapter {
    fn send(
        &self,
        request: &PreparedRequest,
        proxy: Option<&Url>,
        deadline: Option<Instant>,
    ) -> Result<RawResponse, Error> {
        self.live.check()?;
        let mount = request.transport.mounts.find(&request.url);
        let wanted = Wanted { request, proxy, mount };
        let mut timings = Timings::default();
        let mut connection = self.connection(&wanted, deadline, &mut timings)?;
        let timeout = request.transport.timeout;
        // urllib3 sends under the connect timeout; the read timeout is for the answer.
        let sending = Patience { silence: timeout.connect, deadline };
        let reading = Patience { silence: timeout.read, deadline };
        let started = Instant::now();
        let sent = sender::send(&mut connection, &wanted, sending, &self.live)?;
        let gone = Instant::now();
        timings.send = Some(gone - started);
        let head = match (self.receive(&mut connection, &wanted, reading), &sent.cut_short) {
            (Ok(head), _) => head,
            (Err(_), Some(why)) => return Err(fault(Phase::Send, why, sending, &self.live)),
            (Err(error), None) => return Err(error),
        };
        timings.wait = Some(gone.elapsed());
        self.respond(connection, (head, request.method == "HEAD"), sent, reading, timings)
    }

    fn open(&self, door: &Door, deadline: Option<Instant>) -> Result<Conversation, Error> {
        self.live.check()?;
        self.connector.open(door, deadline)
    }

    fn adopt(&self, accepted: Accepted) -> Result<Conversation, Error> {
        self.connector.adopt(accepted)
    }

    fn shutdown(&self) {
        self.live.shutdown();
        self.pool.clear();
    }
}

/// Who broke a connection off is the proxy when it is the one that answers.
fn blame(error: Error, wanted: &Wanted<'_>) -> Error {
    if !wanted.is_forwarded() || error.kind != ErrorKind::ConnectionError {
        return error;
    }
    let message = error.message.replacen("the server", "the proxy", 1);
    Error { kind: ErrorKind::ProxyError, message, ..error }
}

/// The connection ended where a head should have been.
fn ended(ahead: &[u8]) -> Error {
    let message = if ahead.is_empty() {
        "the server closed the connection without a response"
    } else {
        "the server closed the connection in the middle of the response's head"
    };
    Error::new(ErrorKind::ConnectionError, message).help(fault::HUNG_UP)
}
