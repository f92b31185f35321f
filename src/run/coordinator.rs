//! One thread owns order, state, masking and events; workers send it what they did.

use super::contract::Coverages;
use super::executor::{Executor, Start, guarded};
use super::gates::Gates;
use super::interrupt::Interrupt;
use super::lane::{End, Lane, client_options};
use super::mask::Masker;
use super::record::rfc3339;
use super::snapshot;
use super::state::{Delta, State, States};
use super::step::{self, Finished};
use super::{Context, OnFailure, Prepared, Ran, RunOptions};
use crate::event::{
    CollectionFinished, CollectionStarted, Counts, Event, Outcome, Phase, RunFinished, RunStarted,
    StepRecord, StepStarted, Warning,
};
use crate::http::CookieJar;
use crate::plan::{Part, PlannedStep};
use crate::template::unqualified;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Runs collections. Events come on the calling thread, secrets masked.
pub fn run(
    collections: Vec<Prepared>,
    options: &Arc<RunOptions>,
    masker: Masker,
    interrupt: &Interrupt,
    report: &mut dyn FnMut(&Event),
) -> Ran {
    let started = Instant::now();
    let jobs = options.jobs.max(1);
    let mut coordinator =
        Coordinator::new(collections, Arc::clone(options), masker, interrupt, report);
    coordinator.begin();
    let executor = Executor::new(coordinator.width().min(jobs));
    executor.scope(|start| coordinator.dispatch(start, jobs));
    let jar = coordinator.jar();
    Ran { finished: coordinator.finish(started), jar }
}

/// One collection while it runs.
struct Progress {
    context: Arc<Context>,
    states: States,
    /// How many steps each step still waits for.
    waiting: Vec<usize>,
    /// The steps that wait for each step.
    dependents: Vec<Vec<usize>>,
    outcomes: Vec<Option<Outcome>>,
    /// Variables each step captured.
    captured: Vec<Vec<String>>,
    /// Steps whose own `when` kept them from running.
    opted_out: BTreeSet<usize>,
    left: usize,
    started: Option<Instant>,
    /// By collection and group, the first step of its setup that did not pass.
    setup_failed: BTreeMap<usize, Arc<str>>,
    /// The groups of which a step has run.
    entered: BTreeSet<usize>,
    /// By collection and group, what its teardown runs in, once it has begun.
    teardowns: BTreeMap<usize, Arc<Lane>>,
    worst: Outcome,
}

struct Coordinator<'r> {
    collections: Vec<Progress>,
    options: Arc<RunOptions>,
    masker: Masker,
    interrupt: &'r Interrupt,
    report: &'r mut dyn FnMut(&Event),
    /// Everything but teardown.
    lane: Arc<Lane>,
    /// Steps that may start, in file order.
    ready: BTreeSet<(usize, usize)>,
    gates: Gates,
    running: usize,
    counts: Counts,
    /// How much of OpenAPI documents is covered.
    coverages: Coverages,
    /// The snapshots written, by name.
    snapshots: BTreeSet<String>,
}

/// A worker's answer: which step, and what came of it.
type Answer = ((usize, usize), Option<Finished>);

