//! Groups flattened to steps in file order, each with the steps it comes after.

use super::names::Names;
use super::reads::reads;
use super::{Part, PlannedSession, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::model::{Action, Collection, Group, Mode, Step};
use crate::registry::suggest;
use crate::source::Located;
use crate::template::Template;
use std::sync::Arc;

pub(super) struct Expanded {
    pub(super) steps: Vec<PlannedStep>,
    pub(super) names: Names,
    /// By step, how many of the first steps it comes after by its place alone: in a sequence all
    /// those above it. Edges to them say nothing new and are left out, or a long sequence would
    /// have as many as pairs of steps.
    pub(super) floors: Vec<usize>,
}

/// What a step has from the groups around it.
#[derive(Clone)]
struct Around {
    parts: Vec<Part>,
    groups: Vec<String>,
    tags: Vec<String>,
    session: Option<usize>,
    conditions: Vec<Arc<Template>>,
    needs: Vec<Located<String>>,
}

/// Where in the order a step or group stands.
#[derive(Clone)]
struct Place {
    /// The steps it comes right after.
    before: Vec<usize>,
    /// As in [`Expanded::floors`].
    floor: usize,
}

struct Expander<'e> {
    sessions: &'e [PlannedSession],
    diagnostics: &'e mut Vec<Diagnostic>,
    expanded: Expanded,
    /// `needs` as written, by step.
    needs: Vec<Vec<Located<String>>>,
    /// How many groups with a setup or a teardown there are so far.
    wholes: usize,
}

/// Flattens the three phases. `setup` and `teardown` are sequences; `requests` come after the
/// whole of `setup`.
pub(super) fn expand(
    collection: &Collection,
    sessions: &[PlannedSession],
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let expanded = Expanded { steps: Vec::new(), names: Names::default(), floors: Vec::new() };
    let mut expander = Expander { sessions, diagnostics, expanded, needs: Vec::new(), wholes: 0 };
    let mut before = Vec::new();
    let phases = [
        (Phase::Setup, &collection.setup, Mode::Sequence),
        (Phase::Requests, &collection.requests, collection.mode),
        (Phase::Teardown, &collection.teardown, Mode::Sequence),
    ];
    for (phase, steps, mode) in phases {
        let around = Around {
            parts: vec![Part { whole: 0, name: "".into(), phase }],
            groups: Vec::new(),
            tags: collection.tags.clone(),
            session: None,
            conditions: Vec::new(),
            needs: Vec::new(),
        };
        let place = Place { before, floor: expander.expanded.steps.len() };
        before = expander.all(steps, mode, &around, place);
    }
    expander.resolve_needs();
    expander.expanded
}

