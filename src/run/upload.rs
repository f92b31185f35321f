//! Bodies that are streamed from no file: a program's output, standard input.

use crate::http::{Error, ErrorKind, Upload};
use crate::world::{Program, Programs};
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

/// `{$command: […]}`: what a program writes, once: like a generator it cannot be sent again.
#[derive(Debug)]
pub(super) struct CommandUpload {
    program: Program,
    programs: Programs,
    is_taken: Mutex<bool>,
}

impl CommandUpload {
    pub(super) fn new(program: Program, programs: Programs) -> CommandUpload {
        CommandUpload { program, programs, is_taken: Mutex::default() }
    }

    fn name(&self) -> &str {
        self.program.argv.first().map_or("", String::as_str)
    }
}

impl Upload for CommandUpload {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let mut is_taken = self.is_taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if std::mem::replace(&mut is_taken, true) {
            return Err(io::Error::other("a program's output can be read only once"));
        }
        let reader = self.programs.stream(&self.program).map_err(|error| {
            let name = self.name();
            let message = match error.kind() {
                io::ErrorKind::NotFound => format!("cannot run `{name}`: there is no such program"),
                _ => format!("cannot run `{name}`: {error}"),
            };
            io::Error::other(Error::new(ErrorKind::RequestException, message))
        })?;
        Ok(Box::new(Said(reader)))
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        format!("the output of `{}`", self.name())
    }
}

/// A program's output, its failure told as the request's.
struct Said(Box<dyn Read + Send>);

impl Read for Said {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            io::Error::other(Error::new(ErrorKind::RequestException, error.to_string()))
        })
    }
}
