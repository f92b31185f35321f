//! What only a request that came to us has: `method`, `path`, `params`, `data`.

use super::look::{Any, Named, lost};
use super::{Gives, Needs, RECEIVED, Selector, SubjectKind, rewrite};
use crate::check::{Argument, BuildError, Found, words};
use crate::exchange::Seen;
use crate::http::Received;
use crate::value::Value;
use std::sync::Arc;

/// The method.
pub(super) const METHOD: SubjectKind = SubjectKind {
    key: "method",
    synonyms: &["verb"],
    capture_key: Some("method"),
    summary: "the method of the request that came",
    example: "assert: {method: POST}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    media: RECEIVED,
    compile: |_| Ok(Arc::new(Any(method))),
    rewrite: rewrite::none,
};

/// The path.
pub(super) const PATH: SubjectKind = SubjectKind {
    key: "path",
    synonyms: &[],
    capture_key: Some("path"),
    summary: "the path of the request that came, percent-decoded",
    example: "assert: {path: {starts_with: /hooks/}}",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    media: RECEIVED,
    compile: |_| Ok(Arc::new(Any(path))),
    rewrite: rewrite::none,
};

/// A pair of the query.
pub(super) const PARAMS: SubjectKind = SubjectKind {
    key: "params",
    synonyms: &["query", "args"],
    capture_key: Some("param"),
    summary: "a pair of the query of the request that came, by name; the list of its values when it repeats",
    example: "assert: {params: {page: 2}}",
    selector: Selector::Name,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Head,
    media: RECEIVED,
    compile: |name| Named::compile("params", name, params),
    rewrite: as_text,
};

/// A pair of a form.
pub(super) const DATA: SubjectKind = SubjectKind {
    key: "data",
    synonyms: &["form"],
    capture_key: Some("data"),
    summary: "a pair of the urlencoded form that came, by name; the list of its values when it repeats",
    example: "assert: {data: {custname: ann}}",
    selector: Selector::Name,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Body,
    media: RECEIVED,
    compile: |name| Named::compile("data", name, data),
    rewrite: as_text,
};

/// What subjects look at is text on the wire: a plain number or boolean is its spelling.
fn as_text(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    Ok(match argument {
        Argument::Scalar(value @ (Value::Number(_) | Value::Bool(_))) => {
            Argument::Scalar(Value::from(value.to_text()))
        }
        Argument::Opaque(value @ (Value::Number(_) | Value::Bool(_))) => {
            Argument::Opaque(Value::from(value.to_text()))
        }
        other => other.clone(),
    })
}

fn of(seen: Seen<'_>) -> Result<&Received, Found<'static>> {
    match seen {
        Seen::Received(received) => Ok(received),
        Seen::Request(_) | Seen::Socket(_) => {
            Err(Found::Missing("no request came to us here".to_owned()))
        }
    }
}

fn method(seen: Seen<'_>) -> Found<'_> {
    of(seen).map_or_else(|none| none, |received| Found::Text(&received.method))
}

fn path(seen: Seen<'_>) -> Found<'_> {
    of(seen).map_or_else(|none| none, |received| Found::Text(&received.path))
}

fn params<'a>(seen: Seen<'a>, name: &str) -> Found<'a> {
    of(seen).map_or_else(|none| none, |received| pair("param", &received.params, name))
}

fn data<'a>(seen: Seen<'a>, name: &str) -> Found<'a> {
    let received = match of(seen) {
        Ok(received) => received,
        Err(none) => return none,
    };
    match &received.form {
        Some(form) => pair("form field", form, name),
        None => Found::Missing(match received.headers.first("content-type") {
            Some(kind) => format!("no form: the content type is `{kind}`"),
            None => "no form: there is no content type".to_owned(),
        }),
    }
}

fn pair<'a>(noun: &str, pairs: &'a [(String, String)], name: &str) -> Found<'a> {
    let values: Vec<&str> =
        pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
    match values.as_slice() {
        [] => lost(noun, name, pairs.iter().map(|(name, _)| name.as_str())),
        [value] => Found::Text(value),
        several => Found::value(Value::Array(several.iter().map(|it| Value::from(*it)).collect())),
    }
}
