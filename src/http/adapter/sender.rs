//! A request's bytes going out, exactly those that were prepared.

use super::connection::Connection;
use super::fault::{Phase, fault, is_timeout, reason};
use super::live::Live;
use super::route::Wanted;
use super::stream::Patience;
use crate::http::{Body, Error, ErrorKind, Headers, Upload, header_bytes, proxy_authorization};
use std::io::{self, Read, Write as _};

/// Bodies up to this go out in one write with their head.
const TOGETHER: usize = 16 * 1024;
/// How much of a stream of known length is read at a time.
const PIECE: usize = 64 * 1024;
/// How much of a stream of unknown length is read for one chunk (http.client's `blocksize`).
const CHUNK: usize = 16 * 1024;

/// A request that has gone out.
pub(super) struct Sent {
    /// Why not all of it went out: the server may have answered before it read it all.
    pub(super) cut_short: Option<io::Error>,
}

/// Sends head and body. A body that the server stops taking is no error yet.
pub(super) fn send(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    patience: Patience,
    live: &Live,
) -> Result<Sent, Error> {
    connection.stream.set_patience(patience);
    connection.out.clear();
    write_head(wanted, &mut connection.out);
    let request = wanted.request;
    let framing = framing(&request.headers, &request.body);
    let mut sender = Sender { connection, patience, live };
    match sender.body(&request.body, framing) {
        Ok(()) => sender.judge(None),
        Err(Cut::Server(error)) => sender.judge(Some(error)),
        Err(Cut::Body(error)) => Err(error),
    }
}

/// How a body goes out.
enum Framed {
    /// With so many bytes.
    Sized(u64),
    Chunked,
}

/// How the body is framed: what the headers say, for they go out as they are.
fn framing(headers: &Headers, body: &Body) -> Framed {
    let length = match body {
        Body::Empty => return Framed::Sized(0),
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        Body::Stream(upload) => {
            let said = headers.first("content-length").and_then(|value| value.trim().parse().ok());
            said.or_else(|| upload.length())
        }
    };
    let is_chunked = headers
        .all("transfer-encoding")
        .any(|value| value.to_ascii_lowercase().contains("chunked"));
    length.filter(|_| !is_chunked).map_or(Framed::Chunked, Framed::Sized)
}

/// Request line and headers. A forwarding proxy gets the absolute form, and its credentials in
/// place of any `Proxy-Authorization` (urllib3's `proxy_headers`).
fn write_head(wanted: &Wanted<'_>, out: &mut Vec<u8>) {
    let request = wanted.request;
    let forwarding = wanted.proxy.filter(|_| wanted.is_forwarded());
    let target = if forwarding.is_some() {
        request.url.absolute_target()
    } else {
        request.url.request_target()
    };
    let mut authorization = forwarding.and_then(proxy_authorization);
    for part in [request.method.as_str(), " ", &target, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    for (name, value) in request.headers.iter() {
        if name.eq_ignore_ascii_case("proxy-authorization")
            && let Some(ours) = authorization.take()
        {
            write_line(name, &ours, out);
        } else {
            write_line(name, value, out);
        }
    }
    if let Some(authorization) = authorization {
        write_line("Proxy-Authorization", &authorization, out);
    }
    out.extend_from_slice(b"\r\n");
}

/// One header line.
fn write_line(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    if value.is_ascii() {
        out.extend_from_slice(value.as_bytes());
    } else {
        out.extend_from_slice(&header_bytes(value));
    }
    out.extend_from_slice(b"\r\n");
}

/// Why a body's sending ended early.
enum Cut {
    /// The server took no more.
    Server(io::Error),
    /// The body itself.
    Body(Error),
}

impl From<io::Error> for Cut {
    fn from(error: io::Error) -> Cut {
        Cut::Server(error)
    }
}

/// Writes to a connection what has gathered in its `out`.
struct Sender<'s> {
    connection: &'s mut Connection,
    patience: Patience,
    live: &'s Live,
}

