//! `assert` and `capture`: the tables of subjects and predicates as schemas.

use super::definitions::{list, named, reference, variable};
use super::own_keys;
use super::templates::{NO_TEMPLATE, TEMPLATE, or_template};
use crate::check::{
    ArgumentShape, Gives, PREDICATES, PredicateKind, STATUS_NAMES, SUBJECTS, Selector, SubjectKind,
    TYPES, upper_case,
};
use crate::exchange::Medium;
use crate::http::ERROR_KINDS;
use crate::registry::Entry as _;
use crate::schema::shape::object;
use crate::value::{Map, Value};

/// Assertions, captures, and what they refer to.
pub(super) fn definitions() -> Map {
    let any = Dialect { name: "expectation", plain: any_plain, value: || reference("pattern") };
    let body = Dialect { name: "bodyExpectation", plain: body_plain, ..any };
    let status = Dialect { name: "statusExpectation", plain: status_plain, value: status_value };
    let duration = Dialect {
        name: "durationExpectation",
        plain: duration_plain,
        value: || reference("duration"),
    };
    let error = Dialect { name: "errorExpectation", plain: error_plain, value: any_bound };
    let mut definitions = Map::default();
    for dialect in [any, body, status, duration, error] {
        definitions.insert(dialect.name.to_owned(), dialect.expectation());
    }
    definitions.insert("pattern".to_owned(), pattern());
    definitions.insert("assertions".to_owned(), assertions(Medium::Request));
    definitions.insert("captures".to_owned(), captures("capture"));
    definitions.insert("socketAssertions".to_owned(), assertions(Medium::Socket));
    definitions.insert("socketCaptures".to_owned(), captures("socketCapture"));
    definitions.insert("receivedAssertions".to_owned(), assertions(Medium::Received));
    definitions.insert("receivedCaptures".to_owned(), captures("receivedCapture"));
    definitions.insert("next".to_owned(), next());
    definitions.insert("capture".to_owned(), capture(Medium::Request));
    definitions.insert("socketCapture".to_owned(), capture(Medium::Socket));
    definitions.insert("receivedCapture".to_owned(), capture(Medium::Received));
    definitions
}

/// How a subject's values are written.
#[derive(Clone, Copy)]
struct Dialect {
    /// The definition's name.
    name: &'static str,
    /// The words that say what a plain value must be; predicates are added.
    plain: fn() -> Map,
    /// One value, as a predicate takes it.
    value: fn() -> Value,
}

/// The dialect of a subject's expectation: its definition's name.
fn dialect(kind: &SubjectKind) -> &'static str {
    match kind.gives {
        Gives::Status => "statusExpectation",
        Gives::Duration => "durationExpectation",
        Gives::ErrorKind => "errorExpectation",
        // A golden file stands for these three.
        _ if matches!(kind.key, "text" | "json" | "bytes") => "bodyExpectation",
        _ => "expectation",
    }
}

impl Dialect {
    /// A plain value, or a mapping of predicates.
    fn expectation(self) -> Value {
        let mut whole = (self.plain)();
        let mut properties: Map = PREDICATES
            .iter()
            .map(|kind| (kind.key.to_owned(), described(kind.summary(), self.argument(kind))))
            .collect();
        if let Some(Value::Object(more)) = whole.shift_remove("properties") {
            properties.extend(more);
        }
        whole.insert("properties".to_owned(), Value::Object(properties));
        whole.insert("additionalProperties".to_owned(), false.into());
        whole.insert("minProperties".to_owned(), 1_i64.into());
        Value::Object(whole)
    }

