//! Content codings undone as urllib3 undoes them: gzip, deflate, br, zstd, several in a row.
//!
//! Everything streams; a decoder holds its window and one buffer. An end that comes too early is
//! taken for the end, as zlib's and brotli's objects take it, except in zstd; what follows the
//! last gzip member and is none is passed over. An empty body is never an error.

use super::adapter::RawResponse;
use super::{Error, ErrorKind, Headers};
use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// How much of the coded body is read at a time.
const BUFFER: usize = 16 * 1024;
/// urllib3's `max_decode_links`.
const MAX_CODINGS: usize = 5;
/// The largest window a zstd frame may ask for: libzstd's own limit.
const MAX_ZSTD_WINDOW: u64 = 128 << 20;

type Source = Box<dyn Read + Send>;

/// The codings, in the order they were applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn of(name: &str) -> Option<Coding> {
        match name {
            "gzip" | "x-gzip" => Some(Coding::Gzip),
            "deflate" => Some(Coding::Deflate),
            "br" => Some(Coding::Brotli),
            "zstd" => Some(Coding::Zstd),
            _ => None,
        }
    }

    /// The decoder of this coding over `source`.
    fn over(self, source: Source) -> Source {
        let source = BufReader::with_capacity(BUFFER, source);
        match self {
            Coding::Gzip => Box::new(Gzip { member: Member::Before(Some(source)), is_first: true }),
            Coding::Deflate => Box::new(Deflate::Before(Some(source))),
            Coding::Brotli => Box::new(Brotli { decoder: Decompressor::new(source, BUFFER) }),
            Coding::Zstd => Box::new(Zstd::new(source)),
        }
    }
}

/// What of `Content-Encoding` is undone: all of it or, when a coding is unknown, nothing.
fn codings(headers: &Headers) -> Result<Vec<Coding>, Error> {
    let Some(header) = headers.get("content-encoding") else { return Ok(Vec::new()) };
    let header = header.to_ascii_lowercase();
    let names = header.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "identity"));
    let codings: Option<Vec<Coding>> = names.map(Coding::of).collect();
    let codings = codings.unwrap_or_default();
    if codings.len() > MAX_CODINGS {
        return Err(Error::new(
            ErrorKind::ContentDecodingError,
            format!("the response has {} content codings, more than {MAX_CODINGS}", codings.len()),
        ));
    }
    Ok(codings)
}

/// The body with its content codings undone, and its length when it is known.
///
/// # Errors
/// `ContentDecodingError` for too many codings; what is wrong in the bytes comes when reading.
pub(super) fn decode(response: &mut RawResponse) -> Result<(Source, Option<u64>), Error> {
    let body = std::mem::replace(&mut response.body, Box::new(io::empty()));
    let codings = codings(&response.headers)?;
    if codings.is_empty() || response.length == Some(0) {
        return Ok((body, response.length));
    }
    let failed = Arc::new(Mutex::new(None));
    let raw = Raw { body, failed: Arc::clone(&failed) };
    let raw = Arc::new(Mutex::new(raw));
    let source: Source = Box::new(Shared(Arc::clone(&raw)));
    let decoder = codings.iter().rev().fold(source, |source, coding| coding.over(source));
    let name = response.headers.get("content-encoding").unwrap_or_default();
    Ok((Box::new(Decoded { decoder, raw, failed, name }), None))
}

/// The coded body; its own errors are kept, for decoders give them in their own words.
struct Raw {
    body: Source,
    failed: Arc<Mutex<Option<Error>>>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer).inspect_err(|error| {
            let known = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            let error = known
                .cloned()
                .unwrap_or_else(|| Error::new(ErrorKind::ChunkedEncodingError, error.to_string()));
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        })
    }
}

/// The coded body, read by the decoder and drained behind it.
struct Shared(Arc<Mutex<Raw>>);

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(buffer)
    }
}

/// A decoded body: errors as ours, and the coded body read to its end behind it, so that the
/// connection can serve again.
struct Decoded {
    decoder: Source,
    raw: Arc<Mutex<Raw>>,
    failed: Arc<Mutex<Option<Error>>>,
    name: String,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.decoder.read(buffer);
        let read = match read {
            Ok(0) => {
                let mut raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
                io::copy(&mut *raw, &mut io::sink()).map(|_| 0)
            }
            other => other,
        };
        // A decoder may take the body's failing for its end.
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (failed, read) {
            (Some(error), _) => Err(io::Error::other(error)),
            (None, Ok(count)) => Ok(count),
            (None, Err(error)) => Err(io::Error::other(self.bad(&error))),
        }
    }
}

