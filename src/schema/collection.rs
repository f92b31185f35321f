//! The schema of a collection, for editors: what may be written, and what each key is for.
//!
//! ```text
//! the keys' tables ──mapping──▶ properties of the root, a step, a session, …
//! SUBJECTS, PREDICATES ──checks──▶ assertions, captures
//! Shape::schema ──templates──▶ the same, or a template
//! ```
//!
//! It refuses what can be told from the shape of the data; the loader refuses all of that too.
//! Only the loader knows the syntax of templates, expressions, regular expressions and
//! JSONPaths; whether there are steps (a fragment has none); whether names are known, unique and
//! not circular; whether bytes decode and files to include exist; that a capture has one source
//! at most, that `$hex` and its like stand alone, the order of two bounds, a `0s` where none may
//! be, that a header's value has no line break, an adapter's and a socket's addresses, cipher suites,
//! which of a socket's keys go together, where steps listen, and
//! that an item of a script does one thing, and looks at nothing before something was received:
//! `tests/schema/loader.yaml`.
//!
//! The types of one value stand in one schema (`{"type": ["string", "array"], …}`) wherever they
//! can rather than in an `anyOf`: editors then say which key or item is wrong.

mod checks;
mod definitions;
mod mocks;
mod templates;

use super::shape::{document, object};
use crate::model::shapes::{AddressArgument, Attempts};
use crate::model::{
    COLLECTION_KEYS, CONNECT_KEYS, ENVIRONMENT_KEYS, FRAGMENT_KEYS, GRAPHQL_KEYS, Key, KeySchema,
    LINES_KEYS, PAGINATE_KEYS, RETRY_KEYS, RUN_KEYS, SCRIPT_KEYS, SESSION_KEYS, SETTINGS_KEYS,
    STEP_KEYS, STEP_KINDS, Shape, StepKind,
};
use crate::registry::Entry as _;
use crate::source::{FileId, Limits, parse};
use crate::value::{Map, Value};
use templates::{TEMPLATE, or_template};

/// The JSON Schema of a collection.
#[must_use]
pub fn collection() -> Value {
    whole(root(), Map::default())
}

/// The JSON Schema of `runner.yaml`.
#[must_use]
pub fn settings() -> Value {
    let mut root = members(nullable(mapping(&[SETTINGS_KEYS])));
    let description = "What the collections of a folder and those below it have in common.";
    root.shift_insert(0, "description".to_owned(), description.into());
    let count = object([
        ("type", "integer".into()),
        ("minimum", 1_i64.into()),
        ("maximum", 1024_i64.into()),
    ]);
    let own = [("run", nullable(mapping(&[RUN_KEYS]))), ("few", count)];
    whole(
        Value::Object(root),
        own.map(|(name, schema)| (name.to_owned(), schema)).into_iter().collect(),
    )
}

/// The JSON Schema of a file of mocks.
#[must_use]
pub fn mocks() -> Value {
    whole(mocks::file(FRAGMENT_KEYS), Map::default())
}

/// A schema with everything that it may lead to.
fn whole(root: Value, own: Map) -> Value {
    let mut definitions = definitions::definitions();
    definitions.extend(checks::definitions());
    definitions.extend(mocks::definitions());
    definitions.extend(own);
    definitions.insert("environment".to_owned(), nullable(mapping(&[ENVIRONMENT_KEYS])));
    definitions.insert("session".to_owned(), nullable(mapping(&[SESSION_KEYS])));
    definitions.insert("lines".to_owned(), lines());
    let paginate = mapping(&[PAGINATE_KEYS]);
    definitions.insert("paginate".to_owned(), nullable(paginate));
    definitions.insert("retry".to_owned(), retry());
    definitions.insert("graphql".to_owned(), graphql());
    definitions.insert("socket".to_owned(), socket());
    definitions.insert("script".to_owned(), script());
    definitions.insert("step".to_owned(), step());
    let mut schema = members(document("", root, Value::Object(definitions)));
    // Editors would put a title above what they say of every key.
    schema.shift_remove("title");
    Value::Object(schema)
}

/// A mapping with the collection's keys, or a bare list of steps.
fn root() -> Value {
    let mut root = members(mapping(&[COLLECTION_KEYS]));
    root.insert("type".to_owned(), Value::Array(vec!["object".into(), "array".into()]));
    root.insert("items".to_owned(), object([("$ref", "#/$defs/step".into())]));
    let description = "An API script for `runner run`: a mapping, or only the list of its steps.";
    root.shift_insert(0, "description".to_owned(), description.into());
    Value::Object(root)
}

/// A mapping, or a number of lines, or a template that gives one.
fn lines() -> Value {
    let mut lines = members(mapping(&[LINES_KEYS]));
    let kinds = vec!["object".into(), "integer".into(), "string".into()];
    lines.insert("type".to_owned(), Value::Array(kinds));
    lines.insert("minimum".to_owned(), 1_i64.into());
    lines.insert("pattern".to_owned(), TEMPLATE.into());
    let expected = "expected a number of lines, or a mapping such as {max: 20}";
    lines.insert("patternErrorMessage".to_owned(), expected.into());
    Value::Object(lines)
}

/// A mapping, or the query alone.
fn graphql() -> Value {
    let mut graphql = members(mapping(&[GRAPHQL_KEYS]));
    let kinds = vec!["object".into(), "string".into(), "null".into()];
    graphql.insert("type".to_owned(), Value::Array(kinds));
    graphql.insert("required".to_owned(), Value::Array(vec!["query".into()]));
    Value::Object(graphql)
}

