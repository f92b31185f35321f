//! Which steps may not start yet though all they come after has ended: `lock` and `max`.
//!
//! A step that is kept out waits at the one gate that was closed. When a gate opens, only as many
//! are woken as it has room for; one that then meets another closed gate gives its turn to the
//! next, so nobody is forgotten and a long queue is not walked for every step that ends.

use crate::plan::{Plan, PlannedStep};
use std::collections::{BTreeMap, BTreeSet};

/// A step of a run: which collection, which of its steps.
pub(super) type StepKey = (usize, usize);

/// What bounds how many steps run at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gate {
    /// All that a section comes after: the collection, the section.
    Begin(usize, usize),
    /// A lock, by name: one section at a time, in all collections.
    Lock(String),
    /// A group's `max`: the collection, which of its limits.
    Limit(usize, usize),
}

/// The gates of a run, and who waits at them.
#[derive(Debug, Default)]
pub(super) struct Gates {
    collections: Vec<Collection>,
    /// The section that holds each lock: its collection, its number.
    held: BTreeMap<String, (usize, usize)>,
    /// The steps that were let in through a limit and have not ended.
    inside: BTreeSet<StepKey>,
    /// With the section each is in.
    waiting: BTreeMap<Gate, BTreeMap<StepKey, Option<usize>>>,
}

/// The sections and limits of one collection.
#[derive(Debug)]
struct Collection {
    sections: Vec<Section>,
    limits: Vec<Limit>,
}

#[derive(Debug)]
struct Section {
    locks: BTreeSet<String>,
    /// What must end before it begins.
    after: BTreeSet<usize>,
    /// How many of its steps have not ended.
    left: usize,
}

#[derive(Debug)]
struct Limit {
    width: usize,
    running: usize,
}

impl Gates {
    /// Nothing runs yet.
    pub(super) fn new<'p>(plans: impl Iterator<Item = &'p Plan>) -> Gates {
        let collections = plans.map(|plan| Collection {
            sections: plan
                .sections
                .iter()
                .map(|section| Section {
                    locks: section.locks.clone(),
                    after: section.after.clone(),
                    left: section.steps,
                })
                .collect(),
            limits: plan.limits.iter().map(|width| Limit { width: *width, running: 0 }).collect(),
        });
        Gates { collections: collections.collect(), ..Gates::default() }
    }

    /// Lets a step in.
    ///
    /// # Errors
    /// Those whose turn it is instead; the step itself waits.
    pub(super) fn enter(&mut self, key: StepKey, step: &PlannedStep) -> Result<(), Vec<StepKey>> {
        let gates = self.gates(key.0, step);
        if let Some(closed) = gates.iter().find(|gate| self.is_closed(gate, key.0, step.section)) {
            let others = gates.iter().filter(|gate| *gate != closed);
            let instead = others.flat_map(|gate| self.wake(gate)).collect();
            self.waiting.entry(closed.clone()).or_default().insert(key, step.section);
            return Err(instead);
        }
        for gate in gates {
            match gate {
                Gate::Begin(..) => {}
                Gate::Lock(lock) => {
                    self.held.insert(lock, (key.0, step.section.unwrap_or_default()));
                }
                Gate::Limit(collection, limit) => {
                    self.inside.insert(key);
                    if let Some(limit) = self.limit(collection, limit) {
                        limit.running += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// A step has ended, whether it was ever let in or not: those whose turn it is now.
    pub(super) fn end(&mut self, key: StepKey, step: &PlannedStep) -> Vec<StepKey> {
        let mut gates = self.gates(key.0, step);
        if self.inside.remove(&key) {
            for limit in &step.limits {
                if let Some(limit) = self.limit(key.0, *limit) {
                    limit.running = limit.running.saturating_sub(1);
                }
            }
        }
        let sections = self.collections.get_mut(key.0).map(|collection| &mut collection.sections);
        for (number, section) in sections.into_iter().flatten().enumerate() {
            if section.after.remove(&key.1) && section.after.is_empty() {
                gates.push(Gate::Begin(key.0, number));
            }
            if step.section == Some(number) {
                section.left = section.left.saturating_sub(1);
                if section.left == 0 {
                    self.held.retain(|_, by| *by != (key.0, number));
                }
            }
        }
        gates.iter().flat_map(|gate| self.wake(gate)).collect()
    }

    /// The gates a step must pass.
    fn gates(&self, collection: usize, step: &PlannedStep) -> Vec<Gate> {
        let mut gates = Vec::new();
        if let Some(number) = step.section {
            gates.push(Gate::Begin(collection, number));
            let section = self.section(collection, number);
            let locks = section.into_iter().flat_map(|section| &section.locks);
            gates.extend(locks.cloned().map(Gate::Lock));
        }
        gates.extend(step.limits.iter().map(|limit| Gate::Limit(collection, *limit)));
        gates
    }

    /// Whether a step of this section, or of none, is kept out.
    fn is_closed(&self, gate: &Gate, collection: usize, section: Option<usize>) -> bool {
        match gate {
            Gate::Begin(collection, number) => {
                self.section(*collection, *number).is_some_and(|section| !section.after.is_empty())
            }
            Gate::Lock(lock) => self
                .held
                .get(lock)
                .is_some_and(|(by, number)| (*by, Some(*number)) != (collection, section)),
            Gate::Limit(collection, limit) => self.free(*collection, *limit) == 0,
        }
    }

    /// Those who wait at a gate and may try again.
    fn wake(&mut self, gate: &Gate) -> Vec<StepKey> {
        let Some(waiting) = self.waiting.get(gate) else { return Vec::new() };
        let woken: Vec<StepKey> = match gate {
            Gate::Begin(..) => waiting.keys().copied().collect(),
            Gate::Lock(lock) if self.held.contains_key(lock) => Vec::new(),
            Gate::Lock(_) => {
                let first = waiting.first_key_value().map(|(key, section)| (key.0, *section));
                let is_with =
                    |(key, section): &(&StepKey, &Option<usize>)| Some((key.0, **section)) == first;
                waiting.iter().filter(is_with).map(|(key, _)| *key).collect()
            }
            Gate::Limit(collection, limit) => {
                waiting.keys().take(self.free(*collection, *limit)).copied().collect()
            }
        };
        if let Some(waiting) = self.waiting.get_mut(gate) {
            waiting.retain(|key, _| !woken.contains(key));
        }
        woken
    }

    fn section(&self, collection: usize, number: usize) -> Option<&Section> {
        self.collections.get(collection)?.sections.get(number)
    }

    fn limit(&mut self, collection: usize, limit: usize) -> Option<&mut Limit> {
        self.collections.get_mut(collection)?.limits.get_mut(limit)
    }

    fn free(&self, collection: usize, limit: usize) -> usize {
        let collection = self.collections.get(collection);
        let limit = collection.and_then(|collection| collection.limits.get(limit));
        limit.map_or(usize::MAX, |limit| limit.width.saturating_sub(limit.running))
    }
}
