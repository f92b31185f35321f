//! A value as a person wrote it: of a known shape, with templates anywhere inside.
//!
//! A literal is read when the file is loaded, a template when its step runs; both by the same
//! [`Shape`], so that the same mistake gives the same message at the same place.

use super::{Alike, Collection, ContractSpec};
use crate::check::Segment;
use crate::contract::openapi::OpenApi;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::graphql::Schema;
use crate::source::{File, Files, Node, NodeKind, Span};
use crate::template::{Data, Reference, Scope};
use crate::value::Value;
use crate::world::FileAccess;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a value of the file can be read as.
pub trait Shape: Sized + Send + Sync {
    /// What is expected, for messages: `a number of seconds, or [connect, read]`.
    const EXPECTED: &'static str;

    /// Reads a rendered value. `folder` is what relative paths are relative to.
    ///
    /// # Errors
    /// The first part of the value that has another shape.
    fn read(value: &Value, folder: &Path) -> Result<Self, Misfit>;

    /// The JSON Schema of the value without templates.
    fn schema() -> Value;
}

/// A part of a value that has another shape than it should.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// Where inside the value, from the outside in.
    pub path: Vec<Segment>,
    /// Which mistake.
    pub code: &'static Code,
    /// What was expected there.
    pub expected: String,
    /// What was found there.
    pub found: String,
    /// What to do.
    pub help: Option<String>,
}

impl Misfit {
    /// `value` is not what was expected.
    #[must_use]
    pub fn new(expected: impl Into<String>, value: &Value) -> Misfit {
        Misfit {
            path: Vec::new(),
            code: &codes::model::WRONG_TYPE,
            expected: expected.into(),
            found: describe(value),
            help: None,
        }
    }

    /// The same, said of a part of the value.
    #[must_use]
    pub fn within(mut self, segment: Segment) -> Misfit {
        self.path.insert(0, segment);
        self
    }

    /// The same, under a key.
    #[must_use]
    pub fn under(self, key: &str) -> Misfit {
        self.within(Segment::Key(key.to_owned()))
    }

    /// The same, at an index.
    #[must_use]
    pub fn at(self, index: usize) -> Misfit {
        self.within(Segment::Index(index))
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Misfit {
        self.help = Some(help.into());
        self
    }

    /// The same, with what was found in other words.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Misfit {
        self.found = found.into();
        self
    }
}

