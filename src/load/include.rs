//! `include`: at the top fragments of other files, in a step another collection; both found before
//! the document is read.

use super::collection::{Document, Purpose, collection, folder};
use super::settings::Settings;
use super::unread;
use super::words::texts;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Collection, Reading};
use crate::source::{File, FileId, Files, Limits, Located, Node, decode, lossy, parse};
use crate::template::Template;
use crate::world::FileAccess;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An included file's document.
pub(super) struct Fragment {
    pub(super) node: Node,
    pub(super) folder: Arc<Path>,
    pub(super) origin: Origin,
}

/// Why a fragment lies below a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `include`
    Include,
    /// It is the folder's `runner.yaml`.
    Settings,
}

/// A file that is being read.
pub(super) struct Open {
    real: PathBuf,
    name: String,
}

impl Open {
    pub(super) fn new(path: &Path) -> Open {
        let normal = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Open { real: normal.canonicalize().unwrap_or(normal), name: shown(path) }
    }
}

/// How many files may include each other, one in the other.
const DEEPEST: usize = 32;

/// How a document is read over its fragments.
type Read = fn(&Document<'_>, &[Fragment], &mut Reading<'_>) -> Option<Collection>;

/// Reads what a document includes, and what that includes.
pub(super) struct Includer<'i> {
    pub(super) files: &'i mut Files,
    pub(super) access: &'i dyn FileAccess,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The names that variables and steps have in documents with a mistake.
    pub(super) names: BTreeSet<String>,
    /// The files being read, outermost first: a file may not include itself.
    pub(super) open: Vec<Open>,
    /// The fragments of the document being read, lowest first.
    fragments: Vec<Fragment>,
    /// What steps include, by path.
    included: BTreeMap<PathBuf, Option<Arc<Collection>>>,
    /// What lies below every collection.
    settings: Option<&'i Settings>,
}

