//! `auth`: `[user, pass]`, one of the kinds of `http/auth/`, or null.

use super::scalars::schema;
use crate::check::Segment;
use crate::http::{AUTH_KINDS, Auth, AuthMistake, AuthTakes};
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
            let mut argument = argument_schema(kind.takes);
            if let Value::Object(members) = &mut argument {
                members.insert("description".to_owned(), Value::from(kind.summary()));
            }
            (kind.key().to_owned(), argument)
        });
        // Beside `properties` editors take `maxProperties` for "nothing more to offer".
        let mut whole = schema(
            r##"{"type": ["array", "object", "null"], "items": {"$ref": "#/$defs/scalar"},
                "minItems": 2, "maxItems": 2, "properties": {}, "additionalProperties": false,
                "minProperties": 1, "allOf": [{"maxProperties": 1}]}"##,
        );
        if let Value::Object(members) = &mut whole {
            members.insert("properties".to_owned(), Value::Object(kinds.collect()));
        }
        whole
    }
}

fn argument_schema(takes: AuthTakes) -> Value {
    schema(match takes {
        AuthTakes::Credentials => {
            r##"{"type": "array", "minItems": 2, "maxItems": 2, "items": {"$ref": "#/$defs/scalar"}}"##
        }
        AuthTakes::Token => r#"{"type": ["string", "number", "boolean"]}"#,
        AuthTakes::Headers => {
            r##"{"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/scalar"}}"##
        }
        AuthTakes::True => r#"{"const": true}"#,
        AuthTakes::Members(written) => written,
    })
}

fn of_kind(members: &Map, value: &Value) -> Result<AuthArgument, Misfit> {
    let mut entries = members.iter();
    let (Some((key, argument)), None) = (entries.next(), entries.next()) else {
        return Err(Misfit::new("a mapping with one key, the kind of auth", value)
            .found(format!("{} keys", members.len()))
            .help("write `[user, password]`, or one kind such as `{bearer: token}`"));
    };
    if find(AUTH_KINDS, key).is_none() {
        return Err(unknown(key));
    }
    build(key, argument).map_err(|misfit| misfit.under(key))
}

/// The auth of a kind that there is.
fn build(key: &str, argument: &Value) -> Result<AuthArgument, Misfit> {
    let kind = find(AUTH_KINDS, key).ok_or_else(|| unknown(key))?;
    let auth = (kind.build)(argument).map_err(|mistake| misfit(mistake, argument))?;
    Ok(AuthArgument(Some(auth)))
}

/// What is wrong with a kind's argument, said of the part it is about.
fn misfit(mistake: AuthMistake, argument: &Value) -> Misfit {
    let AuthMistake { path, is_key, expected, found, help } = mistake;
    let part = path.iter().try_fold(argument, |value, key| value.as_object()?.get(key));
    let part = part.unwrap_or(argument);
    let mut misfit = Misfit::new(expected, part);
    if let Value::Array(items) = part {
        misfit = misfit.found(format!("a list of {}", items.len()));
    }
    misfit = found.into_iter().fold(misfit, Misfit::found);
    misfit = help.into_iter().fold(misfit, Misfit::help);
    let last = path.len();
    path.iter().enumerate().rev().fold(misfit, |misfit, (at, key)| match is_key && at + 1 == last {
        true => misfit.within(Segment::KeyItself(key.clone())),
        false => misfit.under(key),
    })
}

/// The mistake of a kind that there is not, said of the key itself.
fn unknown(key: &str) -> Misfit {
    let names: Vec<&str> = AUTH_KINDS.iter().map(|kind| kind.key()).collect();
    let help = match suggest(names.iter().copied(), key) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the kinds of auth are `{}`", names.join("`, `")),
    };
    Misfit::new("a kind of auth", &Value::Null)
        .found(format!("the key `{key}`"))
        .help(help)
        .within(Segment::KeyItself(key.to_owned()))
}
