//! One connection, from its first request to its last answer.

use super::fault::{Fault, GARBAGE, PIECES};
use super::percent;
use super::reply::{Body, Reply, Step, Steps};
use super::request::Request;
use super::route;
use super::shared::Shared;
use super::site::Incoming;
use super::status::reason;
use super::wire::{Head, Refusal, Wire};
use std::io::{self, Write as _};
use std::net::{IpAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The answer when every place is taken.
pub(super) const FULL: &[u8] = b"HTTP/1.1 503 SERVICE UNAVAILABLE\r\nServer: runner\r\n\
    Connection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

/// A body up to this many bytes goes out in one write with its head.
const ONE_WRITE: usize = 64 * 1024;

/// Answers requests until either side has enough.
pub(super) fn serve(stream: &TcpStream, peer: IpAddr, shared: &Shared) {
    let mut wire = Wire::new(stream);
    let mut out = Outgoing { stream, shared, buffer: Vec::new(), date: Date::default() };
    while !shared.is_stopping() {
        match exchange(&mut wire, &mut out, peer) {
            Ok(true) => {}
            Ok(false) => return,
            Err(Refusal::Closed) => return,
            Err(Refusal::Status(status)) => {
                let frame = Frame { is_modern: true, keeps_alive: false, has_body: true };
                if out.send(refused(status), frame).is_ok() {
                    wire.drain();
                }
                return;
            }
        }
    }
}

/// One request and its answer; whether another may follow.
fn exchange(wire: &mut Wire<'_>, out: &mut Outgoing<'_>, peer: IpAddr) -> Result<bool, Refusal> {
    let head = wire.head()?;
    let body = wire.body(&head)?;
    let keeps_alive = head.keeps_alive();
    let frame = Frame { is_modern: head.is_modern, keeps_alive, has_body: head.method != "HEAD" };
    let reply = match &out.shared.site {
        Some(site) => site.answer(incoming(head, body, peer, out.shared)),
        None => route::answer(&mut read(head, body, peer, out.shared)),
    };
    let keeps_alive = out.send(reply, frame).map_err(|_| Refusal::Closed)?;
    if !keeps_alive && wire.has_more() {
        wire.drain();
    }
    Ok(keeps_alive)
}

fn read(head: Head, body: Vec<u8>, peer: IpAddr, shared: &Shared) -> Request<'_> {
    let target = origin_form(&head.target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut decoded = String::with_capacity(path.len() + 1);
    decoded.push('/');
    let bytes = percent::unquote_bytes(path.trim_start_matches('/').as_bytes());
    decoded.push_str(&String::from_utf8_lossy(&bytes));
    Request {
        path: decoded,
        query: query.split('#').next().unwrap_or_default().to_owned(),
        headers: joined(head.headers),
        method: head.method,
        body,
        peer,
        parts: Vec::new(),
        shared,
    }
}

fn incoming(head: Head, body: Vec<u8>, peer: IpAddr, shared: &Shared) -> Incoming {
    Incoming {
        target: origin_form(&head.target).to_owned(),
        method: head.method,
        headers: head.headers,
        body,
        peer,
        address: shared.address,
    }
}

/// The path and query of a target that names the whole URL, as proxies are sent it.
fn origin_form(target: &str) -> &str {
    match target.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
            rest.find(['/', '?']).and_then(|start| rest.get(start..)).unwrap_or("/")
        }
        _ => target,
    }
}

/// Headers as WSGI shows them: title case, repeated ones joined, none with an underscore (it could
/// pass for a hyphen), and no length or type that is empty.
fn joined(sent: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::with_capacity(sent.len());
    for (mut name, value) in sent {
        title_case(&mut name);
        let is_body_header = name == "Content-Type" || name == "Content-Length";
        if name.contains('_') || (is_body_header && value.is_empty()) {
            continue;
        }
        match headers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if is_body_header => *known = value,
            Some((_, known)) => {
                known.push(',');
                known.push_str(&value);
            }
            None => headers.push((name, value)),
        }
    }
    headers
}

