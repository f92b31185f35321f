//! What keeps steps from overlapping: `lock` and `max`.
//!
//! A step or group with a `lock` is a section: it begins when nothing else holds its locks and
//! all it comes after has ended, and keeps them until its last step has. So a section never waits
//! for anything once it has begun, and no two can wait for each other.

use super::PlannedStep;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Located;
use std::collections::{BTreeMap, BTreeSet};

/// Which section a step is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InSection {
    /// An index into the plan's sections.
    pub written: usize,
    /// Its number, of its own in each row of a loop.
    pub of_row: usize,
}

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

    /// The names of each section's locks.
    pub(super) fn names(&self) -> Vec<BTreeSet<String>> {
        let sections = self.0.iter();
        sections.map(|locks| locks.iter().map(|one| one.value.clone()).collect()).collect()
    }

    /// The sections of the steps that are left, and what is wrong with them.
    pub(super) fn sections(
        &self,
        steps: &[PlannedStep],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Section> {
        let mut members: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.0.len()];
        for (index, step) in steps.iter().enumerate() {
            if let Some(members) = step.section.and_then(|section| members.get_mut(section.written))
            {
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
        let sections = sections.collect();
        for body in steps.iter().filter_map(|step| step.body.as_deref()) {
            self.sections(&body.steps, diagnostics);
        }
        sections
    }
}

/// The sections of the rows of a loop, by number.
#[must_use]
pub fn sections_of_rows(
    steps: &[PlannedStep],
    names: &[BTreeSet<String>],
) -> BTreeMap<usize, Section> {
    let mut members: BTreeMap<usize, (usize, BTreeSet<usize>)> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        if let Some(section) = step.section {
            let (_, members) =
                members.entry(section.of_row).or_insert((section.written, BTreeSet::new()));
            members.insert(index);
        }
    }
    let section = |(number, (written, members)): (usize, (usize, BTreeSet<usize>))| {
        let before = |index: &usize| steps.get(*index).map_or(&[][..], |step| &step.after);
        let all: BTreeSet<usize> = members.iter().flat_map(before).copied().collect();
        let after = all.difference(&members).copied().collect();
        let locks = names.get(written).cloned().unwrap_or_default();
        (number, Section { locks, after, steps: members.len() })
    };
    members.into_iter().map(section).collect()
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
