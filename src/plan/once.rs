//! `once`: steps that are done once for all collections of a run that have them.
//!
//! Which collections of a run have one is known only where they come together; what is found here
//! is what makes two of them the same.

use super::{Frame, Part, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::model::Step;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What makes a step the same as that of another collection, beside the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// The variables of its file that no step of it captures: they must have the same values, as
    /// two users that log in by one file are not one.
    pub names: Vec<String>,
}

/// Refuses `once` where it cannot be kept: in a loop, which is there to do it again, and in a
/// teardown, which would come after the first of the collections.
pub(super) fn refuse(
    once: Option<Span>,
    step: &Step,
    is_in_loop: bool,
    parts: &[Part],
) -> Option<Diagnostic> {
    let span = once?;
    let code = &codes::model::UNKNOWN_KEY;
    if is_in_loop || step.rows.is_some() {
        let message = "`once` and a loop";
        let diagnostic = Diagnostic::error(code, span, message, "done once, or for each row?");
        return Some(diagnostic.help("leave one of them out"));
    }
    if parts.iter().any(|part| part.phase == Phase::Teardown) {
        let message = "`once` in a teardown, which would come after the first of several files";
        let diagnostic = Diagnostic::error(code, span, message, "the others still go on");
        let help = "the `teardown` of a folder's `runner.yaml` comes once, after the last file";
        return Some(diagnostic.help(help));
    }
    None
}

/// Says of each step with `once` what makes it the same as another, and puts those of one place in
/// their order: one takes what came of the other.
pub(super) fn connect(steps: &mut [PlannedStep], frames: &[Frame]) {
    if steps.iter().all(|step| step.once.is_none()) {
        return;
    }
    let mut captured: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for step in steps.iter() {
        let names = step.provides().map(str::to_owned);
        captured.entry(step.frame).or_default().extend(names);
    }
    let mut last: BTreeMap<Span, usize> = BTreeMap::new();
    for (index, step) in steps.iter_mut().enumerate() {
        let (span, frame) = (step.span, step.frame);
        let Some(once) = &mut step.once else { continue };
        if let Some(frame) = frames.get(frame).filter(|_| frame > 0) {
            let variables = frame.passed.iter().chain(&frame.variables);
            once.names.extend(variables.map(|variable| variable.name.value.clone()));
        }
        if let Some(captured) = captured.get(&frame) {
            once.names.retain(|name| !captured.contains(name));
        }
        if let Some(before) = last.insert(span, index) {
            step.after.push(before);
        }
    }
}
