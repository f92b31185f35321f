//! What tests ask predicates: one line in, the whole verdict out.

use super::expectation::compile_argument;
use super::{Argument, BuildError, Expectation, Found};
use crate::value::Value;

pub(super) fn value(json: &str) -> Value {
    Value::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

pub(super) fn literal(json: &str) -> Argument {
    Argument::literal(&value(json))
}

fn expectation(json: &str) -> Expectation {
    compile_argument(&literal(json)).unwrap_or_else(|errors| panic!("{json}: {errors:?}"))
}

/// Every clause's verdict on a value, `holds` or what a report says.
pub(super) fn judge(argument: &str, found: &str) -> String {
    judge_found(argument, &Found::value(value(found)))
}

pub(super) fn judge_found(argument: &str, found: &Found<'_>) -> String {
    tell(&expectation(argument), found)
}

pub(super) fn tell(expectation: &Expectation, found: &Found<'_>) -> String {
    let failures: Vec<String> = expectation
        .check(found)
        .into_iter()
        .filter_map(|result| result.mismatch)
        .map(|mismatch| {
            let mut lines = vec![mismatch.expected_text, mismatch.found_text];
            lines.extend(mismatch.detail);
            lines.extend(mismatch.help.map(|help| format!("help: {help}")));
            lines.extend(mismatch.diff);
            lines.join("\n")
        })
        .collect();
    if failures.is_empty() { "holds".to_owned() } else { failures.join("\n") }
}

/// The verdict on nodes.
pub(super) fn judge_nodes(argument: &str, nodes: &str) -> String {
    let nodes = value(nodes);
    let nodes: Vec<&Value> = nodes.as_array().unwrap_or_default().iter().collect();
    judge_found(argument, &Found::Nodes(nodes))
}

/// The verdict on nothing.
pub(super) fn judge_missing(argument: &str) -> String {
    judge_found(argument, &Found::Missing("no header `x-gone`".to_owned()))
}

/// What is wrong with an argument, a line a mistake: the message, the help.
pub(super) fn mistakes(argument: &str) -> String {
    match compile_argument(&literal(argument)) {
        Ok(_) => "none".to_owned(),
        Err(errors) => tell_mistakes(&errors),
    }
}

pub(super) fn tell_mistakes(errors: &[BuildError]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| match &error.help {
            Some(help) => format!("{}; {help}", error.message),
            None => error.message.clone(),
        })
        .collect();
    lines.join("\n")
}
