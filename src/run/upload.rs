//! Bodies that are streamed from no file: standard input.

use crate::http::Upload;
use std::io::{self, Read};
use std::sync::Mutex;

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