impl<'i> Includer<'i> {
    pub(super) fn new(
        files: &'i mut Files,
        access: &'i dyn FileAccess,
        settings: Option<&'i Settings>,
    ) -> Includer<'i> {
        Includer {
            files,
            access,
            diagnostics: Vec::new(),
            names: BTreeSet::new(),
            open: Vec::new(),
            fragments: Vec::new(),
            included: BTreeMap::new(),
            settings,
        }
    }

    /// Reads a document with all that it includes.
    pub(super) fn collection(&mut self, document: &Document<'_>) -> Option<Collection> {
        self.read(document, collection)
    }

    /// Reads the steps around the collections of a folder, with all that they include.
    pub(super) fn folder(&mut self, document: &Document<'_>) -> Option<Collection> {
        self.read(document, folder)
    }

    fn read(&mut self, document: &Document<'_>, read: Read) -> Option<Collection> {
        let mistakes = self.diagnostics.len();
        let outer = std::mem::take(&mut self.fragments);
        self.fragments.extend(self.settings.and_then(Settings::fragment));
        self.fragments(document.node, &document.folder);
        self.steps(document.node, &document.folder);
        let fragments = std::mem::replace(&mut self.fragments, outer);
        let folder = Arc::clone(&document.folder);
        let mut reading = Reading::new(self.files, folder, self.access, &self.included);
        reading.diagnostics = std::mem::take(&mut self.diagnostics);
        let collection = read(document, &fragments, &mut reading);
        self.diagnostics = reading.diagnostics;
        for file in reading.added {
            self.files.add(file);
        }
        if self.diagnostics.len() > mistakes {
            let nodes = fragments.iter().map(|fragment| &fragment.node).chain([document.node]);
            nodes.for_each(|node| unread::names(node, &mut self.names));
        }
        collection
    }

    /// Follows the `include` of a document in `folder`.
    fn fragments(&mut self, node: &Node, folder: &Arc<Path>) {
        let Some(include) = node.get("include") else { return };
        let here = Arc::clone(folder);
        let mut reading = Reading::new(self.files, here, self.access, &self.included);
        let paths = texts(include, "include", &mut reading);
        self.diagnostics.append(&mut reading.diagnostics);
        for written in paths {
            let path = folder.join(&written.value);
            let Some(node) = self.open(&written, &path) else { continue };
            let folder: Arc<Path> = path.parent().unwrap_or(Path::new("")).into();
            self.open.push(Open::new(&path));
            self.fragments(&node, &folder);
            self.open.pop();
            self.fragments.push(Fragment { node, folder, origin: Origin::Include });
        }
    }

    /// Follows the `include` of every step below `node`: a document, a list of steps or a step.
    fn steps(&mut self, node: &Node, folder: &Arc<Path>) {
        for step in node.as_sequence().unwrap_or_default() {
            let path = step.get("include").and_then(Node::as_scalar);
            if let Some((path, node)) = path.zip(step.get("include")) {
                let written = Located::new(path.text.to_string(), node.span);
                self.step(&written, &folder.join(&written.value));
            }
            self.steps(step, folder);
        }
        for key in ["setup", "requests", "teardown"] {
            if let Some(steps) = node.get(key) {
                self.steps(steps, folder);
            }
        }
    }

    /// Reads the collection that a step includes, once however often it does.
    fn step(&mut self, written: &Located<String>, path: &Path) {
        if self.included.contains_key(path) || Template::is_template(&written.value) {
            return;
        }
        let first = self.files.next_id();
        let collection = self.open(written, path).and_then(|node| {
            let folder: Arc<Path> = path.parent().unwrap_or(Path::new("")).into();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            self.open.push(Open::new(path));
            let purpose = Purpose::Steps;
            let document = Document { node: &node, file: first, folder, stem, purpose };
            let collection = self.collection(&document);
            self.open.pop();
            collection
        });
        self.included.insert(path.to_owned(), collection.map(Arc::new));
    }

    /// Opens a file that is not being read already.
    fn open(&mut self, written: &Located<String>, path: &Path) -> Option<Node> {
        let code = &codes::model::BAD_INCLUDE;
        let refuse = |message, label| Diagnostic::error(code, written.span, message, label);
        let Open { real, name } = Open::new(path);
        if let Some(first) = self.open.iter().position(|open| open.real == real) {
            let circle = self.open.iter().skip(first).map(|open| open.name.as_str());
            let circle: Vec<&str> = circle.chain([name.as_str()]).collect();
            let message = match circle.len() {
                2 => format!("`{}` includes itself", written.value),
                _ => format!("files include each other in a circle: `{}`", circle.join("` → `")),
            };
            self.diagnostics.push(refuse(message, "closes the circle"));
            return None;
        }
        if self.open.len() >= DEEPEST {
            let message = format!("files include each other more than {DEEPEST} deep");
            self.diagnostics.push(refuse(message, "one too many"));
            return None;
        }
        match self.access.read(path) {
            Ok(bytes) => self.document(written, path, &bytes),
            Err(error) => {
                self.diagnostics.push(unreadable(written, &error));
                None
            }
        }
    }

    /// The one document of an included file.
    fn document(&mut self, written: &Located<String>, path: &Path, bytes: &[u8]) -> Option<Node> {
        match documents(shown(path), Some(path.to_owned()), bytes, self.files) {
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                None
            }
            Ok((_, mut documents)) if documents.len() == 1 => documents.pop(),
            Ok((_, documents)) => {
                let found = documents.len();
                let message =
                    format!("an included file is one document, `{}` has {found}", written.value);
                let code = &codes::model::BAD_INCLUDE;
                self.diagnostics.push(Diagnostic::error(
                    code,
                    written.span,
                    message,
                    "included here",
                ));
                None
            }
        }
    }
}

/// The path as a person here would write it: from the current folder when it lies below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

/// A file's documents; the file is one of `files` from then on.
pub(super) fn documents(
    name: String,
    path: Option<PathBuf>,
    bytes: &[u8],
    files: &mut Files,
) -> Result<(FileId, Vec<Node>), Vec<Diagnostic>> {
    let text = match decode(files.next_id(), bytes) {
        Ok(text) => text,
        Err(error) => {
            files.add(File::new(name, path, lossy(bytes)));
            return Err(vec![error.into()]);
        }
    };
    let file = files.add(File::new(name, path, text.as_str()));
    match parse(file, &text, &Limits::default()) {
        Ok(documents) => Ok((file, documents)),
        Err(errors) => Err(errors.into_iter().map(Diagnostic::from).collect()),
    }
}

fn unreadable(written: &Located<String>, error: &std::io::Error) -> Diagnostic {
    let is_outside = crate::world::is_outside(error);
    let message = match is_outside {
        true => error.to_string(),
        false => format!("cannot read `{}`: {}", written.value, crate::world::reason(error)),
    };
    let diagnostic =
        Diagnostic::error(&codes::model::BAD_INCLUDE, written.span, message, "included here");
    match is_outside {
        true => {
            diagnostic.help("`--allow-outside` lets a collection read files outside its folder")
        }
        false => diagnostic.help("the path is relative to the file that includes it"),
    }
}
