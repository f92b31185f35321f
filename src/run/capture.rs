//! Captures taken from a response, each a variable for later steps.

use super::Context;
use super::record::location;
use crate::check::{Found, Outcome};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::CaptureRecord;
use crate::model::{Capture, CaptureSource, Variable};
use crate::source::Span;
use crate::template::{ReferenceKind, Scope, Template};
use crate::value::Value;
use regex::Regex;
use std::sync::Arc;

/// What a step captured.
#[derive(Debug, Default)]
pub(super) struct Captured {
    /// The variables, in file order.
    pub(super) values: Vec<(String, Arc<Value>)>,
    /// Values that are secret.
    pub(super) secrets: Vec<Value>,
    /// For reports.
    pub(super) records: Vec<CaptureRecord>,
}

/// Takes every capture; each is in `scope` for those after it and for the assertions.
pub(super) fn capture(
    captures: &[Capture],
    outcome: Outcome<'_>,
    scope: &mut Scope,
    context: &Context,
) -> Captured {
    let mut captured = Captured::default();
    for capture in captures {
        let taken = take(capture, outcome, scope);
        let taken = match (taken, &capture.default) {
            (Err(Reason::Missing(_)), Some(default)) => {
                default.render(scope).map_err(|diagnostic| Reason::Broken(Box::new(diagnostic)))
            }
            (taken, _) => taken,
        };
        let is_secret =
            capture.is_secret || context.plan.is_secret(scope.vars.frame(), &capture.name);
        captured.records.push(record(capture, &taken, is_secret, context));
        if let Ok(value) = taken {
            if is_secret {
                captured.secrets.push(value.clone());
            }
            let value = Arc::new(value);
            scope.vars.set(&capture.name, Arc::clone(&value));
            captured.values.push((capture.name.value.clone(), value));
        }
    }
    captured
}

/// What came of `set`.
pub(super) struct Set {
    /// What was rendered.
    pub(super) captured: Captured,
    /// The first template that failed; what stands below it is not rendered.
    pub(super) failed: Option<Diagnostic>,
}

/// Renders variables in order; each is in `scope` for those below it.
pub(super) fn set(variables: &[Variable], scope: &mut Scope, context: &Context) -> Set {
    let mut captured = Captured::default();
    for variable in variables {
        let value = match variable.data.render(scope) {
            Ok(value) => value,
            Err(diagnostic) => return Set { captured, failed: Some(diagnostic) },
        };
        let name = &variable.name;
        let is_secret = context.plan.is_secret(scope.vars.frame(), name);
        captured.records.push(CaptureRecord {
            name: name.value.clone(),
            value: if is_secret { Value::from("***") } else { shown(&value) },
            found: true,
            message: None,
            location: location(&context.files, name.span),
            diagnostic: None,
        });
        if is_secret {
            captured.secrets.push(value.clone());
        }
        let value = Arc::new(value);
        scope.vars.set(name, Arc::clone(&value));
        captured.values.push((name.value.clone(), value));
    }
    Set { captured, failed: None }
}

/// Why a capture has no value.
enum Reason {
    /// There is nothing to capture.
    Missing(String),
    /// Its template failed.
    Broken(Box<Diagnostic>),
}

/// What a source gives that is no variable's; `None` when there is nothing.
pub(super) fn look(
    source: &Capture,
    outcome: Outcome<'_>,
    scope: &Scope,
) -> Result<Option<Value>, Box<Diagnostic>> {
    match take(source, outcome, scope) {
        Ok(value) => Ok(Some(value)),
        Err(Reason::Missing(_)) => Ok(None),
        Err(Reason::Broken(diagnostic)) => Err(diagnostic),
    }
}

fn take(capture: &Capture, outcome: Outcome<'_>, scope: &Scope) -> Result<Value, Reason> {
    let value = match &capture.source {
        CaptureSource::Expression(template) if scope.line.is_none() && is_of_line(template) => {
            return Err(Reason::Missing("no line was read".to_owned()));
        }
        CaptureSource::Expression(template) => {
            template.render(scope).map_err(|diagnostic| Reason::Broken(Box::new(diagnostic)))?
        }
        CaptureSource::Subject { subject, .. } => match subject.look(outcome) {
            Found::Missing(why) => return Err(Reason::Missing(why)),
            found => found.into_value().unwrap_or_default(),
        },
    };
    match &capture.regex {
        Some(regex) => matched(regex, &value),
        None => Ok(value),
    }
}

fn is_of_line(template: &Template) -> bool {
    template.references().iter().any(|reference| reference.kind == ReferenceKind::Line)
}

/// The first group of the first match, or the whole match of a regex without groups.
fn matched(regex: &Regex, value: &Value) -> Result<Value, Reason> {
    let text = value.to_text();
    let found = regex.captures(&text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    match found {
        Some(group) => Ok(Value::from(group.as_str())),
        None => Err(Reason::Missing(format!("nothing matches `{regex}`"))),
    }
}

/// The record of a value that was set.
pub(super) fn taken(
    name: &str,
    value: &Value,
    is_secret: bool,
    span: Span,
    context: &Context,
) -> CaptureRecord {
    CaptureRecord {
        name: name.to_owned(),
        value: if is_secret { Value::from("***") } else { shown(value) },
        found: true,
        message: None,
        location: location(&context.files, span),
        diagnostic: None,
    }
}

fn record(
    capture: &Capture,
    outcome: &Result<Value, Reason>,
    is_secret: bool,
    context: &Context,
) -> CaptureRecord {
    let diagnostic = match outcome {
        Ok(value) => return taken(&capture.name, value, is_secret, capture.span, context),
        Err(Reason::Broken(diagnostic)) => Diagnostic::clone(diagnostic),
        Err(Reason::Missing(why)) => {
            let message = format!("nothing to capture as `{}`: {why}", capture.name.value);
            Diagnostic::error(&codes::failure::CAPTURE, capture.span, message, "found nothing")
                .help("a capture that may find nothing has a `default`")
        }
    };
    CaptureRecord {
        name: capture.name.value.clone(),
        value: Value::Null,
        found: false,
        message: Some(diagnostic.message.clone()),
        location: location(&context.files, capture.span),
        diagnostic: Some(render(&diagnostic, &context.files, Color::Never)),
    }
}

/// A value as reports have it: a large one cut.
fn shown(value: &Value) -> Value {
    const LONGEST: usize = 4096;
    let text = match value {
        Value::String(text) if text.len() <= LONGEST => return value.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return value.clone(),
        other => other.to_text(),
    };
    if text.len() <= LONGEST {
        return value.clone();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    Value::String(format!("{cut}… ({} bytes)", text.len()))
}
