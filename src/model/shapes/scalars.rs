//! Scalars: text, booleans, counts, durations; and the words every shape uses.

use crate::model::{Misfit, Shape};
use crate::value::{DURATION_EXPECTED, Map, Value};
use std::path::Path;
use std::time::Duration;

/// A scalar's text: strings as they are, numbers and booleans in the file's own spelling.
pub(super) fn text(value: &Value, expected: &str) -> Result<String, Misfit> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Bytes(_) => Ok(value.to_text()),
        _ => Err(Misfit::new(expected, value)),
    }
}

/// The text under a key of a mapping, if it is there and not null.
pub(super) fn optional_text(members: &Map, key: &str) -> Result<Option<String>, Misfit> {
    match members.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => text(value, "text").map(Some).map_err(|misfit| misfit.under(key)),
    }
}

/// Refuses every key of a mapping that is not one of `known`.
pub(super) fn only_keys(members: &Map, known: &[&str], what: &str) -> Result<(), Misfit> {
    let Some(key) = members.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    let expected = format!("{what} with the keys `{}`", known.join("`, `"));
    let misfit = Misfit::new(expected, &Value::Null)
        .found(format!("the key `{key}`"))
        .within(crate::check::Segment::KeyItself(key.clone()));
    Err(match crate::registry::suggest(known.iter().copied(), key) {
        Some(near) => misfit.help(format!("did you mean `{near}`?")),
        None => misfit,
    })
}

/// What another tool calls a key, and what to do instead.
pub(super) type Synonym = (&'static str, &'static str);

/// As [`only_keys`]; a word of another tool's is told in ours.
pub(super) fn only_keys_or(
    members: &Map,
    known: &[&str],
    what: &str,
    synonyms: &[Synonym],
) -> Result<(), Misfit> {
    only_keys(members, known, what).map_err(|mut misfit| {
        let key = members.keys().find(|key| !known.contains(&key.as_str()));
        let ours = synonyms.iter().find(|(theirs, _)| key.is_some_and(|key| key == theirs));
        if let Some((_, help)) = ours {
            misfit.help = Some((*help).to_owned());
        }
        misfit
    })
}

/// `{"type": …}`, or any of several.
pub(super) fn schema(text: &str) -> Value {
    Value::from_json(text.as_bytes()).unwrap_or_default()
}

impl Shape for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(value: &Value, _folder: &Path) -> Result<bool, Misfit> {
        value.as_bool().ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "boolean"}"#)
    }
}

impl Shape for u32 {
    const EXPECTED: &'static str = "a whole number, 0 or more";

    fn read(value: &Value, _folder: &Path) -> Result<u32, Misfit> {
        value
            .as_number()
            .and_then(|number| number.as_u64())
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 0, "maximum": 4294967295}"#)
    }
}

impl Shape for Duration {
    const EXPECTED: &'static str = DURATION_EXPECTED;

    fn read(value: &Value, _folder: &Path) -> Result<Duration, Misfit> {
        value.as_duration().ok_or_else(|| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r##"{"$ref": "#/$defs/duration"}"##)
    }
}
