//! What goes out after the head.

use crate::world::FileAccess;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Something that can be sent more than once: a file, a list of chunks.
pub trait Upload: Send + Sync + fmt::Debug {
    /// Opens it from its beginning, to be read until `deadline`: a source that may dawdle gives up
    /// then.
    ///
    /// # Errors
    /// When it cannot be read (again): `UnrewindableBodyError` on a redirect, else as it is.
    fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>>;

    /// Whether [`Upload::open`] can be asked again: unless it can, nothing is sent a second time.
    fn is_rewindable(&self) -> bool {
        true
    }

    /// Its length in bytes; `None` is sent chunked.
    fn length(&self) -> Option<u64>;

    /// What to call it in a curl command or a report: `@big.bin`, `a stream`.
    fn describe(&self) -> String;

    /// Its items when it is a list of them: each goes out as one chunk, however long.
    fn items(&self) -> Option<&[Vec<u8>]> {
        None
    }
}

/// A prepared body.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// None: no body was asked for (`PreparedRequest.body is None`).
    #[default]
    Empty,
    /// Bytes at hand.
    Bytes(Arc<[u8]>),
    /// Streamed.
    Stream(Arc<dyn Upload>),
}

impl Body {
    /// Its length in bytes, 0 without a body; `None` when it is not known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Body::Empty => Some(0),
            Body::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Body::Stream(upload) => upload.length(),
        }
    }

    /// Whether it can be sent a second time.
    #[must_use]
    pub fn is_rewindable(&self) -> bool {
        match self {
            Body::Empty | Body::Bytes(_) => true,
            Body::Stream(upload) => upload.is_rewindable(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Body::Empty)
    }

    /// Opens it from its beginning; nothing to read without a body.
    ///
    /// # Errors
    /// As [`Upload::open`].
    pub fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Body::Empty => Ok(Box::new(io::empty())),
            Body::Bytes(bytes) => Ok(Box::new(io::Cursor::new(Arc::clone(bytes)))),
            Body::Stream(upload) => upload.open(deadline),
        }
    }
}

/// A list of chunks without a length (`$chunks`). Empty ones are not sent, for they would end the
/// body.
#[derive(Clone, Debug)]
pub struct Chunks(pub Vec<Vec<u8>>);

impl Upload for Chunks {
    fn open(&self, _: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        let readers =
            self.0.iter().map(|chunk| Box::new(io::Cursor::new(chunk.clone())) as _).collect();
        Ok(Box::new(Chain { readers }))
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        format!("{} chunks", self.0.len())
    }

    fn items(&self) -> Option<&[Vec<u8>]> {
        Some(&self.0)
    }
}

/// A file (`$file`): opened when it is sent, its length taken when it is prepared.
#[derive(Clone, Debug)]
pub struct FileUpload {
    files: Arc<dyn FileAccess>,
    path: PathBuf,
    length: Option<u64>,
}

impl FileUpload {
    /// A file that is there.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn new(files: Arc<dyn FileAccess>, path: impl Into<PathBuf>) -> io::Result<FileUpload> {
        let path = path.into();
        let (_, length) = files.open(&path)?;
        Ok(FileUpload { files, path, length })
    }
}

impl Upload for FileUpload {
    fn open(&self, _: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        let (reader, _) = self.files.open(&self.path)?;
        match self.length {
            // A file that grew meanwhile must not outgrow its Content-Length.
            Some(length) => Ok(Box::new(reader.take(length))),
            None => Ok(reader),
        }
    }

    fn length(&self) -> Option<u64> {
        self.length
    }

    fn describe(&self) -> String {
        format!("@{}", self.path.display())
    }
}

/// Uploads sent behind each other, as the parts of a multipart body are.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// What is sent, in order.
    pub segments: Vec<Body>,
    /// What to call the whole.
    pub description: String,
}

impl Upload for Sequence {
    fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        let segments: Vec<Body> = self.segments.clone();
        let current = Box::new(io::empty());
        Ok(Box::new(Opening { segments: segments.into(), current, deadline }))
    }

    fn is_rewindable(&self) -> bool {
        self.segments.iter().all(Body::is_rewindable)
    }

    fn length(&self) -> Option<u64> {
        self.segments.iter().map(Body::length).sum()
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}

/// Readers read behind each other, each `read` from one alone.
struct Chain {
    readers: VecDeque<Box<dyn Read + Send>>,
}

impl Read for Chain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(reader) = self.readers.front_mut() {
            let count = reader.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.readers.pop_front();
        }
        Ok(0)
    }
}

/// A sequence being read: each segment is opened when the one before it has ended, so that few
/// files are open at once.
struct Opening {
    segments: VecDeque<Body>,
    current: Box<dyn Read + Send>,
    deadline: Option<Instant>,
}

impl Read for Opening {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.current.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match self.segments.pop_front() {
                Some(segment) => self.current = segment.open(self.deadline)?,
                None => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Folder, Outside};

    /// What each `read` gives.
    fn reads(upload: &dyn Upload) -> Vec<String> {
        let mut reader = upload.open(None).unwrap();
        let mut buffer = [0; 64];
        let mut reads = Vec::new();
        loop {
            let count = reader.read(&mut buffer).unwrap();
            if count == 0 {
                return reads;
            }
            reads.push(String::from_utf8_lossy(&buffer[..count]).into_owned());
        }
    }

    #[test]
    fn a_chunk_is_read_by_itself_and_an_empty_one_not_at_all() {
        let chunks = Chunks(vec![b"one".to_vec(), Vec::new(), b"two".to_vec()]);
        assert_eq!(reads(&chunks), ["one", "two"]);
        assert_eq!(reads(&chunks), ["one", "two"], "it can be opened again");
        assert_eq!(chunks.length(), None);
    }

    #[test]
    fn a_file_is_sent_at_the_length_it_had() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), "12345").unwrap();
        let files = Arc::new(Folder::new(folder.path(), Outside::Refused));
        let upload = FileUpload::new(files, folder.path().join("f")).unwrap();
        std::fs::write(folder.path().join("f"), "1234567").unwrap();
        assert_eq!((upload.length(), reads(&upload).concat()), (Some(5), "12345".to_owned()));
        assert!(upload.describe().ends_with("/f"), "{}", upload.describe());
    }

    #[test]
    fn a_sequence_has_a_length_when_all_its_segments_have() {
        let bytes = || Body::Bytes(b"ab".as_slice().into());
        let sequence = |segments| Sequence { segments, description: String::new() };
        assert_eq!(sequence(vec![bytes(), bytes()]).length(), Some(4));
        let open_end = Body::Stream(Arc::new(Chunks(vec![b"c".to_vec()])));
        let mixed = sequence(vec![bytes(), open_end, bytes()]);
        assert_eq!((mixed.length(), reads(&mixed).concat()), (None, "abcab".to_owned()));
    }
}
