//! What an expectation is made from: data that knows which parts a person wrote as predicates.

use crate::diagnostic::Code;
use crate::value::Value;

/// An expected value as written. What came from a template is [`Argument::Opaque`]: data,
/// never predicates, whatever its shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A literal scalar.
    Scalar(Value),
    /// A list as written.
    Array(Vec<Argument>),
    /// A mapping as written: predicates where predicates may stand.
    Object(Vec<(String, Argument)>),
    /// A template's result, or a file's contents.
    Opaque(Value),
    /// A template not yet rendered: accepted wherever a value may stand, so that everything
    /// around it is checked at load. Never in an [`super::Expectation`] that is used.
    Pending,
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A mapping's key: the error is about the value under it.
    Key(String),
    /// A mapping's key itself: the error is about the key.
    KeyItself(String),
    /// A list's item.
    Index(usize),
}

/// An argument that makes no expectation.
#[derive(Clone, Debug)]
pub struct BuildError {
    /// Which mistake.
    pub code: &'static Code,
    /// Where inside the argument.
    pub path: Vec<Segment>,
    /// What is wrong, lower case.
    pub message: String,
    /// What to write beside the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}