    fn argument(self, kind: &PredicateKind) -> Value {
        match kind.argument {
            ArgumentShape::Pattern | ArgumentShape::Value => (self.value)(),
            ArgumentShape::Values => list_of((self.value)(), 1, None),
            ArgumentShape::Bound => self.bound(),
            ArgumentShape::Bounds => list_of(self.bound(), 2, Some(2)),
            ArgumentShape::Regex => object([("type", "string".into())]),
            ArgumentShape::Flag => reference("boolean"),
            ArgumentShape::Type => {
                // `null` as YAML reads it is a type too.
                let names = TYPES.iter().map(|kind| kind.name.into()).chain([Value::Null]);
                or_template(object([("enum", Value::Array(names.collect()))]))
            }
            ArgumentShape::Direction => or_template(object([(
                "enum",
                Value::Array(vec![true.into(), false.into(), "asc".into(), "desc".into()]),
            )])),
            ArgumentShape::Length => length(),
            ArgumentShape::OfItems => reference("expectation"),
            ArgumentShape::Expectation => reference(self.name),
            ArgumentShape::Expectations => list_of(reference(self.name), 1, None),
            ArgumentShape::Schema => json_schema(),
        }
    }

    fn bound(self) -> Value {
        match self.name {
            "expectation" | "bodyExpectation" => any_bound(),
            _ => (self.value)(),
        }
    }
}

/// A JSON Schema, or the file of one.
fn json_schema() -> Value {
    let file = described("the file of the schema, JSON or YAML", reference("text"));
    or_template(object([("type", "object".into()), ("properties", object([("$file", file)]))]))
}

/// A number or text.
fn any_bound() -> Value {
    object([("type", list(&["number", "string"]))])
}

/// A list, or a template that gives one.
fn list_of(items: Value, least: i64, most: Option<i64>) -> Value {
    let mut members = Map::from_iter([
        ("type".to_owned(), "array".into()),
        ("items".to_owned(), items),
        ("minItems".to_owned(), least.into()),
    ]);
    if let Some(most) = most {
        members.insert("maxItems".to_owned(), most.into());
    }
    or_template(Value::Object(members))
}

/// A whole number, or predicates about one.
fn length() -> Value {
    let number = object([("type", list(&["integer", "object"])), ("minimum", 0_i64.into())]);
    match (or_template(number), reference("expectation")) {
        (Value::Object(mut number), Value::Object(reference)) => {
            number.extend(reference);
            Value::Object(number)
        }
        (number, _) => number,
    }
}

/// Data whose leaves may be predicates under `$`.
fn pattern() -> Value {
    object([
        ("properties", object([("$", reference("expectation"))])),
        ("additionalProperties", reference("pattern")),
        ("items", reference("pattern")),
    ])
}

/// `{$hex: …}`, `{$base64: …}`, and what `more` adds.
fn bytes(more: &[(&str, Value)]) -> Value {
    let text = |description: &str| described(description, object([("type", "string".into())]));
    let mut properties = Map::from_iter([
        ("$hex".to_owned(), text("bytes in hex digits")),
        ("$base64".to_owned(), text("bytes in base64")),
    ]);
    properties.extend(more.iter().map(|(key, schema)| ((*key).to_owned(), schema.clone())));
    Value::Object(properties)
}

fn any_plain() -> Map {
    Map::from_iter([
        ("items".to_owned(), reference("pattern")),
        ("properties".to_owned(), bytes(&[])),
    ])
}

fn body_plain() -> Map {
    let file = described("a file with the whole of it", reference("text"));
    let path = object([("type", "string".into()), ("pattern", json_path().into())]);
    let ignore = described(
        "beside `$file` of `json`: JSONPaths of what is not compared",
        object([("type", list(&["array", "string"])), ("items", path)]),
    );
    Map::from_iter([
        ("items".to_owned(), reference("pattern")),
        ("properties".to_owned(), bytes(&[("$file", file), ("ignore", ignore)])),
        ("dependentRequired".to_owned(), object([("ignore", list(&["$file"]))])),
    ])
}

/// The names of `requests.codes`, for a pattern.
fn status_names() -> String {
    let names = STATUS_NAMES.iter().flat_map(|(_, names)| names.iter().copied());
    let names = names.flat_map(|name| [Some(name.to_owned()), upper_case(name)]).flatten();
    names.map(|name| name.replace('\\', r"\\")).collect::<Vec<_>>().join("|")
}

