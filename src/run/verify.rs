//! Assertions checked: each predicate a record, each failure a diagnostic at its place.

use super::Context;
use super::contract;
use super::graphql;
use super::record::location;
use super::snapshot::{self, Draft};
use crate::check::{ClauseResult, Found, Outcome};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AssertionRecord, OperationRecord};
use crate::exchange::Seen;
use crate::http::Exchange;
use crate::model::{Assertion, Compare, locate};
use crate::plan::PlannedStep;
use crate::source::{Node, Span};
use crate::template::{Scope, Template};
use crate::value::Value;

/// What came of a step's assertions.
#[derive(Debug, Default)]
pub(super) struct Verified {
    /// Each predicate, in file order.
    pub(super) records: Vec<AssertionRecord>,
    /// Files that bodies differ from.
    pub(super) drafts: Vec<Draft>,
    /// What of OpenAPI documents the exchange covered.
    pub(super) operations: Vec<OperationRecord>,
}

/// Checks every assertion of a step, and that its status is below 400 when nothing speaks of it.
pub(super) fn verify(
    planned: &PlannedStep,
    outcome: Outcome<'_>,
    raise_for_status: bool,
    of_lines: Vec<AssertionRecord>,
    scope: &Scope,
    context: &Context,
) -> Verified {
    let assertions =
        planned.checks().map(|checks| checks.assertions.as_slice()).unwrap_or_default();
    let mut verified = Verified::default();
    let mut of_lines = of_lines.into_iter();
    for assertion in assertions {
        match assertion.is_of_each_line() {
            true => verified.records.extend(of_lines.next()),
            false => check(assertion, outcome, scope, context, &mut verified),
        }
    }
    if raise_for_status && !assertions.iter().any(Assertion::speaks_of_status) {
        verified.records.extend(status_nobody_wrote(planned, outcome, context));
    }
    verified.records.extend(graphql::reply(planned, outcome, scope, context));
    verified
}

/// Whether what the step says of the status holds, or else that it is below 400: what must hold
/// of every page.
pub(super) fn status_holds(
    planned: &PlannedStep,
    exchange: &Exchange,
    raise_for_status: bool,
    scope: &Scope,
    context: &Context,
) -> bool {
    let assertions =
        planned.checks().map(|checks| checks.assertions.as_slice()).unwrap_or_default();
    if raise_for_status && !assertions.iter().any(Assertion::speaks_of_status) {
        return exchange.response.status < 400;
    }
    let mut verified = Verified::default();
    for assertion in
        assertions.iter().filter(|assertion| matches!(assertion.kind.key, "status" | "ok"))
    {
        check(assertion, Ok(exchange.into()), scope, context, &mut verified);
    }
    verified.records.iter().all(|record| record.passed)
}

/// Checks one assertion that has no file and no document.
pub(super) fn look_at(
    assertion: &Assertion,
    outcome: Outcome<'_>,
    scope: &Scope,
    context: &Context,
) -> Vec<AssertionRecord> {
    let mut verified = Verified::default();
    check(assertion, outcome, scope, context, &mut verified);
    verified.records
}

/// One word that was expected, and what was found instead.
pub(super) fn stated(
    subject: &str,
    expected: &str,
    found: String,
    span: Span,
    context: &Context,
) -> AssertionRecord {
    let message = format!("`{subject}`: expected {expected}");
    let label = format!("found {found}");
    let diagnostic = Diagnostic::error(&codes::failure::ASSERTION, span, message, label);
    AssertionRecord {
        subject: subject.to_owned(),
        predicate: "eq".to_owned(),
        expected: Value::from(expected),
        actual: Value::from(found.as_str()),
        missing: false,
        passed: false,
        expected_text: Some(expected.to_owned()),
        diff: None,
        location: location(&context.files, span),
        diagnostic: Some(render(&diagnostic, &context.files, Color::Never)),
        found_text: Some(found),
    }
}

