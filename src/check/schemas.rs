//! JSON Schemas among predicates: found in an argument and compiled before anything else is.
//!
//! Predicates and subjects are compiled from data alone; a schema may stand in a file and refer to
//! others. So wherever one may stand, it is replaced by what it compiles to.

use super::argument::{all, under};
use super::{Argument, ArgumentShape, BuildError, PREDICATES, Segment, SubjectKind};
use crate::contract::{self, Place, Schema, SchemaError};
use crate::diagnostic::codes::check::BAD_SCHEMA;
use crate::registry::find;
use crate::value::Value;
use crate::world::FileAccess;
use std::path::PathBuf;
use std::sync::Arc;

/// A schema that an argument named.
#[derive(Debug)]
pub struct SchemaArgument {
    /// The schema as written: `{$file: …}` when it has a file of its own.
    pub written: Value,
    /// How messages name it: `` `user.schema.json` ``, `the schema`.
    pub name: String,
    /// Compiled.
    pub schema: Schema,
}

impl PartialEq for SchemaArgument {
    fn eq(&self, other: &SchemaArgument) -> bool {
        self.written == other.written
    }
}

/// The schemas of an expectation that has to be compiled anew for every request, a template being
/// in it: those without a template are compiled once.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// What paths are relative to.
    pub folder: PathBuf,
    known: Vec<Arc<SchemaArgument>>,
}

impl Schemas {
    /// None yet, in a folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Schemas {
        Schemas { folder: folder.into(), known: Vec::new() }
    }

    /// Puts compiled schemas where `argument` has schemas. Those with a template not yet rendered
    /// are left pending.
    ///
    /// # Errors
    /// Every schema that is none.
    pub fn place(
        &mut self,
        kind: &SubjectKind,
        argument: &Argument,
        access: &dyn FileAccess,
    ) -> Result<Argument, Vec<BuildError>> {
        let mut compile = |argument: &Argument| self.schema(argument, access);
        match kind.key {
            "schema" => compile(argument),
            _ => expectation(argument, &mut compile),
        }
    }

    fn schema(
        &mut self,
        argument: &Argument,
        access: &dyn FileAccess,
    ) -> Result<Argument, Vec<BuildError>> {
        if is_pending(argument) {
            return Ok(Argument::Pending);
        }
        let written = argument.as_written();
        if let Some(known) = self.known.iter().find(|known| known.written == written) {
            return Ok(Argument::Schema(Arc::clone(known)));
        }
        let (name, schema) = match argument.special() {
            Some(("$file", path)) => self.filed(path, access).map_err(|error| vec![error])?,
            _ => ("the schema".to_owned(), self.inline(argument, &written, access)?),
        };
        let compiled = Arc::new(SchemaArgument { written, name, schema });
        self.known.push(Arc::clone(&compiled));
        Ok(Argument::Schema(compiled))
    }

    fn inline(
        &self,
        argument: &Argument,
        written: &Value,
        access: &dyn FileAccess,
    ) -> Result<Schema, Vec<BuildError>> {
        if written.as_object().is_none() {
            let takes = "a JSON Schema as a mapping, or `{$file: …}`";
            return Err(super::argument::wrong("schema", takes, argument));
        }
        let place = Place::Inline(self.folder.clone());
        Schema::compile(&contract::to_json(written), &place, access).map_err(|error| {
            let message = format!("not a JSON Schema: {}", error.message);
            vec![at_place(refused(message, "not a schema", &error), &error, written)]
        })
    }

    fn filed(
        &self,
        path: &Argument,
        access: &dyn FileAccess,
    ) -> Result<(String, Schema), BuildError> {
        let named = |error: BuildError| error.under(Segment::Key("$file".to_owned()));
        let Some(text) = path.scalar().and_then(Value::as_str) else {
            let message = format!("`$file` takes a path, found {}", path.name());
            return Err(named(BuildError::new(&BAD_SCHEMA, message, "expected a path")));
        };
        let file = self.folder.join(text);
        let value = contract::read(&file, access).map_err(|unread| {
            named(BuildError::new(&BAD_SCHEMA, unread.message, "named here").help(unread.help))
        })?;
        let place = Place::File(file);
        match Schema::compile(&contract::to_json(&value), &place, access) {
            Ok(schema) => Ok((format!("`{text}`"), schema)),
            Err(error) => {
                let at = match error.path.is_empty() {
                    true => String::new(),
                    false => format!(" at `/{}`", error.path.join("/")),
                };
                let message = format!("`{text}` is not a JSON Schema: {}{at}", error.message);
                Err(named(refused(message, "named here", &error)))
            }
        }
    }
}

