//! Steps under way: which wait for which, how each ended, what those behind it see.

use super::Context;
use super::lane::Lane;
use super::state::{Delta, State, States};
use crate::event::{Outcome, Phase};
use crate::plan::{Part, PlannedStep};
use crate::template::unqualified;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

/// Where a step stands in reports: its index in the plan, and among the steps of a loop that has
/// this index.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) index: usize,
    /// Empty outside loops; one number for each loop around the step.
    pub(super) within: Vec<usize>,
}

/// A graph of steps while it runs: a collection's, or that of the rows of a loop.
pub(super) struct Progress {
    pub(super) context: Arc<Context>,
    pub(super) steps: Arc<Vec<PlannedStep>>,
    /// The loop whose rows these are.
    pub(super) rows_of: Option<RowsOf>,
    pub(super) states: States,
    /// How many steps each step still waits for.
    pub(super) waiting: Vec<usize>,
    /// The steps that wait for each step.
    dependents: Vec<Vec<usize>>,
    pub(super) outcomes: Vec<Option<Outcome>>,
    /// Variables each step captured.
    captured: Vec<Vec<String>>,
    /// Steps whose own `when` kept them from running.
    opted_out: BTreeSet<usize>,
    pub(super) left: usize,
    pub(super) started: Option<Instant>,
    /// Names that the setup of a folder should have given a value and did not, of all frames.
    pub(super) missing: BTreeSet<String>,
    /// Why nothing of it runs.
    pub(super) skipped: Option<String>,
    /// By collection and group, the first step of its setup that did not pass.
    pub(super) setup_failed: BTreeMap<usize, Arc<str>>,
    /// The groups of which a step has run.
    entered: BTreeSet<usize>,
    /// By collection and group, what its teardown runs in, once it has begun.
    pub(super) teardowns: BTreeMap<usize, Arc<Lane>>,
    pub(super) worst: Outcome,
}

/// The loop that rows are of, while they run.
pub(super) struct RowsOf {
    /// Which progress it is a step of, and which step.
    pub(super) step: (usize, usize),
    /// Where it stands.
    pub(super) spot: Spot,
    /// What it saw.
    pub(super) before: State,
    /// What the included collections begin with that it entered.
    pub(super) entered: Vec<(String, Arc<Value>)>,
    /// Why none of its rows runs.
    pub(super) skipped: Option<String>,
}

impl Progress {
    pub(super) fn new(context: Arc<Context>, state: State) -> Progress {
        let steps = Arc::clone(&context.plan.steps);
        Progress::of_steps(context, steps, state)
    }

    /// The rows of a loop, beside the steps it is one of.
    pub(super) fn of_rows(&self, steps: Vec<PlannedStep>, rows_of: RowsOf) -> Progress {
        let mut state = rows_of.before.clone();
        state.apply(&Delta { entered: rows_of.entered.clone(), ..Delta::default() });
        Progress {
            started: self.started,
            setup_failed: self.setup_failed.clone(),
            entered: self.entered.clone(),
            teardowns: self.teardowns.clone(),
            missing: self.missing.clone(),
            skipped: rows_of.skipped.clone(),
            rows_of: Some(rows_of),
            ..Progress::of_steps(Arc::clone(&self.context), Arc::new(steps), state)
        }
    }

    fn of_steps(context: Arc<Context>, steps: Arc<Vec<PlannedStep>>, state: State) -> Progress {
        let mut dependents = vec![Vec::new(); steps.len()];
        for (index, step) in steps.iter().enumerate() {
            for before in &step.after {
                if let Some(dependents) = dependents.get_mut(*before) {
                    dependents.push(index);
                }
            }
        }
        Progress {
            rows_of: None,
            states: States::new(state, &steps),
            waiting: steps.iter().map(|step| step.after.len()).collect(),
            dependents,
            outcomes: vec![None; steps.len()],
            captured: vec![Vec::new(); steps.len()],
            opted_out: BTreeSet::new(),
            left: steps.len(),
            started: None,
            missing: BTreeSet::new(),
            skipped: None,
            setup_failed: BTreeMap::new(),
            entered: BTreeSet::new(),
            teardowns: BTreeMap::new(),
            worst: Outcome::Passed,
            context,
            steps,
        }
    }

    /// The steps that wait for nothing.
    pub(super) fn roots(&self) -> Vec<usize> {
        let waiting = self.waiting.iter().enumerate();
        waiting.filter(|(_, waiting)| **waiting == 0).map(|(index, _)| index).collect()
    }

    /// Where a step stands in reports.
    pub(super) fn spot(&self, index: usize) -> Spot {
        match &self.rows_of {
            None => Spot { index, within: Vec::new() },
            Some(RowsOf { spot, .. }) => {
                let within = spot.within.iter().copied().chain([index]).collect();
                Spot { index: spot.index, within }
            }
        }
    }

    /// 1 for a plain sequence; else how many steps there are at least, as far as anyone knows.
    pub(super) fn width(&self) -> usize {
        width(&self.steps)
    }

    /// What a step sees; to be asked once.
    pub(super) fn before(&mut self, index: usize) -> State {
        self.states.before(index, &self.steps)
    }

    /// Why nothing of a part runs: its setup failed, or there is nothing to tear down. The
    /// collection's own teardown always runs.
    pub(super) fn shut(&self, part: &Part) -> Option<String> {
        match part.phase {
            Phase::Requests => {
                let failed = self.setup_failed.get(&part.whole)?;
                Some(format!("`{failed}` in `setup` did not pass"))
            }
            Phase::Teardown if part.whole > 0 && !self.entered.contains(&part.whole) => {
                Some(format!("nothing of `{}` ran", part.name))
            }
            _ => None,
        }
    }

