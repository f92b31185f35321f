//! Bodies compared with files, and the files written anew (`--update-snapshots`).
//!
//! ```text
//! worker:      body ─compare─▶ records, Draft ─settle (all else holds)─▶ Draft
//! coordinator: Draft ─mask (a secret in it?)─▶ file, or a failure
//! ```

use super::Context;
use super::record::location;
use super::verify::{broken, clause};
use crate::check::{Argument, Found, compile};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AssertionRecord, Outcome, StepRecord};
use crate::model::{Assertion, Snapshot};
use crate::plan::unreadable;
use crate::source::{Node, Span};
use crate::value::Value;
use crate::world::FileAccess;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Whether files that bodies are compared with are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Snapshots {
    /// Never.
    #[default]
    Compared,
    /// Where they differ or are missing (`--update-snapshots`).
    Updated,
}

/// What stands in a snapshot for what is not compared.
const IGNORED: &str = "(ignored)";

/// A file to be written once nothing speaks against it.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    written: String,
    bytes: Vec<u8>,
    /// Where the file is named.
    span: Span,
    /// The first of its records, and behind the last.
    records: std::ops::Range<usize>,
}

/// Compares a body with its snapshot: the records, and the draft that would make them pass.
pub(super) fn compare(
    assertion: &Assertion,
    snapshot: &Snapshot,
    node: &Node,
    found: Found<'_>,
    context: &Context,
    records: &mut Vec<AssertionRecord>,
) -> Option<Draft> {
    let begin = records.len();
    let may_write = context.options.snapshots == Snapshots::Updated;
    let draft = may_write.then(|| contents(assertion, snapshot, &found)).flatten();
    match golden(assertion, snapshot, node.span, context) {
        Ok(golden) => check(assertion, snapshot, node, (golden, found), context, records),
        Err(diagnostic) => records.push(broken(assertion, &diagnostic, context)),
    }
    if records.iter().skip(begin).all(|record| record.passed) {
        return None;
    }
    Some(Draft {
        path: snapshot.path.clone(),
        written: snapshot.written.clone(),
        bytes: draft?,
        span: node.span,
        records: begin..records.len(),
    })
}

fn check(
    assertion: &Assertion,
    snapshot: &Snapshot,
    node: &Node,
    (mut golden, found): (Value, Found<'_>),
    context: &Context,
    records: &mut Vec<AssertionRecord>,
) {
    ignore(snapshot, &mut golden, Ignored::LeftOut);
    let found = match found {
        Found::Value(value) if !snapshot.ignore.is_empty() => {
            let mut value = value.into_owned();
            ignore(snapshot, &mut value, Ignored::LeftOut);
            Found::Value(Cow::Owned(value))
        }
        found => found,
    };
    let expectation = match compile(assertion.kind, &Argument::Opaque(golden)) {
        Ok(expectation) => expectation,
        Err(errors) => {
            let message = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
            let code = &codes::check::WRONG_ARGUMENT;
            let diagnostic = Diagnostic::error(code, node.span, message, "named here");
            records.push(broken(assertion, &diagnostic, context));
            return;
        }
    };
    let is_missing = matches!(found, Found::Missing(_));
    for mut result in expectation.check(&found) {
        if let Some(mismatch) = &mut result.mismatch
            && !is_missing
        {
            let help = "if the response is right, `--update-snapshots` writes it to the file";
            mismatch.help.get_or_insert_with(|| help.to_owned());
        }
        let mut record = clause(assertion, result, node, context);
        record.missing = is_missing;
        records.push(record);
    }
}

/// The file's contents.
fn golden(
    assertion: &Assertion,
    snapshot: &Snapshot,
    span: Span,
    context: &Context,
) -> Result<Value, Box<Diagnostic>> {
    let path = &snapshot.path;
    let bytes = context.world.files.read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            let message = format!("`{}`: no snapshot `{}`", assertion.name, snapshot.written);
            let code = &codes::failure::ASSERTION;
            Box::new(
                Diagnostic::error(code, span, message, "there is no such file")
                    .help("`--update-snapshots` writes it from the response"),
            )
        }
        _ => Box::new(unreadable(path, span, &error)),
    })?;
    let not = |what: String| {
        let message = format!("`{}` is not {what}", path.display());
        Box::new(Diagnostic::error(&codes::cli::CANNOT_OPEN, span, message, "named here"))
    };
    match assertion.kind.key {
        "json" => Value::from_json(&bytes).map_err(|error| not(format!("JSON: {error}"))),
        "text" => {
            String::from_utf8(bytes).map(Value::String).map_err(|_| not("UTF-8 text".to_owned()))
        }
        _ => Ok(Value::Bytes(bytes)),
    }
}

