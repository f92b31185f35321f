//! Mistakes in the YAML text itself.

use super::Code;
use crate::source::SyntaxErrorKind;

/// The text is not YAML.
pub const SYNTAX: Code = Code {
    id: "E0001",
    summary: "not YAML",
    explanation: "The text cannot be read as YAML 1.2.",
    example: "requests: [",
};

/// In order.
pub const TABLE: &[&Code] = &[&SYNTAX];

/// The code of a kind of syntax error.
#[must_use]
pub fn of_syntax(kind: SyntaxErrorKind) -> &'static Code {
    let _ = kind;
    &SYNTAX
}