fn refused(message: String, label: &str, error: &SchemaError) -> BuildError {
    let mistake = BuildError::new(&BAD_SCHEMA, message, label);
    match &error.help {
        Some(help) => mistake.help(help.clone()),
        None => mistake,
    }
}

/// Puts a mistake in an inline schema where it was written.
fn at_place(error: BuildError, place: &SchemaError, schema: &Value) -> BuildError {
    let mut segments = Vec::new();
    let mut at = Some(schema);
    for name in &place.path {
        let index = at.and_then(Value::as_array).and_then(|_| name.parse::<usize>().ok());
        at = at.and_then(|value| match index {
            Some(index) => value.as_array()?.get(index),
            None => value.as_object()?.get(name),
        });
        segments.push(index.map_or_else(|| Segment::Key(name.clone()), Segment::Index));
    }
    segments.into_iter().rev().fold(error, BuildError::under)
}

fn is_pending(argument: &Argument) -> bool {
    match argument {
        Argument::Pending => true,
        Argument::Array(items) => items.iter().any(is_pending),
        Argument::Object(members) => members.iter().any(|(_, item)| is_pending(item)),
        Argument::Scalar(_) | Argument::Opaque(_) | Argument::Schema(_) => false,
    }
}

/// Compiles one schema.
type Compile<'c> = dyn FnMut(&Argument) -> Result<Argument, Vec<BuildError>> + 'c;

/// An expectation: schemas stand under the predicate `schema`, at any depth of predicates.
fn expectation(
    argument: &Argument,
    compile: &mut Compile<'_>,
) -> Result<Argument, Vec<BuildError>> {
    use ArgumentShape as Shape;
    let Argument::Object(members) = argument else { return pattern(argument, compile) };
    if argument.special().is_some() {
        return pattern(argument, compile);
    }
    members_of(members, |key, item| match find(PREDICATES, key).map(|kind| kind.argument) {
        Some(Shape::Schema) => compile(item),
        Some(Shape::Expectation | Shape::OfItems | Shape::Length) => expectation(item, compile),
        Some(Shape::Expectations) => items_of(item, |item| expectation(item, compile)),
        Some(Shape::Pattern) => pattern(item, compile),
        _ => Ok(item.clone()),
    })
}

/// Data whose holes are expectations under `$`.
fn pattern(argument: &Argument, compile: &mut Compile<'_>) -> Result<Argument, Vec<BuildError>> {
    match argument {
        Argument::Object(members) => {
            let is_hole = matches!(argument.special(), Some(("$", _)));
            members_of(members, |_, item| match is_hole {
                true => expectation(item, compile),
                false => pattern(item, compile),
            })
        }
        other => items_of(other, |item| pattern(item, compile)),
    }
}

fn members_of(
    members: &[(String, Argument)],
    mut change: impl FnMut(&str, &Argument) -> Result<Argument, Vec<BuildError>>,
) -> Result<Argument, Vec<BuildError>> {
    let changed = members.iter().map(|(key, item)| {
        let changed =
            change(key, item).map_err(|errors| under(errors, &Segment::Key(key.clone())))?;
        Ok((key.clone(), changed))
    });
    all(changed).map(Argument::Object)
}

fn items_of(
    argument: &Argument,
    mut change: impl FnMut(&Argument) -> Result<Argument, Vec<BuildError>>,
) -> Result<Argument, Vec<BuildError>> {
    let Argument::Array(items) = argument else { return Ok(argument.clone()) };
    let changed = items
        .iter()
        .enumerate()
        .map(|(index, item)| change(item).map_err(|e| under(e, &Segment::Index(index))));
    all(changed).map(Argument::Array)
}
