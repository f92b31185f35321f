//! Which steps run: tags and names, and what those need.

use super::body::{Body, leaves};
use super::{PlannedStep, TagExpression};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::registry::suggest;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What a person asked to run. Nothing asked is everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `--tag`: steps that one of these holds for.
    pub tags: Vec<TagExpression>,
    /// `--skip-tag`: not those that one of these holds for.
    pub skip_tags: Vec<TagExpression>,
    /// `--step`: steps by name or id.
    pub steps: Vec<String>,
    /// `--from`: this step and those behind it in file order.
    pub from: Option<String>,
    /// `--to`: this step and those before it.
    pub to: Option<String>,
    /// `--rerun-failed`: the ids of this collection's steps that did not pass.
    pub failed: Option<BTreeSet<String>>,
    /// `--shard`.
    pub shard: Option<Shard>,
}

/// One of several parts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 0.
    pub index: usize,
    /// Of how many.
    pub total: usize,
    /// How many units the collections before this one have: parts are dealt like cards, and the
    /// next collection goes on where the last one ended.
    pub before: usize,
}

impl Selection {
    /// Whether all steps run.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        let Selection { tags, skip_tags, steps, from, to, failed, shard } = self;
        let has_names = from.is_some() || to.is_some() || !steps.is_empty();
        let has_tags = !tags.is_empty() || !skip_tags.is_empty();
        !has_names && !has_tags && failed.is_none() && shard.is_none()
    }

    fn asks_for(&self, step: &PlannedStep) -> bool {
        match step.body.as_deref() {
            Some(body) => {
                body.steps.iter().any(|step| self.asks_for(step)) || !self.rows(step).is_empty()
            }
            None => self.asks_for_one(step),
        }
    }

    /// The rows of a loop that are asked for one by one, from 1.
    fn rows(&self, step: &PlannedStep) -> BTreeSet<usize> {
        let names = self.steps.iter().chain(self.failed.iter().flatten());
        names.flat_map(|name| named_rows(step, name)).collect()
    }

    /// The same within a loop: where it begins and ends, and which part, was asked of the loop.
    fn inside(&self) -> Selection {
        Selection { from: None, to: None, shard: None, ..self.clone() }
    }

    fn asks_for_one(&self, step: &PlannedStep) -> bool {
        let has = |all: &[TagExpression]| all.iter().any(|one| one.holds(&step.tags));
        (self.tags.is_empty() || has(&self.tags))
            && !has(&self.skip_tags)
            && (self.steps.is_empty() || self.steps.iter().any(|name| is_named(step, name)))
            && self.failed.as_ref().is_none_or(|failed| failed.contains(&*step.id))
    }

    /// The steps from `--from` to `--to`.
    fn range(&self, steps: &[PlannedStep]) -> Range<usize> {
        let first = |name: &String| steps.iter().position(|step| is_named(step, name));
        let last = |name: &String| steps.iter().rposition(|step| is_named(step, name));
        let from = self.from.as_ref().map_or(Some(0), first).unwrap_or(steps.len());
        let to = self.to.as_ref().map_or(Some(steps.len()), |name| Some(last(name)? + 1));
        from..to.unwrap_or_default()
    }
}

/// Whether a step, or a group around it, has this name or id; of a loop, one of its steps or rows.
fn is_named(step: &PlannedStep, name: &str) -> bool {
    let is_within = |body: &Body| body.steps.iter().any(|step| is_named(step, name));
    if step.body.as_deref().is_some_and(is_within) || !named_rows(step, name).is_empty() {
        return true;
    }
    *name == *step.name || *name == *step.id || step.groups.iter().any(|group| group == name)
}

/// The rows of a loop that `name` names, from 1: by the name or the id of a step in one.
fn named_rows(step: &PlannedStep, name: &str) -> Vec<usize> {
    let Some((looped, body)) = step.looped() else { return Vec::new() };
    let mut within = Vec::new();
    leaves(&body.steps, &mut within);
    let numbered = |id: &str| {
        let numbers = name.strip_prefix(id)?.strip_prefix('.')?;
        numbers.split('.').next()?.parse::<usize>().ok().filter(|number| *number > 0)
    };
    let ids = within.iter().map(|step| &step.id).chain([&step.id]);
    if let Some(number) = ids.filter_map(|id| numbered(id)).next() {
        return vec![number];
    }
    let begins = |step: &PlannedStep| name.starts_with(&*step.name) && name.ends_with(']');
    let Some(rows) = looped.known().filter(|_| body.steps.iter().any(begins)) else {
        return Vec::new();
    };
    let planned = step.rows(rows, &BTreeSet::new());
    let named = planned.iter().filter(|step| *step.name == *name);
    named.filter_map(|step| step.row.as_ref()).map(|row| row.index).collect()
}

/// A loop with what is asked for inside: some of its steps, or some of its rows.
fn narrowed(mut step: PlannedStep, selection: &Selection) -> PlannedStep {
    let rows = selection.rows(&step);
    let Some(body) = step.body.as_mut().map(Arc::make_mut) else { return step };
    if body.steps.iter().any(|step| selection.asks_for(step)) {
        body.steps = select(std::mem::take(&mut body.steps), &[], &selection.inside()).0;
    } else if !rows.is_empty() {
        body.chosen = Some(rows);
    }
    step
}

