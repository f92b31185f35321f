//! A response's head, read as Python's http.client and email parser read it.
//!
//! Lenient where they are: bare line feeds, no reason, a first line that is no header ends the
//! headers. Two differences on purpose: a folded value is unfolded with one space (RFC 9112
//! section 5.2) instead of keeping its line end, and a head that ends with the connection is an
//! error instead of a response without the rest.

use crate::http::{Error, ErrorKind, Headers};

/// http.client's `_MAXHEADERS`; its count includes the empty line at the end.
const MAX_HEADERS: usize = 99;
/// http.client's `_MAXLINE`, in bytes.
const MAX_LINE: usize = 65_536;

/// A response's head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    /// 10 or 11.
    pub(super) version: u8,
    pub(super) headers: Headers,
}

/// How a body ends, as http.client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Length(u64),
    /// With a chunk of no bytes.
    Chunked,
    /// With the connection.
    Close,
}

impl Head {
    /// How the body ends: `Transfer-Encoding` first, then a `Content-Length` that is a number;
    /// several must agree (urllib3's `_init_length`).
    pub(super) fn framing(&self) -> Result<Framing, Error> {
        let is_chunked = self.headers.all("transfer-encoding").any(|value| {
            value.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
        });
        if is_chunked {
            return Ok(Framing::Chunked);
        }
        let mut length = None;
        for value in self.headers.all("content-length").flat_map(|value| value.split(',')) {
            let value = value.trim();
            match length {
                None => length = Some(value),
                Some(first) if first == value => {}
                Some(first) => {
                    return Err(Error::new(
                        ErrorKind::InvalidHeader,
                        format!(
                            "the response has two lengths, `Content-Length: {first}` and `{value}`"
                        ),
                    ));
                }
            }
        }
        let number = length.and_then(|value| value.parse().ok());
        Ok(number.map_or(Framing::Close, Framing::Length))
    }

    /// The same, where a body may be: none answers HEAD, and some statuses have none (RFC 9110
    /// section 6.4.1).
    pub(super) fn body(&self, is_head: bool) -> Result<Framing, Error> {
        let framing = self.framing()?;
        let has_none = is_head || matches!(self.status, 100..=199 | 204 | 304);
        Ok(if has_none { Framing::Length(0) } else { framing })
    }

    /// Whether the connection may be used again (http.client's `_check_close`).
    pub(super) fn is_keep_alive(&self) -> bool {
        let says = |name, word: &str| {
            self.headers.all(name).any(|value| value.to_ascii_lowercase().contains(word))
        };
        if self.version == 11 {
            return !says("connection", "close");
        }
        self.headers.contains("keep-alive")
            || says("connection", "keep-alive")
            || says("proxy-connection", "keep-alive")
    }
}

/// Reads a head from the beginning of `bytes`: how long it is, and what it says. `None` when it
/// is not all there yet.
///
/// # Errors
/// `ConnectionError` when it is not HTTP, or too large.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<(usize, Head)>, Error> {
    let mut lines = Lines { bytes, at: 0 };
    let Some(line) = lines.next("status line")? else {
        check_beginning(bytes)?;
        return Ok(None);
    };
    let (version, status, reason) = status_line(line)?;
    let mut headers: Vec<(String, String)> = Vec::with_capacity(16);
    let mut is_over = false;
    let mut count = 0;
    loop {
        let Some(line) = lines.next("header line")? else { return Ok(None) };
        if line.is_empty() {
            break;
        }
        count += 1;
        if count > MAX_HEADERS {
            return Err(bad(format!("the response has more than {MAX_HEADERS} header lines")));
        }
        if !is_over {
            is_over = !take_line(line, &mut headers);
        }
    }
    let headers = headers.into_iter().collect();
    Ok(Some((lines.at, Head { status, reason, version, headers })))
}

/// Adds a line to the headers; false when it is none, which ends them.
fn take_line(line: &[u8], headers: &mut Vec<(String, String)>) -> bool {
    if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
        if let Some((_, value)) = headers.last_mut() {
            value.push(' ');
            value.push_str(&latin1(line.trim_ascii_start()));
        }
        return true;
    }
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    let (name, value) = line.split_at(colon);
    if !name.iter().all(u8::is_ascii_graphic) {
        return false;
    }
    if !name.is_empty() {
        let value = value.get(1..).unwrap_or_default();
        let start =
            value.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(value.len());
        headers.push((latin1(name), latin1(value.get(start..).unwrap_or_default())));
    }
    true
}

/// `HTTP/1.1 200 OK`: the version, the status, the reason.
fn status_line(line: &[u8]) -> Result<(u8, u16, String), Error> {
    let text = latin1(line);
    let mut words = text.trim().splitn(2, |letter: char| letter.is_ascii_whitespace());
    let version = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default().trim_start();
    let (status, reason) =
        rest.split_once(|letter: char| letter.is_ascii_whitespace()).unwrap_or((rest, ""));
    let version = match version {
        _ if !version.starts_with("HTTP/") => return Err(not_http(line)),
        "HTTP/1.0" | "HTTP/0.9" => 10,
        _ if version.starts_with("HTTP/1.") => 11,
        _ => {
            return Err(bad(format!(
                "the server answered in `{version}`; HTTP/1.1 is spoken here"
            )));
        }
    };
    match status.parse::<u16>() {
        Ok(number @ 100..=999) => Ok((version, number, reason.trim().to_owned())),
        _ => Err(bad(format!("`{status}` is not a status, in the status line `{}`", shown(line)))),
    }
}

/// Refuses what can no longer become `HTTP/`, without waiting for a line end that may not come.
fn check_beginning(bytes: &[u8]) -> Result<(), Error> {
    let beginning = b"HTTP/";
    let length = bytes.len().min(beginning.len());
    if bytes.get(..length) == beginning.get(..length) { Ok(()) } else { Err(not_http(bytes)) }
}

