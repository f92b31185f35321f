//! A file's text as the collections in it.

use super::collection::{Document, Purpose};
use super::include::{Includer, Open, documents};
use super::settings::Settings;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Collection, STEP_KINDS};
use crate::source::{Files, Node};
use crate::world::FileAccess;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file to load: what it is called, where it is, what is in it.
#[derive(Debug)]
pub struct Input {
    /// The name messages use: the path as given, `-` for stdin.
    pub name: String,
    /// Where it was read from; `None` for stdin.
    pub path: Option<PathBuf>,
    /// What relative paths in it are relative to.
    pub folder: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file with mistakes: what they are, and what could be read all the same.
#[derive(Debug)]
pub struct Unloaded {
    /// Every mistake found, in file order; at least one.
    pub diagnostics: Vec<Diagnostic>,
    /// The collections without the parts that have a mistake.
    pub partial: Vec<Collection>,
    /// The names that variables and steps have, in parts that could not be read too.
    pub names: BTreeSet<String>,
}

impl From<Vec<Diagnostic>> for Unloaded {
    fn from(diagnostics: Vec<Diagnostic>) -> Unloaded {
        Unloaded { diagnostics, partial: Vec::new(), names: BTreeSet::new() }
    }
}

/// Every collection of a file, in order. `access` opens what it includes.
///
/// # Errors
/// Every mistake found, with what could be read.
pub fn load(
    input: Input,
    files: &mut Files,
    access: &dyn FileAccess,
) -> Result<Vec<Collection>, Unloaded> {
    load_under(None, Purpose::Steps, input, files, access)
}

/// As [`load`], with a folder's settings below every collection.
///
/// # Errors
/// As [`load`].
pub fn load_under(
    settings: Option<&Settings>,
    purpose: Purpose,
    input: Input,
    files: &mut Files,
    access: &dyn FileAccess,
) -> Result<Vec<Collection>, Unloaded> {
    let Input { name, path, folder, bytes } = input;
    let folder: Arc<Path> = folder.into();
    let stem = path
        .as_deref()
        .and_then(Path::file_stem)
        .map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    let (file, mut documents) = documents(name.clone(), path.clone(), &bytes, files)?;
    // What a `---` at the end begins holds nothing.
    documents.retain(|document| !is_nothing(document));
    if documents.is_empty() {
        return Err(vec![empty(&name)].into());
    }
    let mut collections = Vec::new();
    let mut diagnostics = Vec::new();
    let mut names = BTreeSet::new();
    for (index, node) in documents.iter().enumerate() {
        let stem = match documents.len() {
            1 => stem.clone(),
            _ => format!("{stem} ({})", index + 1),
        };
        let document = Document { node, file, folder: Arc::clone(&folder), stem, purpose };
        let mut includer = Includer::new(files, access, settings);
        includer.open.extend(path.as_deref().map(Open::new));
        collections.extend(includer.collection(&document));
        names.append(&mut includer.names);
        diagnostics.append(&mut includer.diagnostics);
    }
    match diagnostics.is_empty() {
        true => Ok(collections),
        false => Err(Unloaded { diagnostics, partial: collections, names }),
    }
}

/// Whether a document looks like a collection: what a folder is searched for.
#[must_use]
pub fn is_collection(node: &Node) -> bool {
    let first_has_action = |items: &[Node]| {
        let has_action = |item: &Node| STEP_KINDS.iter().any(|kind| item.get(kind.key).is_some());
        items.first().is_some_and(has_action)
    };
    match node.as_sequence() {
        Some(items) => first_has_action(items),
        None => ["requests", "setup", "teardown"].iter().any(|key| node.get(key).is_some()),
    }
}

/// A document without content, which is not the word `null`.
fn is_nothing(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| {
        scalar.text.is_empty() && scalar.style == crate::source::ScalarStyle::Plain
    })
}

fn empty(name: &str) -> Diagnostic {
    Diagnostic::placeless(&codes::model::EMPTY, format!("`{name}` has nothing in it"))
        .help("a collection has at least `requests: [{url: https://…}]`")
}
