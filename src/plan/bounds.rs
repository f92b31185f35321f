//! What keeps steps from overlapping: `lock` and `max`.
//!
//! A step or group with a `lock` is a section: it begins when nothing else holds its locks and
//! all it comes after has ended, and keeps them until its last step has. So a section never waits
//! for anything once it has begun, and no two can wait for each other.

use super::PlannedStep;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Located;
use std::collections::BTreeSet;

/// One step, or the steps of one group, with the locks they hold while they run.
#[derive(Debug)]
pub struct Section {
    /// The names; one name is one lock in all collections of a run.
    pub locks: BTreeSet<String>,
    /// The steps outside it that those in it come after.
    pub after: BTreeSet<usize>,
    /// How many steps it has.
    pub steps: usize,
}

/// The locks of sections as they are written, a section's inner ones among its own.
#[derive(Debug, Default)]
pub(super) struct Locks(Vec<Vec<Located<String>>>);

impl Locks {
    /// The section a step with this lock is in, inside `around`.
    pub(super) fn section(&mut self, lock: &Located<String>, around: Option<usize>) -> usize {
        let section = around.unwrap_or(self.0.len());
        match self.0.get_mut(section) {
            Some(locks) => locks.push(lock.clone()),
            None => self.0.push(vec![lock.clone()]),
        }
        section
    }

    /// The sections of the steps that are left, and what is wrong with them.
    pub(super) fn sections(
        &self,
        steps: &[PlannedStep],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Section> {
        let mut members: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.0.len()];
        for (index, step) in steps.iter().enumerate() {
            if let Some(members) = step.section.and_then(|section| members.get_mut(section)) {
                members.insert(index);
            }
        }
        let sections = self.0.iter().zip(members).map(|(locks, members)| {
            let before = |index: &usize| steps.get(*index).map_or(&[][..], |step| &step.after);
            let all: BTreeSet<usize> = members.iter().flat_map(before).copied().collect();
            let after: BTreeSet<usize> = all.difference(&members).copied().collect();
            diagnostics.extend(between(locks, &members, &after, steps));
            let locks = locks.iter().map(|lock| lock.value.clone()).collect();
            Section { locks, after, steps: members.len() }
        });
        sections.collect()
    }
}

/// A step outside the section that comes after one inside it and before another: the section
/// could neither begin nor end.
fn between(
    locks: &[Located<String>],
    members: &BTreeSet<usize>,
    after: &BTreeSet<usize>,
    steps: &[PlannedStep],
) -> Option<Diagnostic> {
    let first = *members.first()?;
    let mut seen = BTreeSet::new();
    for outside in after.range(first..) {
        let mut open = vec![*outside];
        while let Some(index) = open.pop() {
            if members.contains(&index) {
                let (lock, step) = (locks.first()?, steps.get(*outside)?);
                let message =
                    format!("`{}` comes between steps that hold the lock `{}`", step.name, **lock);
                let code = &codes::plan::LOCKED_OUT;
                let label = "held from the first of its steps to the last";
                let help = "put that step into the group, or lock the steps one by one";
                return Some(Diagnostic::error(code, lock.span, message, label).help(help));
            }
            if index > first && seen.insert(index) {
                open.extend(steps.get(index).map_or(&[][..], |step| &step.after));
            }
        }
    }
    None
}
