//! Where a response's body goes: memory, a file, or nowhere.

use super::line_sink::LineSink;
use super::{Content, Error, ErrorKind};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How much of a streamed body is in memory at a time.
const BUFFER: usize = 64 * 1024;
/// The most that is allocated for a body before its bytes come.
const TRUSTED: u64 = 1 << 20;
/// The most of a redirect's body that is read for the sake of its connection.
const DRAINED: usize = 8 << 20;

/// Where a response's body goes. Redirects' bodies are always kept in memory.
pub enum Sink<'w> {
    /// Into memory, whole.
    Memory,
    /// Left unread (Requests' `stream=True`); its connection is closed.
    Unread,
    /// Nowhere but its first `keep` bytes; its size is still taken.
    Discard {
        /// Bytes to keep for messages.
        keep: usize,
        /// Whether its digest is taken.
        digest: Digesting,
    },
    /// Into a file, opened when a body comes (the final hop's).
    File {
        /// Its path, for reports.
        path: PathBuf,
        /// Opens it.
        open: Open<'w>,
        /// Bytes to keep in memory as well, for messages.
        keep: usize,
        /// Whether its digest is taken.
        digest: Digesting,
    },
    /// Read line by line, as far as lines are wanted.
    Lines(LineSink<'w>),
}

/// Opens a file to write to.
pub type Open<'w> = &'w (dyn Fn(&Path) -> io::Result<Box<dyn Write + Send>> + Sync);

/// Whether a body that is not kept has its SHA-256 taken on the way: it costs more than the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digesting {
    /// It is, for `sha256` is asked for.
    Wanted,
    /// It is not.
    Unwanted,
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sink::Memory => f.write_str("Memory"),
            Sink::Unread => f.write_str("Unread"),
            Sink::Discard { keep, digest } => {
                f.debug_struct("Discard").field("keep", keep).field("digest", digest).finish()
            }
            Sink::File { path, keep, digest, .. } => f
                .debug_struct("File")
                .field("path", path)
                .field("keep", keep)
                .field("digest", digest)
                .finish_non_exhaustive(),
            Sink::Lines(lines) => lines.fmt(f),
        }
    }
}

/// Takes a body in, to its end. (Lines are taken by [`super::line_sink`].)
///
/// # Errors
/// What the body's reader says; `RequestException` when the file cannot be written.
pub(super) fn take(
    sink: &Sink<'_>,
    body: Box<dyn Read + Send>,
    length: Option<u64>,
) -> Result<Content, Error> {
    match sink {
        Sink::Memory => whole(body, length, usize::MAX).map(Content::whole).map_err(broken),
        Sink::Unread | Sink::Lines(_) => Ok(Content::default()),
        Sink::Discard { keep, digest } => stream(body, Taken::new(*keep, *digest)),
        Sink::File { path, open, keep, digest } => {
            let mut taken = Taken::new(*keep, *digest);
            taken.save_to(path, *open)?;
            stream(body, taken)
        }
    }
}

/// The body of a hop that leads on: into memory as far as it is right and not too long.
pub(super) fn drain(body: Box<dyn Read + Send>, length: Option<u64>) -> Content {
    whole(body, length, DRAINED).map(Content::whole).unwrap_or_default()
}

/// Reads up to `limit` bytes without filling memory that no byte has come for.
fn whole(mut body: Box<dyn Read + Send>, length: Option<u64>, limit: usize) -> io::Result<Vec<u8>> {
    let first = length.unwrap_or(8 * 1024).min(TRUSTED);
    let mut bytes = vec![0; usize::try_from(first).unwrap_or(0)];
    let mut end = 0;
    while end < limit {
        if end == bytes.len() {
            if length == u64::try_from(end).ok() {
                break;
            }
            let more = bytes.len().clamp(8 * 1024, 4 << 20);
            bytes.resize(bytes.len() + more, 0);
        }
        match body.read(bytes.get_mut(end..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => end += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(end);
    Ok(bytes)
}

/// Reads to the end through one buffer.
fn stream(mut body: Box<dyn Read + Send>, mut taken: Taken<'_>) -> Result<Content, Error> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match body.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other.map_err(broken)?,
        };
        if count == 0 {
            taken.flush()?;
            return Ok(taken.finish());
        }
        taken.take(buffer.get(..count).unwrap_or_default())?;
    }
}

/// What has been taken of a body that is not held whole.
pub(super) struct Taken<'p> {
    keep: usize,
    kept: Vec<u8>,
    size: u64,
    sha256: Option<Sha256>,
    file: Option<(Box<dyn Write + Send>, &'p Path)>,
}

impl<'p> Taken<'p> {
    pub(super) fn new(keep: usize, digest: Digesting) -> Taken<'p> {
        let sha256 = (digest == Digesting::Wanted).then(Sha256::new);
        Taken { keep, kept: Vec::new(), size: 0, sha256, file: None }
    }

    /// Opens the file that gets every byte.
    pub(super) fn save_to(&mut self, path: &'p Path, open: Open<'_>) -> Result<(), Error> {
        let file = open(path).map_err(|error| unwritable(path, &error))?;
        self.file = Some((file, path));
        Ok(())
    }

    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
        if let Some((file, path)) = &mut self.file {
            file.write_all(bytes).map_err(|error| unwritable(path, &error))?;
        }
        let room = self.keep.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        match &mut self.file {
            Some((file, path)) => file.flush().map_err(|error| unwritable(path, &error)),
            None => Ok(()),
        }
    }

    pub(super) fn finish(self) -> Content {
        let sha256 = self.sha256.map(|sha256| sha256.finalize().as_slice().to_vec());
        let mut content = Content::beginning(self.kept, self.size, sha256);
        content.saved = self.file.map(|(_, path)| path.to_owned());
        content
    }
}

/// The error a body's reader carries.
pub(super) fn broken(error: io::Error) -> Error {
    let known = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    known.cloned().unwrap_or_else(|| {
        Error::new(ErrorKind::ChunkedEncodingError, format!("the body broke off: {error}"))
    })
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let why = crate::world::reason(error);
    match crate::world::is_outside(error) {
        true => Error::new(ErrorKind::RequestException, format!("cannot save the body: {why}"))
            .help("`--allow-outside` lets a collection use files outside its folder"),
        false => Error::new(
            ErrorKind::RequestException,
            format!("cannot save the body to `{}`: {why}", path.display()),
        ),
    }
}
