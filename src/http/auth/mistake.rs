//! What is wrong with how auth is written.

use crate::registry::suggest;
use crate::value::{Map, Value};

/// A part of a kind's argument that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMistake {
    /// The keys inside the argument that lead to it, outermost first.
    pub path: Vec<String>,
    /// Whether the last of these keys is wrong itself, not its value.
    pub is_key: bool,
    /// What was expected there.
    pub expected: String,
    /// What was found there, in words; a description of the value unless given.
    pub found: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl AuthMistake {
    pub(super) fn new(expected: impl Into<String>) -> AuthMistake {
        let expected = expected.into();
        AuthMistake { path: Vec::new(), is_key: false, expected, found: None, help: None }
    }

    pub(super) fn under(mut self, key: &str) -> AuthMistake {
        self.path.insert(0, key.to_owned());
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> AuthMistake {
        self.found = Some(found.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> AuthMistake {
        self.help = Some(help.into());
        self
    }
}

impl From<String> for AuthMistake {
    fn from(expected: String) -> AuthMistake {
        AuthMistake::new(expected)
    }
}

/// The members of a mapping, each of its keys one of `known`.
pub(super) fn members<'v>(
    value: &'v Value,
    expected: &str,
    known: &[&str],
) -> Result<&'v Map, AuthMistake> {
    let Value::Object(members) = value else { return Err(AuthMistake::new(expected)) };
    let is_unknown = |key: &&String| !known.contains(&key.as_str()) && !key.starts_with("x-");
    let Some(key) = members.keys().find(is_unknown) else { return Ok(members) };
    let expected = format!("a mapping with the keys `{}`", known.join("`, `"));
    let mut mistake = AuthMistake::new(expected).under(key).found(format!("the key `{key}`"));
    mistake.is_key = true;
    Err(match suggest(known.iter().copied(), key) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    })
}

/// A member that is text; null is none. `what` is what it is, with its article.
pub(super) fn optional(
    members: &Map,
    key: &str,
    what: &str,
) -> Result<Option<String>, AuthMistake> {
    match members.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match super::credentials::text(value, what) {
            Ok(text) => Ok(Some(text)),
            Err(expected) => Err(AuthMistake::new(expected).under(key)),
        },
    }
}
