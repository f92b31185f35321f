//! Bodies that are streamed from no file: chunks, standard input.

use crate::http::Upload;
use std::io::{self, Read};
use std::sync::Mutex;

/// `{$chunks: […]}`: a generator's chunks, sent one by one.
#[derive(Debug)]
pub(super) struct ChunksUpload {
    pub(super) chunks: Vec<Vec<u8>>,
}

impl Upload for ChunksUpload {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(ChunkReader {
            chunks: self.chunks.clone().into_iter(),
            current: io::Cursor::default(),
        }))
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        format!("{} chunks", self.chunks.len())
    }
}

/// Gives one chunk a read, so that each goes out as a chunk of its own.
struct ChunkReader {
    chunks: std::vec::IntoIter<Vec<u8>>,
    current: io::Cursor<Vec<u8>>,
}

impl Read for ChunkReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.chunks.next() {
                Some(chunk) => self.current = io::Cursor::new(chunk),
                None => return Ok(0),
            }
        }
    }
}

/// `{$stdin: true}`: can be read once.
#[derive(Debug, Default)]
pub(super) struct StdinUpload {
    is_taken: Mutex<bool>,
}

impl Upload for StdinUpload {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let mut is_taken = self.is_taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if std::mem::replace(&mut is_taken, true) {
            return Err(io::Error::other("standard input can be read only once"));
        }
        Ok(Box::new(io::stdin()))
    }

    fn is_rewindable(&self) -> bool {
        false
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        "@-".to_owned()
    }
}
