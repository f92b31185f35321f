//! The edges nobody wrote: from the step that captures a variable to those that use it, and from
//! a step to those that look at it through `steps`. Then: no circles.

use super::names::Names;
use super::{PlannedStep, Use};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::registry::suggest;
use crate::template::{Reference, ReferenceKind};
use std::collections::{BTreeMap, BTreeSet};

/// Adds every edge; refuses unknown names, needs that come later in a sequence, and circles.
pub(super) fn connect(steps: &mut [PlannedStep], names: &Names, diagnostics: &mut Vec<Diagnostic>) {
    let providers = providers(steps);
    for index in 0..steps.len() {
        let references = steps.get(index).map(references).unwrap_or_default();
        infer(index, &references, steps, &providers, names, diagnostics);
    }
    for step in steps.iter_mut() {
        let uses = step.uses.iter().flat_map(|used| used.providers.iter());
        step.after.extend(step.needs.iter().chain(uses).copied());
        step.after.sort_unstable();
        step.after.dedup();
        step.needs.sort_unstable();
        step.needs.dedup();
    }
    if let Some(circle) = circle(steps) {
        diagnostics.push(draw(&circle, steps));
    }
}

/// Every name a step's templates use, whenever they are rendered.
pub(super) fn references(step: &PlannedStep) -> Vec<Reference> {
    let mut references = Vec::new();
    for condition in &step.conditions {
        references.extend_from_slice(condition.references());
    }
    if let Some(delay) = &step.step.delay {
        delay.references(&mut references);
    }
    if let Some(request) = step.request() {
        request.references_before(&mut references);
        request.references_after(&mut references);
    }
    references
}

/// The steps that capture each variable, in file order.
pub(super) fn providers(steps: &[PlannedStep]) -> BTreeMap<String, Vec<usize>> {
    let mut providers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        for capture in step.request().map(|request| request.captures.as_slice()).unwrap_or_default()
        {
            let steps = providers.entry(capture.name.value.clone()).or_default();
            if steps.last() != Some(&index) {
                steps.push(index);
            }
        }
    }
    providers
}

fn infer(
    index: usize,
    references: &[Reference],
    steps: &mut [PlannedStep],
    providers: &BTreeMap<String, Vec<usize>>,
    names: &Names,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut used = BTreeSet::new();
    for reference in references {
        match &reference.kind {
            ReferenceKind::Variable(name) if used.insert(name.clone()) => {
                let Some(providers) = providers.get(name) else { continue };
                let providers = visible(index, providers, steps);
                if let Some(step) = steps.get_mut(index)
                    && !providers.is_empty()
                {
                    step.uses.push(Use { name: name.clone(), providers });
                }
            }
            ReferenceKind::Step(name) => look_at(index, name, reference, steps, names, diagnostics),
            ReferenceKind::AnyStep => {
                // Any step before it in file order may be meant.
                for (other, step) in steps.iter_mut().enumerate() {
                    step.is_looked_at |= other < index;
                }
                if let Some(step) = steps.get_mut(index) {
                    step.after.extend(0..index);
                }
            }
            _ => {}
        }
    }
}

/// The providers a step can mean: those before it in file order, else those after it; never
/// itself, never a later phase's.
fn visible(index: usize, providers: &[usize], steps: &[PlannedStep]) -> Vec<usize> {
    let before: Vec<usize> = providers.iter().copied().filter(|other| *other < index).collect();
    if !before.is_empty() || providers.contains(&index) {
        return before;
    }
    let phase = steps.get(index).map(|step| step.phase);
    let is_same_phase = |other: &usize| steps.get(*other).map(|step| step.phase) == phase;
    providers.iter().copied().filter(is_same_phase).collect()
}

fn look_at(
    index: usize,
    name: &str,
    reference: &Reference,
    steps: &mut [PlannedStep],
    names: &Names,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(found) = names.find(name) else {
        let near = suggest(names.all(), name);
        let message = format!("unknown step `{name}` in a template");
        let code = &codes::plan::UNKNOWN_STEP;
        let diagnostic =
            Diagnostic::error(code, reference.span, message, "no step has this name or id");
        diagnostics.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `steps['{near}']`?")),
            None => diagnostic,
        });
        return;
    };
    for other in found.iter().filter(|other| **other != index) {
        if let Some(step) = steps.get_mut(*other) {
            step.is_looked_at = true;
        }
        if let Some(step) = steps.get_mut(index) {
            match step.phase {
                Phase::Teardown => step.after.push(*other),
                _ => step.needs.push(*other),
            }
        }
    }
}

/// The steps of a circle, in order, the first again at the end; `None` when there is none.
fn circle(steps: &[PlannedStep]) -> Option<Vec<usize>> {
    // Edges to earlier steps alone cannot make a circle: the common case costs one pass.
    let is_forward = |(index, step): (usize, &PlannedStep)| step.after.iter().all(|a| *a < index);
    if steps.iter().enumerate().all(is_forward) {
        return None;
    }
    let mut done = vec![false; steps.len()];
    for start in 0..steps.len() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = path.last().copied() {
            let edge = steps.get(at).and_then(|step| step.after.get(next)).copied();
            let Some(edge) = edge.filter(|_| !done.get(at).copied().unwrap_or(true)) else {
                if let Some(flag) = done.get_mut(at) {
                    *flag = true;
                }
                path.pop();
                continue;
            };
            if let Some(last) = path.last_mut() {
                last.1 += 1;
            }
            if let Some(from) = path.iter().position(|(step, _)| *step == edge) {
                let mut circle: Vec<usize> =
                    path.iter().skip(from).map(|(step, _)| *step).collect();
                circle.push(edge);
                return Some(circle);
            }
            path.push((edge, 0));
        }
    }
    None
}

fn draw(circle: &[usize], steps: &[PlannedStep]) -> Diagnostic {
    let names: Vec<String> = circle
        .iter()
        .filter_map(|index| steps.get(*index))
        .map(|step| format!("`{}`", step.name))
        .collect();
    let message = "steps need each other in a circle, so that none can start";
    let places: Vec<_> =
        circle.iter().filter_map(|index| steps.get(*index)).map(|step| step.span).collect();
    let mut diagnostic = match places.split_first() {
        Some((first, _)) => {
            Diagnostic::error(&codes::plan::CIRCLE, *first, message, "this step waits")
        }
        None => Diagnostic::placeless(&codes::plan::CIRCLE, message),
    };
    for place in places.iter().skip(1).take(places.len().saturating_sub(2)) {
        diagnostic = diagnostic.also(*place, "and this one");
    }
    diagnostic
        .note(format!("{} (each needs the next)", names.join(" → ")))
        .help("a step needs those in its `needs`, those that capture the variables it uses, and in a sequence those before it")
}
