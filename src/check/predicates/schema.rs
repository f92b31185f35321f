//! `schema`: what a JSON Schema says.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::wrong;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, SchemaArgument, View};
use crate::contract::{self, Json};
use std::sync::Arc;

/// How many violations are told one by one.
const TOLD: usize = 10;

/// A JSON Schema.
pub(in crate::check) const KIND: PredicateKind = PredicateKind {
    key: "schema",
    synonyms: &["json_schema", "jsonschema", "matches_schema", "jsonSchema"],
    summary: "the data is as this JSON Schema says: one written here, or `{$file: …}`",
    example: "assert: {jsonpath: {$.user: {schema: {type: object, required: [id]}}}}",
    argument: ArgumentShape::Schema,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    match argument {
        Argument::Schema(schema) => Ok(Arc::new(Fits(Some(Arc::clone(schema))))),
        Argument::Pending => Ok(Arc::new(Fits(None))),
        other => Err(wrong("schema", "a JSON Schema as a mapping, or `{$file: …}`", other)),
    }
}

/// `None` until templates are rendered: then it is compiled anew.
#[derive(Debug)]
struct Fits(Option<Arc<SchemaArgument>>);

impl Predicate for Fits {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.as_ref().is_some_and(|known| known.schema.allows(&data(view)))
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let violations =
            self.0.as_ref().map(|known| known.schema.violations(&data(view))).unwrap_or_default();
        let mut told: Vec<String> = violations.iter().take(TOLD).map(ToString::to_string).collect();
        if violations.len() > TOLD {
            told.push(format!("and {} more", violations.len() - TOLD));
        }
        let detail = (!told.is_empty()).then(|| told.join("\n"));
        Explanation { detail, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        let name = self.0.as_ref().map_or("the schema", |known| &known.name);
        format!("to be as {name} says")
    }
}

fn data(view: View<'_>) -> Json {
    match (view, view.items()) {
        (View::Value(value), _) => contract::to_json(value),
        (_, Some(items)) => contract::items_to_json(items.iter()),
        _ => contract::to_json(&view.to_value()),
    }
}
