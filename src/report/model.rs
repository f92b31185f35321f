//! A run as a tree: run → collections → steps → attempts, in file order.
//!
//! Nothing in it but times depends on how many requests were in flight: the order in which
//! steps ended and `jobs` are left out, and warnings are sorted by where they stand.

use crate::event::{
    CollectionFinished, CollectionStarted, Counts, CoverageRecord, Event, Outcome, RunFinished,
    RunStarted, StepRecord, Warning,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The format of the JSON report: grows when its readers have to change.
pub(super) const FORMAT: u32 = 1;

/// A whole run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The report's format: 1.
    pub format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    /// When the run started, RFC 3339.
    pub started: String,
    /// Seconds.
    pub duration: f64,
    /// What all randomness grew from.
    pub seed: u64,
    /// Whether anything was drawn from the seed.
    pub randomness: bool,
    /// What came of the run.
    pub outcome: Outcome,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// The exit code that follows from the steps.
    pub exit_code: u8,
    /// How many steps ended how.
    pub counts: Counts,
    /// How much of each OpenAPI document was covered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<CoverageRecord>,
    /// The files that bodies are compared with and that were written, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<String>,
    /// Every warning, by place.
    pub warnings: Vec<Warning>,
    /// Every collection, in order.
    pub collections: Vec<CollectionReport>,
}

/// A collection that ran.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionReport {
    /// Its index in the run, from 0.
    pub collection: usize,
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Its description, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Seconds.
    pub duration: f64,
    /// Every step, in file order.
    pub steps: Vec<StepRecord>,
}

/// Gathers events into a [`RunReport`].
#[derive(Clone, Debug, Default)]
pub struct Gather {
    started: Option<RunStarted>,
    collections: BTreeMap<usize, Part>,
    warnings: Vec<Warning>,
    finished: Option<RunFinished>,
}

#[derive(Clone, Debug, Default)]
struct Part {
    started: Option<CollectionStarted>,
    steps: BTreeMap<(usize, Vec<usize>), StepRecord>,
    finished: Option<CollectionFinished>,
}

impl Gather {
    /// Takes one event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted(started) => self.started = Some(started.clone()),
            Event::CollectionStarted(started) => {
                self.part(started.collection).started = Some(started.clone());
            }
            Event::StepStarted(_) => {}
            Event::StepFinished(step) => {
                let place = (step.index, step.within.clone());
                self.part(step.collection).steps.insert(place, (**step).clone());
            }
            Event::CollectionFinished(finished) => {
                self.part(finished.collection).finished = Some(finished.clone());
            }
            Event::Warning(warning) => self.warnings.push(warning.clone()),
            Event::RunFinished(finished) => self.finished = Some(finished.clone()),
        }
    }

    fn part(&mut self, collection: usize) -> &mut Part {
        self.collections.entry(collection).or_default()
    }

    /// The tree. A run whose end was not seen counts as interrupted.
    #[must_use]
    pub fn finish(mut self) -> RunReport {
        self.warnings.sort_by(|a, b| warning_order(a).cmp(&warning_order(b)));
        let collections: Vec<CollectionReport> =
            self.collections.into_iter().map(|(index, part)| part.finish(index)).collect();
        let finished = self.finished.unwrap_or_else(|| cut_short(&collections));
        let started = self.started;
        RunReport {
            format: FORMAT,
            version: started.as_ref().map(|run| run.version.clone()).unwrap_or_default(),
            seed: started.as_ref().map_or(0, |run| run.seed),
            started: started.map(|run| run.started).unwrap_or_default(),
            duration: finished.duration,
            randomness: finished.randomness,
            outcome: finished.outcome,
            interrupted: finished.interrupted,
            exit_code: finished.exit_code,
            counts: finished.counts,
            coverage: finished.coverage,
            snapshots: finished.snapshots,
            warnings: self.warnings,
            collections,
        }
    }
}

impl Part {
    fn finish(self, collection: usize) -> CollectionReport {
        let steps: Vec<StepRecord> = self.steps.into_values().collect();
        let (outcome, duration) = match self.finished {
            Some(finished) => (finished.outcome, finished.duration),
            None => (outcome_of(steps.iter().map(|step| step.outcome)), 0.0),
        };
        let started = self.started;
        CollectionReport {
            collection,
            description: started.as_ref().and_then(|one| one.description.clone()),
            tags: started.as_ref().map(|one| one.tags.clone()).unwrap_or_default(),
            file: started.as_ref().map(|one| one.file.clone()).unwrap_or_default(),
            name: started.map(|one| one.name).unwrap_or_default(),
            outcome,
            duration,
            steps,
        }
    }
}

/// The worst of some outcomes; nothing at all has passed.
fn outcome_of(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    outcomes.fold(Outcome::Passed, Outcome::max)
}

fn cut_short(collections: &[CollectionReport]) -> RunFinished {
    let mut counts = Counts::default();
    for step in collections.iter().flat_map(|one| &one.steps) {
        match step.outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Failed => counts.failed += 1,
            Outcome::Errored => counts.errored += 1,
            Outcome::Skipped => counts.skipped += 1,
        }
        counts.flaky += usize::from(step.flaky);
        counts.requests += step.attempts.iter().filter(|one| one.status.is_some()).count();
        counts.assertions += step.attempts.iter().map(|one| one.assertions.len()).sum::<usize>();
    }
    RunFinished {
        outcome: outcome_of(collections.iter().map(|one| one.outcome)),
        interrupted: true,
        counts,
        coverage: Vec::new(),
        snapshots: Vec::new(),
        duration: 0.0,
        exit_code: 130,
        randomness: false,
    }
}

fn warning_order(warning: &Warning) -> impl Ord + '_ {
    let place = warning.location.as_ref().map(|at| (at.file.as_str(), at.line, at.column));
    (warning.collection, place, warning.message.as_str())
}
