//! Reading requests off a connection: heads, sized and chunked bodies, one after another.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::time::{Duration, Instant};

const MOST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 256;
const MOST_BODY: u64 = 64 * 1024 * 1024;
const MOST_CHUNK_LINE: usize = 4096;
/// How long a connection may stand idle between requests.
const IDLE: Duration = Duration::from_secs(75);
/// How long a head may take to arrive, from its first byte.
const HEAD_TIME: Duration = Duration::from_secs(60);
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(600);

/// A request line and its headers.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    /// HTTP/1.1, not 1.0.
    pub(super) is_modern: bool,
    /// As sent, values as Latin-1.
    pub(super) headers: Vec<(String, String)>,
}

/// Why no request was read.
#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    /// The client is gone, silent for too long, or the server stops.
    Closed,
    /// What to answer before closing.
    Status(u16),
}

/// A connection's incoming side.
#[derive(Debug)]
pub(super) struct Wire<'a> {
    stream: &'a TcpStream,
    /// Received and not yet used, from `used` on.
    buffer: Vec<u8>,
    used: usize,
    /// Room to read into, kept so that it is zeroed once.
    room: Box<[u8]>,
}

impl<'a> Wire<'a> {
    pub(super) fn new(stream: &'a TcpStream) -> Wire<'a> {
        let room = vec![0; 16 * 1024].into_boxed_slice();
        Wire { stream, buffer: Vec::new(), used: 0, room }
    }

    fn unused(&self) -> &[u8] {
        self.buffer.get(self.used..).unwrap_or_default()
    }

    fn use_up(&mut self, count: usize) {
        self.used += count;
        if self.used >= self.buffer.len() {
            self.buffer.clear();
            self.used = 0;
        }
    }

    /// Waits for more bytes; false when they did not come within the stream's timeout.
    fn fill(&mut self) -> Result<bool, Refusal> {
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        loop {
            match self.stream.read(&mut self.room) {
                Ok(0) => return Err(Refusal::Closed),
                Ok(count) => {
                    self.buffer.extend_from_slice(self.room.get(..count).unwrap_or_default());
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) => return Ok(false),
                Err(_) => return Err(Refusal::Closed),
            }
        }
    }

    /// The next request's head.
    pub(super) fn head(&mut self) -> Result<Head, Refusal> {
        let idle_since = Instant::now();
        let mut started = None;
        loop {
            if !self.unused().is_empty() {
                if let Some((head, length)) = parse_head(self.unused())? {
                    self.use_up(length);
                    return Ok(head);
                }
                if self.unused().len() >= MOST_HEAD {
                    return Err(Refusal::Status(431));
                }
                let started = started.get_or_insert_with(Instant::now);
                if started.elapsed() > HEAD_TIME {
                    return Err(Refusal::Status(408));
                }
            }
            let came = self.fill()?;
            if !came && started.is_some() {
                return Err(Refusal::Status(408));
            }
            if !came && idle_since.elapsed() > IDLE {
                return Err(Refusal::Closed);
            }
        }
    }

    /// The body that belongs to `head`, after the go-ahead the client may be waiting for.
    pub(super) fn body(&mut self, head: &Head) -> Result<Vec<u8>, Refusal> {
        let length = framing(head)?;
        if length == Framing::Sized(0) {
            return Ok(Vec::new());
        }
        if matches!(length, Framing::Sized(length) if length > MOST_BODY) {
            return Err(Refusal::Status(413));
        }
        if head.expects_go_ahead() && self.unused().is_empty() {
            let mut stream = self.stream;
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(|_| Refusal::Closed)?;
        }
        let end = Instant::now() + BODY_TIME;
        match length {
            Framing::Sized(length) => {
                let mut body = Vec::new();
                self.take(&mut body, usize::try_from(length).unwrap_or(usize::MAX), end)?;
                Ok(body)
            }
            Framing::Chunked => self.chunks(end),
        }
    }

    /// Moves `count` bytes of the body to `body`.
    fn take(&mut self, body: &mut Vec<u8>, count: usize, end: Instant) -> Result<(), Refusal> {
        let mut left = count;
        while left > 0 {
            if self.unused().is_empty() {
                self.fill_by(end)?;
            }
            let bytes = self.unused();
            let bytes = bytes.get(..left).unwrap_or(bytes);
            body.extend_from_slice(bytes);
            let taken = bytes.len();
            left -= taken;
            self.use_up(taken);
        }
        Ok(())
    }

    fn chunks(&mut self, end: Instant) -> Result<Vec<u8>, Refusal> {
        let mut body = Vec::new();
        loop {
            let line = self.line(end)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            if size.is_empty() || !size.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(Refusal::Status(400));
            }
            let size = u64::from_str_radix(size, 16).map_err(|_| Refusal::Status(413))?;
            if size.saturating_add(body.len() as u64) > MOST_BODY {
                return Err(Refusal::Status(413));
            }
            if size == 0 {
                return self.trailers(end).map(|()| body);
            }
            self.take(&mut body, usize::try_from(size).unwrap_or(usize::MAX), end)?;
            if !self.line(end)?.is_empty() {
                return Err(Refusal::Status(400));
            }
        }
    }

    /// Reads the trailers and forgets them, as WSGI does.
    fn trailers(&mut self, end: Instant) -> Result<(), Refusal> {
        for _ in 0..MOST_HEADERS {
            if self.line(end)?.is_empty() {
                return Ok(());
            }
        }
        Err(Refusal::Status(431))
    }

