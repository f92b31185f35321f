//! Data of any shape whose strings may be templates: `json`, `params`, `vars`, expected values.

use super::{Reference, Scope, Template};
use crate::diagnostic::Diagnostic;
use crate::source::{Files, Node, Span};
use crate::value::Value;
use std::sync::Arc;

/// A node with its templates compiled. A part without templates is one literal.
#[derive(Clone, Debug)]
pub enum Data {
    /// No template anywhere inside.
    Literal(Value),
    /// One string's template.
    Template(Arc<Template>),
    /// A list with a template in it.
    Array(Vec<Data>),
    /// A mapping with a template in it.
    Object(Vec<DataMember>),
}

/// One key and value of [`Data::Object`].
#[derive(Clone, Debug)]
pub struct DataMember {
    /// The key: a literal string, or a template that renders to text.
    pub key: Data,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Data,
    /// Where the value stands.
    pub value_span: Span,
}

impl Data {
    /// Compiles every template in a node; keys too. Mistakes are added to `diagnostics` and the
    /// string stands as a literal.
    pub fn compile(node: &Node, files: &Files, diagnostics: &mut Vec<Diagnostic>) -> Data {
        let _ = (files, diagnostics);
        Data::Literal(node.to_value())
    }

    /// The value when there is no template in it.
    #[must_use]
    pub fn as_literal(&self) -> Option<&Value> {
        match self {
            Data::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Renders it.
    ///
    /// # Errors
    /// The first template that fails; two keys that render to the same text.
    pub fn render(&self, scope: &Scope) -> Result<Value, Diagnostic> {
        let _ = scope;
        todo!()
    }

    /// Every name used inside.
    pub fn references(&self, into: &mut Vec<Reference>) {
        let _ = into;
        todo!()
    }
}