/// What the file would hold: JSON laid out for reading, anything else as it came.
fn contents(assertion: &Assertion, snapshot: &Snapshot, found: &Found<'_>) -> Option<Vec<u8>> {
    let value = found.view().ok()?.to_value();
    Some(match (assertion.kind.key, value) {
        ("json", ref mut value) => {
            ignore(snapshot, value, Ignored::Named);
            format!("{}\n", value.to_json_pretty()).into_bytes()
        }
        (_, Value::Bytes(bytes)) => bytes,
        (_, ref mut value) => std::mem::take(value).to_text().into_bytes(),
    })
}

/// What becomes of what is not compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignored {
    /// It is taken away, on both sides.
    LeftOut,
    /// Words stand for it, in the file.
    Named,
}

fn ignore(snapshot: &Snapshot, value: &mut Value, how: Ignored) {
    for query in &snapshot.ignore {
        let places: Vec<usize> = query.select(value).into_iter().map(address).collect();
        if !places.is_empty() {
            replace(value, &places, how);
        }
    }
}

/// What tells one node of a tree from all others while nothing moves.
fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

fn replace(value: &mut Value, places: &[usize], how: Ignored) {
    if places.contains(&address(value)) {
        *value = if how == Ignored::Named { IGNORED.into() } else { Value::Null };
        return;
    }
    let is_left_out = |item: &Value| how == Ignored::LeftOut && places.contains(&address(item));
    // Their children first: taking items away moves those behind them.
    match value {
        Value::Array(items) => {
            let kept: Vec<bool> = items.iter().map(|item| !is_left_out(item)).collect();
            items.iter_mut().for_each(|item| replace(item, places, how));
            let mut kept = kept.into_iter();
            items.retain(|_| kept.next().unwrap_or(true));
        }
        Value::Object(members) => {
            let kept: Vec<bool> = members.values().map(|item| !is_left_out(item)).collect();
            members.values_mut().for_each(|item| replace(item, places, how));
            let mut kept = kept.into_iter();
            members.retain(|_, _| kept.next().unwrap_or(true));
        }
        _ => {}
    }
}

/// The drafts to write: all of them when nothing else in the step failed, else none. Their
/// failures are taken back.
pub(super) fn settle(drafts: Vec<Draft>, records: &mut [AssertionRecord]) -> Vec<Draft> {
    let is_drafted = |index: usize| drafts.iter().any(|draft| draft.records.contains(&index));
    let others = records.iter().enumerate().filter(|(index, _)| !is_drafted(*index));
    if !others.into_iter().all(|(_, record)| record.passed) {
        return Vec::new();
    }
    for draft in &drafts {
        let of_draft = records.iter_mut().take(draft.records.end).skip(draft.records.start);
        for record in of_draft {
            record.passed = true;
            record.expected_text = None;
            record.found_text = None;
            record.diff = None;
            record.diagnostic = None;
        }
    }
    drafts
}

/// The snapshots that a run has written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// As the collections name them.
    pub(super) names: BTreeSet<String>,
    paths: BTreeSet<PathBuf>,
}