/// One status: a number or a name.
fn status_value() -> Value {
    or_template(object([
        ("type", list(&["integer", "string"])),
        ("minimum", 100_i64.into()),
        ("maximum", 999_i64.into()),
        ("pattern", format!("^({})$", status_names()).into()),
        ("patternErrorMessage", "expected a status such as 201, or a name such as created".into()),
    ]))
}

/// A status, a class, or a list of which one is meant.
fn status_plain() -> Map {
    let examples = [200_i64, 201, 404].map(Value::from).into_iter();
    let examples = examples.chain(["2xx", "4xx", "created"].map(Value::from));
    let one = |kinds: &[&str]| {
        object([
            ("type", list(kinds)),
            ("minimum", 100_i64.into()),
            ("maximum", 999_i64.into()),
            ("pattern", format!("^[1-9](xx|XX)$|^({})$|{TEMPLATE}", status_names()).into()),
            (
                "patternErrorMessage",
                "expected a status such as 201, a class such as 2xx, or a name such as created"
                    .into(),
            ),
        ])
    };
    let mut plain = Map::default();
    if let Value::Object(one) = one(&["integer", "string", "array", "object"]) {
        plain.extend(one);
    }
    plain.insert("items".to_owned(), one(&["integer", "string"]));
    plain.insert("minItems".to_owned(), 1_i64.into());
    plain.insert("examples".to_owned(), Value::Array(examples.collect()));
    plain
}

fn duration_plain() -> Map {
    let mut plain = Map::default();
    let kinds = object([
        ("type", list(&["number", "string", "object"])),
        ("minimum", 0_i64.into()),
        ("pattern", crate::value::DURATION_PATTERN.into()),
        ("patternErrorMessage", format!("expected {}", crate::value::DURATION_EXPECTED).into()),
    ]);
    if let Value::Object(kinds) = or_template(kinds) {
        plain.extend(kinds);
    }
    plain.insert("examples".to_owned(), Value::Array(vec!["500ms".into(), "2s".into()]));
    plain
}

/// A kind of error; its children too.
fn error_plain() -> Map {
    let names: Vec<&str> = ERROR_KINDS.iter().map(|kind| kind.name()).collect();
    let kinds = vec![
        object([("enum", list(&names))]),
        object([("type", "object".into())]),
        reference("template"),
    ];
    Map::from_iter([("anyOf".to_owned(), Value::Array(kinds))])
}

/// `assert`: subjects and what they must be.
fn assertions(medium: Medium) -> Value {
    let kinds = SUBJECTS.iter().filter(|kind| kind.media.contains(&medium));
    let properties = kinds.map(|kind| (kind.key.to_owned(), assertion(kind))).collect();
    object([
        ("type", list(&["object", "null"])),
        ("properties", Value::Object(properties)),
        ("patternProperties", own_keys()),
        ("additionalProperties", false.into()),
    ])
}

/// What one subject must be.
pub(super) fn assertion(kind: &SubjectKind) -> Value {
    let expectation = match kind.gives {
        Gives::Schema => json_schema(),
        _ => reference(dialect(kind)),
    };
    let schema = match kind.selector {
        Selector::None => expectation,
        Selector::Name => selected(
            expectation,
            NO_TEMPLATE,
            "a name; no template here, it must be known before anything runs",
        ),
        Selector::JsonPath => selected(expectation, &json_path(), "a JSONPath such as $.id"),
        Selector::Part(parts) => object([
            ("type", "object".into()),
            (
                "properties",
                Value::Object(
                    parts.iter().map(|part| (part.key.to_owned(), assertion(part))).collect(),
                ),
            ),
            ("additionalProperties", false.into()),
        ]),
        Selector::Contract => reference("contract"),
        Selector::Expression => object([
            ("type", list(&["string", "boolean", "number", "array"])),
            ("minLength", 1_i64.into()),
            ("items", reference("condition")),
        ]),
    };
    described(kind.summary(), schema)
}