impl<'r> Coordinator<'r> {
    fn new(
        collections: Vec<Prepared>,
        options: Arc<RunOptions>,
        masker: Masker,
        interrupt: &'r Interrupt,
        report: &'r mut dyn FnMut(&Event),
    ) -> Coordinator<'r> {
        let collections: Vec<Progress> =
            collections.into_iter().map(|(context, state)| Progress::new(context, state)).collect();
        let world = collections.first().map(|progress| &progress.context.world);
        let programs = world.map(|world| world.programs.clone()).unwrap_or_default();
        let lane =
            Arc::new(Lane::new(client_options(first(&collections), &options), interrupt, programs));
        interrupt.watch(&lane);
        let gates = Gates::new(collections.iter().map(|progress| &*progress.context.plan));
        let coverages = Coverages::new(collections.iter().map(|progress| &progress.context));
        Coordinator {
            collections,
            options,
            masker,
            interrupt,
            report,
            lane,
            gates,
            ready: BTreeSet::new(),
            running: 0,
            counts: Counts::default(),
            coverages,
            snapshots: BTreeSet::new(),
        }
    }

    fn begin(&mut self) {
        let steps = self.collections.iter().map(|progress| progress.waiting.len()).sum();
        let world = self.collections.first().map(|progress| Arc::clone(&progress.context.world));
        let now = world.as_ref().map(|world| world.clock.now());
        self.send(&Event::RunStarted(RunStarted {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: now.map_or_else(String::new, rfc3339),
            seed: world.map_or(0, |world| world.seed),
            jobs: self.options.jobs,
            collections: self.collections.len(),
            steps,
        }));
        for (collection, progress) in self.collections.iter().enumerate() {
            let waiting = progress.waiting.iter().enumerate();
            let roots = waiting.filter(|(_, waiting)| **waiting == 0);
            self.ready.extend(roots.map(|(index, _)| (collection, index)));
        }
    }

    /// The most steps that can be in flight at once, roughly: what the pool is sized by.
    fn width(&self) -> usize {
        self.collections.iter().map(Progress::width).sum()
    }

    fn dispatch(&mut self, start: &mut dyn Start<Answer>, jobs: usize) {
        loop {
            while self.running < jobs
                && let Some((collection, index)) = self.ready.pop_first()
            {
                self.consider(collection, index, start);
            }
            if self.running == 0 {
                return;
            }
            let Some(((collection, index), finished)) = start.next() else { return };
            self.running -= 1;
            self.take(collection, index, finished);
        }
    }

    /// Starts a step, or skips it.
    fn consider(&mut self, collection: usize, index: usize, start: &mut dyn Start<Answer>) {
        self.open(collection);
        if let Some(reason) = self.reason_to_skip(collection, index) {
            self.skip(collection, index, reason);
            return;
        }
        let Some(progress) = self.collections.get_mut(collection) else { return };
        let context = Arc::clone(&progress.context);
        let Some(planned) = context.plan.steps.get(index) else { return };
        if let Err(instead) = self.gates.enter((collection, index), planned) {
            self.ready.extend(instead);
            return;
        }
        let event = Event::StepStarted(StepStarted {
            collection,
            index,
            id: planned.id.to_string(),
            name: self.masker.mask(&planned.name),
        });
        let before = progress.states.before(index, &context.plan.steps);
        self.send(&event);
        let Some(lane) = self.lane(collection, planned) else { return };
        self.running += 1;
        if self.running == 1 && self.ready.is_empty() {
            // Nothing else can run meanwhile: no thread is woken for it.
            self.running -= 1;
            let finished = guarded(|| step::run(&context, index, before, &lane));
            self.take(collection, index, finished);
            return;
        }
        start.start(Box::new(move || {
            ((collection, index), guarded(|| step::run(&context, index, before, &lane)))
        }));
    }

    /// Where a step runs. A teardown has its time from its first step on.
    fn lane(&mut self, collection: usize, planned: &PlannedStep) -> Option<Arc<Lane>> {
        let Some(whole) = planned.teardown_of() else { return Some(Arc::clone(&self.lane)) };
        let (options, interrupt) =
            (client_options(first(&self.collections), &self.options), self.interrupt);
        let progress = self.collections.get_mut(collection)?;
        let limit = *progress.context.plan.teardown_timeouts.get(whole)?;
        let programs = progress.context.world.programs.apart();
        let teardowns = progress.teardowns.entry(whole);
        let lane = teardowns
            .or_insert_with(|| Arc::new(Lane::limited(options, interrupt, programs, limit)));
        Some(Arc::clone(lane))
    }

    fn reason_to_skip(&self, collection: usize, index: usize) -> Option<String> {
        let progress = self.collections.get(collection)?;
        let planned = progress.context.plan.steps.get(index)?;
        if planned.phase != Phase::Teardown
            && let Some(end) = self.lane.end()
        {
            return Some(end.reason());
        }
        planned
            .parts
            .iter()
            .find_map(|part| progress.shut(part))
            .or_else(|| progress.unmet(planned))
    }

    fn skip(&mut self, collection: usize, index: usize, reason: String) {
        let Some(progress) = self.collections.get_mut(collection) else { return };
        let context = Arc::clone(&progress.context);
        let Some(planned) = context.plan.steps.get(index) else { return };
        let mut record = step::blank(&context, planned, index);
        record.reason = Some(reason);
        let before = progress.states.before(index, &context.plan.steps);
        let finished = Finished {
            record,
            delta: Delta::default(),
            before,
            secrets: Vec::new(),
            drafts: Vec::new(),
            sent: 0,
        };
        self.take(collection, index, Some(finished));
    }

    /// Takes in what came of a step, and what may start now.
    fn take(&mut self, collection: usize, index: usize, finished: Option<Finished>) {
        let Some(progress) = self.collections.get_mut(collection) else { return };
        let finished = match finished {
            Some(finished) => finished,
            None => match panicked(progress, index) {
                Some(finished) => finished,
                None => return,
            },
        };
        let Finished { mut record, delta, before, secrets, drafts, sent } = finished;
        for secret in &secrets {
            self.masker.add_value(secret);
        }
        let mask = |text: &str| self.masker.mask(text);
        self.snapshots.extend(snapshot::write(drafts, &mut record, &mask, &progress.context));
        self.coverages.take(&record, &progress.context);
        if record.reason.as_deref() == Some(step::OPTED_OUT) {
            progress.opted_out.insert(index);
        }
        if let Some(planned) = progress.context.plan.steps.get(index) {
            self.ready.extend(self.gates.end((collection, index), planned));
        }
        progress.end(index, record.outcome, before, delta);
        let released = progress.release(index);
        self.ready.extend(released.into_iter().map(|index| (collection, index)));
        self.count(&record, sent);
        self.masker.step(&mut record);
        self.warn(collection, &record);
        self.send(&Event::StepFinished(Box::new(record)));
        self.close(collection);
    }

    fn count(&mut self, record: &StepRecord, sent: usize) {
        let counts = &mut self.counts;
        match record.outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Failed => counts.failed += 1,
            Outcome::Errored => counts.errored += 1,
            Outcome::Skipped => counts.skipped += 1,
        }
        counts.requests += sent;
        counts.flaky += usize::from(record.flaky);
        counts.assertions +=
            record.attempts.iter().map(|attempt| attempt.assertions.len()).sum::<usize>();
        let has_failed = matches!(record.outcome, Outcome::Failed | Outcome::Errored);
        if has_failed && self.options.on_failure == OnFailure::Stop {
            self.lane.stop(End::Failure);
        }
    }

    /// Says that a collection begins, before its first step.
    fn open(&mut self, collection: usize) {
        let Some(progress) = self.collections.get_mut(collection) else { return };
        if progress.started.is_some() {
            return;
        }
        progress.started = Some(Instant::now());
        let written = &progress.context.plan.collection;
        let file = progress.context.files.get(written.file);
        let event = Event::CollectionStarted(CollectionStarted {
            collection,
            name: self.masker.mask(&written.name),
            file: file.map_or_else(String::new, |file| file.name().to_owned()),
            description: written.description.as_ref().map(|text| self.masker.mask(text)),
            tags: written.tags.clone(),
            steps: progress.waiting.len(),
        });
        self.send(&event);
    }

    /// Says that a collection ended, after its last step.
    fn close(&mut self, collection: usize) {
        let Some(progress) = self.collections.get(collection) else { return };
        if progress.left > 0 {
            return;
        }
        let duration = progress.started.map_or(0.0, |started| started.elapsed().as_secs_f64());
        let event = Event::CollectionFinished(CollectionFinished {
            collection,
            outcome: progress.worst,
            duration,
        });
        self.send(&event);
    }

    /// The cookies of the collections' own sessions, over those that all began with.
    fn jar(&self) -> CookieJar {
        let mut ends = self.collections.iter().map(|progress| progress.states.jars());
        let Some((begun, mut jar)) = ends.next() else { return CookieJar::default() };
        for (_, ended) in ends {
            ended.merge_changes(&begun, &mut jar);
        }
        jar
    }

    fn finish(mut self, started: Instant) -> RunFinished {
        for collection in 0..self.collections.len() {
            if self.collections.get(collection).is_some_and(|progress| progress.waiting.is_empty())
            {
                self.open(collection);
                self.close(collection);
            }
        }
        let worst = self.collections.iter().map(|progress| progress.worst).max();
        let interrupted = self.interrupt.is_raised();
        let is_drawn_from =
            |progress: &Progress| progress.context.world.is_drawn_from.load(Ordering::Relaxed);
        let randomness = self.collections.iter().any(is_drawn_from);
        let finished = RunFinished {
            outcome: worst.unwrap_or(Outcome::Passed),
            interrupted,
            counts: self.counts,
            coverage: self.coverages.records(),
            snapshots: std::mem::take(&mut self.snapshots).into_iter().collect(),
            randomness,
            duration: started.elapsed().as_secs_f64(),
            exit_code: match (interrupted, self.counts.failed, self.counts.errored) {
                (true, _, _) => 130,
                (false, 0, 0) => 0,
                (false, 0, _) => 3,
                (false, _, _) => 1,
            },
        };
        self.send(&Event::RunFinished(finished.clone()));
        finished
    }

    /// Says what hooks of a step, masked already, did not do.
    fn warn(&mut self, collection: usize, record: &StepRecord) {
        for hook in record.attempts.iter().flat_map(|attempt| &attempt.hooks) {
            if let Some(message) = &hook.warning {
                self.send(&Event::Warning(Warning {
                    collection: Some(collection),
                    message: message.clone(),
                    location: Some(hook.location.clone()),
                }));
            }
        }
    }

    /// Tells reporter and log, both after masking.
    fn send(&mut self, event: &Event) {
        match event {
            Event::StepStarted(step) => tracing::debug!("`{}` starts", step.name),
            Event::StepFinished(step) => {
                tracing::debug!(
                    "`{}` ended: {:?} in {:.3} s",
                    step.name,
                    step.outcome,
                    step.duration
                );
            }
            _ => {}
        }
        (self.report)(event);
    }
}