impl Expander<'_> {
    /// Adds steps that come after `before`; gives those that the next comes after.
    fn all(
        &mut self,
        steps: &[Arc<Step>],
        mode: Mode,
        around: &Around,
        place: Place,
    ) -> Vec<usize> {
        match mode {
            Mode::Sequence => {
                // Behind everything before this sequence, and so behind everything so far.
                let is_behind_all = place.floor == self.expanded.steps.len();
                let floor = place.floor;
                steps.iter().fold(place.before, |before, step| {
                    let floor = if is_behind_all { self.expanded.steps.len() } else { floor };
                    self.one(step, around, Place { before, floor })
                })
            }
            Mode::Parallel => {
                let mut ends = Vec::new();
                for step in steps {
                    ends.extend(self.one(step, around, place.clone()));
                }
                ends.sort_unstable();
                ends.dedup();
                if ends.is_empty() { place.before } else { ends }
            }
        }
    }

    fn one(&mut self, step: &Arc<Step>, around: &Around, place: Place) -> Vec<usize> {
        let mut around = around.clone();
        around.tags.extend(step.tags.iter().cloned());
        around.conditions.extend(step.when.iter().map(Arc::clone));
        around.needs.extend(step.needs.iter().cloned());
        if let Some(name) = &step.session {
            around.session = self.session(name);
        }
        let is_written = step.name.span != step.span;
        let (name, id) =
            self.expanded.names.name(&step.name, is_written, step.id.as_ref(), self.diagnostics);
        let first = self.expanded.steps.len();
        let ends = match &step.action {
            Action::Request(_) | Action::Set(_) | Action::Sleep(_) => {
                self.leaf(step, (name.clone(), id.clone()), around, place);
                vec![first]
            }
            Action::Group(group) => {
                around.groups.push(name.to_string());
                self.group(group, &name, &around, place)
            }
        };
        for index in first..self.expanded.steps.len() {
            self.expanded.names.stands_for(&name, &id, index);
        }
        ends
    }

    /// A group's setup, its steps and its teardown, each after all of those before it.
    fn group(
        &mut self,
        group: &Group,
        name: &Arc<str>,
        around: &Around,
        place: Place,
    ) -> Vec<usize> {
        if group.setup.is_empty() && group.teardown.is_empty() {
            return self.all(&group.steps, group.mode, around, place);
        }
        self.wholes += 1;
        let whole = self.wholes;
        let within = |phase: Phase| {
            let mut parts = around.parts.clone();
            parts.push(Part { whole, name: Arc::clone(name), phase });
            Around { parts, ..around.clone() }
        };
        let is_behind_all = place.floor == self.expanded.steps.len();
        let floor = |expander: &Expander<'_>| match is_behind_all {
            true => expander.expanded.steps.len(),
            false => place.floor,
        };
        let before = place.before;
        let at = Place { before, floor: floor(self) };
        let before = self.all(&group.setup, Mode::Sequence, &within(Phase::Setup), at);
        let at = Place { before, floor: floor(self) };
        let before = self.all(&group.steps, group.mode, &within(Phase::Requests), at);
        let at = Place { before, floor: floor(self) };
        // What kept the group from running keeps its teardown too: nothing of it ran. What has
        // changed since does not.
        let teardown =
            Around { conditions: Vec::new(), needs: Vec::new(), ..within(Phase::Teardown) };
        self.all(&group.teardown, Mode::Sequence, &teardown, at)
    }

    fn leaf(
        &mut self,
        step: &Arc<Step>,
        (name, id): (Arc<str>, Arc<str>),
        around: Around,
        Place { before: after, floor }: Place,
    ) {
        let Around { parts, groups, mut tags, session, conditions, needs } = around;
        let is_in = |phase: Phase| parts.iter().any(|part| part.phase == phase);
        let phases = [Phase::Teardown, Phase::Setup];
        let phase = phases.into_iter().find(|phase| is_in(*phase)).unwrap_or(Phase::Requests);
        tags.dedup();
        self.needs.push(needs);
        self.expanded.floors.push(floor);
        self.expanded.steps.push(PlannedStep {
            id,
            name,
            span: step.span,
            phase,
            parts,
            groups,
            tags,
            session: session.unwrap_or(0),
            conditions,
            step: Arc::clone(step),
            after,
            needs: Vec::new(),
            uses: Vec::new(),
            is_looked_at: false,
            reads: reads(step),
        });
    }

    fn session(&mut self, name: &Located<String>) -> Option<usize> {
        let found = self.sessions.iter().position(|session| session.name == **name);
        if found.is_none() || name.is_empty() {
            let names = self
                .sessions
                .iter()
                .map(|session| session.name.as_str())
                .filter(|name| !name.is_empty());
            let message = format!("unknown session `{}`", name.value);
            let code = &codes::plan::UNKNOWN_SESSION;
            let diagnostic = Diagnostic::error(code, name.span, message, "not one of `sessions`");
            let names: Vec<&str> = names.collect();
            self.diagnostics.push(match (suggest(names.iter().copied(), name), names.as_slice()) {
                (Some(near), _) => diagnostic.did_you_mean(Some(near)),
                (None, []) => diagnostic.help("the collection has no `sessions`"),
                (None, names) => diagnostic.help(format!("there are `{}`", names.join("`, `"))),
            });
        }
        found
    }

    /// `needs` by name or id: steps that must have passed.
    fn resolve_needs(&mut self) {
        let needs = std::mem::take(&mut self.needs);
        let Expanded { steps, names, floors } = &mut self.expanded;
        let titles: Vec<Arc<str>> = steps.iter().map(|step| Arc::clone(&step.name)).collect();
        for (index, (step, needs)) in steps.iter_mut().zip(needs).enumerate() {
            for need in needs {
                match names.find(&need) {
                    Some(found) if let Some(later) = later(index, found, floors) => {
                        let later = titles.get(later).map_or("", |name| name);
                        self.diagnostics.push(refuse_later(&step.name, later, &need));
                    }
                    Some([one]) if *one == index => {
                        let message = format!("`{}` needs itself", step.name);
                        let code = &codes::plan::CIRCLE;
                        let diagnostic = Diagnostic::error(code, need.span, message, "itself");
                        self.diagnostics.push(diagnostic);
                    }
                    Some(found) => step.needs.extend(found.iter().filter(|found| **found != index)),
                    None => {
                        let near = suggest(names.all(), &need);
                        let message = format!("unknown step `{}` in `needs`", need.value);
                        let code = &codes::plan::UNKNOWN_STEP;
                        let diagnostic = Diagnostic::error(
                            code,
                            need.span,
                            message,
                            "no step has this name or id",
                        );
                        self.diagnostics.push(diagnostic.did_you_mean(near));
                    }
                }
            }
        }
    }
}

/// The first of `found` that a sequence puts behind the step.
fn later(index: usize, found: &[usize], floors: &[usize]) -> Option<usize> {
    let is_later = |other: &usize| floors.get(*other).is_some_and(|floor| *floor > index);
    found.iter().copied().find(is_later)
}

/// A need of a step that the order of a sequence puts behind it: a circle of the shortest kind.
fn refuse_later(name: &str, later: &str, need: &Located<String>) -> Diagnostic {
    let message = format!("`{name}` needs `{later}`, which comes later in the sequence");
    Diagnostic::error(&codes::plan::CIRCLE, need.span, message, "runs only after this step")
        .help(format!("move `{later}` before `{name}`, or set `mode: parallel`"))
}