/// A mapping from selectors to what each must be.
fn selected(expectation: Value, pattern: &str, expected: &str) -> Value {
    let names = object([
        ("pattern", pattern.into()),
        ("patternErrorMessage", format!("expected {expected}").into()),
    ]);
    object([
        ("type", "object".into()),
        ("additionalProperties", expectation),
        ("propertyNames", names),
    ])
}

/// What begins with `$` and is no template.
fn json_path() -> String {
    format!(r"^\$(?![\s\S]*({TEMPLATE}))")
}

/// `capture`: variables and where their values come from.
fn captures(source: &str) -> Value {
    named(
        reference(source),
        &variable(),
        "a variable's name: letters, digits and _, no digit first, and not a name of the templates' own",
    )
}

/// A JSONPath, or a source with its options.
fn capture(medium: Medium) -> Value {
    let kinds = || SUBJECTS.iter().filter(move |kind| kind.media.contains(&medium));
    let sources = || kinds().filter_map(|kind| kind.capture_key.map(|key| (key, *kind)));
    let mut properties: Map = sources().map(|(key, kind)| (key.to_owned(), source(kind))).collect();
    for (option, schema) in options() {
        properties.insert(option.to_owned(), schema);
    }
    // Editors that find none of them name the first.
    let needed = ["jsonpath", "regex"].into_iter().chain(sources().map(|(key, _)| key));
    let needed = needed.map(|key| object([("required", list(&[key]))]));
    object([
        ("type", list(&["string", "object"])),
        ("pattern", json_path().into()),
        (
            "patternErrorMessage",
            "expected a JSONPath such as $.id, or a mapping such as {header: etag}".into(),
        ),
        ("properties", Value::Object(properties)),
        ("patternProperties", own_keys()),
        ("additionalProperties", false.into()),
        ("anyOf", Value::Array(needed.collect())),
        ("examples", list(&["$.id"])),
    ])
}

/// `next` of `paginate`: what a capture takes, a link, or a template.
fn next() -> Value {
    let Value::Object(mut next) = capture(Medium::Request) else { return Value::Null };
    next.insert("type".to_owned(), list(&["string", "object", "null"]));
    next.insert("pattern".to_owned(), format!(r"{}|^links\..|{TEMPLATE}", json_path()).into());
    let expected = "expected links.next, a JSONPath such as $.next, a template, or a mapping such as {header: x-next}";
    next.insert("patternErrorMessage".to_owned(), expected.into());
    if let Some(Value::Object(properties)) = next.get_mut("properties") {
        properties.retain(|key, _| !matches!(key.as_str(), "default" | "secret"));
    }
    next.insert("examples".to_owned(), list(&["links.next", "$.next"]));
    Value::Object(next)
}

fn source(kind: &SubjectKind) -> Value {
    let argument = match kind.selector {
        Selector::None => object([("const", true.into())]),
        Selector::Name => reference("text"),
        Selector::JsonPath => object([
            ("type", "string".into()),
            ("pattern", json_path().into()),
            ("patternErrorMessage", "expected a JSONPath such as $.id".into()),
        ]),
        Selector::Part(parts) => {
            let names: Vec<&str> = parts.iter().map(|part| part.key).collect();
            object([("enum", list(&names))])
        }
        Selector::Contract => object([]),
        Selector::Expression => reference("condition"),
    };
    described(kind.summary(), argument)
}

fn options() -> [(&'static str, Value); 3] {
    [
        (
            "regex",
            described(
                "the first group, or the whole match, of this regular expression in the source's text",
                reference("text"),
            ),
        ),
        ("default", described("the value when nothing is found", object([]))),
        (
            "secret",
            described(
                "whether the value is masked in everything printed or written",
                object([("type", "boolean".into())]),
            ),
        ),
    ]
}

fn described(description: &str, schema: Value) -> Value {
    let mut members = Map::from_iter([("description".to_owned(), description.into())]);
    if let Value::Object(schema) = schema {
        members.extend(schema);
    }
    Value::Object(members)
}