impl Progress {
    fn new(context: Arc<Context>, state: State) -> Progress {
        let steps = &context.plan.steps;
        let mut dependents = vec![Vec::new(); steps.len()];
        for (index, step) in steps.iter().enumerate() {
            for before in &step.after {
                if let Some(dependents) = dependents.get_mut(*before) {
                    dependents.push(index);
                }
            }
        }
        Progress {
            states: States::new(state, steps),
            waiting: steps.iter().map(|step| step.after.len()).collect(),
            dependents,
            outcomes: vec![None; steps.len()],
            captured: vec![Vec::new(); steps.len()],
            opted_out: BTreeSet::new(),
            left: steps.len(),
            started: None,
            setup_failed: BTreeMap::new(),
            entered: BTreeSet::new(),
            teardowns: BTreeMap::new(),
            worst: Outcome::Passed,
            context,
        }
    }

    /// 1 for a plain sequence; else how many steps there are.
    fn width(&self) -> usize {
        let is_chain = self
            .context
            .plan
            .steps
            .iter()
            .enumerate()
            .all(|(index, step)| index == 0 || step.after.contains(&(index - 1)));
        if is_chain { 1 } else { self.waiting.len() }
    }

    /// Why nothing of a part runs: its setup failed, or there is nothing to tear down. The
    /// collection's own teardown always runs.
    fn shut(&self, part: &Part) -> Option<String> {
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
    fn unmet(&self, planned: &PlannedStep) -> Option<String> {
        let outcome = |index: usize| self.outcomes.get(index).copied().flatten();
        let name = |index: usize| self.context.plan.steps.get(index).map_or("", |step| &step.name);
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
                continue;
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

    fn end(&mut self, index: usize, outcome: Outcome, before: State, delta: Delta) {
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
        let planned = self.context.plan.steps.get(index);
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
    fn release(&mut self, index: usize) -> Vec<usize> {
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
}

/// A step whose worker panicked: a defect of ours, told as an error of that step.
fn panicked(progress: &Progress, index: usize) -> Option<Finished> {
    let planned = progress.context.plan.steps.get(index)?;
    let record = step::panicked(&progress.context, planned, index);
    let before = progress.states.again(index, &progress.context.plan.steps);
    Some(Finished {
        record,
        delta: Delta::default(),
        before,
        secrets: Vec::new(),
        drafts: Vec::new(),
        sent: 0,
    })
}

fn first(collections: &[Progress]) -> Option<&Context> {
    collections.first().map(|progress| &*progress.context)
}