fn not_http(line: &[u8]) -> Error {
    // A frame of settings, the first thing a server of HTTP/2 says: its length, its kind, no flag, no stream.
    if let [0, 0, _, 4, 0, 0, 0, 0, 0, ..] = line {
        let error = bad("the server speaks HTTP/2 here, and nothing else");
        return error.help("HTTP/1.1 is what is spoken here: ask another port of the server");
    }
    let error = bad(format!("the server's answer is not HTTP: it begins with `{}`", shown(line)));
    match line {
        [0x15 | 0x16, 3, ..] => error.help("it looks like TLS: use `https://`"),
        _ => error.help("check the scheme and the port of the URL"),
    }
}

/// The beginning of a line, its control characters escaped.
fn shown(line: &[u8]) -> String {
    let beginning = line.get(..40).unwrap_or(line);
    let text = latin1(beginning).escape_default().to_string();
    if beginning.len() < line.len() { format!("{text}…") } else { text }
}

fn bad(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ConnectionError, message)
}

/// Bytes as Latin-1 text.
fn latin1(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => text.to_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Lines of a head, without their ends.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Lines<'b> {
    /// The next line; `None` when its end is not there yet.
    fn next(&mut self, what: &str) -> Result<Option<&'b [u8]>, Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(rest.len()) >= MAX_LINE {
            return Err(bad(format!("the response has a {what} of more than {MAX_LINE} bytes")));
        }
        let Some(end) = end else { return Ok(None) };
        self.at += end + 1;
        let line = rest.get(..end).unwrap_or_default();
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(bytes: &[u8]) -> Head {
        parse(bytes).unwrap().unwrap().1
    }

    fn lines(head: &Head) -> Vec<(&str, &str)> {
        head.headers.iter().collect()
    }

    #[test]
    fn case_order_and_repetition_are_kept() {
        let head = head(b"HTTP/1.1 200 All Good\r\nX-b: 1\r\nx-A:2\r\nX-B: \xe9  \r\n\r\nbody");
        assert_eq!((head.status, head.reason.as_str(), head.version), (200, "All Good", 11));
        assert_eq!(lines(&head), [("X-b", "1"), ("x-A", "2"), ("X-B", "é  ")]);
    }

    #[test]
    fn the_length_of_the_head_is_told() {
        assert_eq!(parse(b"HTTP/1.0 204\n\nrest").unwrap().unwrap().0, 14);
        assert_eq!(parse(b"HTTP/1.0 204\r\nA: b\r\n").unwrap(), None);
        assert_eq!(parse(b"HT").unwrap(), None);
    }

    #[test]
    fn a_folded_value_is_unfolded() {
        assert_eq!(
            lines(&head(b"HTTP/1.1 200 OK\r\nA: b\r\n\t c\r\nD: e\r\n\r\n")),
            [("A", "b c"), ("D", "e")]
        );
    }

    #[test]
    fn a_line_that_is_no_header_ends_the_headers() {
        assert_eq!(
            lines(&head(b"HTTP/1.1 200 OK\r\nA: b\r\nno header\r\nC: d\r\n\r\n")),
            [("A", "b")]
        );
    }

    #[test]
    fn what_is_not_http_is_told_at_once() {
        let error = parse(b"SSH-2.0-OpenSSH").unwrap_err();
        assert_eq!(
            error.to_string(),
            "ConnectionError: the server's answer is not HTTP: it begins with `SSH-2.0-OpenSSH`"
        );
        let error = parse(b"\x15\x03\x01\x00\x02\x02\x16").unwrap_err();
        assert_eq!(error.help.as_deref(), Some("it looks like TLS: use `https://`"));
        let error = parse(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x80").unwrap_err();
        assert_eq!(
            error.to_string(),
            "ConnectionError: the server speaks HTTP/2 here, and nothing else"
        );
        for line in
            ["HTTP/1.1 abc OK\r\n", "HTTP/1.1 99 OK\r\n", "HTTP/2.0 200 OK\r\n", "HTTP/1.1\r\n"]
        {
            assert_eq!(
                parse(line.as_bytes()).unwrap_err().kind,
                ErrorKind::ConnectionError,
                "{line}"
            );
        }
    }

    #[test]
    fn heads_are_bounded_as_in_http_client() {
        let with = |count| format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(count));
        assert_eq!(head(with(99).as_bytes()).headers.iter().count(), 99);
        assert!(parse(with(100).as_bytes()).is_err());
        assert!(parse(format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(65_536)).as_bytes()).is_err());
    }

    #[test]
    fn framing_is_http_clients() {
        let framing =
            |lines: &str| head(format!("HTTP/1.1 200 OK\r\n{lines}\r\n").as_bytes()).framing();
        assert_eq!(framing("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Content-Length: 5, 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Content-Length: -5\r\n"), Ok(Framing::Close));
        assert_eq!(
            framing("Content-Length: 5\r\nTransfer-Encoding: gzip, Chunked\r\n"),
            Ok(Framing::Chunked)
        );
        assert_eq!(framing(""), Ok(Framing::Close));
        let error = framing("Content-Length: 5\r\nContent-Length: 6\r\n").unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidHeader);
    }

    #[test]
    fn keep_alive_is_http_clients() {
        let keeps = |text: &str| head(text.as_bytes()).is_keep_alive();
        assert!(keeps("HTTP/1.1 200 OK\r\n\r\n"));
        assert!(!keeps("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n"));
        assert!(!keeps("HTTP/1.0 200 OK\r\n\r\n"));
        assert!(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n"));
        assert!(keeps("HTTP/1.0 200 OK\r\nKeep-Alive: timeout=5\r\n\r\n"));
    }
}
