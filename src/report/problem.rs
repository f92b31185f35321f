//! What went wrong in a step, in one line and at length; for people and for CI's lists.

use super::text::{cut, visible, visible_line};
use crate::event::{
    AssertionRecord, AttemptRecord, CaptureRecord, ErrorRecord, Phase, StepRecord, Warning,
};

/// The longest line a list shows.
const LINE: usize = 300;

/// The longest line of a diagnostic: it quotes the collection and what was found.
const DIAGNOSTIC_LINE: usize = 500;

/// Where a step stands, outermost first: `setup › log in`, `burst › create`.
pub(super) fn path(step: &StepRecord) -> String {
    let phase = match step.phase {
        Phase::Setup => Some("setup"),
        Phase::Requests => None,
        Phase::Teardown => Some("teardown"),
    };
    let groups = step.groups.iter().map(String::as_str);
    let parts: Vec<_> =
        phase.into_iter().chain(groups).chain([step.name.as_str()]).map(visible_line).collect();
    cut(&parts.join(" › "), LINE).into_owned()
}

/// Why a step did not pass, in one line: its last try's first failure, else its reason.
pub(super) fn step_headline(step: &StepRecord) -> Option<String> {
    let last = step.attempts.last().and_then(headline);
    last.or_else(|| step.reason.as_ref().map(|text| cut(&visible_line(text), LINE).into_owned()))
}

/// Why a step did not pass, at length: its last try's failures, else its reason.
pub(super) fn step_diagnostics(step: &StepRecord) -> Vec<String> {
    let found = step.attempts.last().map(diagnostics).unwrap_or_default();
    if found.is_empty() { step.reason.iter().map(|text| clean(text)).collect() } else { found }
}

/// The first thing that went wrong in an attempt, in one line.
pub(super) fn headline(attempt: &AttemptRecord) -> Option<String> {
    if attempt.is_polled() {
        return None;
    }
    let line = if let Some(message) = until(attempt) {
        message.to_owned()
    } else if let Some(assertion) = attempt.assertions.iter().find(|one| !one.passed) {
        assertion_line(assertion)
    } else if let Some(error) = unexpected_error(attempt) {
        format!("{}: {}", error.kind, error.message)
    } else {
        capture_line(attempt.captures.iter().find(|one| !one.found)?)
    };
    Some(cut(&visible_line(&line), LINE).into_owned())
}

/// What is wrong with `until`, in one line: it was still false in the last try.
fn until(attempt: &AttemptRecord) -> Option<&str> {
    attempt.until.as_ref()?.message.as_deref()
}

/// The error of an attempt, unless the step asked for it: `error: ReadTimeout`.
pub(super) fn unexpected_error(attempt: &AttemptRecord) -> Option<&ErrorRecord> {
    let is_asked_for = attempt.assertions.iter().any(|one| one.subject == "error" && one.passed);
    attempt.error.as_ref().filter(|_| !is_asked_for)
}

fn assertion_line(assertion: &AssertionRecord) -> String {
    let expected = match &assertion.expected_text {
        Some(text) => text.clone(),
        None => format!("{} {}", assertion.predicate, assertion.expected.to_json()),
    };
    let found = match &assertion.found_text {
        Some(text) => text.clone(),
        None if assertion.missing => "nothing".to_owned(),
        None => assertion.actual.to_json(),
    };
    format!("`{}`: expected {expected}, found {found}", assertion.subject)
}

fn capture_line(capture: &CaptureRecord) -> String {
    match &capture.message {
        Some(message) => format!("`{}` was not captured: {message}", capture.name),
        None => format!("`{}` was not captured", capture.name),
    }
}

/// Everything that went wrong in an attempt, as people read it, in file order. Safe to show.
pub(super) fn diagnostics(attempt: &AttemptRecord) -> Vec<String> {
    let mut texts = Vec::new();
    texts.extend(attempt.until.as_ref().and_then(|until| until.diagnostic.clone()));
    texts.extend(unexpected_error(attempt).map(|error| error.diagnostic.clone()));
    let failed = attempt.assertions.iter().filter(|one| !one.passed);
    texts.extend(failed.map(|one| one.diagnostic.clone().unwrap_or_else(|| assertion_line(one))));
    let missed = attempt.captures.iter().filter(|one| !one.found);
    texts.extend(missed.map(|one| one.diagnostic.clone().unwrap_or_else(|| capture_line(one))));
    texts.iter().map(|text| clean(text)).collect()
}

fn clean(diagnostic: &str) -> String {
    let visible = visible(diagnostic);
    let lines: Vec<_> = visible.trim_end().lines().map(|line| cut(line, DIAGNOSTIC_LINE)).collect();
    lines.join("\n")
}

/// A warning and its place, ending in a newline.
pub(super) fn warning(warning: &Warning) -> String {
    let message = visible(&warning.message);
    match &warning.location {
        Some(at) => {
            let file = visible_line(&at.file);
            format!("warning: {message}\n --> {file}:{}:{}\n", at.line, at.column)
        }
        None => format!("warning: {message}\n"),
    }
}