/// The steps asked for, and how many units they are for `--shard`: a step of `requests`, a group
/// with all that is in it.
fn asked(steps: &[PlannedStep], selection: &Selection) -> (Vec<usize>, usize) {
    let range = selection.range(steps);
    let asked = steps
        .iter()
        .enumerate()
        .filter(|(index, step)| range.contains(index) && selection.asks_for(step));
    let asked: Vec<(usize, &PlannedStep)> = asked.collect();
    let is_request =
        |step: &PlannedStep| step.parts.first().is_none_or(|part| part.phase == Phase::Requests);
    let has_requests = asked.iter().any(|(_, step)| is_request(step));
    let mut units: Vec<&str> = Vec::new();
    let mut kept = Vec::with_capacity(asked.len());
    for (index, step) in asked {
        let Some(shard) = selection.shard else {
            kept.push(index);
            continue;
        };
        // What is around the requests comes with them. Where there are none it is one unit.
        if has_requests && !is_request(step) {
            continue;
        }
        let unit = match has_requests {
            true => step.groups.first().map_or(&*step.id, String::as_str),
            false => "",
        };
        if units.last() != Some(&unit) {
            units.push(unit);
        }
        if (shard.before + units.len() - 1) % shard.total.max(1) == shard.index {
            kept.push(index);
        }
    }
    (kept, units.len())
}

/// Keeps the selected steps, those they need, and the setup and teardown of the collection and of
/// the groups around them. With how many units there were to choose from. `served` are the steps
/// that listen for each.
pub(super) fn select(
    steps: Vec<PlannedStep>,
    served: &[Vec<usize>],
    selection: &Selection,
) -> (Vec<PlannedStep>, usize) {
    if selection.is_everything() {
        return (steps, 0);
    }
    let mut kept = BTreeSet::new();
    let (mut open, units) = asked(&steps, selection);
    if open.is_empty() {
        return (Vec::new(), units);
    }
    let steps: Vec<PlannedStep> = steps.into_iter().map(|step| narrowed(step, selection)).collect();
    let mut around = around(&steps);
    while let Some(index) = open.pop() {
        if kept.insert(index)
            && let Some(step) = steps.get(index)
        {
            open.extend(step.needs.iter().copied());
            open.extend(served.get(index).into_iter().flatten());
            for whole in step.parts.iter().map(|part| part.whole) {
                open.extend(around.remove(&whole).into_iter().flatten());
            }
            if step.phase != Phase::Teardown {
                open.extend(step.uses.iter().flat_map(|used| used.providers().iter().copied()));
            }
        }
    }
    let before = kept_before(&steps, &kept);
    (renumber(steps, &kept, &before), units)
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
    let mut all = Vec::new();
    leaves(steps, &mut all);
    let named = selection.steps.iter().map(|name| ("--step", name));
    let ends = selection.from.iter().map(|name| ("--from", name));
    let ends = ends.chain(selection.to.iter().map(|name| ("--to", name)));
    for (option, name) in named.chain(ends) {
        if !steps.iter().any(|step| is_named(step, name)) {
            let near = suggest(all.iter().map(|step| &*step.name), name);
            let message = format!("`{option} {name}` names no step");
            let diagnostic = Diagnostic::placeless(code, message);
            diagnostics.push(match near {
                Some(_) => diagnostic.did_you_mean(near),
                None => diagnostic.help("`runner list` shows the steps"),
            });
        }
    }
    let tags = || all.iter().flat_map(|step| step.tags.iter().map(String::as_str));
    let wanted: BTreeSet<&str> = selection.tags.iter().flat_map(TagExpression::wanted).collect();
    for tag in wanted.into_iter().filter(|tag| tags().all(|known| known != *tag)) {
        let message = format!("`--tag {tag}`: no step has this tag");
        let diagnostic = Diagnostic::placeless(code, message);
        diagnostics.push(match suggest(tags(), tag) {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None => diagnostic.help("`runner list` shows the steps with their tags"),
        });
    }
    diagnostics
}

/// What is asked for and cannot be of this collection, whatever others have.
pub(super) fn impossible(steps: &[PlannedStep], selection: &Selection) -> Vec<Diagnostic> {
    let code = &codes::plan::UNKNOWN_STEP;
    let mut diagnostics = Vec::new();
    let mut all = Vec::new();
    leaves(steps, &mut all);
    if let (Some(from), Some(to)) = (&selection.from, &selection.to) {
        let has = |name: &String| steps.iter().any(|step| is_named(step, name));
        if has(from) && has(to) && selection.range(steps).is_empty() {
            let message = format!("`--from {from}` comes after `--to {to}`");
            let diagnostic = Diagnostic::placeless(code, message);
            diagnostics.push(diagnostic.help("give them the other way round"));
        }
    }
    for id in selection.failed.iter().flatten() {
        let is_row = |step: &PlannedStep| !named_rows(step, id).is_empty();
        if !all.iter().any(|step| *step.id == **id) && !steps.iter().any(is_row) {
            let message = format!(
                "the report of `--rerun-failed` has a step `{id}`, which is not there any more"
            );
            let diagnostic = Diagnostic::placeless(code, message);
            let near = suggest(all.iter().map(|step| &*step.id), id);
            diagnostics.push(match near {
                Some(near) => {
                    diagnostic.help(format!("was it renamed to `{near}`? run that with `--step`"))
                }
                None => diagnostic.help("run the collection again for a new report"),
            });
        }
    }
    diagnostics
}
