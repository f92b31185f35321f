//! A request's bytes going out, exactly those that were prepared.

use super::call::{self, Next};
use super::connection::Connection;
use super::fault::{Phase, fault, is_timeout, reason};
use super::head::Framing;
use super::live::Live;
use super::route::Wanted;
use super::stream::Patience;
use crate::http::{Body, Error, ErrorKind, Headers, Upload, header_bytes, proxy_authorization};
use std::io::{self, Read, Write as _};
use ureq_proto::client::Call;
use ureq_proto::client::state::{RecvResponse, SendBody};

/// Bodies up to this go out in one write with their head.
const TOGETHER: usize = 16 * 1024;
/// How much of a stream of known length is read at a time.
const PIECE: usize = 64 * 1024;
/// How much of a stream of unknown length is read for one chunk (http.client's `blocksize`).
const CHUNK: usize = 16 * 1024;

/// A request that has gone out.
pub(super) struct Sent {
    pub(super) call: Call<RecvResponse>,
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
    let is_head = request.method == "HEAD";
    let framing = framing(&request.headers, &request.body);
    let mut sender = Sender { connection, patience, live };
    match call::begin(is_head, framing)? {
        Next::Receive(call) => {
            let cut_short = sender.flush().err();
            sender.judge(call, cut_short)
        }
        Next::SendBody(mut call) => match sender.body(&mut call, &request.body) {
            Ok(()) => match call::end_body(call)? {
                Some(call) => sender.judge(call, None),
                None => Err(call::astray(&"the body is not over")),
            },
            Err(Cut::Server(error)) => match call::begin(is_head, None)? {
                Next::Receive(call) => sender.judge(call, Some(error)),
                Next::SendBody(_) => Err(call::astray(&"there is no body")),
            },
            Err(Cut::Body(error)) => Err(error),
        },
    }
}

/// How the body is framed: what the headers say, for they go out as they are.
fn framing(headers: &Headers, body: &Body) -> Option<Framing> {
    let length = match body {
        Body::Empty => return None,
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        Body::Stream(upload) => {
            let said = headers.first("content-length").and_then(|value| value.trim().parse().ok());
            said.or_else(|| upload.length())
        }
    };
    let is_chunked = headers
        .all("transfer-encoding")
        .any(|value| value.to_ascii_lowercase().contains("chunked"));
    match length {
        Some(length) if !is_chunked => Some(Framing::Length(length)),
        _ => Some(Framing::Chunked),
    }
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
    fn judge(&self, call: Call<RecvResponse>, cut_short: Option<io::Error>) -> Result<Sent, Error> {
        if let Some(error) = &cut_short
            && is_timeout(error)
            && !self.connection.stream.is_stale()
        {
            return Err(fault(Phase::Send, error, self.patience, self.live));
        }
        Ok(Sent { call, cut_short })
    }

    fn body(&mut self, call: &mut Call<SendBody>, body: &Body) -> Result<(), Cut> {
        match body {
            Body::Empty => Ok(self.flush()?),
            Body::Bytes(bytes) => self.bytes(call, bytes),
            Body::Stream(upload) if call.is_chunked() => self.chunks(upload.as_ref()),
            Body::Stream(upload) => self.sized(call, upload.as_ref()),
        }
    }

    fn bytes(&mut self, call: &mut Call<SendBody>, bytes: &[u8]) -> Result<(), Cut> {
        if call.is_chunked() {
            if !bytes.is_empty() {
                self.chunk(bytes);
            }
            self.connection.out.extend_from_slice(b"0\r\n\r\n");
            return Ok(self.flush()?);
        }
        call.consume_direct_write(bytes.len()).map_err(|error| Cut::Body(call::astray(&error)))?;
        if bytes.len() <= TOGETHER {
            self.connection.out.extend_from_slice(bytes);
            return Ok(self.flush()?);
        }
        self.flush()?;
        self.connection.stream.write_all(bytes)?;
        Ok(self.connection.stream.flush()?)
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

    /// A stream of known length: exactly so many bytes of it.
    fn sized(&mut self, call: &mut Call<SendBody>, upload: &dyn Upload) -> Result<(), Cut> {
        let mut reader = open(upload, self.patience)?;
        let mut piece = vec![0; PIECE];
        self.flush()?;
        let mut sent = 0_u64;
        while !call.can_proceed() {
            let room = piece.len().min(call.calculate_max_input(PIECE));
            let count = read(reader.as_mut(), piece.get_mut(..room).unwrap_or_default(), upload)?;
            if count == 0 {
                return Err(Cut::Body(too_short(upload, sent)));
            }
            // What a growing file has gained since its length was taken stays here.
            let count = consume(call, count)?;
            self.connection.stream.write_all(piece.get(..count).unwrap_or_default())?;
            sent += count as u64;
        }
        Ok(self.connection.stream.flush()?)
    }
}

/// Counts bytes of a sized body; fewer when the body would become longer than was said.
fn consume(call: &mut Call<SendBody>, count: usize) -> Result<usize, Cut> {
    let mut fits = count;
    while fits > 0 {
        match call.consume_direct_write(fits) {
            Ok(()) => return Ok(fits),
            Err(ureq_proto::Error::BodyLargerThanContentLength) => fits -= 1,
            Err(error) => return Err(Cut::Body(call::astray(&error))),
        }
    }
    Err(Cut::Body(call::astray(&"the body is over")))
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
