//! `error`: the failure of a request that is meant to fail.

use super::{ANYTHING, Gives, Needs, Outcome, Selector, Subject, SubjectKind, rewrite};
use crate::check::{Argument, BuildError, Found, words};
use crate::diagnostic::codes::check::{UNKNOWN_ERROR_KIND, WRONG_ARGUMENT};
use crate::exchange::Seen;
use crate::http::{ERROR_KINDS, ErrorKind, Exchange};
use crate::registry::suggest;
use crate::value::Value;
use std::sync::Arc;

/// How the request failed.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "error",
    synonyms: &["exception", "raises"],
    capture_key: None,
    media: ANYTHING,
    summary: "that the request fails with this kind of error, one of Requests' exceptions, or a \
              child of it; predicates look at its text, `ReadTimeout: …`",
    example: "assert: {error: ReadTimeout}",
    selector: Selector::None,
    gives: Gives::ErrorKind,
    show: |view| view.text().map_or_else(|| words::plain(view), |text| words::cut(text, 240)),
    needs: Needs::Digest,
    compile: |_| Ok(Arc::new(Failure)),
    rewrite: |argument| {
        rewrite::values(argument, &rewrite::Rules { plain: of_kind, value: no_kind })
    },
};

#[derive(Debug)]
struct Failure;

impl Subject for Failure {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome {
            Ok(seen) => Found::Missing(match seen {
                Seen::Request(Exchange { response, .. }) => {
                    let status = response.status;
                    format!("no error: the request succeeded with status {status}")
                }
                Seen::Socket(_) => "no error: all of it was done".to_owned(),
                Seen::Received(_) => "no error: a request came".to_owned(),
            }),
            Err(error) => Found::value(error.to_string()),
        }
    }
}

fn kind_of(name: &str) -> Option<ErrorKind> {
    ERROR_KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// A kind's name as the beginning of the error's text: its own or a child's.
fn of_kind(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    if *argument == Argument::Pending {
        return Ok(Argument::Pending);
    }
    let name = argument.scalar().and_then(Value::as_str).ok_or_else(|| {
        let message = format!("`error` takes a kind of error, found {}", argument.name());
        let error = BuildError::new(&WRONG_ARGUMENT, message, "not a kind of error");
        vec![match argument {
            Argument::Array(_) => error.help("write `any: [ReadTimeout, ConnectTimeout]`"),
            _ => error.help("write `error: {exists: false}` for a request that succeeds"),
        }]
    })?;
    let kind = kind_of(name).ok_or_else(|| vec![unknown(name)])?;
    let names: Vec<&str> =
        ERROR_KINDS.iter().filter(|child| child.is(kind)).map(|child| child.name()).collect();
    let begin = format!("^(?:{}):", names.join("|"));
    Ok(Argument::Object(vec![("matches".to_owned(), Argument::Scalar(Value::from(begin)))]))
}

fn unknown(name: &str) -> BuildError {
    let names: Vec<&str> = ERROR_KINDS.iter().map(|kind| kind.name()).collect();
    let message = format!("`{name}` is not a kind of error");
    BuildError::new(&UNKNOWN_ERROR_KIND, message, "not a kind of error").help(
        match suggest(names.iter().copied(), name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the kinds are Requests' exceptions: {}", names.join(", ")),
        },
    )
}

/// A predicate looks at the error's text, which is never a kind alone.
fn no_kind(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    match argument.scalar().and_then(Value::as_str) {
        Some(name) if matches!(argument, Argument::Scalar(_)) && kind_of(name).is_some() => {
            let message = "predicates look at the text of the error, not at its kind alone";
            Err(vec![
                BuildError::new(&WRONG_ARGUMENT, message, "a kind of error")
                    .help(format!("write `error: {name}`, or `not: {name}`")),
            ])
        }
        _ => Ok(argument.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::check::probe::{literal, tell, tell_mistakes};
    use crate::check::subjects::find_subject;
    use crate::check::{Found, compile};
    use crate::http::{Error, ErrorKind};

    fn judge(argument: &str, kind: ErrorKind) -> String {
        let error = Error::new(kind, "no answer in 5s");
        let subject = (KIND.compile)(None).unwrap();
        match compile(&KIND, &literal(argument)) {
            Ok(expectation) => tell(&expectation, &subject.look(Err(&error))),
            Err(errors) => tell_mistakes(&errors),
        }
    }

    #[test]
    fn a_kind_stands_for_its_children() {
        assert_eq!(judge(r#""ReadTimeout""#, ErrorKind::ReadTimeout), "holds");
        assert_eq!(judge(r#""Timeout""#, ErrorKind::ReadTimeout), "holds");
        assert_eq!(judge(r#""RequestException""#, ErrorKind::SSLError), "holds");
        assert_eq!(
            judge(r#""ReadTimeout""#, ErrorKind::ConnectTimeout),
            "expected ReadTimeout\nfound ConnectTimeout: no answer in 5s"
        );
        assert_eq!(judge(r#"{"any": ["SSLError", "Timeout"]}"#, ErrorKind::ReadTimeout), "holds");
        assert_eq!(judge(r#"{"not": "SSLError"}"#, ErrorKind::ReadTimeout), "holds");
    }

    #[test]
    fn predicates_look_at_the_text() {
        assert_eq!(judge(r#"{"contains": "in 5s"}"#, ErrorKind::ReadTimeout), "holds");
        assert_eq!(judge(r#"{"exists": true}"#, ErrorKind::ReadTimeout), "holds");
        assert_eq!(
            judge(r#"{"eq": "ReadTimeout"}"#, ErrorKind::ReadTimeout),
            "predicates look at the text of the error, not at its kind alone; write `error: \
             ReadTimeout`, or `not: ReadTimeout`"
        );
    }

    #[test]
    fn success_is_no_error() {
        let expectation = compile(&KIND, &literal(r#""ReadTimeout""#)).unwrap();
        let found = "no error: the request succeeded with status 200".to_owned();
        assert_eq!(
            tell(&expectation, &Found::Missing(found)),
            "expected ReadTimeout\nfound no error: the request succeeded with status 200"
        );
    }

    #[test]
    fn other_kinds_are_refused() {
        assert_eq!(
            judge(r#""ReadTimeuot""#, ErrorKind::ReadTimeout),
            "`ReadTimeuot` is not a kind of error; did you mean `ReadTimeout`?"
        );
        assert_eq!(
            judge("null", ErrorKind::ReadTimeout),
            "`error` takes a kind of error, found null; write `error: {exists: false}` for a \
             request that succeeds"
        );
        assert_eq!(
            judge(r#"["ReadTimeout"]"#, ErrorKind::ReadTimeout),
            "`error` takes a kind of error, found a list; write `any: [ReadTimeout, \
             ConnectTimeout]`"
        );
    }

    #[test]
    fn every_other_subject_says_that_the_request_failed() {
        let error = Error::new(ErrorKind::ReadTimeout, "no answer in 5s");
        for key in ["status", "text", "json", "elapsed", "headers", "cookies"] {
            let subject = (find_subject(key).unwrap().compile)(Some("x")).unwrap();
            assert_eq!(
                subject.look(Err(&error)),
                Found::Missing("the request failed: ReadTimeout: no answer in 5s".to_owned()),
                "{key}"
            );
        }
    }
}
