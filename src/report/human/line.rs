//! One step in one line: `✓ name  200 OK  12 ms`.

use super::paint::{BAD, CAUTION, FAINT, GOOD, Paint};
use crate::event::{Outcome, StepRecord};
use crate::report::text::{plural, visible_line};
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
    if let Some(by) = &step.once {
        parts.push(paint.on(FAINT, &format!("(once, in {})", visible_line(by))));
    }
    parts.extend(pages(paint, step));
    parts.extend(tries(paint, step));
    parts.join("  ") + "\n"
}

/// How often it was tried, when more than once. What was polled for is no reason for caution.
fn tries(paint: Paint, step: &StepRecord) -> Option<String> {
    let count = step.attempts.len();
    match count {
        0 | 1 => None,
        _ if step.flaky => Some(paint.on(CAUTION, &format!("({} attempt, flaky)", nth(count)))),
        _ => Some(paint.on(FAINT, &format!("({count} attempts)"))),
    }
}

/// `(3 pages, 57 items)`, of a step that has any.
fn pages(paint: Paint, step: &StepRecord) -> Option<String> {
    let pages = step.attempts.last()?.pages.as_ref()?;
    let mut parts = vec![plural(pages.pages.len(), "page")];
    parts.extend(pages.items.map(|count| plural(count, "item")));
    if pages.more {
        parts.push("more left".to_owned());
    }
    Some(paint.on(FAINT, &format!("({})", parts.join(", "))))
}

/// `2nd`, `11th`, `23rd`
fn nth(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
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

#[cfg(test)]
mod tests {
    use super::nth;

    #[test]
    fn ordinals_are_english() {
        let said = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 112].map(nth).join(" ");
        assert_eq!(said, "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 101st 111th 112th");
    }
}
