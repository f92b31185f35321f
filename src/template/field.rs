//! One value of a known type that may be a template: checked at load when literal, at render
//! when not, with the same message at the same span.

use super::{Reference, Scope, Template};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::template::WRONG_TYPE;
use crate::source::{Files, Node, Span};
use crate::value::{Kind, Value};
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
    /// What was found; `None` says its kind and, of a literal scalar, its value.
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
    /// With the name of the key, for messages.
    Template(Arc<Template>, Arc<str>),
    /// A list or mapping with templates inside.
    Data(Arc<super::Data>, Arc<str>),
}

/// Whether a value was written in the file, and so may be repeated in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Written,
    Rendered,
}

/// The longest text a message repeats, in characters.
const REPEATED: usize = 40;

impl<T: FromValue + Clone> Field<T> {
    /// Reads a node; `what` names it in messages (`timeout`).
    ///
    /// # Errors
    /// A literal of another type, a template that does not compile.
    pub fn read(node: &Node, what: &str, files: &Files) -> Result<Field<T>, Diagnostic> {
        let span = node.span;
        if let Some(scalar) = node.as_scalar() {
            if Template::is_template(&scalar.text) {
                let template = Template::compile(&scalar.text, span, files)?;
                let kind = FieldKind::Template(Arc::new(template), what.into());
                return Ok(Field { span, kind });
            }
            return literal(&scalar.to_value(), what, span);
        }
        let mut diagnostics = Vec::new();
        let data = super::Data::compile(node, files, &mut diagnostics);
        if let Some(first) = diagnostics.into_iter().next() {
            return Err(first);
        }
        match data {
            super::Data::Literal(value) => literal(&value, what, span),
            data => Ok(Field { span, kind: FieldKind::Data(Arc::new(data), what.into()) }),
        }
    }

    /// A value that is known, at the place it stands for.
    #[must_use]
    pub fn constant(value: T, span: Span) -> Field<T> {
        Field { span, kind: FieldKind::Literal(value) }
    }

    /// The literal, when it is no template.
    #[must_use]
    pub fn as_literal(&self) -> Option<&T> {
        match &self.kind {
            FieldKind::Literal(value) => Some(value),
            FieldKind::Template(..) | FieldKind::Data(..) => None,
        }
    }

    /// The value in this scope.
    ///
    /// # Errors
    /// A template that fails or gives another type.
    pub fn resolve(&self, scope: &Scope) -> Result<T, Diagnostic> {
        let (value, what) = match &self.kind {
            FieldKind::Literal(value) => return Ok(value.clone()),
            FieldKind::Template(template, what) => (template.render(scope)?, what),
            FieldKind::Data(data, what) => (data.render(scope)?, what),
        };
        T::from_value(&value)
            .map_err(|wrong| explain::<T>(wrong, &value, what, self.span, Origin::Rendered))
    }

    /// Every name used.
    pub fn references(&self, into: &mut Vec<Reference>) {
        match &self.kind {
            FieldKind::Literal(_) => {}
            FieldKind::Template(template, _) => into.extend_from_slice(template.references()),
            FieldKind::Data(data, _) => data.references(into),
        }
    }
}

fn literal<T: FromValue>(value: &Value, what: &str, span: Span) -> Result<Field<T>, Diagnostic> {
    match T::from_value(value) {
        Ok(value) => Ok(Field { span, kind: FieldKind::Literal(value) }),
        Err(wrong) => Err(explain::<T>(wrong, value, what, span, Origin::Written)),
    }
}

fn explain<T: FromValue>(
    wrong: Wrong,
    value: &Value,
    what: &str,
    span: Span,
    origin: Origin,
) -> Diagnostic {
    let found = wrong.found.unwrap_or_else(|| describe(value, origin));
    let message = format!("`{what}` has the wrong type");
    let label = format!("expected {}, found {found}", T::EXPECTED);
    let mut diagnostic = Diagnostic::error(&WRONG_TYPE, span, message, label);
    diagnostic.help.extend(wrong.help);
    diagnostic
}

/// A value's kind, and the value when it is a scalar the file shows anyway.
fn describe(value: &Value, origin: Origin) -> String {
    let kind = match value.kind() {
        Kind::Integer | Kind::Number => "the number",
        Kind::String => "the string",
        Kind::Boolean => "the boolean",
        other => return other.to_string(),
    };
    if origin == Origin::Rendered {
        return value.kind().to_string();
    }
    let text = value.to_text();
    if text.chars().count() > REPEATED {
        let beginning: String = text.chars().take(REPEATED).collect();
        return format!("{kind} `{beginning}…`");
    }
    format!("{kind} `{text}`")
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
