//! The document: read, its operations listed.

use super::dialect::Dialect;
use super::library::{At, Library};
use super::operation::{METHODS, Operation};
use crate::contract::documents::Unread;
use crate::contract::json::Json;
use crate::world::FileAccess;
use std::path::{Path, PathBuf};

/// An OpenAPI document.
#[derive(Debug)]
pub struct OpenApi {
    /// Its path as written.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    pub(super) library: Library,
    /// What stands before every path, from `servers`: `/v1`; empty where nothing does.
    pub(super) bases: Vec<String>,
    /// In the order of the document.
    pub(super) operations: Vec<Operation>,
}

impl OpenApi {
    /// Reads a document, and the files it refers to.
    ///
    /// # Errors
    /// Why it cannot be read, or is no OpenAPI document.
    pub fn read(name: &str, path: &Path, access: &dyn FileAccess) -> Result<OpenApi, Unread> {
        let library = Library::read(path, access, |document| dialect(name, document))?;
        let root = library.root();
        let mut bases = Vec::new();
        bases_of(&root, &mut bases);
        let mut operations = Vec::new();
        for (path, item) in root.get("paths").map(|paths| paths.members()).unwrap_or_default() {
            bases_of(&item, &mut bases);
            for method in METHODS {
                if let Some(written) = item.get(method) {
                    bases_of(&written, &mut bases);
                    operations.push(Operation::read(method, &path, &item, &written));
                }
            }
        }
        if operations.is_empty() {
            return Err(Unread {
                message: format!("`{name}` has no operations"),
                help: "operations stand under `paths`, by path and method",
            });
        }
        // The longest first: what is behind it is the path.
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        Ok(OpenApi { name: name.to_owned(), path: path.to_owned(), bases, operations, library })
    }

    /// The names of its operations: `GET /users/{id}`.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.operations.iter().map(Operation::name)
    }
}

/// The version, as what its schemas are written in.
fn dialect(name: &str, document: &Json) -> Result<Dialect, Unread> {
    let version = document.get("openapi").map(|version| match version {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    });
    match version.as_deref() {
        Some(version) if version.starts_with("3.0") => Ok(Dialect::V30),
        Some(version) if version.starts_with("3.1") => Ok(Dialect::V31),
        Some(version) => Err(Unread {
            message: format!("`{name}` is OpenAPI {version}"),
            help: "OpenAPI 3.0 and 3.1 are read",
        }),
        None if document.get("swagger").is_some() => Err(Unread {
            message: format!("`{name}` is Swagger 2.0"),
            help: "OpenAPI 3.0 and 3.1 are read: convert it first",
        }),
        None => Err(Unread {
            message: format!("`{name}` is no OpenAPI document: it has no key `openapi`"),
            help: "OpenAPI 3.0 and 3.1 are read",
        }),
    }
}

/// The paths of `servers`, their variables at their defaults.
fn bases_of(at: &At<'_>, into: &mut Vec<String>) {
    let servers = at.get("servers").map(|servers| servers.members()).unwrap_or_default();
    for (_, server) in servers {
        let Some(url) = server.text("url") else { continue };
        let mut url = url.to_owned();
        let variables = server.get("variables").map(|all| all.members()).unwrap_or_default();
        for (name, variable) in variables {
            let default = variable.text("default").unwrap_or_default();
            url = url.replace(&format!("{{{name}}}"), default);
        }
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
            None => &url,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let base = match path.is_empty() || path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        };
        if !into.contains(&base) {
            into.push(base);
        }
    }
}
