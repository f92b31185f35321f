//! The chunked coding of a response undone (RFC 9112 section 7.1), as urllib3 reads it:
//! extensions and trailers of any kind passed over, bare line feeds taken behind sizes, and a connection that
//! ends after the last chunk's size taken for the end.

use super::fault::CUT_OFF;
use crate::http::{Error, ErrorKind};

/// The longest size or trailer line, in bytes.
const MAX_LINE: usize = 65_536;

/// Where in the coding the reading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dechunker {
    /// Before a size.
    Size,
    /// In a chunk, so many bytes left.
    Data(u64),
    /// Behind a chunk's bytes.
    LineEnd,
    /// Behind the last chunk.
    Trailers,
    /// Over.
    Done,
}

impl Dechunker {
    /// Takes bytes from `input` and puts body bytes into `output`: how many of each. Nothing
    /// taken means that more input is needed.
    ///
    /// # Errors
    /// `ChunkedEncodingError`.
    pub(super) fn read(
        &mut self,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(usize, usize), Error> {
        let (mut used, mut made) = (0, 0);
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let taken = match *self {
                Dechunker::Done => return Ok((used, made)),
                Dechunker::Data(left) => {
                    let room = output.get_mut(made..).unwrap_or_default();
                    let count =
                        rest.len().min(room.len()).min(usize::try_from(left).unwrap_or(usize::MAX));
                    copy(rest, room, count);
                    made += count;
                    let left = left - count as u64;
                    *self = if left == 0 { Dechunker::LineEnd } else { Dechunker::Data(left) };
                    (count > 0).then_some(count)
                }
                Dechunker::Size => self.size(rest)?,
                Dechunker::LineEnd => self.line_end(rest)?,
                Dechunker::Trailers => self.trailer(rest)?,
            };
            match taken {
                None => return Ok((used, made)),
                Some(count) => used += count,
            }
        }
    }

    /// What is missing when the connection ends here.
    pub(super) fn end(&self) -> Result<(), Error> {
        match self {
            Dechunker::Done | Dechunker::Trailers => Ok(()),
            Dechunker::Data(left) => {
                Err(broken(format!("the connection ended {left} bytes before the end of a chunk")))
            }
            Dechunker::Size | Dechunker::LineEnd => {
                Err(broken("the connection ended before the last chunk"))
            }
        }
    }

    fn size(&mut self, rest: &[u8]) -> Result<Option<usize>, Error> {
        let Some((line, length)) = line(rest)? else { return Ok(None) };
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let text = String::from_utf8_lossy(size);
        let is_hex = !size.is_empty() && size.iter().all(u8::is_ascii_hexdigit);
        let size = is_hex.then(|| u64::from_str_radix(&text, 16).ok()).flatten();
        let size = size.ok_or_else(|| {
            broken(format!(
                "`{}` is not the size of a chunk",
                text.chars().take(40).collect::<String>().escape_default()
            ))
        })?;
        *self = if size == 0 { Dechunker::Trailers } else { Dechunker::Data(size) };
        Ok(Some(length))
    }

    fn line_end(&mut self, rest: &[u8]) -> Result<Option<usize>, Error> {
        let length = match rest {
            [b'\r', b'\n', ..] => 2,
            [] | [b'\r'] => return Ok(None),
            _ => return Err(broken("a chunk is longer than its size")),
        };
        *self = Dechunker::Size;
        Ok(Some(length))
    }

    fn trailer(&mut self, rest: &[u8]) -> Result<Option<usize>, Error> {
        let Some((line, length)) = line(rest)? else { return Ok(None) };
        if line.is_empty() {
            *self = Dechunker::Done;
        }
        Ok(Some(length))
    }
}

/// A line without its end, and its length with it; `None` when the end is not there yet.
fn line(rest: &[u8]) -> Result<Option<(&[u8], usize)>, Error> {
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let line = rest.get(..end).unwrap_or_default();
            Ok(Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1)))
        }
        None if rest.len() > MAX_LINE => Err(broken("the size of a chunk does not end")),
        None => Ok(None),
    }
}

pub(super) fn copy(from: &[u8], to: &mut [u8], count: usize) {
    if let (Some(from), Some(to)) = (from.get(..count), to.get_mut(..count)) {
        to.copy_from_slice(from);
    }
}

fn broken(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ChunkedEncodingError, message).help(CUT_OFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `wire` in pieces of `step` bytes.
    fn read(wire: &[u8], step: usize) -> Result<(Vec<u8>, Dechunker), Error> {
        let (mut dechunker, mut body, mut input) = (Dechunker::Size, Vec::new(), Vec::new());
        for piece in wire.chunks(step) {
            input.extend_from_slice(piece);
            let mut output = [0; 64];
            loop {
                let (used, made) = dechunker.read(&input, &mut output)?;
                body.extend_from_slice(&output[..made]);
                input.drain(..used);
                if used == 0 {
                    break;
                }
            }
        }
        Ok((body, dechunker))
    }

    #[test]
    fn chunks_are_joined_however_they_arrive() {
        let wire = b"5;a-rather-long-extension=1\r\nhello\r\n1\n,\r\n06\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
        for step in [1, 2, 3, 7, 100] {
            assert_eq!(
                read(wire, step).unwrap(),
                (b"hello, world".to_vec(), Dechunker::Done),
                "{step}"
            );
        }
    }

    #[test]
    fn a_bad_size_is_told() {
        for (wire, message) in [
            (&b"zz\r\n"[..], "`zz` is not the size of a chunk"),
            (b"\r\n", "`` is not the size of a chunk"),
            (b"-1\r\n", "`-1` is not the size of a chunk"),
            (b"fffffffffffffffff\r\n", "`fffffffffffffffff` is not the size of a chunk"),
            (b"1\r\nab\r\n", "a chunk is longer than its size"),
        ] {
            assert_eq!(read(wire, 100).unwrap_err().message, message);
        }
    }

    #[test]
    fn an_early_end_is_told_unless_the_last_chunk_has_come() {
        let end = |wire: &[u8]| read(wire, 100).unwrap().1.end().map_err(|error| error.message);
        assert_eq!(
            end(b"5\r\nab"),
            Err("the connection ended 3 bytes before the end of a chunk".to_owned())
        );
        assert_eq!(end(b"2\r\nab"), Err("the connection ended before the last chunk".to_owned()));
        assert_eq!(end(b"2\r\nab\r\n0\r\n"), Ok(()));
    }
}