/// Checks one assertion: a record for each of its predicates.
fn check(
    assertion: &Assertion,
    outcome: Outcome<'_>,
    scope: &Scope,
    context: &Context,
    verified: &mut Verified,
) {
    let Verified { records, drafts, operations } = verified;
    let (subject, expectation, node) = match &assertion.compare {
        Compare::Expression(template) => {
            records.push(expression(assertion, template, scope, context));
            return;
        }
        Compare::Contract(spec) => {
            if let Some((record, touched)) = contract::hold(assertion, spec, outcome, context) {
                records.push(record);
                operations.extend(touched);
            }
            return;
        }
        Compare::Snapshot { subject, snapshot: file, node } => {
            let found = subject.look(outcome);
            drafts.extend(snapshot::compare(assertion, file, node, found, context, records));
            return;
        }
        Compare::Subject { subject, expectation, node } => (subject, expectation, node),
    };
    match expectation.resolve(assertion.kind, node, scope) {
        Ok(expectation) => {
            let found = subject.look(outcome);
            let is_missing = matches!(found, Found::Missing(_));
            for result in expectation.check(&found) {
                let mut record = clause(assertion, result, node, context);
                record.missing = is_missing;
                records.push(record);
            }
        }
        Err(diagnostic) => records.push(broken(assertion, &diagnostic, context)),
    }
}

pub(super) fn clause(
    assertion: &Assertion,
    result: ClauseResult,
    node: &Node,
    context: &Context,
) -> AssertionRecord {
    let passed = result.holds();
    let span = if result.path.is_empty() { node.span } else { locate(node, &result.path) };
    let mut record = AssertionRecord {
        subject: assertion.name.clone(),
        predicate: result.predicate.to_owned(),
        expected: Value::clone(&result.expected),
        missing: false,
        actual: result.found.unwrap_or_default(),
        passed,
        expected_text: None,
        found_text: None,
        diff: None,
        location: location(&context.files, span),
        diagnostic: None,
    };
    if let Some(mismatch) = result.mismatch {
        let message = format!("`{}`: {}", assertion.name, mismatch.expected_text);
        let label = mismatch.found_text.clone();
        let mut diagnostic = Diagnostic::error(&codes::failure::ASSERTION, span, message, label);
        diagnostic.notes.extend(mismatch.detail.clone());
        diagnostic.help.extend(mismatch.help.clone());
        let mut text = render(&diagnostic, &context.files, Color::Never);
        if let Some(diff) = &mismatch.diff {
            text.push_str(diff);
            if !diff.ends_with('\n') {
                text.push('\n');
            }
        }
        record.expected_text = Some(without("expected ", mismatch.expected_text));
        record.found_text = Some(without("found ", mismatch.found_text));
        record.diff = mismatch.diff;
        record.diagnostic = Some(text);
    }
    record
}

