//! Assertions: what is looked at (`subjects/`), what it must be (`predicates/`), how they differ.
//!
//! ```text
//! Argument ──compile──▶ Expectation ─┐
//! Exchange ──Subject::look──▶ Found ─┴─check──▶ ClauseResult (expected, found, diff)
//! ```
//!
//! An expectation is compiled once: regexes, patterns and nested predicates are ready before the
//! first request unless a template has to be rendered first. Nothing here knows YAML or templates.

mod argument;
mod diff;
mod expectation;
pub mod predicates;
pub mod subjects;

pub use argument::{Argument, BuildError, Segment};
pub use diff::diff;
pub use expectation::{Clause, ClauseResult, Expectation, compile};
pub use predicates::{PREDICATES, Predicate, PredicateKind};
pub use subjects::{Found, Outcome, SUBJECTS, Selector, Subject, SubjectKind};
