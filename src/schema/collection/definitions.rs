//! The parts that several keys refer to: `#/$defs/NAME`.

use super::own_keys;
use super::templates::{NO_TEMPLATE, TEMPLATE, or_template};
use crate::hook::{ACTIONS, ActionKind, OCCASIONS};
use crate::model::Shape;
use crate::model::shapes::{AddressArgument, HookArgument};
use crate::schema::shape::object;
use crate::template::RESERVED;
use crate::value::{DURATION_EXPECTED, DURATION_PATTERN, Map, Value};

/// Every part but those of steps, sessions, assertions and captures.
pub(super) fn definitions() -> Map {
    let mut definitions = Map::default();
    let mut define = |name: &str, schema: Value| definitions.insert(name.to_owned(), schema);
    define("template", template());
    for (name, schema) in values() {
        define(name, or_template(schema));
    }
    for (name, schema) in names() {
        define(name, schema);
    }
    definitions
}

fn template() -> Value {
    object([
        ("type", "string".into()),
        ("pattern", TEMPLATE.into()),
        ("patternErrorMessage", "expected a template such as {{ name }}".into()),
    ])
}

/// Values that may be templates.
fn values() -> Vec<(&'static str, Value)> {
    vec![
        ("boolean", read(r#"{"type": "boolean"}"#)),
        ("scalar", read(r#"{"type": ["string", "number", "boolean"]}"#)),
        ("scalarOrNull", read(r#"{"type": ["string", "number", "boolean", "null"]}"#)),
        (
            "value",
            read(
                r##"{"type": ["string", "number", "boolean", "null", "array"],
                    "items": {"$ref": "#/$defs/scalarOrNull"}}"##,
            ),
        ),
        (
            "pair",
            read(
                r##"{"type": "array", "minItems": 2, "maxItems": 2,
                    "prefixItems": [{"$ref": "#/$defs/scalar"}, {"$ref": "#/$defs/value"}]}"##,
            ),
        ),
        ("duration", duration(&["number", "string"], "minimum")),
        ("durationOrNull", duration(&["number", "string", "null"], "minimum")),
        ("limit", duration(&["number", "string", "null"], "exclusiveMinimum")),
        ("file", file(&["string", "object"])),
        ("fileOrNull", file(&["string", "object", "null"])),
    ]
}

fn duration(kinds: &[&str], above: &str) -> Value {
    object([
        ("type", list(kinds)),
        (above, 0_i64.into()),
        ("pattern", DURATION_PATTERN.into()),
        ("patternErrorMessage", format!("expected {DURATION_EXPECTED}").into()),
    ])
}

fn file(kinds: &[&str]) -> Value {
    let mut file = read(
        r##"{"minLength": 1, "additionalProperties": false, "properties": {
            "path": {"description": "a file, from this one's folder", "type": "string", "minLength": 1},
            "content": {"description": "the content itself: text, {$base64: …} or {$hex: …}",
             "type": ["string", "number", "boolean", "object"], "additionalProperties": false,
             "minProperties": 1, "maxProperties": 1,
             "properties": {"$base64": {"type": "string"}, "$hex": {"type": "string"}}},
            "filename": {"description": "the name that is sent; of a path its last part unless given, null sends none",
             "$ref": "#/$defs/scalarOrNull"},
            "content_type": {"description": "such as image/png", "$ref": "#/$defs/scalarOrNull"},
            "headers": {"description": "more headers of this part", "type": "object",
             "additionalProperties": {"$ref": "#/$defs/scalar"}}},
            "anyOf": [{"required": ["path"]}, {"required": ["content"]}],
            "if": {"type": "object", "required": ["content"]}, "then": {"properties": {"path": false}}}"##,
    );
    if let Value::Object(members) = &mut file {
        members.shift_insert(0, "type".to_owned(), list(kinds));
    }
    file
}

/// What must be known before anything runs: no templates.
fn names() -> Vec<(&'static str, Value)> {
    vec![
        ("text", text(&["string", "number", "boolean"])),
        ("textOrNull", text(&["string", "number", "boolean", "null"])),
        ("texts", texts()),
        ("paths", texts()),
        ("handed", handed()),
        ("mode", read(r#"{"enum": ["sequence", "parallel"], "default": "sequence"}"#)),
        ("count", read(r#"{"type": "integer", "minimum": 1}"#)),
        ("flag", read(r#"{"type": "boolean"}"#)),
        ("time", time()),
        ("address", address()),
        ("true", read(r#"{"const": true}"#)),
        ("server", read(r#"{"enum": ["httpbin", null]}"#)),
        ("contract", contract()),
        (
            "graphqlSchema",
            read(
                r#"{"type": ["object", "null"], "required": ["schema"], "additionalProperties": false,
                    "patternProperties": {"^x-": true},
                    "properties": {"schema": {"description": "a file with the schema, in GraphQL's own language", "type": "string"}}}"#,
            ),
        ),
        ("condition", condition()),
        ("vars", named(object([]), &variable(), NAME_EXPECTED)),
        ("set", set()),
        ("foreach", foreach()),
        ("repeat", or_template(read(r#"{"type": "integer", "minimum": 0, "maximum": 100000}"#))),
        ("environments", open(reference("environment"))),
        (
            "sessions",
            named(
                reference("session"),
                "^(?!new$)",
                "a name that is not `new`, a step's own session",
            ),
        ),
        ("hooks", hooks()),
        ("steps", read(r##"{"type": ["array", "null"], "items": {"$ref": "#/$defs/step"}}"##)),
    ]
}

/// What a variable may be called, in words.
const NAME_EXPECTED: &str =
    "letters, digits and _, no digit first, and not a name of the templates' own";

/// An OpenAPI document, and how exchanges are held to it.
fn contract() -> Value {
    object([
        ("type", read(r#"["string", "object", "null"]"#)),
        ("pattern", NO_TEMPLATE.into()),
        ("patternErrorMessage", "expected a path; no template here".into()),
        (
            "properties",
            object([
                ("file", reference("text")),
                ("request", object([("type", "boolean".into())])),
                ("operation", reference("text")),
            ]),
        ),
        ("required", read(r#"["file"]"#)),
        ("patternProperties", own_keys()),
        ("additionalProperties", false.into()),
    ])
}

/// Where a socket listens: a URL that is no template.
fn address() -> Value {
    let Value::Object(mut address) = <AddressArgument as Shape>::schema() else {
        return Value::Null;
    };
    let pattern = address.get("pattern").and_then(Value::as_str).unwrap_or_default();
    let pattern = format!("{NO_TEMPLATE}{}", pattern.trim_start_matches('^'));
    address.insert("pattern".to_owned(), pattern.into());
    Value::Object(address)
}

/// `vars`, at least one.
fn set() -> Value {
    let Value::Object(mut members) = named(object([]), &variable(), NAME_EXPECTED) else {
        return Value::Null;
    };
    members.insert("type".to_owned(), "object".into());
    members.insert("minProperties".to_owned(), 1_i64.into());
    Value::Object(members)
}

/// A list, a template that gives one, a file, or several lists by name.
fn foreach() -> Value {
    let names = format!(r"{}|^\$file$", variable());
    let Value::Object(mut members) = named(object([]), &names, NAME_EXPECTED) else {
        return Value::Null;
    };
    members.insert("type".to_owned(), list(&["array", "object", "string"]));
    members.insert("minProperties".to_owned(), 1_i64.into());
    members.insert("pattern".to_owned(), TEMPLATE.into());
    members
        .insert("patternErrorMessage".to_owned(), "expected a template that gives a list".into());
    let lists = read(
        r##"{"properties": {"$file": {"description": "rows from a CSV, JSON, NDJSON or YAML file",
            "type": "string", "minLength": 1}},
            "additionalProperties": {"type": ["array", "string"]},
            "if": {"required": ["$file"]}, "then": {"maxProperties": 1}}"##,
    );
    if let Value::Object(lists) = lists {
        members.extend(lists);
    }
    if let Some(Value::Object(others)) = members.get_mut("additionalProperties") {
        others.insert("pattern".to_owned(), TEMPLATE.into());
    }
    Value::Object(members)
}

fn text(kinds: &[&str]) -> Value {
    object([
        ("type", list(kinds)),
        ("pattern", NO_TEMPLATE.into()),
        ("patternErrorMessage", "no template here: it must be known before anything runs".into()),
    ])
}

/// A duration that is no template.
fn time() -> Value {
    duration(&["number", "string"], "minimum")
}

/// A list of texts, or one text.
fn texts() -> Value {
    let Value::Object(mut members) = text(&["array", "string", "number", "boolean", "null"]) else {
        return Value::Null;
    };
    members.insert("items".to_owned(), reference("text"));
    Value::Object(members)
}

/// A list of variables, one, or a mapping of names to names.
fn handed() -> Value {
    let Value::Object(mut members) = texts() else { return Value::Null };
    let expected = "letters, digits and _, no digit first, and not a name of the templates' own";
    let Value::Object(named) = named(reference("text"), &variable(), expected) else {
        return Value::Null;
    };
    members.extend(named);
    members.insert(
        "type".to_owned(),
        list(&["object", "array", "string", "number", "boolean", "null"]),
    );
    Value::Object(members)
}

fn condition() -> Value {
    object([("type", list(&["string", "boolean"])), ("minLength", 1_i64.into())])
}

/// A variable's name: an identifier, and not a name of the templates' own.
pub(super) fn variable() -> String {
    let reserved = RESERVED.join("|");
    format!(r"^(?!({reserved})$)[\p{{Alphabetic}}_][\p{{Alphabetic}}\p{{N}}_]*$|^x-")
}

/// A mapping of names that people give to `value`; `x-` keys are nobody's.
fn open(value: Value) -> Value {
    object([
        ("type", list(&["object", "null"])),
        ("patternProperties", own_keys()),
        ("additionalProperties", value),
    ])
}

/// The same, for names of a pattern.
pub(super) fn named(value: Value, pattern: &str, expected: &str) -> Value {
    let Value::Object(mut members) = open(value) else { return Value::Null };
    let names = object([
        ("pattern", pattern.into()),
        ("patternErrorMessage", format!("expected {expected}").into()),
    ]);
    members.insert("propertyNames".to_owned(), names);
    Value::Object(members)
}

/// `#/$defs/NAME`.
pub(super) fn reference(name: &str) -> Value {
    object([("$ref", format!("#/$defs/{name}").into())])
}

/// Words as a list of JSON.
pub(super) fn list(words: &[&str]) -> Value {
    Value::Array(words.iter().copied().map(Value::from).collect())
}

/// A schema written as JSON.
fn read(json: &str) -> Value {
    Value::from_json(json.as_bytes()).unwrap_or_default()
}

/// `hooks`: a list of actions for each occasion.
fn hooks() -> Value {
    let lists = OCCASIONS.map(|occasion| {
        let mut action = HookArgument::schema();
        if let Value::Object(members) = &mut action
            && let Some(Value::Object(actions)) = members.get_mut("properties")
        {
            let stands_here = |kind: &&&ActionKind| kind.occasions.contains(&occasion);
            let here: Vec<&str> = ACTIONS.iter().filter(stands_here).map(|kind| kind.key).collect();
            actions.retain(|key, _| here.contains(&key.as_str()));
            actions.values_mut().for_each(|action| *action = or_template(std::mem::take(action)));
            if let Some(set) = actions.get_mut("set") {
                let names = object([("pattern", variable().into())]);
                *set = object([("type", "object".into()), ("propertyNames", names)]);
            }
        }
        let list = object([("type", list(&["array", "null"])), ("items", action)]);
        (occasion.key().to_owned(), list)
    });
    object([
        ("type", list(&["object", "null"])),
        ("properties", Value::Object(lists.into_iter().collect())),
        ("patternProperties", own_keys()),
        ("additionalProperties", false.into()),
    ])
}
