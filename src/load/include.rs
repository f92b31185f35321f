//! `include` at the top: fragments of other files, found before the collection is read.

use super::words::texts;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Reading;
use crate::source::{File, FileId, Files, Limits, Located, Node, decode, lossy, parse};
use crate::world::FileAccess;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An included file's document.
pub(super) struct Fragment {
    pub(super) node: Node,
    pub(super) folder: Arc<Path>,
}

/// Reads what a document includes, and what that includes, lowest first.
pub(super) struct Includer<'i> {
    pub(super) files: &'i mut Files,
    pub(super) access: &'i dyn FileAccess,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) fragments: Vec<Fragment>,
    /// The files being read, outermost first: a file may not include itself.
    pub(super) open: Vec<PathBuf>,
}

impl Includer<'_> {
    /// Follows the `include` of a document in `folder`.
    pub(super) fn follow(&mut self, node: &Node, folder: &Arc<Path>) {
        let Some(include) = node.get("include") else { return };
        let mut reading = Reading {
            files: self.files,
            folder: Arc::clone(folder),
            access: self.access,
            diagnostics: Vec::new(),
        };
        let paths = texts(include, "include", &mut reading);
        self.diagnostics.append(&mut reading.diagnostics);
        for path in paths {
            self.open(&path, &folder.join(&path.value));
        }
    }

    fn open(&mut self, written: &Located<String>, path: &Path) {
        let normal = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let normal = normal.canonicalize().unwrap_or(normal);
        if self.open.contains(&normal) {
            let message = format!("`{}` includes itself", written.value);
            let code = &codes::model::BAD_INCLUDE;
            self.diagnostics.push(Diagnostic::error(code, written.span, message, "a circle"));
            return;
        }
        let bytes = match self.access.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.diagnostics.push(unreadable(written, &error));
                return;
            }
        };
        let Some(node) = self.document(written, path, &bytes) else { return };
        let folder: Arc<Path> = path.parent().unwrap_or(Path::new("")).into();
        self.open.push(normal);
        self.follow(&node, &folder);
        self.open.pop();
        self.fragments.push(Fragment { node, folder });
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
                    format!("a fragment is one document, `{}` has {found}", written.value);
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
