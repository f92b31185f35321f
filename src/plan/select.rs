//! Which steps run: tags and names, and what those need.

use super::PlannedStep;
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::registry::suggest;
use std::collections::{BTreeMap, BTreeSet};

/// What a person asked to run. Nothing asked is everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `--tag`: steps that have one of these.
    pub tags: Vec<String>,
    /// `--skip-tag`: not those that have one of these.
    pub skip_tags: Vec<String>,
    /// `--step`: steps by name or id.
    pub steps: Vec<String>,
}

impl Selection {
    fn is_everything(&self) -> bool {
        self.tags.is_empty() && self.skip_tags.is_empty() && self.steps.is_empty()
    }

    fn asks_for(&self, step: &PlannedStep) -> bool {
        let has = |tags: &[String]| step.tags.iter().any(|tag| tags.contains(tag));
        let is_named = self
            .steps
            .iter()
            .any(|name| **name == *step.name || **name == *step.id || step.groups.contains(name));
        (self.tags.is_empty() || has(&self.tags))
            && !has(&self.skip_tags)
            && (self.steps.is_empty() || is_named)
    }
}

/// Keeps the selected steps, those they need, and the setup and teardown of the collection and of
/// the groups around them.
pub(super) fn select(steps: Vec<PlannedStep>, selection: &Selection) -> Vec<PlannedStep> {
    if selection.is_everything() {
        return steps;
    }
    let mut kept = BTreeSet::new();
    let mut open: Vec<usize> = (0..steps.len())
        .filter(|index| steps.get(*index).is_some_and(|step| selection.asks_for(step)))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let mut around = around(&steps);
    while let Some(index) = open.pop() {
        if kept.insert(index)
            && let Some(step) = steps.get(index)
        {
            open.extend(step.needs.iter().copied());
            for whole in step.parts.iter().map(|part| part.whole) {
                open.extend(around.remove(&whole).into_iter().flatten());
            }
            if step.phase != Phase::Teardown {
                open.extend(step.uses.iter().flat_map(|used| used.providers().iter().copied()));
            }
        }
    }
    let before = kept_before(&steps, &kept);
    renumber(steps, &kept, &before)
}

/// By collection and group, the steps of its setup and its teardown: what runs with any of it.
fn around(steps: &[PlannedStep]) -> BTreeMap<usize, Vec<usize>> {
    let mut around: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        for part in step.parts.iter().filter(|part| part.phase != Phase::Requests) {
            around.entry(part.whole).or_default().push(index);
        }
    }
    around
}

/// For each step, the kept steps it comes after, through those that are not kept.
fn kept_before(steps: &[PlannedStep], kept: &BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
    let mut before: Vec<BTreeSet<usize>> = Vec::with_capacity(steps.len());
    for step in steps {
        let mut set = BTreeSet::new();
        for other in &step.after {
            if kept.contains(other) {
                set.insert(*other);
            } else if let Some(through) = before.get(*other) {
                set.extend(through.iter().copied());
            }
        }
        before.push(set);
    }
    before
}

fn renumber(
    steps: Vec<PlannedStep>,
    kept: &BTreeSet<usize>,
    before: &[BTreeSet<usize>],
) -> Vec<PlannedStep> {
    let numbers: BTreeMap<usize, usize> = kept.iter().copied().zip(0..).collect();
    let renumbered = |old: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        old.filter_map(|index| numbers.get(&index).copied()).collect()
    };
    let mut selected = Vec::with_capacity(kept.len());
    for (index, mut step) in steps.into_iter().enumerate() {
        if !kept.contains(&index) {
            continue;
        }
        let after = before.get(index).cloned().unwrap_or_default();
        step.after = renumbered(&mut after.into_iter());
        step.needs = renumbered(&mut step.needs.iter().copied());
        for used in &mut step.uses {
            let providers = renumbered(&mut used.providers().iter().copied());
            used.count = providers.len();
            used.providers = providers.into();
        }
        selected.push(step);
    }
    selected
}

/// What is asked for by a name or a tag that no step has: no mistake as long as another
/// collection of the run has it.
pub(super) fn unmatched(steps: &[PlannedStep], selection: &Selection) -> Vec<Diagnostic> {
    let code = &codes::plan::UNKNOWN_STEP;
    let mut diagnostics = Vec::new();
    for name in &selection.steps {
        let is_known = steps
            .iter()
            .any(|step| **name == *step.name || **name == *step.id || step.groups.contains(name));
        if !is_known {
            let near = suggest(steps.iter().map(|step| &*step.name), name);
            let message = format!("`--step {name}` names no step");
            let diagnostic = Diagnostic::placeless(code, message);
            diagnostics.push(match near {
                Some(_) => diagnostic.did_you_mean(near),
                None => diagnostic.help("`runner list` shows the steps"),
            });
        }
    }
    let tags = || steps.iter().flat_map(|step| step.tags.iter().map(String::as_str));
    for tag in selection.tags.iter().filter(|tag| tags().all(|known| known != tag.as_str())) {
        let message = format!("`--tag {tag}`: no step has this tag");
        let diagnostic = Diagnostic::placeless(code, message);
        diagnostics.push(match suggest(tags(), tag) {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None => diagnostic.help("`runner list` shows the steps with their tags"),
        });
    }
    diagnostics
}
