//! The words of JSON Schema that the schemas are written in.

use crate::value::{Map, Value};

/// An object that holds these fields and no others.
#[derive(Clone, Debug)]
pub(super) struct Object {
    description: String,
    fields: Map,
    required: Vec<Value>,
}

impl Object {
    pub(super) fn new(description: &str) -> Object {
        Object { description: description.to_owned(), fields: Map::default(), required: Vec::new() }
    }

    /// A field that is always there.
    pub(super) fn required(mut self, name: &str, schema: Value) -> Object {
        self.required.push(name.into());
        self.optional(name, schema)
    }

    /// A field that may be left out.
    pub(super) fn optional(mut self, name: &str, schema: Value) -> Object {
        self.fields.insert(name.to_owned(), schema);
        self
    }

    /// The same with a first field that tells it from others.
    pub(super) fn tagged(mut self, name: &str, tag: &str) -> Object {
        self.required.insert(0, name.into());
        self.fields.shift_insert(0, name.to_owned(), object([("const", tag.into())]));
        self
    }

    pub(super) fn into_value(self) -> Value {
        object([
            ("description", self.description.into()),
            ("type", "object".into()),
            ("properties", Value::Object(self.fields)),
            ("required", Value::Array(self.required)),
            ("additionalProperties", false.into()),
        ])
    }
}

/// A whole schema: its title, what it describes, what that refers to.
pub(super) fn document(title: &str, root: Value, definitions: Value) -> Value {
    let mut whole = Map::default();
    whole.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".to_owned(), title.into());
    if let Value::Object(root) = root {
        whole.extend(root);
    }
    whole.insert("$defs".to_owned(), definitions);
    Value::Object(whole)
}

/// What references lead to, in this order.
pub(super) fn definitions(records: Vec<(&str, Value)>) -> Value {
    Value::Object(records.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect())
}

/// Exactly one of the definitions with these names.
pub(super) fn one_of(description: &str, names: &[&str]) -> Value {
    let references: Vec<Value> = names.iter().map(|name| to(name)).collect();
    object([("description", description.into()), ("oneOf", Value::Array(references))])
}

/// A definition, with what it means here.
pub(super) fn reference(name: &str, description: &str) -> Value {
    object([("description", description.into()), ("$ref", path(name).into())])
}

/// A list of a definition's kind.
pub(super) fn list(description: &str, name: &str) -> Value {
    array(description, to(name))
}

/// A list of texts.
pub(super) fn texts(description: &str) -> Value {
    array(description, typed("string"))
}

/// A list of counts.
pub(super) fn numbers(description: &str) -> Value {
    array(description, typed("integer"))
}

/// A list of two texts each: names may repeat and have an order.
pub(super) fn pairs(description: &str) -> Value {
    let pair = object([
        ("type", "array".into()),
        ("prefixItems", Value::Array(vec![typed("string"), typed("string")])),
        ("minItems", 2_i64.into()),
        ("items", false.into()),
    ]);
    array(description, pair)
}

/// Text.
pub(super) fn text(description: &str) -> Value {
    described(description, "string")
}

/// `true` or `false`.
pub(super) fn flag(description: &str) -> Value {
    described(description, "boolean")
}

/// A whole number, not below 0.
pub(super) fn count(description: &str) -> Value {
    bounded(description, "integer".into())
}

/// A duration in seconds.
pub(super) fn seconds(description: &str) -> Value {
    bounded(description, "number".into())
}

/// A duration in seconds, or `null`.
pub(super) fn nullable_seconds(description: &str) -> Value {
    bounded(description, Value::Array(vec!["number".into(), "null".into()]))
}

/// Any value.
pub(super) fn anything(description: &str) -> Value {
    object([("description", description.into())])
}

/// This value and no other.
pub(super) fn constant(value: impl Into<Value>, description: &str) -> Value {
    object([("description", description.into()), ("const", value.into())])
}

/// One of some words, each with its meaning.
pub(super) fn choice(description: &str, words: &[(&str, &str)]) -> Value {
    let words = words.iter().map(|(word, meaning)| constant(*word, meaning)).collect();
    object([("description", description.into()), ("oneOf", Value::Array(words))])
}

fn array(description: &str, items: Value) -> Value {
    object([("description", description.into()), ("type", "array".into()), ("items", items)])
}

fn bounded(description: &str, kind: Value) -> Value {
    object([("description", description.into()), ("type", kind), ("minimum", 0_i64.into())])
}

fn described(description: &str, kind: &str) -> Value {
    object([("description", description.into()), ("type", kind.into())])
}

fn typed(kind: &str) -> Value {
    object([("type", kind.into())])
}

fn to(name: &str) -> Value {
    object([("$ref", path(name).into())])
}

fn path(name: &str) -> String {
    format!("#/$defs/{name}")
}

pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
