//! Where a response's body goes: memory, a file, or nowhere.

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
        open: &'w (dyn Fn(&Path) -> io::Result<Box<dyn Write + Send>> + Sync),
        /// Bytes to keep in memory as well, for messages.
        keep: usize,
        /// Whether its digest is taken.
        digest: Digesting,
    },
}

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
        }
    }
}

/// Takes a body in, to its end.
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
        Sink::Unread => Ok(Content::default()),
        Sink::Discard { keep, digest } => stream(body, None, *keep, *digest),
        Sink::File { path, open, keep, digest } => {
            let file = open(path).map_err(|error| unwritable(path, &error))?;
            let mut content = stream(body, Some((file, path)), *keep, *digest)?;
            content.saved = Some(path.clone());
            Ok(content)
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
fn stream(
    mut body: Box<dyn Read + Send>,
    mut file: Option<(Box<dyn Write + Send>, &PathBuf)>,
    keep: usize,
    digest: Digesting,
) -> Result<Content, Error> {
    let mut buffer = vec![0; BUFFER];
    let mut kept = Vec::new();
    let mut size = 0_u64;
    let mut sha256 = (digest == Digesting::Wanted).then(Sha256::new);
    loop {
        let count = match body.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other.map_err(broken)?,
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        size += count as u64;
        if let Some(sha256) = &mut sha256 {
            sha256.update(bytes);
        }
        if let Some((file, path)) = &mut file {
            file.write_all(bytes).map_err(|error| unwritable(path, &error))?;
        }
        let room = keep.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }
    if let Some((file, path)) = &mut file {
        file.flush().map_err(|error| unwritable(path, &error))?;
    }
    Ok(Content::beginning(kept, size, sha256.map(|sha256| sha256.finalize().as_slice().to_vec())))
}

/// The error a body's reader carries.
fn broken(error: io::Error) -> Error {
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
