//! What an assertion or a capture looks at.
//!
//! To add one: a file here with a [`SubjectKind`], a line in [`SUBJECTS`], a spec in
//! `specs/subjects/KEY.yaml`.

use super::{Argument, BuildError};
use crate::http::{Error, Exchange};
use crate::registry::Entry;
use crate::value::Value;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What a request came to.
pub type Outcome<'a> = Result<&'a Exchange, &'a Error>;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Nothing, and why: `no header x-gone`.
    Missing(String),
    /// One value.
    Value(Cow<'a, Value>),
    /// The nodes of a query that may give any number.
    Nodes(Vec<&'a Value>),
}

/// Something to look at, its selector compiled.
pub trait Subject: Send + Sync + fmt::Debug {
    /// Looks.
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a>;
}

/// What stands between a subject and its expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Nothing: `status: 200`.
    None,
    /// A mapping from names: `headers: {etag: …}`.
    Name,
    /// A mapping from JSONPaths.
    JsonPath,
    /// Evaluated by the caller, as `expr` is: the argument is a template.
    Expression,
}

/// How much of a response must be read for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Status and headers.
    Head,
    /// The body's length and digest, not its bytes.
    Digest,
    /// The body's bytes.
    Body,
}

/// A subject of assertions and captures.
pub struct SubjectKind {
    /// The key under `assert`.
    pub key: &'static str,
    /// The key in a capture's mapping, `header` for `headers`; `None` when it cannot be captured.
    pub capture_key: Option<&'static str>,
    /// One line.
    pub summary: &'static str,
    /// `assert: …` as a step has it.
    pub example: &'static str,
    /// What stands between it and its expectation.
    pub selector: Selector,
    /// What it needs of the response.
    pub needs: Needs,
    /// Compiles the selector; `None` for [`Selector::None`]. The error says what is wrong.
    pub compile: fn(Option<&str>) -> Result<Arc<dyn Subject>, BuildError>,
    /// Turns the subject's own shorthands (`2xx`, `500ms`, a list of statuses) into plain
    /// predicates before they are compiled; the identity for most.
    pub rewrite: fn(&Argument) -> Result<Argument, Vec<BuildError>>,
}

impl fmt::Debug for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectKind({})", self.key)
    }
}

impl Entry for SubjectKind {
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

/// Every subject.
pub const SUBJECTS: &[&SubjectKind] = &[];
