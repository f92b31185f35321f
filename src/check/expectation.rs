//! An expectation: predicates that must all hold of what was found.

use super::{Argument, BuildError, Found, Predicate, PredicateKind, Segment, SubjectKind};
use crate::value::Value;
use std::sync::Arc;

/// Compiled predicates, all of which must hold.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// In the order written.
    pub clauses: Vec<Clause>,
}

/// One predicate and its argument.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Which predicate.
    pub kind: &'static PredicateKind,
    /// Compiled with its argument.
    pub predicate: Arc<dyn Predicate>,
    /// The argument as data, for reports.
    pub expected: Value,
    /// Where in the argument it was written: empty for a plain value.
    pub path: Vec<Segment>,
}

/// What came of one clause.
#[derive(Clone, Debug)]
pub struct ClauseResult {
    /// The predicate's key.
    pub predicate: &'static str,
    /// Whether it held.
    pub holds: bool,
    /// The argument as data.
    pub expected: Value,
    /// What was found; `None` when it was missing.
    pub found: Option<Value>,
    /// `expected …` in words, for the caret line.
    pub expected_text: String,
    /// `found …` in words: of a missing value, why it is missing.
    pub found_text: String,
    /// A unified diff of text or pretty JSON, when both sides have several lines.
    pub diff: Option<String>,
    /// Where in the argument the clause was written.
    pub path: Vec<Segment>,
}

/// Compiles what a subject must be.
///
/// # Errors
/// Every mistake in the argument: an unknown predicate, a bad regex, a wrong type.
pub fn compile(subject: &SubjectKind, argument: &Argument) -> Result<Expectation, Vec<BuildError>> {
    let _ = (subject, argument);
    todo!()
}

impl Expectation {
    /// Checks every clause.
    #[must_use]
    pub fn check(&self, found: &Found<'_>) -> Vec<ClauseResult> {
        let _ = found;
        todo!()
    }
}