/// What a mismatch says for its caret line, without the verb that reports write themselves.
fn without(verb: &str, text: String) -> String {
    match text.strip_prefix(verb) {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// `expr`: what a template gave must be true.
fn expression(
    assertion: &Assertion,
    template: &Template,
    scope: &Scope,
    context: &Context,
) -> AssertionRecord {
    let value = match template.render(scope) {
        Ok(value) => value,
        Err(diagnostic) => return broken(assertion, &diagnostic, context),
    };
    match value == Value::Bool(true) {
        true => holding(assertion, context),
        false => {
            let diagnostic = untrue(assertion, template, &value, "", scope);
            failing(assertion, value, &diagnostic, context)
        }
    }
}

/// An expression that holds.
fn holding(assertion: &Assertion, context: &Context) -> AssertionRecord {
    let mut record = blank(assertion, context);
    record.passed = true;
    record.actual = Value::Bool(true);
    record
}

/// An expression that does not hold; `of` says of what.
fn untrue(
    assertion: &Assertion,
    template: &Template,
    value: &Value,
    of: &str,
    scope: &Scope,
) -> Diagnostic {
    let found = crate::model::describe(value);
    let message = format!("`expr`{of}: expected true, found {found}");
    let code = &codes::failure::ASSERTION;
    let mut diagnostic = Diagnostic::error(code, assertion.span, message, format!("is {found}"));
    if !matches!(value, Value::Bool(_)) {
        diagnostic = diagnostic
            .help("an `expr` is a comparison: its value must be true, nothing else will do");
    }
    for (operand, value) in template.operands(scope) {
        diagnostic = diagnostic.note(format!("`{operand}` is {}", crate::model::describe(&value)));
    }
    diagnostic
}

fn failing(
    assertion: &Assertion,
    value: Value,
    diagnostic: &Diagnostic,
    context: &Context,
) -> AssertionRecord {
    let mut record = blank(assertion, context);
    record.expected_text = Some("true".to_owned());
    record.found_text = Some(crate::model::describe(&value));
    record.diagnostic = Some(render(diagnostic, &context.files, Color::Never));
    record.actual = value;
    record
}

/// What an expression about `line` found of one.
#[derive(Debug)]
pub(super) struct LineFailure {
    value: Option<Value>,
    diagnostic: Diagnostic,
}

/// Why an expression does not hold of this line; `None` when it does.
pub(super) fn line_failed(
    assertion: &Assertion,
    template: &Template,
    number: u64,
    scope: &Scope,
) -> Option<LineFailure> {
    match template.render(scope) {
        Ok(Value::Bool(true)) => None,
        Ok(value) => {
            let of = format!(" of line {number}");
            let diagnostic = untrue(assertion, template, &value, &of, scope);
            Some(LineFailure { value: Some(value), diagnostic })
        }
        Err(diagnostic) => Some(LineFailure { value: None, diagnostic }),
    }
}

/// An expression about `line`, once all have been read: of how many it does not hold, and why not
/// of the first of these.
pub(super) fn of_each_line(
    assertion: &Assertion,
    first: Option<LineFailure>,
    failures: u64,
    count: u64,
    context: &Context,
) -> AssertionRecord {
    let Some(LineFailure { value, diagnostic }) = first else { return holding(assertion, context) };
    let diagnostic = match failures {
        1 => diagnostic,
        _ => diagnostic.note(format!("of {failures} of the {count} lines it does not hold")),
    };
    match value {
        Some(value) => failing(assertion, value, &diagnostic, context),
        None => broken(assertion, &diagnostic, context),
    }
}

/// An assertion that could not be made: its template failed.
pub(super) fn broken(
    assertion: &Assertion,
    diagnostic: &Diagnostic,
    context: &Context,
) -> AssertionRecord {
    let mut record = blank(assertion, context);
    record.found_text = Some(diagnostic.message.clone());
    record.diagnostic = Some(render(diagnostic, &context.files, Color::Never));
    record
}

pub(super) fn blank(assertion: &Assertion, context: &Context) -> AssertionRecord {
    AssertionRecord {
        subject: assertion.name.clone(),
        predicate: "eq".to_owned(),
        expected: Value::Bool(true),
        actual: Value::Null,
        missing: false,
        passed: false,
        expected_text: None,
        found_text: None,
        diff: None,
        location: location(&context.files, assertion.span),
        diagnostic: None,
    }
}

/// Without an assertion on the status or an error, the status must be below 400.
fn status_nobody_wrote(
    planned: &PlannedStep,
    outcome: Outcome<'_>,
    context: &Context,
) -> Option<AssertionRecord> {
    let Seen::Request(Exchange { response, .. }) = outcome.ok()? else { return None };
    let span = planned.request().map_or(planned.span, |request| request.url.span());
    let mut record = AssertionRecord {
        subject: "status".to_owned(),
        predicate: "lt".to_owned(),
        expected: Value::from(400_i64),
        actual: Value::from(i64::from(response.status)),
        missing: false,
        passed: response.status < 400,
        expected_text: None,
        found_text: None,
        diff: None,
        location: location(&context.files, span),
        diagnostic: None,
    };
    if !record.passed {
        let found = match response.reason.as_str() {
            "" => response.status.to_string(),
            reason => format!("{} ({reason})", response.status),
        };
        let message = "`status`: expected below 400";
        let label = format!("answered {found}");
        let diagnostic =
            Diagnostic::error(&codes::failure::ASSERTION, span, message, label).help(format!(
                "when {0} is what should come, write `assert: {{status: {0}}}`",
                response.status
            ));
        record.expected_text = Some("below 400".to_owned());
        record.found_text = Some(found);
        record.diagnostic = Some(render(&diagnostic, &context.files, Color::Never));
    }
    Some(record)
}