/// Writes drafts. What has a secret in it is not written, nor is what cannot be, nor anything over
/// what this run has written: then the step fails.
pub(super) fn write(
    drafts: Vec<Draft>,
    written: &mut Written,
    step: &mut StepRecord,
    mask: &dyn Fn(&str) -> String,
    context: &Context,
) {
    for draft in drafts {
        match write_one(&draft, written, mask, &*context.world.files) {
            Ok(()) => {
                written.names.insert(draft.written);
                written.paths.insert(draft.path);
            }
            Err(diagnostic) => {
                step.outcome = Outcome::Failed;
                let attempt = step.attempts.last_mut();
                let record = attempt.and_then(|one| one.assertions.get_mut(draft.records.start));
                if let Some(record) = record {
                    record.passed = false;
                    record.found_text = Some(diagnostic.message.clone());
                    record.location = location(&context.files, draft.span);
                    record.diagnostic = Some(render(&diagnostic, &context.files, Color::Never));
                }
            }
        }
    }
}

fn write_one(
    draft: &Draft,
    written: &Written,
    mask: &dyn Fn(&str) -> String,
    files: &dyn FileAccess,
) -> Result<(), Box<Diagnostic>> {
    let text = String::from_utf8_lossy(&draft.bytes);
    if mask(&text) != text {
        let message = format!("`{}` is not written: a secret is in the response", draft.written);
        let code = &codes::failure::ASSERTION;
        return Err(Box::new(
            Diagnostic::error(code, draft.span, message, "would hold a secret").help(
                "leave it out with `ignore: [$.path]` beside `$file`, or look at parts of the body",
            ),
        ));
    }
    if written.paths.contains(&draft.path) {
        // Which of two bodies stays would be chance.
        if files.read(&draft.path).is_ok_and(|bytes| bytes == draft.bytes) {
            return Ok(());
        }
        let message = format!("`{}` has another body in this run", draft.written);
        let code = &codes::failure::ASSERTION;
        let diagnostic =
            Diagnostic::error(code, draft.span, message, "written already, by another step or row");
        return Err(Box::new(
            diagnostic.help("give each body a step with a file of its own, or compare it in place"),
        ));
    }
    files.replace(&draft.path, &draft.bytes).map_err(|error| {
        let mut diagnostic = unreadable(&draft.path, draft.span, &error);
        diagnostic.message = diagnostic.message.replace("cannot open", "cannot write");
        Box::new(diagnostic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonpath::Query;

    fn without(paths: &[&str], json: &str, how: Ignored) -> String {
        let ignore = paths.iter().map(|path| Query::parse(path).unwrap()).collect();
        let snapshot = Snapshot { path: PathBuf::new(), written: String::new(), ignore };
        let mut value = Value::from_json(json.as_bytes()).unwrap();
        super::ignore(&snapshot, &mut value, how);
        value.to_json()
    }

    #[test]
    fn what_is_ignored_is_left_out() {
        let json = r#"{"a":1,"items":[{"id":1,"n":1},{"id":2,"n":2},3]}"#;
        let left_out = |paths: &[&str]| without(paths, json, Ignored::LeftOut);
        assert_eq!(left_out(&["$.a", "$.none"]), r#"{"items":[{"id":1,"n":1},{"id":2,"n":2},3]}"#);
        assert_eq!(left_out(&["$..id", "$.items[2]"]), r#"{"a":1,"items":[{"n":1},{"n":2}]}"#);
        assert_eq!(left_out(&["$.items[0,1]"]), r#"{"a":1,"items":[3]}"#);
        assert_eq!(left_out(&["$"]), "null");
    }

    #[test]
    fn what_is_ignored_has_a_word_in_the_file() {
        let json = r#"{"items":[{"id":1},2]}"#;
        assert_eq!(
            without(&["$..id", "$.items[1]"], json, Ignored::Named),
            r#"{"items":[{"id":"(ignored)"},"(ignored)"]}"#
        );
    }
}
