//! The edges nobody wrote: from the step that captures a variable to those that use it, and from
//! a step to those that look at it through `steps`. Then: no circles.

use super::body::Body;
use super::frames::{passed, within};
use super::names::Names;
use super::{Frame, PlannedSession, PlannedStep, Use};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::model::{Action, DefaultReference, Variable, default_references, socket_references};
use crate::registry::suggest;
use crate::source::Span;
use crate::template::{Reference, ReferenceKind, unqualified};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of the steps beside themselves.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// Variables that have a value before any step captures them.
    pub(super) set: &'k BTreeSet<String>,
    /// Those of them that the folders around capture, as their own files name them.
    pub(super) of_folders: &'k BTreeSet<String>,
    pub(super) sessions: &'k [PlannedSession],
    /// By frame.
    pub(super) names: &'k [Names],
    pub(super) frames: &'k [Frame],
    /// As in [`super::expand::Expanded::floors`].
    pub(super) floors: &'k [usize],
}

/// Adds every edge; refuses unknown names, needs that come later in a sequence, and circles.
pub(super) fn connect(
    steps: &mut [PlannedStep],
    known: Known<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    level(steps, &[], known, diagnostics);
}

/// Adds the edges between steps that stand side by side: those of the plan, or of the body of a
/// loop. Gives the names that nothing here is meant by.
fn level(
    steps: &mut [PlannedStep],
    loops: &[usize],
    known: Known<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Reference> {
    let mut used: Vec<Vec<Reference>> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter_mut().enumerate() {
        let References { before, defaults, after } = references(step, known.sessions, known.frames);
        let mut all = before;
        all.extend(defaults.into_iter().map(|default| default.reference));
        all.extend(after);
        if let Some(body) = step.body.as_mut().map(Arc::make_mut) {
            let Body { steps, floors, .. } = body;
            let loops: Vec<usize> = loops.iter().copied().chain([index]).collect();
            all.extend(level(steps, &loops, Known { floors, ..known }, diagnostics));
        }
        used.push(all);
    }
    let mut connecting = Connecting {
        providers: providers(steps, known.frames),
        loops,
        known,
        looked_at: 0,
        others: Vec::new(),
        diagnostics,
    };
    for (index, references) in used.iter().enumerate() {
        connecting.infer(index, references, steps);
    }
    let Connecting { looked_at, others, .. } = connecting;
    for (index, step) in steps.iter_mut().enumerate() {
        if index < looked_at {
            look(step);
        }
        order(step, known.floors.get(index).copied().unwrap_or_default());
    }
    // A need that comes later in a sequence has been refused: its circle is not another mistake.
    if diagnostics.is_empty()
        && let Some(circle) = circle(steps)
    {
        diagnostics.push(draw(&circle, steps));
    }
    others
}

/// Puts a step behind those it needs.
fn order(step: &mut PlannedStep, floor: usize) {
    let uses = step.uses.iter().flat_map(|used| {
        let providers = used.providers();
        let from = providers.partition_point(|provider| *provider < floor);
        providers.iter().skip(from)
    });
    let needs = step.needs.iter().filter(|need| **need >= floor);
    step.after.extend(needs.chain(uses).copied());
    step.after.sort_unstable();
    step.after.dedup();
    step.needs.sort_unstable();
    step.needs.dedup();
}

/// Another step looks at this one, or at all steps of this loop.
fn look(step: &mut PlannedStep) {
    step.is_looked_at = true;
    if let Some(body) = step.body.as_mut().map(Arc::make_mut) {
        body.steps.iter_mut().for_each(look);
    }
}

/// Every name a step's templates use, by when they are rendered.
#[derive(Debug, Default)]
pub(super) struct References {
    /// Before there is a response.
    pub(super) before: Vec<Reference>,
    /// Before there is a response, in its session's defaults.
    pub(super) defaults: Vec<DefaultReference>,
    /// By captures, assertions and hooks.
    pub(super) after: Vec<Reference>,
}

/// Every name a step's templates use.
pub(super) fn references(
    step: &PlannedStep,
    sessions: &[PlannedSession],
    frames: &[Frame],
) -> References {
    let frame = step.frame;
    let is_left = |reference: &Reference, frame: usize| {
        step.row_names.as_ref().is_none_or(|names| !names.has(reference, frame))
    };
    let own = |mut reference: Reference, frame: usize| {
        reference = within(reference, frame);
        is_left(&reference, frame).then_some(reference)
    };
    let mut references = own_references(step, sessions);
    let all = |used: Vec<Reference>| -> Vec<Reference> {
        used.into_iter().filter_map(|reference| own(reference, frame)).collect()
    };
    references.before = all(references.before);
    references.after = all(references.after);
    references.defaults.retain_mut(|default| {
        default.reference = within(default.reference.clone(), frame);
        is_left(&default.reference, frame)
    });
    for (frame, condition) in &step.conditions {
        let used = condition.references().iter().cloned();
        references.before.extend(used.filter_map(|reference| own(reference, *frame)));
    }
    for (frame, reference) in passed(frames, frame) {
        references.before.extend(own(reference, frame));
    }
    references
}

/// Those of the step's frame, as written.
fn own_references(step: &PlannedStep, sessions: &[PlannedSession]) -> References {
    let mut references = References::default();
    if let Some((looped, _)) = step.looped() {
        looped.references(&mut references.before);
        return references;
    }
    if let Some(delay) = &step.step.delay {
        delay.references(&mut references.before);
    }
    match &step.step.action {
        Action::Set(variables) => {
            set(variables, &mut references.before);
        }
        Action::Sleep(duration) => duration.references(&mut references.before),
        Action::Socket(socket) => {
            socket.references_before(&mut references.before);
            socket.references_after(&mut references.after);
            if let Some(session) = sessions.get(step.session) {
                references.defaults = socket_references(&session.layers, socket);
            }
        }
        Action::Receive(receive) => {
            receive.references_before(&mut references.before);
            receive.references_after(&mut references.after);
        }
        Action::Request(_) | Action::Group(_) | Action::Include(_) => {}
    }
    if let Some(request) = step.request() {
        request.references_before(&mut references.before);
        request.references_after(&mut references.after);
        if let Some(session) = sessions.get(step.session) {
            references.defaults = default_references(&session.layers, request);
        }
        step.hooks.references_before(&mut references.before);
        step.hooks.defaults(&mut references.defaults);
        step.hooks.references_after(&mut references.after);
    }
    references
}

/// The names that `set` uses and does not set itself above.
fn set(variables: &[Variable], into: &mut Vec<Reference>) {
    let mut above: BTreeSet<&str> = BTreeSet::new();
    for variable in variables {
        let mut used = Vec::new();
        variable.data.references(&mut used);
        let is_own = |reference: &Reference| matches!(&reference.kind, ReferenceKind::Variable(name) if above.contains(name.as_str()));
        used.retain(|reference| !is_own(reference));
        into.append(&mut used);
        above.insert(&variable.name);
    }
}

/// The steps that capture or set each variable, in file order.
pub(super) fn providers(steps: &[PlannedStep], frames: &[Frame]) -> BTreeMap<String, Arc<[usize]>> {
    let mut providers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        for name in step.provided(frames) {
            let steps = providers.entry(name).or_default();
            if steps.last() != Some(&index) {
                steps.push(index);
            }
        }
    }
    providers.into_iter().map(|(name, steps)| (name, steps.into())).collect()
}

