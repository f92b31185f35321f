//! What hooks do: edits of a prepared request, looks at a response.
//!
//! ```text
//! HookArgument (rendered) ──build──▶ Action ──on_request, on_response, on_failure──▶ Bench
//! ```
//!
//! An action knows no template and no step. What it says and sets it leaves on its [`Bench`]; a
//! [`Fault`] is the caller's to judge: of a request an error, of a response a warning.
//!
//! To add one: a file here with an [`ActionKind`], a line in [`ACTIONS`], a spec in
//! `specs/hooks/KEY.yaml`.

mod argument;
mod exec;
mod exec_json;
mod log;
mod remove_header;
mod replace;
mod save;
mod set;
mod set_body;
mod set_header;
mod set_method;
mod set_url;
mod sign;

pub use argument::Mistake;

use crate::http::{Error, Exchange, PreparedRequest};
use crate::registry::Entry;
use crate::value::Value;
use crate::world::{FileAccess, Programs};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// `hooks.request`: the request is prepared, and not sent yet.
    Request,
    /// `hooks.response`: a hop's response has come.
    Response,
    /// `hooks.failure`: the step has failed.
    Failure,
}

/// Every occasion, in the order they come.
pub const OCCASIONS: [Occasion; 3] = [Occasion::Request, Occasion::Response, Occasion::Failure];

impl Occasion {
    /// Its key under `hooks`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Occasion::Request => "request",
            Occasion::Response => "response",
            Occasion::Failure => "failure",
        }
    }
}

/// What an action works with, and where it leaves what it has to say.
#[derive(Debug)]
pub struct Bench<'w> {
    /// The collection's files.
    pub files: &'w dyn FileAccess,
    /// Programs.
    pub programs: &'w Programs,
    /// The step, as programs are told of it: its name and id.
    pub step: (&'w str, &'w str),
    /// The time.
    pub now: SystemTime,
    /// Lines for the report.
    pub log: Vec<String>,
    /// Variables for this step and later ones.
    pub set: Vec<(String, Value)>,
    /// What must not be shown from now on.
    pub secrets: Vec<Value>,
}

/// A step that failed.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'f> {
    /// What was exchanged, if a response came.
    pub exchange: Option<&'f Exchange>,
    /// `error`, as templates see it.
    pub error: &'f Value,
}

/// Why an action did not do what it should.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Requests has an exception for it.
    Request(Error),
    /// A file or a program: what happened, and what to do.
    Hook {
        /// What happened.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

impl Fault {
    /// A file or a program, in a sentence.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Fault {
        Fault::Hook { message: message.into(), help: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(self, help: &str) -> Fault {
        match self {
            Fault::Hook { message, .. } => Fault::Hook { message, help: Some(help.to_owned()) },
            Fault::Request(error) => Fault::Request(error.help(help)),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Request(error)
    }
}

/// One action, its argument rendered.
pub trait Action: Send + Sync + fmt::Debug {
    /// Edits a prepared request.
    ///
    /// # Errors
    /// What keeps the request from being sent.
    fn on_request(
        &self,
        request: &mut PreparedRequest,
        bench: &mut Bench<'_>,
    ) -> Result<(), Fault> {
        let _ = (request, bench);
        Ok(())
    }

    /// Looks at a response, and may edit what captures and assertions see of it.
    ///
    /// # Errors
    /// What the run is warned of.
    fn on_response(&self, exchange: &mut Exchange, bench: &mut Bench<'_>) -> Result<(), Fault> {
        let _ = (exchange, bench);
        Ok(())
    }

    /// The file it writes.
    fn writes(&self) -> Option<&Path> {
        None
    }

    /// Looks at a step that failed.
    ///
    /// # Errors
    /// What the run is warned of.
    fn on_failure(&self, failed: Failed<'_>, bench: &mut Bench<'_>) -> Result<(), Fault> {
        let _ = (failed, bench);
        Ok(())
    }
}

/// An action ready to act, or what is wrong with its argument.
pub type Built = Result<Arc<dyn Action>, Mistake>;

/// A kind of action, as written in a collection: `KEY: ARGUMENT` in one of the lists of `hooks`.
#[derive(Debug)]
pub struct ActionKind {
    /// The key.
    pub key: &'static str,
    /// One line.
    pub summary: &'static str,
    /// `hooks: …` as a step has it.
    pub example: &'static str,
    /// Where it may stand.
    pub occasions: &'static [Occasion],
    /// Whether it looks at bodies itself; templates may in any case.
    pub reads_body: bool,
    /// Whether it runs a program, which `--allow-exec` allows.
    pub runs_program: bool,
    /// Whether files may be there afterwards that were not before.
    pub writes_files: bool,
    /// The JSON Schema of its argument, as JSON.
    pub schema: &'static str,
    /// Makes it from its (rendered) argument. Relative paths are relative to the folder.
    pub build: fn(&Value, &Path) -> Built,
}

impl Entry for ActionKind {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// Every action, in the order docs list them.
pub const ACTIONS: &[&ActionKind] = &[
    &remove_header::KIND,
    &set_header::KIND,
    &set_body::KIND,
    &set_url::KIND,
    &set_method::KIND,
    &sign::KIND,
    &log::KIND,
    &set::KIND,
    &save::KIND,
    &replace::KIND,
    &exec::KIND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_is_described_and_its_example_uses_it() {
        let keys: BTreeSet<&str> = ACTIONS.iter().map(|kind| kind.key).collect();
        assert_eq!(keys.len(), ACTIONS.len());
        for kind in ACTIONS {
            assert!(!kind.summary.is_empty() && !kind.summary.ends_with('.'), "{kind:?}");
            assert!(kind.example.contains(&format!("{}:", kind.key)), "{kind:?}");
            assert!(!kind.occasions.is_empty(), "{kind:?}");
            assert!(Value::from_json(kind.schema.as_bytes()).is_ok(), "{kind:?}");
        }
    }

    #[test]
    fn only_a_body_may_be_null() {
        for kind in ACTIONS {
            let is_taken = (kind.build)(&Value::Null, Path::new("")).is_ok();
            assert_eq!(is_taken, kind.key == "set_body", "{kind:?}");
        }
    }
}
