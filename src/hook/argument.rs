//! What actions are written with: texts, headers, and what is wrong with them.

use crate::http::HeaderLines;
use crate::value::{Map, Value};

/// What is wrong with an action's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The key inside the argument, if it is about one.
    pub under: Option<String>,
    /// Whether the key itself is wrong, not its value.
    pub is_key: bool,
    /// What was expected there.
    pub expected: String,
    /// What was found there, in words; a description of the value unless given.
    pub found: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    pub(super) fn new(expected: impl Into<String>) -> Mistake {
        let expected = expected.into();
        Mistake { under: None, is_key: false, expected, found: None, help: None }
    }

    pub(super) fn under(mut self, key: &str) -> Mistake {
        self.under = Some(key.to_owned());
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Mistake {
        self.found = Some(found.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }
}

/// A scalar's text: strings as they are, numbers and booleans in the file's own spelling.
pub(super) fn text(value: &Value, expected: &str) -> Result<String, Mistake> {
    match value {
        Value::String(_) | Value::Bool(_) | Value::Number(_) => Ok(value.to_text()),
        _ => Err(Mistake::new(expected)),
    }
}

/// The members of a mapping, each of its keys one of `known` unless that is empty.
pub(super) fn members<'v>(
    value: &'v Value,
    expected: &str,
    known: &[&str],
) -> Result<&'v Map, Mistake> {
    let Value::Object(members) = value else { return Err(Mistake::new(expected)) };
    match members.keys().find(|key| !known.is_empty() && !known.contains(&key.as_str())) {
        None => Ok(members),
        Some(key) => {
            let mut mistake =
                Mistake::new(format!("a mapping with the keys `{}`", known.join("`, `")))
                    .under(key)
                    .found(format!("the key `{key}`"));
            mistake.is_key = true;
            Err(match crate::registry::suggest(known.iter().copied(), key) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake,
            })
        }
    }
}

/// Headers to set, in order; none to take a header away.
pub(super) type Headers = Vec<(String, Option<HeaderLines>)>;

/// A mapping of headers: a text, a list of texts for repeated lines, null to take one away.
pub(super) fn headers(value: &Value, expected: &str) -> Result<Headers, Mistake> {
    let members = members(value, expected, &[])?;
    let lines = |name: &String, value: &Value| match value {
        Value::Null => Ok(None),
        Value::Array(items) => items
            .iter()
            .map(|item| text(item, "text").map_err(|mistake| mistake.under(name)))
            .collect::<Result<HeaderLines, Mistake>>()
            .map(Some),
        one => text(one, "text, a list of texts, or null")
            .map(|line| Some(vec![line]))
            .map_err(|mistake| mistake.under(name)),
    };
    members.iter().map(|(name, value)| Ok((name.clone(), lines(name, value)?))).collect()
}

/// Puts headers into a list of lines.
pub(super) fn put(headers: &Headers, into: &mut crate::http::Headers) {
    for (name, lines) in headers {
        into.set_all(name, lines.iter().flatten().cloned());
    }
}
