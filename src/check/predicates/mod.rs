//! What something must be.
//!
//! To add one: a file here with a [`PredicateKind`], a line in [`PREDICATES`], a spec in
//! `specs/predicates/KEY.yaml`.

use super::{Argument, BuildError, Found};
use crate::registry::Entry;
use std::fmt;
use std::sync::Arc;

/// A compiled predicate.
pub trait Predicate: Send + Sync + fmt::Debug {
    /// Whether it holds; the words for a failure otherwise.
    fn test(&self, found: &Found<'_>) -> Verdict;

    /// What it expects, in words: `contains "bug"`.
    fn describe(&self) -> String;
}

/// What came of a test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it held.
    pub holds: bool,
    /// More than "found X": the item of a list that failed, the first difference.
    pub detail: Option<String>,
}

/// A predicate as written: `{KEY: ARGUMENT}`.
pub struct PredicateKind {
    /// The key.
    pub key: &'static str,
    /// One line.
    pub summary: &'static str,
    /// `assert: …` as a step has it.
    pub example: &'static str,
    /// Compiles the argument.
    pub compile: fn(&Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>>,
}

impl fmt::Debug for PredicateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PredicateKind({})", self.key)
    }
}

impl Entry for PredicateKind {
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

/// Every predicate.
pub const PREDICATES: &[&PredicateKind] = &[];