/// A URL, or a mapping.
fn socket() -> Value {
    let mut socket = members(mapping(&[CONNECT_KEYS]));
    let url = members(or_template(<AddressArgument as Shape>::schema()));
    for word in ["pattern", "patternErrorMessage"] {
        socket.extend(url.get(word).map(|value| (word.to_owned(), value.clone())));
    }
    socket.insert("type".to_owned(), Value::Array(vec!["string".into(), "object".into()]));
    let either =
        ["connect", "listen"].map(|key| object([("required", Value::Array(vec![key.into()]))]));
    socket.insert("if".to_owned(), object([("type", "object".into())]));
    socket.insert("then".to_owned(), object([("oneOf", Value::Array(either.to_vec()))]));
    Value::Object(socket)
}

/// What is done over a socket, in order.
fn script() -> Value {
    object([
        ("type", Value::Array(vec!["array".into(), "null".into()])),
        ("items", mapping(&[SCRIPT_KEYS])),
    ])
}

/// What the key it carries says it is: one `if` in another's `else`, a request in the last.
fn step() -> Value {
    let Some((request, others)) = STEP_KINDS.split_first() else { return object([]) };
    let mut step = kind(request);
    // Never reached by a value: where a step is still empty an editor offers it.
    let offered = others.iter().flat_map(|kind| kind.keys.iter().filter(|key| key.key == kind.key));
    if let Some(Value::Object(properties)) = step.get_mut("properties") {
        properties.extend(offered.map(|key| property(key)));
    }
    step.insert("required".to_owned(), Value::Array(vec![request.key.into()]));
    for other in others.iter().rev() {
        let choice = object([
            (
                "if",
                object([
                    // Of nothing yet an editor offers a request's keys.
                    ("type", "object".into()),
                    ("required", Value::Array(vec![other.key.into()])),
                ]),
            ),
            ("then", Value::Object(kind(other))),
            ("else", Value::Object(step)),
        ]);
        step = members(choice);
    }
    let named = STEP_KINDS.iter().map(|kind| format!("{} (`{}`)", kind.what, kind.key));
    let mut names: Vec<String> = named.collect();
    let last = names.pop().unwrap_or_default();
    let description = format!("A step is {} or {last}.", names.join(", "));
    step.shift_insert(0, "description".to_owned(), description.into());
    step.shift_insert(1, "type".to_owned(), "object".into());
    Value::Object(step)
}

/// The mapping of one kind of step.
fn kind(kind: &StepKind) -> Map {
    let mut mapping = members(mapping(&[STEP_KEYS, kind.keys]));
    mapping.shift_remove("type");
    if kind.keys.iter().any(|key| key.key == "max") {
        mapping.insert("allOf".to_owned(), Value::Array(vec![max_in_parallel()]));
    }
    mapping
}

/// `max` says something of steps that run side by side.
fn max_in_parallel() -> Value {
    let parallel = object([("mode", object([("const", "parallel".into())]))]);
    object([
        ("if", object([("required", Value::Array(vec!["max".into()]))])),
        (
            "then",
            object([("properties", parallel), ("required", Value::Array(vec!["mode".into()]))]),
        ),
    ])
}

/// A number of attempts, or a mapping.
fn retry() -> Value {
    let mut retry = members(mapping(&[RETRY_KEYS]));
    let kinds = ["object", "integer", "string", "null"].map(Value::from);
    retry.insert("type".to_owned(), Value::Array(kinds.to_vec()));
    retry.insert("minimum".to_owned(), 1_i64.into());
    retry.insert("pattern".to_owned(), TEMPLATE.into());
    let expected = format!("expected {}", <Attempts as Shape>::EXPECTED);
    retry.insert("patternErrorMessage".to_owned(), expected.into());
    Value::Object(retry)
}

/// A mapping of the keys of these tables, and of any `x-` key.
fn mapping(tables: &[&[&Key]]) -> Value {
    let properties = tables.iter().copied().flatten().map(|key| property(key)).collect();
    object([
        ("type", "object".into()),
        ("properties", Value::Object(properties)),
        ("patternProperties", own_keys()),
        ("additionalProperties", false.into()),
    ])
}

/// `x-…`: a person's own.
fn own_keys() -> Value {
    object([("^x-", object([]))])
}

/// One key: its name and the schema of its value.
fn property(key: &Key) -> (String, Value) {
    let mut schema = Map::default();
    schema.insert("description".to_owned(), key.summary().into());
    match key.schema {
        KeySchema::Definition(name) => {
            schema.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
        }
        KeySchema::Shape(shape) => schema.extend(members(or_template(shape()))),
    }
    if let Some(example) = example(key.example()).filter(|_| !schema.contains_key("examples")) {
        schema.insert("examples".to_owned(), Value::Array(vec![example]));
    }
    (key.key().to_owned(), Value::Object(schema))
}

/// The value of an example, `key: value` as YAML.
fn example(text: &str) -> Option<Value> {
    let documents = parse(FileId(0), text, &Limits::default()).ok()?;
    let members = documents.first()?.as_mapping()?;
    members.first().map(|member| member.value.to_value())
}

/// The same, or null.
fn nullable(schema: Value) -> Value {
    let mut members = members(schema);
    members.insert("type".to_owned(), Value::Array(vec!["object".into(), "null".into()]));
    Value::Object(members)
}

/// The words of a schema; none for `true`, which accepts everything.
fn members(schema: Value) -> Map {
    match schema {
        Value::Object(members) => members,
        _ => Map::default(),
    }
}
