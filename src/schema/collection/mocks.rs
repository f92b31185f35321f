//! `mocks` and `receive`: what they ask of a request, what they answer.

use super::checks::assertion;
use super::definitions::{list, named, reference};
use super::templates::{NO_TEMPLATE, or_template};
use super::{mapping, members, property};
use crate::check::MATCHERS;
use crate::model::shapes::ReplyStatus;
use crate::model::{LISTENER_KEYS, MATCH_KEYS, MOCK_KEYS, REPLY_KEYS, ROUTE_KEYS, Shape as _};
use crate::schema::shape::object;
use crate::value::{Map, Value};

/// An identifier (ECMA 262).
const IDENTIFIER: &str = r"^[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*$";

/// What `mocks` and `receive` lead to.
pub(super) fn definitions() -> Map {
    let parts = [
        ("mocks", mocks()),
        ("mock", mock()),
        ("routes", list_of("route", &["array", "null"], 0)),
        ("route", route()),
        ("path", path()),
        ("replies", list_of("reply", &["array"], 1)),
        ("reply", reply()),
        ("called", called()),
        ("bind", bind()),
        ("identifier", identifier()),
        ("receive", receive()),
        ("match", matched()),
    ];
    parts.map(|(name, schema)| (name.to_owned(), schema)).into_iter().collect()
}

/// A list of routes, or mocks by name.
fn mocks() -> Value {
    let names = r"^(?!url$)[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*$|^x-";
    let expected = "a name that is not `url`: letters, digits and _, no digit first";
    let mut mocks = members(named(reference("mock"), names, expected));
    mocks.insert("type".to_owned(), list(&["array", "object", "null"]));
    mocks.insert("items".to_owned(), reference("route"));
    Value::Object(mocks)
}

/// A list of routes, or where it listens and they.
fn mock() -> Value {
    let mut mock = members(mapping(&[MOCK_KEYS]));
    mock.insert("type".to_owned(), list(&["array", "object"]));
    mock.insert("items".to_owned(), reference("route"));
    mock.insert("required".to_owned(), list(&["routes"]));
    Value::Object(mock)
}

fn route() -> Value {
    let mut route = members(mapping(&[ROUTE_KEYS]));
    if let Some(Value::Object(properties)) = route.get_mut("properties") {
        let matchers = MATCHERS.iter().map(|kind| (kind.key.to_owned(), assertion(kind)));
        properties.extend(matchers);
    }
    route.insert("required".to_owned(), list(&["path"]));
    let both = object([("required", list(&["reply", "replies"]))]);
    route.insert("not".to_owned(), both);
    Value::Object(route)
}

fn path() -> Value {
    let whole = r"^(/(\{[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*(:int|:path)?\}|[^/?{}]*))+$";
    object([
        ("type", "string".into()),
        ("pattern", whole.into()),
        ("patternErrorMessage", "expected a path such as /users/{id}, without a query".into()),
    ])
}

/// A mapping, or a status alone.
fn reply() -> Value {
    let mut reply = members(mapping(&[REPLY_KEYS]));
    let mut status = members(or_template(ReplyStatus::schema()));
    status.shift_remove("type");
    reply.extend(status);
    reply.insert("type".to_owned(), list(&["object", "integer", "string", "null"]));
    Value::Object(reply)
}

/// How often: a number, or predicates of one.
fn called() -> Value {
    let mut called = members(reference("expectation"));
    called.insert("type".to_owned(), list(&["integer", "object", "null"]));
    called.insert("minimum".to_owned(), 0_i64.into());
    Value::Object(called)
}

fn bind() -> Value {
    object([
        ("type", list(&["string", "integer"])),
        ("minimum", 0_i64.into()),
        ("maximum", 65535_i64.into()),
        ("pattern", NO_TEMPLATE.into()),
        ("patternErrorMessage", "expected a port, an IP address, or both".into()),
    ])
}

fn identifier() -> Value {
    object([
        ("type", "string".into()),
        ("pattern", IDENTIFIER.into()),
        ("patternErrorMessage", "expected a name: letters, digits and _, no digit first".into()),
    ])
}

/// A listener's name, or more of it.
fn receive() -> Value {
    let mut receive = members(mapping(&[LISTENER_KEYS]));
    receive.extend(members(identifier()));
    receive.insert("type".to_owned(), list(&["string", "object"]));
    receive.insert("required".to_owned(), list(&["name"]));
    Value::Object(receive)
}

/// What is waited for.
fn matched() -> Value {
    let mut matched = members(mapping(&[MATCH_KEYS]));
    if let Some(Value::Object(properties)) = matched.get_mut("properties") {
        let matchers = MATCHERS.iter().map(|kind| (kind.key.to_owned(), assertion(kind)));
        properties.extend(matchers);
    }
    matched.insert("type".to_owned(), list(&["object", "null"]));
    Value::Object(matched)
}

fn list_of(name: &str, kinds: &[&str], least: i64) -> Value {
    object([("type", list(kinds)), ("items", reference(name)), ("minItems", least.into())])
}

/// The root of a file of mocks: a fragment that has some.
pub(super) fn file(keys: &[&crate::model::Key]) -> Value {
    let mut root = members(mapping(&[]));
    let properties = keys.iter().map(|key| property(key)).collect();
    root.insert("properties".to_owned(), Value::Object(properties));
    root.insert("required".to_owned(), list(&["mocks"]));
    let description = "Mocks for `runner serve --mock`, or to be included by collections.";
    root.shift_insert(0, "description".to_owned(), description.into());
    Value::Object(root)
}