impl Sender<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.connection.stream.write_all(&self.connection.out)?;
        self.connection.out.clear();
        self.connection.stream.flush()
    }

    /// Whether a request cut short may still have an answer: something is there to be read, if
    /// only the end.
    fn judge(&self, cut_short: Option<io::Error>) -> Result<Sent, Error> {
        if let Some(error) = &cut_short
            && is_timeout(error)
            && !self.connection.stream.is_stale()
        {
            return Err(fault(Phase::Send, error, self.patience, self.live));
        }
        Ok(Sent { cut_short })
    }

    fn body(&mut self, body: &Body, framed: Framed) -> Result<(), Cut> {
        match (body, framed) {
            (Body::Empty, _) => Ok(self.flush()?),
            (Body::Bytes(bytes), Framed::Sized(_)) => Ok(self.bytes(bytes)?),
            (Body::Bytes(bytes), Framed::Chunked) => {
                if !bytes.is_empty() {
                    self.chunk(bytes);
                }
                self.connection.out.extend_from_slice(b"0\r\n\r\n");
                Ok(self.flush()?)
            }
            (Body::Stream(upload), Framed::Sized(length)) => self.sized(upload.as_ref(), length),
            (Body::Stream(upload), Framed::Chunked) => self.chunks(upload.as_ref()),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() <= TOGETHER {
            self.connection.out.extend_from_slice(bytes);
            return self.flush();
        }
        self.flush()?;
        self.connection.stream.write_all(bytes)?;
        self.connection.stream.flush()
    }

    /// Gathers one chunk.
    fn chunk(&mut self, bytes: &[u8]) {
        let out = &mut self.connection.out;
        out.extend_from_slice(format!("{:x}\r\n", bytes.len()).as_bytes());
        out.extend_from_slice(bytes);
        out.extend_from_slice(b"\r\n");
    }

    /// A stream of unknown length: each item is a chunk, as in Requests, or else each read.
    fn chunks(&mut self, upload: &dyn Upload) -> Result<(), Cut> {
        match upload.items() {
            Some(items) => self.items(items)?,
            None => self.reads(upload)?,
        }
        self.connection.out.extend_from_slice(b"0\r\n\r\n");
        Ok(self.flush()?)
    }

    /// Empty items are passed over, as urllib3 passes them over: they would end the body.
    fn items(&mut self, items: &[Vec<u8>]) -> Result<(), Cut> {
        for item in items.iter().filter(|item| !item.is_empty()) {
            self.chunk(item);
            self.flush()?;
        }
        Ok(())
    }

    fn reads(&mut self, upload: &dyn Upload) -> Result<(), Cut> {
        let mut reader = open(upload, self.patience)?;
        let mut piece = vec![0; CHUNK];
        loop {
            let count = read(reader.as_mut(), &mut piece, upload)?;
            if count == 0 {
                return Ok(());
            }
            self.chunk(piece.get(..count).unwrap_or_default());
            self.flush()?;
        }
    }

    /// A stream of known length: exactly so many bytes of it. What a growing file has gained since
    /// its length was taken stays where it is.
    fn sized(&mut self, upload: &dyn Upload, length: u64) -> Result<(), Cut> {
        let mut reader = open(upload, self.patience)?;
        let mut piece = vec![0; PIECE];
        self.flush()?;
        let mut left = length;
        while left > 0 {
            let room = PIECE.min(usize::try_from(left).unwrap_or(PIECE));
            let count = read(reader.as_mut(), piece.get_mut(..room).unwrap_or_default(), upload)?;
            if count == 0 {
                return Err(Cut::Body(too_short(upload, length - left)));
            }
            self.connection.stream.write_all(piece.get(..count).unwrap_or_default())?;
            left -= count as u64;
        }
        Ok(self.connection.stream.flush()?)
    }
}

fn open(upload: &dyn Upload, patience: Patience) -> Result<Box<dyn Read + Send>, Cut> {
    upload.open(patience.deadline).map_err(|error| unreadable(upload, &error))
}

fn read(reader: &mut dyn Read, piece: &mut [u8], upload: &dyn Upload) -> Result<usize, Cut> {
    loop {
        match reader.read(piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(upload, &error)),
            Ok(count) => return Ok(count),
        }
    }
}

fn unreadable(upload: &dyn Upload, error: &io::Error) -> Cut {
    let known = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    Cut::Body(known.cloned().unwrap_or_else(|| {
        let message = format!("cannot read the body {}: {}", upload.describe(), reason(error));
        Error::new(ErrorKind::RequestException, message)
    }))
}

fn too_short(upload: &dyn Upload, sent: u64) -> Error {
    let said = upload.length().map_or_else(|| "its length".to_owned(), |length| length.to_string());
    Error::new(
        ErrorKind::RequestException,
        format!("the body {} ended after {sent} of {said} bytes", upload.describe()),
    )
    .help("it became shorter while it was being sent; the request was not completed")
}
