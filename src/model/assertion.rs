//! One assertion as written: a subject and what it must be.

use super::locate;
use crate::check::{
    Argument, BuildError, Expectation, Schemas, Selector, Subject, SubjectKind, compile,
};
use crate::contract::openapi::{OpenApi, Requests, Wanted};
use crate::diagnostic::{Diagnostic, codes};
use crate::jsonpath::Query;
use crate::source::{Node, Span};
use crate::template::{Data, Reference, ReferenceKind, Scope, Template};
use crate::value::Value;
use crate::world::FileAccess;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A subject and what it must be.
#[derive(Debug)]
pub struct Assertion {
    /// What kind of subject.
    pub kind: &'static SubjectKind,
    /// How reports name it: `status`, `headers.etag`, `$.user.login`.
    pub name: String,
    /// What must hold.
    pub compare: Compare,
    /// Where the subject's key (or selector) stands.
    pub span: Span,
}

/// What must hold of a subject.
#[derive(Debug)]
pub enum Compare {
    /// The subject, and what it must be.
    Subject {
        /// Compiled.
        subject: Arc<dyn Subject>,
        /// What it must be.
        expectation: ExpectationSource,
        /// The expectation's node, for the places of its clauses.
        node: Node,
    },
    /// `{$file: path}`: the subject, and the file that it must be, read when the step runs.
    Snapshot {
        /// Compiled.
        subject: Arc<dyn Subject>,
        /// The file.
        snapshot: Box<Snapshot>,
        /// Its node, for its place.
        node: Node,
    },
    /// `openapi`: the document that the exchange is held to.
    Contract(Box<ContractSpec>),
    /// `expr`: a template that must be true.
    Expression(Arc<Template>),
}

/// What a subject must be.
#[derive(Debug)]
pub enum ExpectationSource {
    /// No template in it: compiled once.
    Ready(Arc<Expectation>),
    /// Rendered, then compiled.
    Template(Box<Unrendered>),
}

/// An expectation with a template in it.
#[derive(Debug)]
pub struct Unrendered {
    /// As written.
    pub data: Data,
    /// Its schemas without a template, compiled already.
    pub schemas: Schemas,
}

/// A document that an exchange is held to.
#[derive(Clone, Debug)]
pub struct ContractSpec {
    /// The document.
    pub api: Arc<OpenApi>,
    /// Which of its operations.
    pub wanted: Wanted,
    /// Whether the request is held to it too.
    pub requests: Requests,
    /// Where it is written.
    pub span: Span,
    /// Whether the collection holds all its requests to it, and this one said nothing of it.
    pub is_of_collection: bool,
}

/// A file that a body is compared with, and that `--update-snapshots` writes.
#[derive(Debug)]
pub struct Snapshot {
    /// Where it is.
    pub path: PathBuf,
    /// Its path as written.
    pub written: String,
    /// `ignore`: what of a JSON body is not compared.
    pub ignore: Vec<Query>,
}

impl Assertion {
    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        match &self.compare {
            Compare::Expression(template) => into.extend_from_slice(template.references()),
            Compare::Subject { expectation: ExpectationSource::Template(it), .. } => {
                it.data.references(into);
            }
            Compare::Subject { .. } | Compare::Snapshot { .. } | Compare::Contract(_) => {}
        }
    }

    /// Whether it is an expression about `line`: looked at for each line, as it comes.
    #[must_use]
    pub fn is_of_each_line(&self) -> bool {
        let Compare::Expression(template) = &self.compare else { return false };
        template.references().iter().any(|reference| reference.kind == ReferenceKind::Line)
    }

    /// Whether a status or an error is what it looks at, so that the check nobody wrote, below
    /// 400, is not made.
    #[must_use]
    pub fn speaks_of_status(&self) -> bool {
        matches!(self.kind.key, "status" | "ok" | "error") && self.kind.selector == Selector::None
    }

    /// Whether an expression has this word in it.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        match &self.compare {
            Compare::Expression(template) => template.text().contains(word),
            _ => false,
        }
    }
}

impl ExpectationSource {
    /// The expectation of a node: compiled now when no template is in it, else checked as far
    /// as it can be.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn new(
        kind: &SubjectKind,
        data: Data,
        folder: &Path,
        access: &dyn FileAccess,
    ) -> Result<ExpectationSource, Vec<BuildError>> {
        let mut schemas = Schemas::new(folder);
        let argument = schemas.place(kind, &argument(&data), access)?;
        let expectation = compile(kind, &argument)?;
        Ok(match data {
            Data::Literal(_) => ExpectationSource::Ready(Arc::new(expectation)),
            data => ExpectationSource::Template(Box::new(Unrendered { data, schemas })),
        })
    }

    /// The expectation in this scope; `node` is where it is written.
    ///
    /// # Errors
    /// A template that fails, or what it gives makes no expectation.
    pub fn resolve(
        &self,
        kind: &SubjectKind,
        node: &Node,
        scope: &Scope,
    ) -> Result<Arc<Expectation>, Box<Diagnostic>> {
        let (data, mut schemas) = match self {
            ExpectationSource::Ready(expectation) => return Ok(Arc::clone(expectation)),
            ExpectationSource::Template(it) => (&it.data, it.schemas.clone()),
        };
        let argument = render_argument(data, scope)?;
        let argument = schemas.place(kind, &argument, &*scope.world.files);
        let expectation = argument.and_then(|argument| compile(kind, &argument));
        expectation.map(Arc::new).map_err(|errors| {
            let error = errors.into_iter().next();
            let (code, message, label, path) = match error {
                Some(error) => (error.code, error.message, error.label, error.path),
                None => (&codes::check::WRONG_ARGUMENT, String::new(), String::new(), Vec::new()),
            };
            Box::new(Diagnostic::error(code, locate(node, &path), message, label))
        })
    }
}

/// Literal data as an argument, templates as [`Argument::Pending`].
fn argument(data: &Data) -> Argument {
    match data {
        Data::Literal(value) => literal(value),
        Data::Template(_) => Argument::Pending,
        Data::Array(items) => Argument::Array(items.iter().map(argument).collect()),
        Data::Object(members) => Argument::Object(
            members
                .iter()
                .map(|member| {
                    let key = match &member.key {
                        Data::Template(template) => template.text().to_owned(),
                        key => key.as_literal().map_or_else(String::new, Value::to_text),
                    };
                    (key, argument(&member.value))
                })
                .collect(),
        ),
    }
}

/// A literal as an argument: predicates where predicates may stand.
fn literal(value: &Value) -> Argument {
    match value {
        Value::Array(items) => Argument::Array(items.iter().map(literal).collect()),
        Value::Object(members) => Argument::Object(
            members.iter().map(|(key, value)| (key.clone(), literal(value))).collect(),
        ),
        scalar => Argument::Scalar(scalar.clone()),
    }
}

/// Rendered data as an argument: what a template gave is [`Argument::Opaque`].
///
/// # Errors
/// The first template that fails.
pub fn render_argument(data: &Data, scope: &Scope) -> Result<Argument, Diagnostic> {
    Ok(match data {
        Data::Literal(value) => literal(value),
        Data::Template(template) => Argument::Opaque(template.render(scope)?),
        Data::Array(items) => Argument::Array(
            items.iter().map(|item| render_argument(item, scope)).collect::<Result<_, _>>()?,
        ),
        Data::Object(members) => {
            let mut rendered = Vec::with_capacity(members.len());
            for member in members {
                let key = member.key.render(scope)?.to_text();
                rendered.push((key, render_argument(&member.value, scope)?));
            }
            Argument::Object(rendered)
        }
    })
}
