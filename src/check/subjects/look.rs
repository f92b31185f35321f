//! How subjects look: what they share.

use super::{Outcome, SUBJECTS, Subject, SubjectKind};
use crate::check::{BuildError, Found, words};
use crate::diagnostic::codes::check::{UNKNOWN_SUBJECT, WRONG_ARGUMENT};
use crate::exchange::Seen;
use crate::http::{Error, Exchange};
use crate::registry::{find, suggest};
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// The subject of this name.
///
/// # Errors
/// When there is none: the nearest one is suggested.
pub fn find_subject(key: &str) -> Result<&'static SubjectKind, BuildError> {
    find(SUBJECTS, key).copied().ok_or_else(|| {
        let names = || SUBJECTS.iter().map(|kind| kind.key);
        let known: Vec<&str> = names().collect();
        let synonym = SUBJECTS
            .iter()
            .find(|kind| kind.capture_key == Some(key) || kind.synonyms.contains(&key));
        let near = synonym.map(|kind| kind.key).or_else(|| suggest(names(), key));
        BuildError::new(&UNKNOWN_SUBJECT, format!("`{key}` is not a subject"), "not a subject")
            .help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the subjects are {}", known.join(", ")),
            })
    })
}

/// A subject without a selector, of requests alone.
#[derive(Debug)]
pub(super) struct Plain(pub(super) for<'a> fn(&'a Exchange) -> Found<'a>);

impl Subject for Plain {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome {
            Ok(Seen::Request(exchange)) => (self.0)(exchange),
            Ok(Seen::Socket(_) | Seen::Received(_)) => no_response(),
            Err(error) => failed(error),
        }
    }
}

/// A subject without a selector, of whatever was exchanged.
#[derive(Debug)]
pub(super) struct Any(pub(super) for<'a> fn(Seen<'a>) -> Found<'a>);

impl Subject for Any {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome {
            Ok(seen) => (self.0)(seen),
            Err(error) => failed(error),
        }
    }
}

/// A subject selected by name.
pub(super) struct Named {
    name: String,
    look: for<'a> fn(Seen<'a>, &str) -> Found<'a>,
}

impl Named {
    /// With the name that `key` needs.
    pub(super) fn compile(
        key: &str,
        name: Option<&str>,
        look: for<'a> fn(Seen<'a>, &str) -> Found<'a>,
    ) -> Result<Arc<dyn Subject>, BuildError> {
        let name = name.ok_or_else(|| selector_needed(key))?.to_owned();
        Ok(Arc::new(Named { name, look }))
    }
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Named({})", self.name)
    }
}

impl Subject for Named {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome {
            Ok(seen) => (self.look)(seen, &self.name),
            Err(error) => failed(error),
        }
    }
}

/// A subject that has to be told which.
pub(super) fn selector_needed(key: &str) -> BuildError {
    BuildError::new(&WRONG_ARGUMENT, format!("`{key}` takes a mapping"), "which one?")
        .help(format!("write `{key}: {{NAME: …}}`"))
}

/// What every subject but `error` finds when there is no response.
pub(super) fn failed(error: &Error) -> Found<'static> {
    Found::Missing(format!("the request failed: {error}"))
}

/// What a subject of requests finds of another exchange; the loader refuses to ask.
pub(super) fn no_response() -> Found<'static> {
    Found::Missing("there is no response".to_owned())
}

/// Nothing of this name, and what there is instead.
pub(super) fn lost<'n>(
    noun: &str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> Found<'static> {
    let names: Vec<&str> = names.collect();
    let instead = match suggest(names.iter().copied(), name) {
        Some(near) => format!("; there is `{near}`"),
        None if names.is_empty() => format!("; there are no {noun}s"),
        None => format!("; there are {}", words::names(names)),
    };
    Found::Missing(format!("no {noun} `{name}`{instead}"))
}

/// Looks at the body if all of it was kept.
pub(super) fn whole<'a>(seen: Seen<'a>, look: impl FnOnce() -> Found<'a>) -> Found<'a> {
    match cut_short(seen) {
        Some(reason) => Found::Missing(reason),
        None => look(),
    }
}

fn cut_short(seen: Seen<'_>) -> Option<String> {
    let content = seen.content();
    let kept = content.bytes.len();
    (!content.is_whole())
        .then(|| format!("no whole body: {kept} of its {} bytes were kept", content.size))
}

/// The body as data.
///
/// # Errors
/// Why it is none: where it stops being JSON, and how it begins.
pub(super) fn data(seen: Seen<'_>) -> Result<&Value, String> {
    if let Some(reason) = cut_short(seen) {
        return Err(reason);
    }
    if let Some(lines) = seen.data_lines() {
        return Ok(lines);
    }
    let what = match seen {
        Seen::Request(_) => "the body",
        Seen::Socket(_) => "what was received",
        Seen::Received(_) => "the body",
    };
    if seen.content().size == 0 {
        return Err(format!("no JSON: {what} is empty"));
    }
    match seen.json() {
        Ok(value) => Ok(value),
        Err(error) => {
            let begin = words::cut(seen.text(), 60);
            let begin = words::value(&Value::from(begin));
            Err(format!("no JSON: {error}; {what} begins {begin}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::probe::tell_mistakes;

    fn mistake(key: &str) -> String {
        tell_mistakes(&[find_subject(key).unwrap_err()])
    }

    #[test]
    fn the_nearest_subject_is_suggested() {
        assert_eq!(mistake("header"), "`header` is not a subject; did you mean `headers`?");
        assert_eq!(mistake("staus"), "`staus` is not a subject; did you mean `status`?");
        assert_eq!(mistake("body"), "`body` is not a subject; did you mean `json`?");
        assert_eq!(
            mistake("banana"),
            "`banana` is not a subject; the subjects are status, reason, ok, headers, cookies, \
             json, jsonpath, text, bytes, url, history, next, links, elapsed, duration, encoding, \
             size, sha256, lines, schema, openapi, certificate, method, path, params, data, \
             getpeername, getsockname, expr, error"
        );
    }

    #[test]
    fn what_is_there_instead_is_told() {
        let lost = |name: &str, names: &[&'static str]| match lost(
            "header",
            name,
            names.iter().copied(),
        ) {
            Found::Missing(reason) => reason,
            found => panic!("{found:?}"),
        };
        assert_eq!(lost("etga", &["etag", "via"]), "no header `etga`; there is `etag`");
        assert_eq!(lost("x-gone", &["etag", "via"]), "no header `x-gone`; there are `etag`, `via`");
        assert_eq!(lost("x-gone", &[]), "no header `x-gone`; there are no headers");
    }

    #[test]
    fn a_name_is_needed() {
        let error = (find_subject("headers").unwrap().compile)(None).unwrap_err();
        assert_eq!(
            tell_mistakes(&[error]),
            "`headers` takes a mapping; write `headers: {NAME: …}`"
        );
    }
}
