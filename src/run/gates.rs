//! Which steps may not start yet though all they come after has ended: `lock` and `max`.
//!
//! A step that is kept out waits at the one gate that was closed. When a gate opens, only as many
//! are woken as it has room for; one that then meets another closed gate gives its turn to the
//! next, so nobody is forgotten and a long queue is not walked for every step that ends.

use crate::plan::{self, Plan, PlannedStep, sections_of_rows};
use std::collections::{BTreeMap, BTreeSet};

/// A step of a run: which graph of steps (a collection's, or that of a loop's rows), which of them.
pub(super) type StepKey = (usize, usize);

/// What bounds how many steps run at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gate {
    /// All that a section comes after: the graph, the section.
    Begin(usize, usize),
    /// A lock, by name: one section at a time, in all collections.
    Lock(String),
    /// A group's `max`: the graph, which of its limits.
    Limit(usize, usize),
}

/// The gates of a run, and who waits at them.
#[derive(Debug, Default)]
pub(super) struct Gates {
    graphs: Vec<Graph>,
    /// The section that holds each lock: its graph, its number.
    held: BTreeMap<String, (usize, usize)>,
    /// The steps that were let in through a limit and have not ended.
    inside: BTreeSet<StepKey>,
    /// With the section each is in.
    waiting: BTreeMap<Gate, BTreeMap<StepKey, Option<usize>>>,
}

/// The sections and limits of one graph.
#[derive(Debug, Default)]
struct Graph {
    /// Of rows: the graph their loop is a step of, whose limits bound them too.
    above: Option<usize>,
    sections: BTreeMap<usize, Section>,
    limits: BTreeMap<usize, Limit>,
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
        let graphs = plans.map(|plan| Graph {
            above: None,
            sections: plan.sections.iter().map(Section::of).enumerate().collect(),
            limits: plan.limits.iter().map(|width| Limit::of(*width)).enumerate().collect(),
        });
        Gates { graphs: graphs.collect(), ..Gates::default() }
    }

    /// The rows of a loop begin: a graph of their own, the next one.
    pub(super) fn begin_rows(&mut self, above: usize, steps: &[PlannedStep], plan: &Plan) {
        let sections = sections_of_rows(steps, &plan.lock_names);
        let sections = sections.iter().map(|(number, one)| (*number, Section::of(one)));
        let mut graph =
            Graph { above: Some(above), sections: sections.collect(), ..Graph::default() };
        for step in steps {
            for (limit, written) in step.limits.iter().zip(&step.written_limits) {
                if self.owner(above, *limit).is_none()
                    && let Some(width) = plan.limits.get(*written)
                {
                    graph.limits.entry(*limit).or_insert_with(|| Limit::of(*width));
                }
            }
        }
        self.graphs.push(graph);
    }

    /// Lets a step in.
    ///
    /// # Errors
    /// Those whose turn it is instead; the step itself waits.
    pub(super) fn enter(&mut self, key: StepKey, step: &PlannedStep) -> Result<(), Vec<StepKey>> {
        let gates = self.gates(key.0, step);
        let section = step.section.map(|section| section.of_row);
        if let Some(closed) = gates.iter().find(|gate| self.is_closed(gate, key.0, section)) {
            let others = gates.iter().filter(|gate| *gate != closed);
            let instead = others.flat_map(|gate| self.wake(gate)).collect();
            self.waiting.entry(closed.clone()).or_default().insert(key, section);
            return Err(instead);
        }
        for gate in gates {
            match gate {
                Gate::Begin(..) => {}
                Gate::Lock(lock) => {
                    self.held.insert(lock, (key.0, section.unwrap_or_default()));
                }
                Gate::Limit(graph, limit) => {
                    self.inside.insert(key);
                    if let Some(limit) = self.limit(graph, limit) {
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
                if let Some(owner) = self.owner(key.0, *limit)
                    && let Some(limit) = self.limit(owner, *limit)
                {
                    limit.running = limit.running.saturating_sub(1);
                }
            }
        }
        let sections = self.graphs.get_mut(key.0).map(|graph| &mut graph.sections);
        let own = step.section.map(|section| section.of_row);
        for (number, section) in sections.into_iter().flatten() {
            let number = *number;
            if section.after.remove(&key.1) && section.after.is_empty() {
                gates.push(Gate::Begin(key.0, number));
            }
            if own == Some(number) {
                section.left = section.left.saturating_sub(1);
                if section.left == 0 {
                    self.held.retain(|_, by| *by != (key.0, number));
                }
            }
        }
        gates.iter().flat_map(|gate| self.wake(gate)).collect()
    }

    /// The gates a step must pass.
    fn gates(&self, graph: usize, step: &PlannedStep) -> Vec<Gate> {
        let mut gates = Vec::new();
        if let Some(number) = step.section.map(|section| section.of_row) {
            gates.push(Gate::Begin(graph, number));
            let section = self.section(graph, number);
            let locks = section.into_iter().flat_map(|section| &section.locks);
            gates.extend(locks.cloned().map(Gate::Lock));
        }
        let owned = |limit: &usize| Some(Gate::Limit(self.owner(graph, *limit)?, *limit));
        gates.extend(step.limits.iter().filter_map(owned));
        gates
    }

    /// The graph that has a limit: this one, or one above it.
    fn owner(&self, graph: usize, limit: usize) -> Option<usize> {
        let own = self.graphs.get(graph)?;
        if own.limits.contains_key(&limit) { Some(graph) } else { self.owner(own.above?, limit) }
    }

    /// Whether a step of this section, or of none, is kept out.
    fn is_closed(&self, gate: &Gate, graph: usize, section: Option<usize>) -> bool {
        match gate {
            Gate::Begin(graph, number) => {
                self.section(*graph, *number).is_some_and(|section| !section.after.is_empty())
            }
            Gate::Lock(lock) => self
                .held
                .get(lock)
                .is_some_and(|(by, number)| (*by, Some(*number)) != (graph, section)),
            Gate::Limit(graph, limit) => self.free(*graph, *limit) == 0,
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
            Gate::Limit(graph, limit) => {
                waiting.keys().take(self.free(*graph, *limit)).copied().collect()
            }
        };
        if let Some(waiting) = self.waiting.get_mut(gate) {
            waiting.retain(|key, _| !woken.contains(key));
        }
        woken
    }

    fn section(&self, graph: usize, number: usize) -> Option<&Section> {
        self.graphs.get(graph)?.sections.get(&number)
    }

    fn limit(&mut self, graph: usize, limit: usize) -> Option<&mut Limit> {
        self.graphs.get_mut(graph)?.limits.get_mut(&limit)
    }

    fn free(&self, graph: usize, limit: usize) -> usize {
        let limit = self.graphs.get(graph).and_then(|graph| graph.limits.get(&limit));
        limit.map_or(usize::MAX, |limit| limit.width.saturating_sub(limit.running))
    }
}

impl Section {
    fn of(section: &plan::Section) -> Section {
        let plan::Section { locks, after, steps } = section;
        Section { locks: locks.clone(), after: after.clone(), left: *steps }
    }
}

impl Limit {
    fn of(width: usize) -> Limit {
        Limit { width, running: 0 }
    }
}
