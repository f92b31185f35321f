//! The steps around the collections of a folder: when each collection of a run begins, and on what.
//!
//! ```text
//! setup of `runner.yaml` ──▶ every collection of the folder ──▶ its teardown
//!          └── captures and cookies ──▶ what each begins with ────────┘
//! ```
//!
//! A folder's setup and its teardown are collections of the run like any other. What they add is an
//! order among whole collections: one begins when those it comes after have ended.

use super::kept::Kept;
use super::lane::End;
use super::progress::Progress;
use crate::event::{Outcome, Phase};
use crate::plan::{Frame, Plan};
use crate::template::qualified;
use std::collections::BTreeSet;

/// Where a collection stands among those of a run; indexes are those of the run.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The setup whose captures and cookies it begins with.
    pub begins_with: Option<usize>,
    /// The setup without which nothing of it runs. Of a folder's own teardown that of the folder
    /// further up.
    pub within: Option<usize>,
    /// Those that must have ended before it begins.
    pub after: BTreeSet<usize>,
}

/// The collections of a run that have not begun.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// By collection, those it still waits for; nothing once it has begun.
    waiting: Vec<Option<BTreeSet<usize>>>,
}

impl Folders {
    /// Nothing has begun.
    pub(super) fn new(graphs: &[Progress]) -> Folders {
        let waiting = graphs.iter().map(|graph| Some(graph.context.around.after.clone()));
        Folders { waiting: waiting.collect() }
    }

    /// The collections that may begin now, each told once.
    pub(super) fn begin(&mut self) -> Vec<usize> {
        let mut ready = Vec::new();
        for (graph, waiting) in self.waiting.iter_mut().enumerate() {
            if waiting.as_ref().is_some_and(BTreeSet::is_empty) {
                *waiting = None;
                ready.push(graph);
            }
        }
        ready
    }

    /// A collection has ended.
    pub(super) fn end(&mut self, graph: usize) {
        for waiting in self.waiting.iter_mut().flatten() {
            waiting.remove(&graph);
        }
    }
}

/// What a collection begins with of the setup around it.
pub(super) struct Beginning {
    /// Its captures and cookies.
    pub(super) kept: Kept,
    /// Why nothing runs, when it did not pass.
    pub(super) skipped: Option<String>,
}

impl Beginning {
    /// That of a collection; `end` is why the run was ended, once it was.
    pub(super) fn of(around: &Around, graphs: &[Progress], end: Option<End>) -> Beginning {
        let setup = |index: Option<usize>| graphs.get(index?);
        let kept = setup(around.begins_with).map(Kept::of_setup).unwrap_or_default();
        let skipped = setup(around.within).and_then(|setup| why_not(setup, end));
        Beginning { kept, skipped }
    }
}

/// Why nothing runs that needs this setup.
fn why_not(setup: &Progress, end: Option<End>) -> Option<String> {
    if setup.skipped.is_some() {
        return setup.skipped.clone();
    }
    let file = setup.context.files.get(setup.context.plan.collection.file);
    let file = file.map_or("", |file| file.name());
    match setup.failed_setup() {
        Some(step) => Some(format!("`{step}` in `setup` of `{file}` did not pass")),
        // A setup that was cut off has prepared nothing.
        None if setup.has_skipped(Phase::Setup) => end.map(End::reason),
        None => None,
    }
}

/// The names that nobody gives a value though the setup of a folder could have, of all frames.
fn missing(plan: &Plan, kept: &Kept) -> BTreeSet<String> {
    let is_given = |name: &str| {
        kept.values.contains_key(name) || plan.given.iter().any(|(given, _)| given == name)
    };
    let names: Vec<&String> = plan.begun_with.iter().filter(|name| !is_given(name)).collect();
    let of_frame = |(index, frame): (usize, &Frame)| -> Vec<String> {
        let own = frame.passed.iter().chain(&frame.variables);
        let own: Vec<&str> = own.map(|variable| variable.name.value.as_str()).collect();
        let names = names.iter().filter(|name| !own.contains(&name.as_str()));
        names.map(|name| qualified(index, name).into_owned()).collect()
    };
    plan.frames.iter().enumerate().flat_map(of_frame).collect()
}

impl Kept {
    /// What a folder's setup leaves for those that begin after it: what it began with too.
    fn of_setup(setup: &Progress) -> Kept {
        let mut kept = Kept::default();
        let plan = &*setup.context.plan;
        let state = setup.states.ended();
        kept.keep_jars(plan, &state);
        for name in plan.captured_names().iter().chain(&plan.begun_with) {
            kept.keep_value(name, state.vars.get(name));
        }
        kept
    }
}

impl Progress {
    /// The collection begins.
    pub(super) fn begin(&mut self, Beginning { kept, skipped }: Beginning) {
        let plan = &*self.context.plan;
        self.states.begin(|state| {
            kept.begin(plan, state);
            kept.give(plan, state);
        });
        self.missing = missing(plan, &kept);
        self.skipped = skipped;
    }

    /// The first step of the collection's own setup that did not pass.
    fn failed_setup(&self) -> Option<&str> {
        self.setup_failed.get(&0).map(|name| &**name)
    }

    /// Whether a step of this phase was skipped.
    fn has_skipped(&self, phase: Phase) -> bool {
        let outcomes = self.steps.iter().zip(&self.outcomes);
        let mut of_phase = outcomes.filter(|(step, _)| step.phase == phase);
        of_phase.any(|(_, outcome)| *outcome == Some(Outcome::Skipped))
    }
}
