//! `auth`: `[user, pass]`, one of the kinds of `http/auth/`, or null.

use super::scalars::schema;
use crate::http::{AUTH_KINDS, Auth};
use crate::model::{Misfit, Shape};
use crate::registry::{Entry as _, find, suggest};
use crate::value::{Map, Value};
use std::path::Path;
use std::sync::Arc;

/// `auth`; null is no auth, whatever a session says.
#[derive(Clone, Debug)]
pub struct AuthArgument(pub Option<Arc<dyn Auth>>);

impl Shape for AuthArgument {
    const EXPECTED: &'static str = "[user, password], a mapping such as {bearer: token}, or null";

    fn read(value: &Value, _folder: &Path) -> Result<AuthArgument, Misfit> {
        match value {
            Value::Null => Ok(AuthArgument(None)),
            Value::Array(_) => build("basic", value),
            Value::Object(members) => of_kind(members, value),
            Value::String(text) if text.contains(':') => {
                let help = "user and password are a list: `auth: [user, password]`";
                Err(Misfit::new(Self::EXPECTED, value).help(help))
            }
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        let kinds = AUTH_KINDS.iter().map(|kind| {
            let mut member = Map::new();
            let description =
                Map::from_iter([("description".to_owned(), Value::from(kind.summary()))]);
            member.insert(kind.key().to_owned(), Value::Object(description));
            (kind.key(), member)
        });
        let properties: Map = kinds.flat_map(|(_, member)| member).collect();
        let mut object = Map::new();
        object.insert("type".to_owned(), Value::from("object"));
        object.insert("properties".to_owned(), Value::Object(properties));
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
        object.insert("minProperties".to_owned(), Value::from(1_i64));
        object.insert("maxProperties".to_owned(), Value::from(1_i64));
        let pair = schema(
            r##"{"type": "array", "minItems": 2, "maxItems": 2, "items": {"$ref": "#/$defs/scalar"}}"##,
        );
        let null = schema(r#"{"type": "null"}"#);
        let any = Value::Array(vec![null, pair, Value::Object(object)]);
        Value::Object(Map::from_iter([("anyOf".to_owned(), any)]))
    }
}

/// Kinds of the format that this version does not have.
const LATER: [&str; 2] = ["aws_sigv4", "oauth2"];

fn of_kind(members: &Map, value: &Value) -> Result<AuthArgument, Misfit> {
    let mut entries = members.iter();
    let (Some((key, argument)), None) = (entries.next(), entries.next()) else {
        return Err(Misfit::new("a mapping with one key, the kind of auth", value)
            .found(format!("{} keys", members.len()))
            .help("write `[user, password]`, or one kind such as `{bearer: token}`"));
    };
    build(key, argument).map_err(|misfit| misfit.under(key))
}

/// A kind's own words, `expected …, found …`, as a mistake.
fn misfit(message: &str, argument: &Value) -> Misfit {
    let message = message.strip_prefix("expected ").unwrap_or(message);
    match message.split_once(", found ") {
        Some((expected, found)) => Misfit::new(expected, argument).found(found.to_owned()),
        None => Misfit::new(message, argument),
    }
}

/// The auth of a kind. An unknown kind is said of the key itself.
fn build(key: &str, argument: &Value) -> Result<AuthArgument, Misfit> {
    let Some(kind) = find(AUTH_KINDS, key) else {
        let names: Vec<&str> = AUTH_KINDS.iter().map(|kind| kind.key()).collect();
        let help = match suggest(names.iter().copied(), key) {
            _ if LATER.contains(&key) => {
                format!("`{key}` is planned, but this version does not have it yet")
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the kinds of auth are `{}`", names.join("`, `")),
        };
        return Err(Misfit::new("a kind of auth", argument).found(format!("`{key}`")).help(help));
    };
    (kind.build)(argument)
        .map(|auth| AuthArgument(Some(auth)))
        .map_err(|message| misfit(&message, argument))
}
