//! One step in one line: `✓ name  200 OK  12 ms`.

use super::paint::{BAD, CAUTION, FAINT, GOOD, Paint};
use crate::event::{Outcome, StepRecord};
use crate::report::text::visible_line;
use crate::report::{duration, exchange, problem};

/// The mark of an outcome, in its colour.
pub(super) fn mark(paint: Paint, outcome: Outcome) -> String {
    match outcome {
        Outcome::Passed => paint.on(GOOD, "✓"),
        Outcome::Failed | Outcome::Errored => paint.on(BAD, "✗"),
        Outcome::Skipped => paint.on(CAUTION, "-"),
    }
}

/// The step's line, with its newline.
pub(super) fn line(paint: Paint, step: &StepRecord) -> String {
    let mut parts = vec![format!("{} {}", mark(paint, step.outcome), problem::path(step))];
    if step.outcome == Outcome::Skipped {
        let reason = step.reason.as_deref().unwrap_or("not run");
        parts.push(paint.on(FAINT, &format!("skipped: {}", visible_line(reason))));
    } else {
        parts.extend(answer(paint, step));
        parts.push(paint.on(FAINT, &duration::short(step.duration)));
    }
    if step.attempts.len() > 1 {
        parts.push(paint.on(CAUTION, &format!("({} attempts)", step.attempts.len())));
    }
    parts.join("  ") + "\n"
}

/// The status, or the kind of the error when there was no response.
fn answer(paint: Paint, step: &StepRecord) -> Option<String> {
    let last = step.attempts.last()?;
    match (&last.error, exchange::status(last)) {
        (Some(error), None) => {
            let style = if problem::unexpected_error(last).is_some() { BAD } else { FAINT };
            Some(paint.on(style, &visible_line(&error.kind)))
        }
        (_, status) => status.map(|status| visible_line(&status).into_owned()),
    }
}
