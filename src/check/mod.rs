//! Assertions: what is looked at (`subjects/`), what it must be (`predicates/`), how they differ.
//!
//! ```text
//! Argument ──compile──▶ Expectation ─┐
//! Exchange ──Subject::look──▶ Found ─┴─check──▶ ClauseResult (expected, found, diff)
//! ```
//!
//! An expectation is compiled once: regexes, patterns and nested predicates are ready before the
//! first request unless a template has to be rendered first. Nothing here knows YAML or templates.
//!
//! Of what is missing no predicate holds but `exists: false`: not `ne`, not `not_contains`, and
//! not a `not` around one of them, since a misspelt path must not pass. In Kleene's terms every
//! other predicate is unknown there; `not`, `any` and `all` combine accordingly, and what is
//! unknown in the end fails.

mod argument;
mod choice;
mod diff;
mod expectation;
mod found;
mod order;
mod part;
mod pattern;
pub mod predicates;
#[cfg(test)]
mod probe;
mod schemas;
pub mod subjects;
mod text;
mod words;

pub use argument::{Argument, BuildError, Segment};
pub use diff::diff;
pub use expectation::{Clause, ClauseResult, Expectation, Mismatch, compile};
pub use found::{Found, Items, View};
pub use predicates::{
    ArgumentShape, Explanation, PREDICATES, Predicate, PredicateKind, TYPES, Type, compile_regex,
};
pub use schemas::{SchemaArgument, Schemas};
pub use subjects::{
    Gives, MATCHERS, Outcome, STATUS_NAMES, SUBJECTS, Selector, Subject, SubjectKind, find_subject,
    upper_case,
};
pub use words::Show;
