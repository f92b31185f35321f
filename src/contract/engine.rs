//! The validator: `jsonschema`, told to read files as we do and to fetch nothing.
//!
//! What a schema refers to is found by trying: the validator asks for a document by its URI, is
//! told that there is none, we read it through the collection's sandbox, and it tries again.

use super::documents::read;
use super::json::{Json, path_of, to_json};
use super::schema::{Place, SchemaError, Violation};
use super::uri::{decoded, file_uri, path_of_uri};
use crate::world::FileAccess;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Retrieve, Uri, ValidationError, Validator};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a value may be in a message.
const SHOWN: usize = 120;

/// A compiled schema.
pub(super) struct Engine(Validator);

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

/// The documents read so far, and those that were asked for and are not there.
#[derive(Default)]
struct Shelf {
    documents: Arc<BTreeMap<String, Json>>,
    missed: Mutex<Vec<String>>,
}

impl Retrieve for Shelf {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn Error + Send + Sync>> {
        let uri = uri.as_str();
        match self.documents.get(uri.split('#').next().unwrap_or(uri)) {
            Some(document) => Ok(document.clone()),
            None => {
                self.missed.lock().unwrap_or_else(PoisonError::into_inner).push(uri.to_owned());
                Err("it was not read".into())
            }
        }
    }
}

impl Engine {
    pub(super) fn compile(
        schema: &Json,
        place: &Place,
        access: &dyn FileAccess,
    ) -> Result<Engine, SchemaError> {
        let mut documents = BTreeMap::new();
        loop {
            let shelf = Arc::new(Shelf {
                documents: Arc::new(documents.clone()),
                missed: Mutex::default(),
            });
            let tried = jsonschema::options()
                .with_base_uri(file_uri(&place.path()))
                .with_retriever(Lender(Arc::clone(&shelf)))
                .should_validate_formats(true)
                .build(schema);
            let missed =
                std::mem::take(&mut *shelf.missed.lock().unwrap_or_else(PoisonError::into_inner));
            let error = match tried {
                Ok(validator) => return Ok(Engine(validator)),
                Err(error) => error,
            };
            // A file that was read and is asked for again does not get better by reading it again.
            let new: Vec<String> =
                missed.into_iter().filter(|uri| !documents.contains_key(uri)).collect();
            if new.is_empty() {
                return Err(refused(&error));
            }
            for uri in new {
                let document = fetch(&uri, schema, place, access)?;
                documents.insert(uri, document);
            }
        }
    }

    /// Compiles what a URI names in documents that have been read, everything they refer to too.
    pub(super) fn at(
        uri: &str,
        documents: &Arc<BTreeMap<String, Json>>,
    ) -> Result<Engine, SchemaError> {
        let shelf = Shelf { documents: Arc::clone(documents), missed: Mutex::default() };
        let schema = Json::Object([("$ref".to_owned(), Json::from(uri))].into_iter().collect());
        jsonschema::options()
            .with_retriever(Lender(Arc::new(shelf)))
            .should_validate_formats(true)
            .build(&schema)
            .map(Engine)
            .map_err(|error| refused(&error))
    }

    pub(super) fn allows(&self, data: &Json) -> bool {
        self.0.is_valid(data)
    }

    pub(super) fn violations(&self, data: &Json) -> Vec<Violation> {
        self.0.iter_errors(data).map(|error| violation(&error, data)).collect()
    }
}

/// Lends what stands on a shelf.
struct Lender(Arc<Shelf>);

impl Retrieve for Lender {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn Error + Send + Sync>> {
        self.0.retrieve(uri)
    }
}

/// A document that a schema refers to: a file, never the network.
fn fetch(
    uri: &str,
    schema: &Json,
    place: &Place,
    access: &dyn FileAccess,
) -> Result<Json, SchemaError> {
    let error = |message: String, help: Option<&str>| SchemaError {
        path: Vec::new(),
        message,
        help: help.map(str::to_owned),
    };
    let Some(path) = file_of(uri, schema, place) else {
        let help = "schemas are read from files only: keep a copy beside the collection";
        return Err(error(format!("`{uri}` is not fetched"), Some(help)));
    };
    read(&path, access).map(|value| to_json(&value)).map_err(|unread| {
        let shown = place.name(&path);
        error(unread.message.replace(&path.display().to_string(), &shown), Some(unread.help))
    })
}

/// The file of a URI. A reference beside an `$id` is looked for beside the schema's own file:
/// the `$id` says where the schema is published, and nothing is fetched from there.
fn file_of(uri: &str, schema: &Json, place: &Place) -> Option<PathBuf> {
    if let Some(path) = path_of_uri(uri) {
        return Some(path);
    }
    let id = schema.get("$id")?.as_str()?;
    let published = id.get(..=id.rfind('/')?)?;
    let rest = uri.strip_prefix(published).filter(|rest| !rest.is_empty())?;
    Some(place.path().parent()?.join(decoded(rest)))
}

/// Why a schema is none.
fn refused(error: &ValidationError<'_>) -> SchemaError {
    let pointer = error.instance_path().as_str();
    let name = |segment: &str| segment.replace("~1", "/").replace("~0", "~");
    SchemaError {
        path: pointer.split('/').skip(1).map(name).collect(),
        message: message(error) + &near(error),
        help: None,
    }
}

/// What would be nearest to a schema, of something that is none.
fn near(error: &ValidationError<'_>) -> String {
    nearest(error.kind()).map(|inner| format!("; nearest: {}", message(inner))).unwrap_or_default()
}

fn violation(error: &ValidationError<'_>, data: &Json) -> Violation {
    let path = path_of(error.instance_path().as_str(), data);
    let nearest = nearest(error.kind()).map(|inner| {
        let at = path_of(inner.instance_path().as_str(), data);
        format!("; nearest: at {at}: {}", message(inner))
    });
    Violation {
        path,
        message: message(error) + &nearest.unwrap_or_default(),
        rule: error.evaluation_path().as_str().to_owned(),
    }
}

/// Of several schemas none of which fits, the first mistake of the one with the fewest.
fn nearest(kind: &ValidationErrorKind) -> Option<&ValidationError<'static>> {
    match kind {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context
                .iter()
                .filter(|branch| !branch.is_empty())
                .min_by_key(|branch| branch.len())?
                .first()
        }
        _ => None,
    }
}

/// What is wrong, a long value cut.
fn message(error: &ValidationError<'_>) -> String {
    let instance = error.instance().to_string();
    match instance.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            let begin = instance.get(..end).unwrap_or_default();
            error.masked_with(format!("{begin}…")).to_string()
        }
        None => error.to_string(),
    }
}
