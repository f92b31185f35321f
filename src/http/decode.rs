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
            Coding::Brotli => Box::new(Brotli::new(source)),
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
        // The decoder of zstd tells its own insides.
        let why = match self.name.as_str() {
            "zstd" => "corrupt zstd stream".to_owned(),
            _ => error.to_string(),
        };
        Error::new(
            ErrorKind::ContentDecodingError,
            format!("the body is not `{}`, as its `Content-Encoding` says: {why}", self.name),
        )
        .help("ask for it as it is with `headers: {accept-encoding: identity}`")
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
                    if self.is_first {
                        source = begin_gzip(source)?;
                    }
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

/// Looks at gzip's two magic bytes: what is shorter than a header would be taken for an early end.
fn begin_gzip(mut source: BufReader<Source>) -> io::Result<BufReader<Source>> {
    let mut beginning = Vec::with_capacity(2);
    source.by_ref().take(2).read_to_end(&mut beginning)?;
    if beginning.len() == 2 && beginning != [0x1F, 0x8B] {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "invalid gzip header"));
    }
    let whole: Source = Box::new(io::Cursor::new(beginning).chain(source));
    Ok(BufReader::with_capacity(BUFFER, whole))
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
    decoder: Decompressor<Ending>,
}

impl Brotli {
    fn new(source: BufReader<Source>) -> Brotli {
        Brotli { decoder: Decompressor::new(Ending { source, is_ended: false }, BUFFER) }
    }
}

impl Read for Brotli {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder gives one error for bytes that are wrong and for bytes that are missing.
        match self.decoder.read(buffer) {
            Err(_) if self.decoder.get_ref().is_ended => Ok(0),
            other => other,
        }
    }
}

/// A source that knows whether its end has been met.
struct Ending {
    source: BufReader<Source>,
    is_ended: bool,
}

impl Read for Ending {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer);
        self.is_ended = matches!(read, Ok(0));
        read
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Timings;
    use crate::http::adapter::Ends;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    /// `b"hello, " + b"world" * 3` by Python's gzip, zlib, brotli and zstandard.
    const PLAIN: &str = "hello, worldworldworld";
    const GZIP: &str = "H4sIAAAAAAACA8tIzcnJ11Eozy/KSUEQAMTrA30WAAAA";
    const ZLIB: &str = "eJzLSM3JyddRKM8vyklBEABiuAjZ";
    const BARE: &str = "y0jNycnXUSjPL8pJQRAA";
    const BROTLI: &str = "iwqAaGVsbG8sIHdvcmxkd29ybGR3b3JsZAM=";
    const ZSTD: &str = "KLUv/SAWlQAAYGhlbGxvLCB3b3JsZAEA2EoS";

    fn bytes(text: &str) -> Vec<u8> {
        STANDARD.decode(text).unwrap()
    }

    /// A body with this `Content-Encoding` decoded.
    fn decoded(encoding: &str, body: Vec<u8>) -> Result<String, Error> {
        let mut response = RawResponse {
            peer_certificate: None,
            status: 200,
            reason: String::new(),
            version: 11,
            headers: [("Content-Encoding".to_owned(), encoding.to_owned())].into_iter().collect(),
            length: Some(body.len() as u64),
            body: Box::new(io::Cursor::new(body)),
            timings: Timings::default(),
            ends: Ends::default(),
        };
        let (mut body, _) = decode(&mut response)?;
        let mut text = Vec::new();
        let read = body.read_to_end(&mut text);
        read.map_err(|error| error.get_ref().unwrap().downcast_ref::<Error>().unwrap().clone())?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn every_coding_is_undone() {
        for (encoding, body) in [
            ("gzip", GZIP),
            ("X-GZip", GZIP),
            ("deflate", ZLIB),
            ("deflate", BARE),
            ("br", BROTLI),
            ("zstd", ZSTD),
        ] {
            assert_eq!(decoded(encoding, bytes(body)).unwrap(), PLAIN, "{encoding}");
        }
    }

    #[test]
    fn a_short_body_that_is_not_gzip_is_no_early_end() {
        let error = decoded("gzip", b"not gzip".to_vec()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::ContentDecodingError);
        assert_eq!(decoded("gzip", vec![0x1F, 0x8B, 8]).unwrap(), "");
        assert_eq!(decoded("gzip", b"n".to_vec()).unwrap(), "");
    }

    #[test]
    fn several_are_undone_in_reverse() {
        assert_eq!(
            decoded(
                "deflate, identity, gzip",
                bytes("H4sIAAAAAAACA6uYc9rj7MmT1wM1zuuf8nQUYEjawXETAC2EPHwVAAAA")
            )
            .unwrap(),
            PLAIN
        );
    }

    #[test]
    fn members_and_frames_are_joined() {
        assert_eq!(decoded("gzip", bytes(GZIP).repeat(2)).unwrap(), PLAIN.repeat(2));
        let skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc".to_vec();
        let frames = [bytes(ZSTD), skippable, bytes(ZSTD)].concat();
        assert_eq!(decoded("zstd", frames).unwrap(), PLAIN.repeat(2));
    }

    #[test]
    fn what_follows_the_last_gzip_member_is_passed_over() {
        let body = [bytes(GZIP), b"garbage that is no member".to_vec()].concat();
        assert_eq!(decoded("gzip", body).unwrap(), PLAIN);
    }

    #[test]
    fn an_early_end_is_an_end_except_in_zstd() {
        let short = |text: &str| {
            let mut body = bytes(text);
            body.truncate(body.len() - 5);
            body
        };
        assert_eq!(decoded("gzip", short(GZIP)).unwrap(), PLAIN);
        assert!(decoded("deflate", short(ZLIB)).is_ok());
        assert!(decoded("br", short(BROTLI)).is_ok());
        assert_eq!(decoded("zstd", short(ZSTD)).unwrap_err().kind, ErrorKind::ContentDecodingError);
    }

    #[test]
    fn an_empty_body_is_no_error() {
        for encoding in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
            assert_eq!(decoded(encoding, Vec::new()).unwrap(), "", "{encoding}");
        }
    }

    #[test]
    fn what_is_not_coded_so_is_an_error() {
        for encoding in ["gzip", "deflate", "br", "zstd"] {
            let error = decoded(encoding, b"\xff\xfe this is plain text".to_vec()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::ContentDecodingError, "{encoding}");
            let told = format!("the body is not `{encoding}`, as its `Content-Encoding` says: ");
            assert!(error.message.starts_with(&told), "{error}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_an_error() {
        let mut body = bytes(GZIP);
        let at = body.len() - 6;
        body[at] ^= 1;
        assert!(decoded("gzip", body).is_err());
    }

    #[test]
    fn unknown_codings_are_left_alone() {
        for encoding in ["compress", "gzip, compress", "identity", ""] {
            assert_eq!(decoded(encoding, b"as it is".to_vec()).unwrap(), "as it is", "{encoding}");
        }
    }

    #[test]
    fn too_many_codings_are_refused() {
        let error = decoded("gzip,gzip,gzip,gzip,gzip,gzip", bytes(GZIP)).unwrap_err();
        assert_eq!(error.message, "the response has 6 content codings, more than 5");
    }
}