    /// A line of the chunked framing, without its end.
    fn line(&mut self, end: Instant) -> Result<String, Refusal> {
        loop {
            let bytes = self.unused();
            if let Some(length) = bytes.iter().position(|&byte| byte == b'\n') {
                let line = bytes.get(..length).unwrap_or_default();
                let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
                let line = line.into_owned();
                self.use_up(length + 1);
                return Ok(line);
            }
            if bytes.len() > MOST_CHUNK_LINE {
                return Err(Refusal::Status(400));
            }
            self.fill_by(end)?;
        }
    }

    fn fill_by(&mut self, end: Instant) -> Result<(), Refusal> {
        if Instant::now() > end || !self.fill()? {
            return Err(Refusal::Status(408));
        }
        Ok(())
    }

    /// Whether the client has sent more already.
    pub(super) fn has_more(&self) -> bool {
        !self.unused().is_empty()
    }

    /// Reads and forgets what still comes, for at most two seconds: closing with bytes unread
    /// would reset the connection and lose the answer.
    pub(super) fn drain(&mut self) {
        let end = Instant::now() + Duration::from_secs(2);
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
        let _ = self.stream.set_read_timeout(Some(Duration::from_millis(500)));
        while Instant::now() < end && self.fill() == Ok(true) {
            self.use_up(self.buffer.len());
        }
    }
}

impl Head {
    fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
    }

    fn expects_go_ahead(&self) -> bool {
        let mut expectations = self.all("expect");
        self.is_modern && expectations.any(|value| value.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the client wants to send another request.
    pub(super) fn keeps_alive(&self) -> bool {
        let says = |word: &str| self.all("connection").any(|said| said.eq_ignore_ascii_case(word));
        !says("close") && (self.is_modern || says("keep-alive"))
    }
}

#[derive(Debug, PartialEq)]
enum Framing {
    Sized(u64),
    Chunked,
}

/// How long the body is (RFC 9112 section 6.3); what could be read in two ways is refused.
fn framing(head: &Head) -> Result<Framing, Refusal> {
    let mut codings = head.all("transfer-encoding").filter(|coding| !coding.is_empty());
    let mut lengths = head.all("content-length");
    match (codings.next(), lengths.next()) {
        (None, None) => Ok(Framing::Sized(0)),
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => match codings.next() {
            None => Ok(Framing::Chunked),
            Some(_) => Err(Refusal::Status(400)),
        },
        (Some(coding), None) if coding.eq_ignore_ascii_case("identity") => Ok(Framing::Sized(0)),
        (Some(_), None) => Err(Refusal::Status(501)),
        (Some(_), Some(_)) => Err(Refusal::Status(400)),
        (None, Some(length)) => {
            let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number || lengths.any(|other| other != length) {
                return Err(Refusal::Status(400));
            }
            Ok(Framing::Sized(length.parse().unwrap_or(u64::MAX)))
        }
    }
}

/// The head at the start of `bytes` and its length; `None` when it has not arrived whole.
fn parse_head(bytes: &[u8]) -> Result<Option<(Head, usize)>, Refusal> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::Status(431)),
        Err(httparse::Error::Version) => return Err(Refusal::Status(505)),
        Err(_) => return Err(Refusal::Status(400)),
    };
    if length > MOST_HEAD {
        return Err(Refusal::Status(431));
    }
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return Err(Refusal::Status(400));
    };
    let header = |header: &httparse::Header<'_>| (header.name.to_owned(), latin_1(header.value));
    let head = Head {
        method: method.to_owned(),
        target: target.to_owned(),
        is_modern: request.version == Some(1),
        headers: request.headers.iter().map(header).collect(),
    };
    Ok(Some((head, length)))
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing_of(headers: &[(&str, &str)]) -> Result<Framing, Refusal> {
        let headers = headers.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())).collect();
        framing(&Head { method: "POST".into(), target: "/".into(), is_modern: true, headers })
    }

    #[test]
    fn a_body_that_could_be_read_in_two_ways_is_refused() {
        let bad = Err(Refusal::Status(400));
        assert_eq!(
            framing_of(&[("Content-Length", "3"), ("content-length", "3")]).unwrap(),
            Framing::Sized(3)
        );
        assert_eq!(framing_of(&[("Content-Length", "3"), ("content-length", "4")]), bad);
        assert_eq!(framing_of(&[("Content-Length", "+3")]), bad);
        assert_eq!(framing_of(&[("Content-Length", "3"), ("Transfer-Encoding", "chunked")]), bad);
        assert_eq!(
            framing_of(&[("Transfer-Encoding", "gzip, chunked")]),
            Err(Refusal::Status(501))
        );
    }

    #[test]
    fn a_head_is_parsed_only_when_it_is_whole() {
        let bytes = b"GET /a HTTP/1.1\r\nA: \xe9\r\n\r\nrest";
        for length in 1..bytes.len() - 4 {
            assert!(parse_head(&bytes[..length]).unwrap().is_none() || length == bytes.len() - 4);
        }
        let (head, length) = parse_head(bytes).unwrap().unwrap();
        assert_eq!((head.headers[0].1.as_str(), length), ("é", bytes.len() - 4));
    }
}