/// A value in a few words: its kind, and itself when it is short.
#[must_use]
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{}`", value.to_json()),
        Value::String(text) if text.chars().count() <= 60 => {
            format!("the string `{}`", on_one_line(text))
        }
        other => other.kind().to_string(),
    }
}

fn on_one_line(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n").replace('\t', "\\t")
}

/// A `T` as written. As small as a pointer: a request has room for dozens, and most are not given.
#[derive(Clone, Debug)]
pub struct Written<T>(Arc<Known<T>>);

/// What is known of a [`Written`].
#[derive(Debug)]
struct Known<T> {
    name: &'static str,
    node: Node,
    data: Data,
    folder: Arc<Path>,
    literal: Option<Arc<T>>,
}

/// What reading a file needs to know about it.
#[derive(Debug)]
pub struct Reading<'f> {
    /// The files read so far.
    pub files: &'f Files,
    /// The folder relative paths of this file are relative to.
    pub folder: Arc<Path>,
    /// Opens the files that what is read refers to.
    pub access: &'f dyn FileAccess,
    /// The collections that steps include, by path; `None` for those that cannot be read.
    pub included: &'f BTreeMap<PathBuf, Option<Arc<Collection>>>,
    /// The OpenAPI documents read so far.
    pub documents: Vec<Arc<OpenApi>>,
    /// The schema that queries are held to.
    pub graphql: Option<Arc<Schema>>,
    /// The schemas read so far; `None` for those that cannot be read.
    pub schemas: Vec<(PathBuf, Option<Arc<Schema>>)>,
    /// Files read on the way that something may be said about: their ids follow those of `files`.
    pub added: Vec<File>,
    /// What the collection holds all its requests to.
    pub contract: Option<ContractSpec>,
    /// What was compiled for one step and serves others.
    pub alike: Alike,
    /// Every mistake so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'f> Reading<'f> {
    /// Begins to read a file.
    #[must_use]
    pub fn new(
        files: &'f Files,
        folder: Arc<Path>,
        access: &'f dyn FileAccess,
        included: &'f BTreeMap<PathBuf, Option<Arc<Collection>>>,
    ) -> Reading<'f> {
        Reading {
            files,
            folder,
            access,
            documents: Vec::new(),
            graphql: None,
            schemas: Vec::new(),
            added: Vec::new(),
            contract: None,
            included,
            alike: Alike::default(),
            diagnostics: Vec::new(),
        }
    }
}

impl<T: Shape> Written<T> {
    /// Reads a node; `name` is the key it stands under. Mistakes go to `reading`.
    pub fn read(node: &Node, name: &'static str, reading: &mut Reading<'_>) -> Option<Written<T>> {
        let mistakes = reading.diagnostics.len();
        let data = Data::compile(node, reading.files, &mut reading.diagnostics);
        if reading.diagnostics.len() > mistakes {
            return None;
        }
        let folder = Arc::clone(&reading.folder);
        let mut written = Known { name, node: node.clone(), data, folder, literal: None };
        let shaped = T::read(&outline(&written.data), &written.folder);
        match (shaped, written.data.as_literal().is_some()) {
            (Ok(value), true) => written.literal = Some(Arc::new(value)),
            (Ok(_), false) => {}
            // A mistake where a template will stand is no mistake yet.
            (Err(misfit), is_literal) => {
                if is_literal || is_literal_at(&written.data, &misfit.path) {
                    reading.diagnostics.push(written.refuse(misfit));
                    return None;
                }
                if let Some(span) = template_key(&written.data, &misfit.path) {
                    reading.diagnostics.push(no_template_key(name, span, &misfit));
                    return None;
                }
            }
        }
        Some(Written(Arc::new(written)))
    }

    /// The value in this scope.
    ///
    /// # Errors
    /// A template that fails, or gives another shape.
    pub fn resolve(&self, scope: &Scope) -> Result<Arc<T>, Diagnostic> {
        if let Some(literal) = &self.0.literal {
            return Ok(Arc::clone(literal));
        }
        self.resolve_data(&self.0.data, scope)
    }

    /// As [`Written::resolve`], of a part of its data.
    pub(super) fn resolve_data(&self, data: &Data, scope: &Scope) -> Result<Arc<T>, Diagnostic> {
        let value = data.render(scope)?;
        T::read(&value, &self.0.folder).map(Arc::new).map_err(|misfit| self.0.refuse(misfit))
    }
}

impl<T> Written<T> {
    /// The value, when no template is in it.
    #[must_use]
    pub fn as_literal(&self) -> Option<&T> {
        self.0.literal.as_deref()
    }

    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.0.node.span
    }

    /// The node it was read from.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// The key it stands under.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    pub(super) fn data(&self) -> &Data {
        &self.0.data
    }

    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        self.0.data.references(into);
    }
}

impl<T> Known<T> {
    fn refuse(&self, misfit: Misfit) -> Diagnostic {
        let Misfit { path, code, expected, found, help } = misfit;
        let message = format!("`{}` expects {expected}, found {found}", named(self.name, &path));
        let label = format!("expected {expected}");
        let diagnostic = Diagnostic::error(code, locate(&self.node, &path), message, label);
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// `files.report.path`: the key and the way into it.
fn named(name: &str, path: &[Segment]) -> String {
    path.iter().fold(name.to_owned(), |text, segment| match segment {
        Segment::Key(key) => format!("{text}.{key}"),
        // What is wrong is that the mapping has this key.
        Segment::KeyItself(_) => text,
        Segment::Index(index) => format!("{text}[{index}]"),
    })
}

/// The place of a part of a node: as far as the path can be followed.
#[must_use]
pub fn locate(node: &Node, path: &[Segment]) -> Span {
    let Some((segment, rest)) = path.split_first() else {
        return node.span;
    };
    match (&node.kind, segment) {
        (NodeKind::Mapping(members), Segment::Key(key) | Segment::KeyItself(key)) => {
            match members.iter().find(|member| *member.key == **key) {
                Some(member) if matches!(segment, Segment::KeyItself(_)) => member.key_span,
                Some(member) => locate(&member.value, rest),
                None => node.span,
            }
        }
        (NodeKind::Sequence(items), Segment::Index(index)) => {
            items.get(*index).map_or(node.span, |item| locate(item, rest))
        }
        _ => node.span,
    }
}

/// The data with an empty text wherever a template stands: enough to see the shape around it.
fn outline(data: &Data) -> Value {
    match data {
        Data::Literal(value) => value.clone(),
        Data::Template(_) => Value::String(String::new()),
        Data::Array(items) => Value::Array(items.iter().map(outline).collect()),
        Data::Object(members) => Value::Object(
            members
                .iter()
                .map(|member| (outline(&member.key).to_text(), outline(&member.value)))
                .collect(),
        ),
    }
}

/// The template that stands for a key where only ours may: [`outline`] gave it no name, and the
/// misfit is about that.
fn template_key(data: &Data, path: &[Segment]) -> Option<Span> {
    match (data, path.split_first()?) {
        (Data::Object(members), (Segment::KeyItself(key), _)) if key.is_empty() => {
            let named = members.iter().find(|member| member.key.as_literal().is_none());
            named.map(|member| member.key_span)
        }
        (Data::Object(members), (Segment::Key(key), rest)) => members
            .iter()
            .find(|member| member.key.as_literal().and_then(Value::as_str) == Some(key))
            .and_then(|member| template_key(&member.value, rest)),
        (Data::Array(items), (Segment::Index(index), rest)) => {
            items.get(*index).and_then(|item| template_key(item, rest))
        }
        _ => None,
    }
}

fn no_template_key(name: &str, span: Span, misfit: &Misfit) -> Diagnostic {
    let message = format!("`{name}` expects {}, found a template as a key", misfit.expected);
    Diagnostic::error(
        &codes::model::NO_TEMPLATE_HERE,
        span,
        message,
        "only values may be templates",
    )
}

/// Whether no template stands at the end of the path, or on the way.
fn is_literal_at(data: &Data, path: &[Segment]) -> bool {
    let Some((segment, rest)) = path.split_first() else {
        return matches!(data, Data::Literal(_) | Data::Array(_) | Data::Object(_));
    };
    match (data, segment) {
        (Data::Literal(_), _) => true,
        (Data::Array(items), Segment::Index(index)) => {
            items.get(*index).is_some_and(|item| is_literal_at(item, rest))
        }
        (Data::Object(members), Segment::Key(key) | Segment::KeyItself(key)) => members
            .iter()
            .find(|member| member.key.as_literal().and_then(Value::as_str) == Some(key))
            .is_some_and(|member| is_literal_at(&member.value, rest)),
        _ => false,
    }
}
