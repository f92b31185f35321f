//! One value of a known type that may be a template: checked at load when literal, at render
//! when not, with the same message at the same span.

use super::{Reference, Scope, Template};
use crate::diagnostic::Diagnostic;
use crate::source::{Files, Node, Span};
use crate::value::Value;
use std::sync::Arc;

/// A type that a value of the file can be read as.
pub trait FromValue: Sized {
    /// What is expected, in the words of a message: `a duration such as 500ms`.
    const EXPECTED: &'static str;

    /// Reads it.
    ///
    /// # Errors
    /// [`Wrong`] when it is of another type or out of range.
    fn from_value(value: &Value) -> Result<Self, Wrong>;
}

/// Why a value cannot be read as the type it should have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// What was found; `None` says its kind and value.
    pub found: Option<String>,
    /// What to do, when there is more to say than what is expected.
    pub help: Option<String>,
}

/// A `T`, or a template that gives one.
#[derive(Clone, Debug)]
pub struct Field<T> {
    /// Where it stands.
    pub span: Span,
    kind: FieldKind<T>,
}

#[derive(Clone, Debug)]
enum FieldKind<T> {
    Literal(T),
    Template(Arc<Template>),
}

impl<T: FromValue + Clone> Field<T> {
    /// Reads a node; `what` names it in messages (`timeout`).
    ///
    /// # Errors
    /// A literal of another type, a template that does not compile.
    pub fn read(node: &Node, what: &str, files: &Files) -> Result<Field<T>, Diagnostic> {
        let _ = (node, what, files);
        todo!()
    }

    /// The literal, when it is no template.
    #[must_use]
    pub fn as_literal(&self) -> Option<&T> {
        match &self.kind {
            FieldKind::Literal(value) => Some(value),
            FieldKind::Template(_) => None,
        }
    }

    /// The value in this scope.
    ///
    /// # Errors
    /// A template that fails or gives another type.
    pub fn resolve(&self, scope: &Scope) -> Result<T, Diagnostic> {
        let _ = scope;
        todo!()
    }

    /// Every name used.
    pub fn references(&self, into: &mut Vec<Reference>) {
        let _ = into;
        todo!()
    }
}