    /// What a step needs that did not pass.
    pub(super) fn unmet(&self, planned: &PlannedStep) -> Option<String> {
        let outcome = |index: usize| self.outcomes.get(index).copied().flatten();
        let name = |index: usize| self.steps.get(index).map_or("", |step| &step.name);
        let ended = |index: usize| match outcome(index) {
            Some(Outcome::Failed) => "failed",
            Some(Outcome::Errored) => "could not be made",
            _ => "was skipped",
        };
        let is_passed = |index: &usize| outcome(*index) == Some(Outcome::Passed);
        if let Some(need) = planned.needs.iter().find(|need| !is_passed(need)) {
            return Some(format!("needs `{}`, which {}", name(*need), ended(*need)));
        }
        for used in planned.uses.iter().filter(|used| !used.is_guarded) {
            // A login that is not wanted leaves the token that was given.
            let is_opted_out = |index: &usize| self.opted_out.contains(index);
            if used.is_set && used.providers().iter().all(is_opted_out) {
                match self.missing.contains(&used.name) {
                    true => return Some(not_given(&used.name)),
                    false => continue,
                }
            }
            let has_value = |index: &usize| {
                self.captured.get(*index).is_some_and(|names| names.contains(&used.name))
            };
            // Teardown cleans up after failures too: a captured value is all it needs.
            let is_met = |index: &usize| {
                has_value(index) && (planned.phase == Phase::Teardown || is_passed(index))
            };
            if let Some(last) = used.providers().last()
                && !used.providers().iter().rev().any(is_met)
            {
                let (name, ended) = (name(*last), ended(*last));
                let (_, used) = unqualified(&used.name);
                return Some(format!("needs `{used}` from `{name}`, which {ended}"));
            }
        }
        None
    }

    /// A step's own condition kept it from running.
    pub(super) fn opt_out(&mut self, index: usize) {
        self.opted_out.insert(index);
    }

    pub(super) fn end(&mut self, index: usize, outcome: Outcome, before: State, delta: Delta) {
        if let Some(slot) = self.captured.get_mut(index) {
            *slot = delta.captures.iter().map(|(name, _)| name.clone()).collect();
        }
        self.states.end(index, before, delta);
        if let Some(slot) = self.outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
        if outcome != Outcome::Skipped {
            self.worst = self.worst.max(outcome);
        }
        let planned = self.steps.get(index);
        if let Some(planned) = planned.filter(|_| outcome != Outcome::Skipped) {
            for part in &planned.parts {
                if part.phase == Phase::Setup && outcome != Outcome::Passed {
                    let name = || Arc::clone(&planned.name);
                    self.setup_failed.entry(part.whole).or_insert_with(name);
                }
                if part.phase != Phase::Teardown {
                    self.entered.insert(part.whole);
                }
            }
        }
        self.left = self.left.saturating_sub(1);
    }

    /// The steps that waited for this one alone.
    pub(super) fn release(&mut self, index: usize) -> Vec<usize> {
        let dependents = self.dependents.get_mut(index).map(std::mem::take).unwrap_or_default();
        let mut released = Vec::new();
        for dependent in dependents {
            if let Some(waiting) = self.waiting.get_mut(dependent) {
                *waiting = waiting.saturating_sub(1);
                if *waiting == 0 {
                    released.push(dependent);
                }
            }
        }
        released
    }

    /// What steps that passed gave the names of the collection itself, the last of each.
    pub(super) fn captured_values(&self) -> BTreeMap<String, Arc<Value>> {
        let outcomes = self.outcomes.iter().enumerate();
        let passed = outcomes.filter(|(_, outcome)| **outcome == Some(Outcome::Passed));
        let captures = passed.flat_map(|(index, _)| self.states.captures(index));
        let own = captures.filter(|(name, _)| unqualified(name).0 == 0);
        own.map(|(name, value)| (name.clone(), Arc::clone(value))).collect()
    }

    /// How the rows of a loop ended as one step. A row that its own `when` left out is no reason
    /// to leave out what needs the loop, unless it left out all of them.
    pub(super) fn outcome(&self) -> Outcome {
        let ended = || self.outcomes.iter().enumerate().filter_map(|(at, one)| Some((at, (*one)?)));
        let worst = ended().map(|(_, outcome)| outcome).max().unwrap_or(Outcome::Skipped);
        let is_missing = |(index, outcome): (usize, Outcome)| {
            outcome == Outcome::Skipped && !self.opted_out.contains(&index)
        };
        match worst {
            Outcome::Passed if ended().any(is_missing) => Outcome::Skipped,
            worst => worst,
        }
    }

    /// Whether every step opted out.
    pub(super) fn is_opted_out(&self) -> bool {
        self.opted_out.len() == self.steps.len()
    }
}

/// Why a step is skipped that uses what the setup of a folder did not capture.
fn not_given(name: &str) -> String {
    format!("needs `{}` from the folder's `setup`, which did not capture it", unqualified(name).1)
}

/// As [`Progress::width`]; rows side by side may be any number.
fn width(steps: &[PlannedStep]) -> usize {
    let is_chain = steps
        .iter()
        .enumerate()
        .all(|(index, step)| index == 0 || step.after.contains(&(index - 1)));
    let within = steps.iter().filter_map(|step| step.body.as_deref()).map(|body| match body.mode {
        crate::model::Mode::Parallel => usize::MAX,
        crate::model::Mode::Sequence => width(&body.steps),
    });
    let own = if is_chain { 1 } else { steps.len() };
    within.fold(own, |sum, width| match is_chain {
        true => sum.max(width),
        false => sum.saturating_add(width),
    })
}
