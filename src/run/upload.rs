//! Bodies that are streamed from no file: a program's output, standard input.

use crate::http::{Error, ErrorKind, Upload};
use crate::world::{Patient, Program, Programs};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd as _;
use std::sync::Mutex;
use std::time::Instant;

/// `{$stdin: true}`: can be read once.
#[derive(Debug, Default)]
pub(super) struct StdinUpload {
    is_taken: Mutex<bool>,
}

impl Upload for StdinUpload {
    fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        let mut is_taken = self.is_taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if std::mem::replace(&mut is_taken, true) {
            return Err(io::Error::other("standard input can be read only once"));
        }
        // Without the buffer of the standard library's: nobody else reads from it.
        let stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        Ok(Box::new(Told {
            reader: Patient::new(stdin, deadline),
            who: "standard input".to_owned(),
        }))
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
    fn open(&self, deadline: Option<Instant>) -> io::Result<Box<dyn Read + Send>> {
        let mut is_taken = self.is_taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if std::mem::replace(&mut is_taken, true) {
            return Err(io::Error::other("a program's output can be read only once"));
        }
        let reader = self.programs.stream(&self.program, deadline).map_err(|error| {
            let name = self.name();
            let message = match error.kind() {
                io::ErrorKind::NotFound => format!("cannot run `{name}`: there is no such program"),
                _ => format!("cannot run `{name}`: {error}"),
            };
            io::Error::other(Error::new(ErrorKind::RequestException, message))
        })?;
        Ok(Box::new(Told { reader, who: format!("`{}`", self.name()) }))
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        format!("the output of `{}`", self.name())
    }
}

/// A body that somebody writes while it is sent, whose failure is told as the request's.
struct Told<R> {
    reader: R,
    /// Who writes it.
    who: String,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::TimedOut => io::Error::other(self.late()),
            _ => io::Error::other(Error::new(ErrorKind::RequestException, error.to_string())),
        })
    }
}

impl<R> Told<R> {
    fn late(&self) -> Error {
        let who = &self.who;
        let message = format!("{who} wrote no more of the body before `timeout.total` had passed");
        let help = format!("allow more time with `timeout`, or look at why {who} is slow");
        Error::new(ErrorKind::ReadTimeout, message).help(help)
    }
}
