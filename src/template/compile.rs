//! One string's template.

use super::Scope;
use crate::diagnostic::Diagnostic;
use crate::source::{Files, Span};
use crate::value::Value;

/// A compiled template. Cheap to render, shared by every use of the string.
#[derive(Debug)]
pub struct Template {
    span: Span,
}

/// A name a template uses, for ordering steps and for finding undefined names before a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What is named.
    pub kind: ReferenceKind,
    /// The name's own place.
    pub span: Span,
    /// Whether the template says what happens when it is undefined (`is defined`, `default`):
    /// then an unknown name is no mistake.
    pub is_guarded: bool,
}

/// What a template refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// A variable, bare or as `vars.name`.
    Variable(String),
    /// `steps['name']` or `steps.name`.
    Step(String),
    /// `steps` in a way that may be any step.
    AnyStep,
    /// `vars` in a way that may be any variable.
    AnyVariable,
    /// `env.NAME`.
    Env(String),
    /// `response`.
    Response,
    /// `request`.
    Request,
    /// `item`.
    Item,
    /// `line`.
    Line,
    /// `server`.
    Server,
    /// `step`.
    CurrentStep,
}

impl Template {
    /// Whether a string has any template in it: `{{`, `{%` or `{#`.
    #[must_use]
    pub fn is_template(text: &str) -> bool {
        text.contains("{{") || text.contains("{%") || text.contains("{#")
    }

    /// Compiles the text written at `span`.
    ///
    /// # Errors
    /// When the syntax is wrong, or a filter, test or function is unknown.
    pub fn compile(text: &str, span: Span, files: &Files) -> Result<Template, Diagnostic> {
        let _ = (text, files);
        Ok(Template { span })
    }

    /// Compiles an expression written without braces, as `expr` and `when` may be.
    ///
    /// # Errors
    /// As [`Template::compile`].
    pub fn compile_expression(
        text: &str,
        span: Span,
        files: &Files,
    ) -> Result<Template, Diagnostic> {
        let _ = (text, files);
        Ok(Template { span })
    }

    /// Where the string stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The names it uses, each once.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        todo!()
    }

    /// The value: of the expression's own type when the string is one expression, else text.
    ///
    /// # Errors
    /// When a name is undefined or an expression fails, at its span.
    pub fn render(&self, scope: &Scope) -> Result<Value, Diagnostic> {
        let _ = scope;
        todo!()
    }
}
