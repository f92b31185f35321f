//! A body cut into lines as it comes: Requests' `iter_lines`.
//!
//! ```text
//! body ─pieces─▶ Lines ─line─▶ LineSink: decoded, counted, looked at ─▶ Content
//! ```
//!
//! A line ends with `\n`, `\r` or `\r\n`, or with the delimiter that is asked for, wherever the
//! pieces of the body have their borders. (Requests looks at each piece alone, and gives an empty
//! line more where a border falls into a line's end.)

use super::{Error, ErrorKind};
use std::io::{self, Read};

/// How much is read at a time.
const PIECE: usize = 16 * 1024;
/// The longest line: what has no end must not fill the memory.
const LONGEST: usize = 16 << 20;

/// A line, lent until the next is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'b> {
    /// Without its end.
    pub(super) content: &'b [u8],
    /// Every byte since the line before.
    pub(super) raw: &'b [u8],
}

/// The lines of a source.
pub(super) struct Lines<R> {
    source: R,
    delimiter: Option<Vec<u8>>,
    piece: Vec<u8>,
    buffer: Vec<u8>,
    /// The first byte that no line has had.
    start: usize,
    /// The bytes before are known to hold no end.
    scanned: usize,
    /// Whether a line feed here belongs to the line before, which ended with a carriage return.
    is_in_end: bool,
    is_over: bool,
    has_begun: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(source: R, delimiter: Option<Vec<u8>>) -> Lines<R> {
        Lines {
            source,
            delimiter,
            piece: vec![0; PIECE],
            buffer: Vec::new(),
            start: 0,
            scanned: 0,
            is_in_end: false,
            is_over: false,
            has_begun: false,
        }
    }

    /// The next line, as soon as its end has come; `None` behind the last.
    ///
    /// # Errors
    /// The source's own, and a line that does not end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            if let Some(found) = self.find() {
                self.has_begun = true;
                return Ok(Some(self.take(found)));
            }
            if self.is_over {
                return Ok(self.last());
            }
            if self.buffer.len() - self.start > LONGEST {
                let message = format!("a line is longer than {LONGEST} bytes");
                return Err(io::Error::other(Error::new(ErrorKind::RequestException, message)));
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        let count = loop {
            match self.source.read(&mut self.piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.is_over = count == 0;
        self.buffer.extend_from_slice(self.piece.get(..count).unwrap_or_default());
        Ok(())
    }

    /// What follows the last end. Behind a delimiter that is a line too, as `split` has it.
    fn last(&mut self) -> Option<Line<'_>> {
        let (begin, end) = (self.begin(), self.buffer.len());
        let is_line = begin < end || (self.delimiter.is_some() && self.has_begun);
        self.has_begun = false;
        is_line.then(|| self.take(Found { begin, end, next: end, is_in_end: false }))
    }

    /// The bytes that came behind the last line and belong to none: half a line's end.
    pub(super) fn rest(&self) -> &[u8] {
        match self.is_over {
            true => self.buffer.get(self.start..).unwrap_or_default(),
            false => &[],
        }
    }

    fn take(&mut self, found: Found) -> Line<'_> {
        let from = self.start;
        self.start = found.next;
        self.scanned = found.next;
        self.is_in_end = found.is_in_end;
        Line {
            content: self.buffer.get(found.begin..found.end).unwrap_or_default(),
            raw: self.buffer.get(from..found.next).unwrap_or_default(),
        }
    }

    /// Where the next line's content begins.
    fn begin(&self) -> usize {
        let is_rest = self.is_in_end && self.buffer.get(self.start) == Some(&b'\n');
        self.start + usize::from(is_rest)
    }

    fn find(&mut self) -> Option<Found> {
        let begin = self.begin();
        let found = match &self.delimiter {
            None => self.line_end(begin),
            Some(delimiter) => {
                let from = self.scanned.saturating_sub(delimiter.len() - 1).max(begin);
                let bytes = self.buffer.get(from..).unwrap_or_default();
                let at = bytes.windows(delimiter.len()).position(|window| window == delimiter);
                at.map(|at| {
                    let end = from + at;
                    Found { begin, end, next: end + delimiter.len(), is_in_end: false }
                })
            }
        };
        self.scanned = self.buffer.len();
        found
    }

    fn line_end(&self, begin: usize) -> Option<Found> {
        let from = self.scanned.max(begin);
        let bytes = self.buffer.get(from..).unwrap_or_default();
        let end = from + bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let after = self.buffer.get(end + 1);
        let is_return = self.buffer.get(end) == Some(&b'\r');
        let is_pair = is_return && after == Some(&b'\n');
        let is_in_end = is_return && after.is_none();
        Some(Found { begin, end, next: end + 1 + usize::from(is_pair), is_in_end })
    }
}

/// Where a line stands in the buffer.
struct Found {
    begin: usize,
    end: usize,
    next: usize,
    is_in_end: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Gives one piece a read.
    struct Pieces(VecDeque<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = self.0.pop_front() else { return Ok(0) };
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    /// The lines of a body that comes in pieces of `size`, and all their bytes.
    fn lines(body: &[u8], size: usize, delimiter: Option<&str>) -> (Vec<String>, Vec<u8>) {
        let pieces = Pieces(body.chunks(size).map(<[u8]>::to_vec).collect());
        let mut lines = Lines::new(pieces, delimiter.map(|text| text.as_bytes().to_vec()));
        let (mut contents, mut raw) = (Vec::new(), Vec::new());
        while let Some(line) = lines.next().unwrap() {
            contents.push(line.content.iter().map(|byte| char::from(*byte)).collect());
            raw.extend_from_slice(line.raw);
        }
        raw.extend_from_slice(lines.rest());
        assert_eq!(lines.next().unwrap(), None, "the end is the end");
        (contents, raw)
    }

    /// As Requests gives them of a body in one piece: `tests/wire/record_streams.py`.
    #[test]
    fn lines_are_those_of_requests_however_they_come() {
        let mut count = 0;
        for line in include_str!("../../tests/wire/streams.json").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(case) = case.get("lines") else { continue };
            let texts = |value: &serde_json::Value| -> Vec<String> {
                value.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
            };
            let body: Vec<u8> =
                texts(&case["pieces"]).concat().chars().map(|c| u8::try_from(c).unwrap()).collect();
            for size in [1, 2, 3, 512, 4096] {
                let (found, raw) = lines(&body, size, case["delimiter"].as_str());
                assert_eq!(found, texts(&case["in_one"]), "{case} by {size}");
                assert_eq!(raw, body, "{case} by {size}");
            }
            count += 1;
        }
        assert!(count > 30, "{count} cases");
    }

    #[test]
    fn a_line_is_given_as_soon_as_its_end_has_come() {
        let mut lines = Lines::new(Pieces(VecDeque::from([b"a\r".to_vec()])), None);
        let line = lines.next().unwrap().unwrap();
        assert_eq!((line.content, line.raw), (&b"a"[..], &b"a\r"[..]));
    }

    #[test]
    fn a_line_without_an_end_is_an_error() {
        let error = Lines::new(io::repeat(b'x'), None).next().unwrap_err();
        assert_eq!(error.to_string(), "RequestException: a line is longer than 16777216 bytes");
    }
}
