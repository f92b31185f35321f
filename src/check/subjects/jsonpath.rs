//! `jsonpath`: a part of the body.

use super::look::{data, failed, selector_needed};
use super::{ANYTHING, Gives, Needs, Outcome, Selector, Subject, SubjectKind, rewrite};
use crate::check::{BuildError, Found, View, words};
use crate::diagnostic::codes::check::BAD_JSONPATH;
use crate::jsonpath::Query;
use crate::value::{Kind, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// A part of the body, by JSONPath.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "jsonpath",
    synonyms: &["json_path", "jsonPath"],
    capture_key: Some("jsonpath"),
    media: ANYTHING,
    summary: "a part of the body by JSONPath (RFC 9535): one value of names and indexes alone, \
              else the list of nodes",
    example: "assert: {jsonpath: {$.user.login: octokit, '$.labels[*].name': {contains: bug}}}",
    selector: Selector::JsonPath,
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Body,
    compile,
    rewrite: rewrite::none,
};

fn compile(path: Option<&str>) -> Result<Arc<dyn Subject>, BuildError> {
    let path = path.ok_or_else(|| selector_needed("jsonpath"))?;
    let query = Query::parse(path).map_err(|error| {
        let at = error.at.map(|at| format!(" (at character {})", at + 1)).unwrap_or_default();
        let what = format!("`{path}` is not a JSONPath: {}{at}", error.message);
        BuildError { help: error.help, ..BuildError::new(&BAD_JSONPATH, what, error.message) }
    })?;
    let singular = query.is_singular();
    Ok(Arc::new(Part { query, singular }))
}

#[derive(Debug)]
struct Part {
    query: Query,
    singular: bool,
}

impl Part {
    fn of<'a>(&self, root: &'a Value) -> Found<'a> {
        let nodes = self.query.select(root);
        match (self.singular, nodes.first()) {
            (false, _) => Found::Nodes(nodes),
            (true, Some(node)) => Found::Value(Cow::Borrowed(node)),
            (true, None) => Found::Missing(self.lost(root)),
        }
    }

    /// Names the longest beginning of the path that is there, and what is in it.
    fn lost(&self, root: &Value) -> String {
        let path = self.query.as_str();
        let mut prefix = path;
        while let Some(at) = prefix.rfind(['.', '[']) {
            prefix = prefix.get(..at).unwrap_or("$");
            let Ok(query) = Query::parse(prefix) else { continue };
            if let Some(node) = query.select(root).first() {
                return format!("no value at `{path}`: `{prefix}` {}", contents(node));
            }
        }
        format!("no value at `{path}`")
    }
}

fn contents(node: &Value) -> String {
    match node {
        Value::Object(members) if members.is_empty() => "is an empty mapping".to_owned(),
        Value::Object(members) => {
            format!("has the keys {}", words::names(members.keys().map(String::as_str)))
        }
        Value::Array(items) => format!("has {}", words::count(items.len(), "item")),
        other if other.kind() == Kind::Null => "is null".to_owned(),
        other => format!("is {}", words::named(View::Value(other))),
    }
}

impl Subject for Part {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome.map(data) {
            Ok(Ok(root)) => self.of(root),
            Ok(Err(reason)) => Found::Missing(reason),
            Err(error) => failed(error),
        }
    }
}
