//! What we say about a file: a code, a place, what was expected and found, what to do.
//!
//! A [`Diagnostic`] is data. `render` shows it to people with the source line and a caret;
//! `check --format json|github` shows it to programs. Every code stands in [`CODES`], which
//! `explain` and the specs walk.
//!
//! To add a code: one constant in the file of its area under `codes/`, one line in its table,
//! one case in `specs/errors/CODE.yaml`.

pub mod codes;
mod render;
mod report;

pub use codes::{CODES, Code};
pub use render::{Color, github, json, render, render_all};
pub use report::in_order;

use crate::source::{Span, SyntaxError};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is sent.
    Error,
    /// Something a person should know; the run goes on.
    Warning,
}

/// A place and the words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to write there; may be empty.
    pub text: String,
}

/// One thing said about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// Which kind of mistake.
    pub code: &'static Code,
    /// What is wrong: lower case, no full stop, names in backquotes.
    pub message: String,
    /// Where, boxed to keep `Result<_, Diagnostic>` small; `None` when no file is concerned (the command line, an environment variable).
    pub primary: Option<Box<Label>>,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// More of what was found, a line each.
    pub notes: Vec<String>,
    /// What to do, a line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            primary: Some(Box::new(Label { span, text: label.into() })),
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// An error with no place in a file.
    #[must_use]
    pub fn placeless(code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds "did you mean `name`?" when there is a name.
    #[must_use]
    pub fn did_you_mean(self, name: Option<&str>) -> Diagnostic {
        match name {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Adds a line of what was found.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { span, text: text.into() });
        self
    }
}

impl From<SyntaxError> for Diagnostic {
    fn from(error: SyntaxError) -> Diagnostic {
        let code = codes::reading::of_syntax(error.kind);
        let mut diagnostic = Diagnostic::error(code, error.span, error.message, error.label);
        diagnostic.help.extend(error.help);
        if let Some((span, text)) = error.other.map(|other| *other) {
            diagnostic = diagnostic.also(span, text);
        }
        diagnostic
    }
}