struct Connecting<'c> {
    providers: BTreeMap<String, Arc<[usize]>>,
    /// The loops around the steps, outermost first.
    loops: &'c [usize],
    known: Known<'c>,
    /// Steps before this one may be looked at by a name that is known only in the run.
    looked_at: usize,
    /// Names that nothing here is meant by.
    others: Vec<Reference>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Connecting<'_> {
    fn infer(&mut self, index: usize, references: &[Reference], steps: &mut [PlannedStep]) {
        let mut used = BTreeSet::new();
        for reference in references {
            match &reference.kind {
                ReferenceKind::Variable(name) if used.insert(name.as_str()) => {
                    let seen = self.visible(index, name, steps);
                    if seen.is_none() && !self.loops.is_empty() {
                        let same = references.iter().filter(|other| other.kind == reference.kind);
                        self.others.extend(same.cloned());
                    }
                    let is_of_folder = self.known.of_folders.contains(unqualified(name).1);
                    let seen = seen.or_else(|| is_of_folder.then(|| (Arc::default(), 0)));
                    if let (Some((providers, count)), Some(step)) = (seen, steps.get_mut(index)) {
                        let is_guarded = references
                            .iter()
                            .filter(|other| other.kind == reference.kind)
                            .all(|other| other.is_guarded);
                        let is_set = self.known.set.contains(name);
                        let name = name.clone();
                        step.uses.push(Use { name, is_set, is_guarded, providers, count });
                    }
                }
                ReferenceKind::Step(name) => self.look_at(index, name, reference, steps),
                ReferenceKind::AnyStep => {
                    // Any step before it in file order may be meant.
                    self.looked_at = self.looked_at.max(index);
                    let floor = self.known.floors.get(index).copied().unwrap_or_default();
                    if let Some(step) = steps.get_mut(index) {
                        step.after.extend(floor..index);
                    }
                    self.others.push(reference.clone());
                }
                _ => {}
            }
        }
    }

    /// The providers a step can mean: those before it in file order, else those after it; never
    /// itself, never a later phase's, never one that the order of a sequence puts behind it. With
    /// how many of the first of them are meant.
    fn visible(
        &self,
        index: usize,
        name: &str,
        steps: &[PlannedStep],
    ) -> Option<(Arc<[usize]>, usize)> {
        let providers = self.providers.get(name)?;
        let count = providers.partition_point(|provider| *provider < index);
        if count > 0 {
            return Some((Arc::clone(providers), count));
        }
        if providers.contains(&index) {
            return None;
        }
        let phase = |index: usize| {
            steps.get(index).and_then(|step| step.parts.first()).map(|part| part.phase)
        };
        let is_possible = |other: &usize| {
            phase(*other) == phase(index)
                && self.known.floors.get(*other).is_some_and(|floor| *floor <= index)
        };
        let later: Vec<usize> = providers.iter().copied().filter(is_possible).collect();
        let count = later.len();
        (count > 0).then(|| (later.into(), count))
    }

    fn look_at(
        &mut self,
        index: usize,
        name: &str,
        reference: &Reference,
        steps: &mut [PlannedStep],
    ) {
        let (frame, name) = unqualified(name);
        let Some(names) = self.known.names.get(frame) else { return };
        let Some(found) = names.find(name) else {
            let near = suggest(names.all(), name);
            let message = format!("unknown step `{name}` in a template");
            let code = &codes::plan::UNKNOWN_STEP;
            let diagnostic =
                Diagnostic::error(code, reference.span, message, "no step has this name or id");
            self.diagnostics.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `steps['{near}']`?")),
                None => diagnostic,
            });
            return;
        };
        for path in found {
            // What stands in another place is meant by the loop around this one.
            let Some([other, ..]) = path.strip_prefix(self.loops) else {
                self.others.push(reference.clone());
                continue;
            };
            if *other == index {
                continue;
            }
            if let Some(step) = steps.get_mut(*other) {
                look(step);
            }
            if let Some(step) = steps.get_mut(index) {
                match step.phase {
                    Phase::Teardown => step.after.push(*other),
                    _ => step.needs.push(*other),
                }
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

/// Where a step is best pointed at: its name, or else its URL.
fn place(step: &PlannedStep) -> Span {
    match step.url_span() {
        _ if step.step.name.span != step.span => step.step.name.span,
        Some(url) => url,
        None => step.span,
    }
}

fn draw(circle: &[usize], steps: &[PlannedStep]) -> Diagnostic {
    let names: Vec<String> = circle
        .iter()
        .filter_map(|index| steps.get(*index))
        .map(|step| format!("`{}`", step.name))
        .collect();
    let message = "steps need each other in a circle, so that none can start";
    let places: Vec<_> = circle.iter().filter_map(|index| steps.get(*index)).map(place).collect();
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