impl Decoded {
    fn bad(&self, error: &io::Error) -> Error {
        Error::new(
            ErrorKind::ContentDecodingError,
            format!("the body is not `{}`, as its `Content-Encoding` says: {error}", self.name),
        )
    }
}

/// An early end is the end.
fn leniently(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        other => other,
    }
}

/// gzip of any number of members (RFC 1952 section 2.2).
struct Gzip {
    member: Member,
    is_first: bool,
}

enum Member {
    Before(Option<BufReader<Source>>),
    In(Box<GzDecoder<BufReader<Source>>>),
    Over,
}

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.member {
                Member::Over => return Ok(0),
                Member::Before(source) => {
                    let Some(mut source) = source.take() else { return Ok(0) };
                    self.member = if source.fill_buf()?.is_empty() {
                        Member::Over
                    } else {
                        Member::In(Box::new(GzDecoder::new(source)))
                    };
                }
                Member::In(decoder) => match leniently(decoder.read(buffer)) {
                    Ok(0) => self.next_member(),
                    Err(_) if !self.is_first => self.member = Member::Over,
                    other => return other,
                },
            }
        }
    }
}

impl Gzip {
    fn next_member(&mut self) {
        self.is_first = false;
        if let Member::In(decoder) = std::mem::replace(&mut self.member, Member::Over) {
            self.member = Member::Before(Some(decoder.into_inner()));
        }
    }
}

/// deflate: zlib's format (RFC 1950) or, from servers that took its name literally, RFC 1951.
enum Deflate {
    Before(Option<BufReader<Source>>),
    Zlib(Box<ZlibDecoder<BufReader<Source>>>),
    Bare(Box<DeflateDecoder<BufReader<Source>>>),
}

impl Read for Deflate {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Deflate::Zlib(decoder) => return leniently(decoder.read(buffer)),
                Deflate::Bare(decoder) => return leniently(decoder.read(buffer)),
                Deflate::Before(source) => {
                    let Some(source) = source.take() else { return Ok(0) };
                    *self = Deflate::begin(source)?;
                }
            }
        }
    }
}

impl Deflate {
    /// Looks at the two bytes zlib's format begins with.
    fn begin(mut source: BufReader<Source>) -> io::Result<Deflate> {
        let mut beginning = Vec::with_capacity(2);
        source.by_ref().take(2).read_to_end(&mut beginning)?;
        let is_zlib = match *beginning.as_slice() {
            [method, flags] => {
                method & 0x0F == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
            }
            [] => return Ok(Deflate::Before(None)),
            _ => false,
        };
        let whole: Source = Box::new(io::Cursor::new(beginning).chain(source));
        let whole = BufReader::with_capacity(BUFFER, whole);
        Ok(if is_zlib {
            Deflate::Zlib(Box::new(ZlibDecoder::new(whole)))
        } else {
            Deflate::Bare(Box::new(DeflateDecoder::new(whole)))
        })
    }
}

/// br (RFC 7932).
struct Brotli {
    decoder: Decompressor<BufReader<Source>>,
}

impl Read for Brotli {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        leniently(self.decoder.read(buffer))
    }
}

/// zstd frames, skippable ones passed over (RFC 8878).
struct Zstd {
    source: BufReader<Source>,
    decoder: Box<FrameDecoder>,
    is_in_frame: bool,
}

impl Zstd {
    fn new(source: BufReader<Source>) -> Zstd {
        let mut decoder = Box::new(FrameDecoder::new());
        decoder.set_max_window_size(MAX_ZSTD_WINDOW);
        Zstd { source, decoder, is_in_frame: false }
    }

    /// Enters the next frame; false at the end.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.is_in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut self.source.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error.to_string())),
            }
        }
    }
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy;
        loop {
            if !self.is_in_frame && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let strategy = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder
                    .decode_blocks(&mut self.source, strategy)
                    .map_err(|error| io::Error::other(error.to_string()))?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.is_in_frame = false;
        }
    }
}
