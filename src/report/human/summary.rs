//! The end: what failed, once more, and how many steps ended how.

use super::Verbosity;
use super::coverage::coverage;
use super::line::mark;
use super::paint::{BAD, CAUTION, FAINT, GOOD, Paint, STRONG};
use crate::event::{Counts, Outcome, RunFinished, RunStarted, StepRecord};
use crate::report::text::{plural, visible_line};
use crate::report::{duration, problem};

/// So many steps leave their failures within sight: no need to say them again.
const WITHIN_SIGHT: usize = 12;

/// So many failures are said again; the others are counted.
const LISTED: usize = 100;

/// What the summary needs of the steps that went by.
#[derive(Debug, Default)]
pub(super) struct Recap {
    lines: Vec<String>,
    unlisted: usize,
    ended: usize,
    /// Whether the last step failed: its block ends in a blank line.
    failed_last: bool,
}

impl Recap {
    pub(super) fn step(&mut self, paint: Paint, step: &StepRecord) {
        self.ended += 1;
        self.failed_last = matches!(step.outcome, Outcome::Failed | Outcome::Errored);
        if !self.failed_last {
            return;
        }
        if self.lines.len() == LISTED {
            self.unlisted += 1;
            return;
        }
        let at = &step.location;
        let place = paint.on(FAINT, &format!("{}:{}", visible_line(&at.file), at.line));
        let name = problem::path(step);
        let headline = problem::step_headline(step).unwrap_or_default();
        let line = format!("{} {place}  {name}  {headline}", mark(paint, step.outcome));
        self.lines.push(line.trim_end().to_owned());
    }

    /// The last lines of the run.
    pub(super) fn summary(
        &self,
        paint: Paint,
        verbosity: Verbosity,
        started: &RunStarted,
        run: &RunFinished,
    ) -> String {
        let mut text = String::new();
        if self.is_blank_line_due(verbosity) {
            text.push('\n');
        }
        if self.ended > WITHIN_SIGHT && !self.lines.is_empty() {
            text.push_str(&self.failures(paint));
        }
        if run.interrupted {
            let ran = run.counts.passed + run.counts.failed + run.counts.errored;
            let label = paint.on(CAUTION, "interrupted:");
            text.push_str(&format!("{label} {ran} of {} ran\n", plural(started.steps, "step")));
        }
        if is_seed_of_interest(verbosity, run) {
            text.push_str(&format!("{} {}\n", paint.on(STRONG, "seed:"), started.seed));
        }
        for record in &run.coverage {
            text.push_str(&coverage(paint, verbosity, record));
        }
        if !run.snapshots.is_empty() {
            let names: Vec<_> = run.snapshots.iter().map(|name| visible_line(name)).collect();
            let label = format!("{} written:", plural(run.snapshots.len(), "snapshot"));
            text.push_str(&format!("{} {}\n", paint.on(STRONG, &label), names.join(", ")));
        }
        text + &counts_line(paint, &run.counts, run.duration)
    }

    /// Whether steps were printed with no blank line after the last.
    fn is_blank_line_due(&self, verbosity: Verbosity) -> bool {
        self.ended > 0 && !self.failed_last && verbosity > Verbosity::Quiet
    }

    fn failures(&self, paint: Paint) -> String {
        let mut text = format!("{}\n", paint.on(STRONG, "failures:"));
        for line in &self.lines {
            text.push_str(&format!("{line}\n"));
        }
        if self.unlisted > 0 {
            text.push_str(&format!("… and {} more\n", self.unlisted));
        }
        text.push('\n');
        text
    }
}

/// Without the seed a failing run that drew from it could not be repeated.
fn is_seed_of_interest(verbosity: Verbosity, run: &RunFinished) -> bool {
    let is_failed = run.outcome != Outcome::Passed;
    verbosity >= Verbosity::Verbose || (is_failed && run.randomness)
}

/// `12 steps: 10 passed, 1 failed, 1 skipped in 0.31 s (11 requests, 24 assertions)`
fn counts_line(paint: Paint, counts: &Counts, seconds: f64) -> String {
    let parts = [
        (counts.passed, "passed", GOOD),
        (counts.failed, "failed", BAD),
        (counts.errored, "errored", BAD),
        (counts.skipped, "skipped", CAUTION),
    ];
    let total = parts.iter().map(|(count, ..)| count).sum();
    let mut said: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, word, style)| paint.on(style, &format!("{count} {word}")))
        .collect();
    if let Some(passed) = said.first_mut().filter(|_| counts.flaky > 0) {
        passed.push_str(&paint.on(CAUTION, &format!(" ({} flaky)", counts.flaky)));
    }
    let steps = paint.on(STRONG, &plural(total, "step"));
    let ended = if said.is_empty() { steps } else { format!("{steps}: {}", said.join(", ")) };
    format!(
        "{ended} in {} ({}, {})\n",
        duration::total(seconds),
        plural(counts.requests, "request"),
        plural(counts.assertions, "assertion"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Color;

    fn line(counts: Counts) -> String {
        counts_line(Paint(Color::Never), &counts, 0.314)
    }

    #[test]
    fn counts_of_nothing_are_left_out() {
        let counts = Counts {
            passed: 10,
            failed: 1,
            errored: 0,
            skipped: 1,
            requests: 11,
            assertions: 24,
            flaky: 2,
        };
        assert_eq!(
            line(counts),
            "12 steps: 10 passed (2 flaky), 1 failed, 1 skipped in 0.31 s (11 requests, 24 assertions)\n"
        );
    }

    #[test]
    fn one_is_singular_and_none_is_said() {
        let counts = Counts { errored: 1, requests: 1, assertions: 1, ..Counts::default() };
        assert_eq!(line(counts), "1 step: 1 errored in 0.31 s (1 request, 1 assertion)\n");
        assert_eq!(line(Counts::default()), "0 steps in 0.31 s (0 requests, 0 assertions)\n");
    }
}
