//! A document and the files it refers to, read once; walking in them along references.

use super::dialect::{Dialect, Way, translate};
use crate::contract::documents::{Unread, read};
use crate::contract::engine::Engine;
use crate::contract::json::{Json, to_json};
use crate::contract::schema::SchemaError;
use crate::contract::uri::{decoded, encoded, file_uri, path_of_uri};
use crate::world::FileAccess;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// So many references in a row are a circle.
const MAX_REFERENCES: usize = 50;

/// All documents by URI, one set for each way that data goes.
#[derive(Debug)]
pub(super) struct Library {
    root: String,
    sent: Arc<BTreeMap<String, Json>>,
    received: Arc<BTreeMap<String, Json>>,
}

/// A node of a document, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<'l> {
    library: &'l Library,
    uri: String,
    pointer: String,
    pub(super) node: &'l Json,
}

impl Library {
    /// Reads a document and what it refers to.
    pub(super) fn read(
        path: &Path,
        access: &dyn FileAccess,
        dialect: impl FnOnce(&Json) -> Result<Dialect, Unread>,
    ) -> Result<Library, Unread> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let root = file_uri(&absolute);
        let document = to_json(&read(path, access)?);
        let dialect = dialect(&document)?;
        let mut documents = BTreeMap::from([(root.clone(), document)]);
        let mut left = vec![root.clone()];
        while let Some(uri) = left.pop() {
            let mut named = Vec::new();
            references(documents.get(&uri).unwrap_or(&Json::Null), &mut named);
            for reference in named {
                let other = beside(&uri, &reference);
                if documents.contains_key(&other) {
                    continue;
                }
                let Some(path) = path_of_uri(&other) else {
                    return Err(Unread {
                        message: format!("`{reference}` is not fetched"),
                        help: "documents are read from files only: keep a copy beside this one",
                    });
                };
                documents.insert(other.clone(), to_json(&read(&path, access)?));
                left.push(other);
            }
        }
        let all = |way| {
            let translated = documents.iter();
            let translated =
                translated.map(|(uri, json)| (uri.clone(), translate(json.clone(), dialect, way)));
            Arc::new(translated.collect())
        };
        Ok(Library { root, sent: all(Way::Out), received: all(Way::In) })
    }

    /// The document itself.
    pub(super) fn root(&self) -> At<'_> {
        let node = self.received.get(&self.root).unwrap_or(&Json::Null);
        At { library: self, uri: self.root.clone(), pointer: String::new(), node }
    }

    /// Compiles the schema at a place.
    pub(super) fn compile(&self, uri: &str, way: Way) -> Result<Engine, SchemaError> {
        Engine::at(uri, if way == Way::Out { &self.sent } else { &self.received })
    }
}

impl<'l> At<'l> {
    /// What stands under a key, references followed.
    pub(super) fn get(&self, key: &str) -> Option<At<'l>> {
        self.step(key)?.followed()
    }

    fn step(&self, key: &str) -> Option<At<'l>> {
        let node = match self.node {
            Json::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
        let pointer = format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"));
        Some(At { library: self.library, uri: self.uri.clone(), pointer, node })
    }

    fn followed(self) -> Option<At<'l>> {
        let mut at = self;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = at.node.get("$ref").and_then(Json::as_str) else {
                return Some(at);
            };
            let uri = beside(&at.uri, reference);
            let pointer = reference.split_once('#').map_or("", |(_, pointer)| pointer);
            let pointer = decoded(pointer);
            let node = at.library.received.get(&uri)?.pointer(&pointer)?;
            at = At { library: at.library, uri, pointer, node };
        }
        None
    }

    /// The members of a mapping, or the items of a list, in order, references followed; whatever
    /// leads nowhere is left out.
    pub(super) fn members(&self) -> Vec<(String, At<'l>)> {
        let keys: Vec<String> = match self.node {
            Json::Object(members) => members.keys().cloned().collect(),
            Json::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        keys.into_iter().filter_map(|key| Some((key.clone(), self.get(&key)?))).collect()
    }

    /// The text under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'l str> {
        self.node.get(key)?.as_str()
    }

    /// Whether `true` stands under a key.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.node.get(key) == Some(&Json::Bool(true))
    }

    /// Where it stands, as a URI.
    pub(super) fn uri(&self) -> String {
        format!("{}#{}", self.uri, encoded(&self.pointer))
    }
}

/// The document that a reference in another one names.
fn beside(uri: &str, reference: &str) -> String {
    let file = reference.split('#').next().unwrap_or_default();
    if file.is_empty() {
        return uri.to_owned();
    }
    if file.contains("://") {
        return file.to_owned();
    }
    let Some(path) = path_of_uri(uri) else { return file.to_owned() };
    let joined = path.parent().unwrap_or(Path::new("")).join(decoded(file));
    file_uri(&normal(&joined))
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> std::path::PathBuf {
    let mut normal = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// Every reference to another file.
fn references(json: &Json, into: &mut Vec<String>) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| references(item, into)),
        Json::Object(members) => {
            if let Some(Json::String(reference)) = members.get("$ref")
                && !reference.starts_with('#')
            {
                into.push(reference.clone());
            }
            members.values().for_each(|item| references(item, into));
        }
        _ => {}
    }
}