/// As Python's `str.title`: a letter after anything but a letter is upper case, others lower.
fn title_case(name: &mut str) {
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let (_, word) = rest.split_at_mut(start);
        let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (word, after) = word.split_at_mut(end);
        word.make_ascii_lowercase();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        rest = after;
    }
}

/// The answer to what is not a request we read.
fn refused(status: u16) -> Reply {
    let text = match status {
        408 => "the request did not arrive in time",
        413 => "the body is larger than 64 MiB",
        431 => "the head is larger than 64 KiB or has more than 256 headers",
        501 => "only the chunked transfer coding is understood",
        505 => "only HTTP/1.0 and HTTP/1.1 are understood",
        _ => "not an HTTP request that can be read in one way only",
    };
    Reply::text(status, text)
}

/// What the request says about the answer's form.
#[derive(Clone, Copy, Debug)]
struct Frame {
    is_modern: bool,
    keeps_alive: bool,
    has_body: bool,
}

#[derive(Debug)]
struct Outgoing<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
    buffer: Vec<u8>,
    date: Date,
}

impl Outgoing<'_> {
    /// Sends an answer; whether the connection can carry another.
    fn send(&mut self, mut reply: Reply, frame: Frame) -> io::Result<bool> {
        if !reply.delay.is_zero() {
            self.shared.wait(reply.delay);
        }
        match reply.fault {
            None => {}
            Some(Fault::Slow(time)) => reply.body = slow(reply.body, time),
            Some(fault) => return self.send_broken(&reply, fault, frame).map(|()| false),
        }
        let has_body = !matches!(reply.status, 100..=199 | 204 | 304);
        let length = match &reply.body {
            Body::Whole(bytes) => Some(bytes.len() as u64),
            Body::Steps { length, .. } => *length,
        };
        let is_chunked = length.is_none() && frame.is_modern;
        let is_cut_by_close = has_body && frame.has_body && length.is_none() && !is_chunked;
        let keeps_alive = frame.keeps_alive && !is_cut_by_close && !self.shared.is_stopping();
        self.write_head(&reply, keeps_alive);
        match length {
            Some(length) if has_body => {
                let _ = write!(self.buffer, "Content-Length: {length}\r\n");
            }
            None if has_body && frame.has_body && is_chunked => {
                self.buffer.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
            }
            _ => {}
        }
        self.buffer.extend_from_slice(b"\r\n");
        if has_body && frame.has_body {
            self.write_body(reply.body, is_chunked)?;
        }
        self.flush()?;
        Ok(keeps_alive)
    }

    fn write_head(&mut self, reply: &Reply, keeps_alive: bool) {
        self.buffer.clear();
        let status = reply.status;
        let connection = if keeps_alive { "keep-alive" } else { "close" };
        let phrase = reply.reason.as_deref().unwrap_or_else(|| reason(status));
        let _ = write!(self.buffer, "HTTP/1.1 {status} {phrase}\r\n");
        if !reply.has("server") {
            self.buffer.extend_from_slice(b"Server: runner\r\n");
        }
        if !reply.has("date") {
            let _ = write!(self.buffer, "Date: {}\r\n", self.date.now());
        }
        let _ = write!(self.buffer, "Connection: {connection}\r\n");
        for (name, value) in &reply.headers {
            self.buffer.extend_from_slice(name.as_bytes());
            self.buffer.extend_from_slice(b": ");
            self.buffer.extend_from_slice(value);
            self.buffer.extend_from_slice(b"\r\n");
        }
    }

    fn write_body(&mut self, body: Body, is_chunked: bool) -> io::Result<()> {
        match body {
            Body::Whole(bytes) if bytes.len() <= ONE_WRITE => self.buffer.extend_from_slice(&bytes),
            Body::Whole(bytes) => {
                self.flush()?;
                self.stream.write_all(&bytes)?;
            }
            Body::Steps { steps, .. } => self.write_steps(steps, is_chunked)?,
        }
        Ok(())
    }

    /// Sends what is not a whole answer; the connection is closed behind it.
    fn send_broken(&mut self, reply: &Reply, fault: Fault, frame: Frame) -> io::Result<()> {
        let body: &[u8] = match &reply.body {
            Body::Whole(bytes) if frame.has_body => bytes,
            _ => &[],
        };
        let half = body.get(..body.len() / 2).unwrap_or_default();
        self.write_head(reply, false);
        match fault {
            Fault::Reset => {
                self.buffer.clear();
                // With nothing to wait for, closing sends a reset.
                let _ = socket2::SockRef::from(self.stream).set_linger(Some(Duration::ZERO));
            }
            Fault::Empty | Fault::Slow(_) => self.buffer.clear(),
            Fault::Garbage => {
                self.buffer.clear();
                self.buffer.extend_from_slice(GARBAGE);
            }
            Fault::Truncated => {
                let _ = write!(self.buffer, "Content-Length: {}\r\n\r\n", body.len().max(1));
                self.buffer.extend_from_slice(half);
            }
            Fault::BadChunk => {
                let _ = write!(self.buffer, "Transfer-Encoding: chunked\r\n\r\n");
                if !half.is_empty() {
                    let _ = write!(self.buffer, "{:x}\r\n", half.len());
                    self.buffer.extend_from_slice(half);
                    self.buffer.extend_from_slice(b"\r\n");
                }
                self.buffer.extend_from_slice(b"this is no chunk\r\n");
            }
        }
        self.flush()
    }

    fn write_steps(&mut self, steps: Steps, is_chunked: bool) -> io::Result<()> {
        for step in steps {
            if self.shared.is_stopping() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            match step {
                Step::Wait(duration) => self.shared.wait(duration),
                Step::Send(bytes) if bytes.is_empty() => {}
                Step::Send(bytes) if is_chunked => {
                    let _ = write!(self.buffer, "{:x}\r\n", bytes.len());
                    self.buffer.extend_from_slice(&bytes);
                    self.buffer.extend_from_slice(b"\r\n");
                }
                Step::Send(bytes) => self.buffer.extend_from_slice(&bytes),
            }
            self.flush()?;
        }
        if is_chunked {
            self.buffer.extend_from_slice(b"0\r\n\r\n");
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.stream.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// A whole body in pieces, a pause before each.
fn slow(body: Body, time: Duration) -> Body {
    let Body::Whole(bytes) = body else { return body };
    let size = bytes.len().div_ceil(PIECES).max(1);
    let count = bytes.len().div_ceil(size).max(1);
    let pause = time / u32::try_from(count).unwrap_or(u32::MAX);
    let pieces: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
    let steps = pieces.into_iter().flat_map(move |piece| [Step::Wait(pause), Step::Send(piece)]);
    Body::Steps { length: Some(bytes.len() as u64), steps: Box::new(steps) }
}

/// The `Date` header, spelled anew once a second.
#[derive(Debug, Default)]
struct Date {
    second: u64,
    text: String,
}

impl Date {
    fn now(&mut self) -> &str {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        if now.as_secs() != self.second || self.text.is_empty() {
            self.second = now.as_secs();
            self.text = http_date(now.as_secs());
        }
        &self.text
    }
}

/// A second since 1970 as RFC 9110 section 5.6.7 spells it.
pub(super) fn http_date(second: u64) -> String {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second)
        .map(|time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_python_titles_them() {
        let mut name = "x-UPPER2ab-c".to_owned();
        title_case(&mut name);
        assert_eq!(name, "X-Upper2Ab-C");
    }

    #[test]
    fn repeated_headers_are_joined_and_underscores_dropped() {
        let sent = [("A", "1"), ("x_y", "2"), ("a", "3"), ("content-type", "")];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(joined(sent), [("A".to_owned(), "1,3".to_owned())]);
    }

    #[test]
    fn a_date_is_spelled_as_http_wants_it() {
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn a_target_may_be_a_whole_url() {
        assert_eq!(origin_form("http://a/b?c"), "/b?c");
        assert_eq!(origin_form("http://a?c"), "?c");
        assert_eq!(origin_form("http://a"), "/");
        assert_eq!(origin_form("/to?url=http://a/b"), "/to?url=http://a/b");
    }
}
