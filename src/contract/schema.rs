//! A JSON Schema, compiled once.

use super::engine::Engine;
use super::json::Json;
use crate::world::FileAccess;
use std::path::{Path, PathBuf};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    engine: Engine,
}

/// Where a schema stands: what its relative references are relative to.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a collection in this folder.
    Inline(PathBuf),
    /// In a file of its own.
    File(PathBuf),
}

/// What is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the schema, from the outside in.
    pub path: Vec<String>,
    /// What is wrong with it.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// One thing about data that a schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the data: a JSONPath.
    pub path: String,
    /// What is wrong with what is there: `"x" is not of type "integer"`.
    pub message: String,
    /// The rule, as a JSON Pointer into the schema: `/properties/id/type`.
    pub rule: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at {}: {} (rule `{}`)", self.path, self.message, self.rule)
    }
}

impl Place {
    /// The file, or one that an inline schema could be.
    pub(super) fn path(&self) -> PathBuf {
        let path = match self {
            Place::Inline(folder) => folder.join("inline"),
            Place::File(file) => file.clone(),
        };
        std::path::absolute(&path).unwrap_or(path)
    }

    /// How a file is named beside this one: by its path from here when it lies below.
    pub(super) fn name(&self, path: &Path) -> String {
        let own = self.path();
        let folder = own.parent().unwrap_or(Path::new(""));
        path.strip_prefix(folder).unwrap_or(path).display().to_string()
    }
}

impl Schema {
    /// Compiles a schema. `access` opens the files it refers to.
    ///
    /// # Errors
    /// Where it is no schema, or refers to something that cannot be read.
    pub fn compile(
        schema: &Json,
        place: &Place,
        access: &dyn FileAccess,
    ) -> Result<Schema, SchemaError> {
        Engine::compile(schema, place, access).map(|engine| Schema { engine })
    }

    /// Whether data is as the schema says.
    #[must_use]
    pub fn allows(&self, data: &Json) -> bool {
        self.engine.allows(data)
    }

    /// Everything about data that the schema does not allow, in the order of the data.
    #[must_use]
    pub fn violations(&self, data: &Json) -> Vec<Violation> {
        self.engine.violations(data)
    }
}
