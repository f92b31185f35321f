//! `hooks` as written.

use super::Written;
use super::shapes::HookArgument;
use crate::hook::{ActionKind, Occasion};
use crate::source::{Located, Span};
use crate::template::{Reference, ReferenceKind};
use std::sync::Arc;

/// `hooks` of a request, a session or the collection.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// `request`
    pub request: Vec<Arc<Hook>>,
    /// `response`
    pub response: Vec<Arc<Hook>>,
    /// `failure`
    pub failure: Vec<Arc<Hook>>,
}

/// One action of a list.
#[derive(Debug)]
pub struct Hook {
    /// What it does.
    pub kind: &'static ActionKind,
    /// When.
    pub occasion: Occasion,
    /// The variables it sets: the keys of `set`.
    pub sets: Vec<Located<String>>,
    /// `{KEY: ARGUMENT}`.
    pub written: Written<HookArgument>,
    /// Where its key stands.
    pub span: Span,
}

impl Hooks {
    /// The list of an occasion. An empty one counts as none, as in Requests.
    #[must_use]
    pub fn of(&self, occasion: Occasion) -> &[Arc<Hook>] {
        match occasion {
            Occasion::Request => &self.request,
            Occasion::Response => &self.response,
            Occasion::Failure => &self.failure,
        }
    }
}

impl Hook {
    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        self.written.references(into);
    }

    /// Whether it looks at a body: its action does, or a template names what has one.
    #[must_use]
    pub fn looks_at(&self, what: &ReferenceKind) -> bool {
        let mut references = Vec::new();
        self.references(&mut references);
        self.kind.reads_body || references.iter().any(|reference| reference.kind == *what)
    }
}
