//! One thread owns order, state, masking and events; workers send it what they did.

mod rows;

use super::contract::Coverages;
use super::executor::{Executor, Start, guarded};
use super::folders::{Beginning, Folders};
use super::gates::Gates;
use super::interrupt::Interrupt;
use super::kept::Kept;
use super::lane::{End, Lane, client_options};
use super::loops;
use super::mask::Masker;
use super::mocks;
use super::once::Onces;
use super::progress::{Progress, Spot};
use super::record::rfc3339;
use super::snapshot;
use super::state::State;
use super::step::{self, Finished, Given};
use super::{Context, OnFailure, Prepared, Ran, RunOptions};
use crate::event::{
    CollectionFinished, CollectionStarted, Counts, Event, Outcome, Phase, RunFinished, RunStarted,
    StepRecord, StepStarted, Warning,
};
use crate::mock::Whole;
use crate::plan::PlannedStep;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Runs collections, which were made to begin with what is kept of earlier runs. Events come on the
/// calling thread, secrets masked.
pub fn run(
    collections: Vec<Prepared>,
    options: &Arc<RunOptions>,
    masker: Masker,
    begun: Kept,
    interrupt: &Interrupt,
    report: &mut dyn FnMut(&Event),
) -> Ran {
    let started = Instant::now();
    let jobs = options.jobs.max(1);
    let mut coordinator =
        Coordinator::new(collections, Arc::clone(options), masker, interrupt, report);
    options.tokens.begin_with(&begun.tokens);
    coordinator.begin();
    let executor = Executor::new(coordinator.width().min(jobs));
    executor.scope(|start| coordinator.dispatch(start, jobs));
    let kept = coordinator.kept(begun);
    Ran { finished: coordinator.finish(started), kept }
}

struct Coordinator<'r> {
    /// The collections', in order; then those of loops whose rows run or ran.
    graphs: Vec<Progress>,
    /// How many of them are collections.
    collections: usize,
    options: Arc<RunOptions>,
    masker: Masker,
    interrupt: &'r Interrupt,
    report: &'r mut dyn FnMut(&Event),
    /// Everything but teardown.
    lane: Arc<Lane>,
    /// Steps that may start, in file order.
    ready: BTreeSet<Ready>,
    /// Those of them that wait for others to speak to them: they start before all others, and are
    /// none of `--jobs`.
    ready_aside: BTreeSet<Ready>,
    gates: Gates,
    onces: Onces,
    folders: Folders,
    running: usize,
    /// How many run beside those.
    aside: usize,
    counts: Counts,
    /// How much of OpenAPI documents is covered.
    coverages: Coverages,
    /// The snapshots written.
    snapshots: snapshot::Written,
    /// The collections of which a step was skipped that had something to do.
    incomplete: BTreeSet<usize>,
}

/// Where a step that may start stands in file order, and which step of which graph it is.
type Ready = ((usize, Spot), (usize, usize));

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
        let graphs: Vec<Progress> =
            collections.into_iter().map(|(context, state)| Progress::new(context, state)).collect();
        let world = graphs.first().map(|progress| &progress.context.world);
        let programs = world.map(|world| world.programs.clone()).unwrap_or_default();
        let lane =
            Arc::new(Lane::new(client_options(first(&graphs), &options), interrupt, programs));
        interrupt.watch(&lane);
        let gates = Gates::new(graphs.iter().map(|progress| &*progress.context.plan));
        let (onces, folders) = (Onces::new(&graphs), Folders::new(&graphs));
        let coverages = Coverages::new(graphs.iter().map(|progress| &progress.context));
        Coordinator {
            collections: graphs.len(),
            graphs,
            options,
            masker,
            interrupt,
            report,
            lane,
            gates,
            onces,
            folders,
            ready: BTreeSet::new(),
            ready_aside: BTreeSet::new(),
            running: 0,
            aside: 0,
            counts: Counts::default(),
            coverages,
            snapshots: snapshot::Written::default(),
            incomplete: BTreeSet::new(),
        }
    }

    fn begin(&mut self) {
        let count =
            |graph: &Progress| graph.context.plan.count() + graph.context.served.mocks.len();
        let steps = self.graphs.iter().map(count).sum();
        let world = self.graphs.first().map(|graph| Arc::clone(&graph.context.world));
        let now = world.as_ref().map(|world| world.clock.now());
        self.send(&Event::RunStarted(RunStarted {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: now.map_or_else(String::new, rfc3339),
            seed: world.map_or(0, |world| world.seed),
            jobs: self.options.jobs,
            collections: self.graphs.len(),
            steps,
        }));
        // What has no steps keeps nothing waiting.
        for (graph, progress) in self.graphs.iter().enumerate() {
            if progress.steps.is_empty() {
                self.folders.end(graph);
            }
        }
        self.begin_collections();
    }

    /// Begins the collections that wait for no other, on what the setup around them leaves.
    fn begin_collections(&mut self) {
        for graph in self.folders.begin() {
            let Some(around) = self.graphs.get(graph).map(|graph| &graph.context.around) else {
                continue;
            };
            let beginning = Beginning::of(around, &self.graphs, self.lane.end());
            if let Some(progress) = self.graphs.get_mut(graph) {
                progress.begin(beginning);
                let roots = progress.roots();
                self.ready(graph, roots);
            }
        }
    }

    /// These steps may start.
    fn ready(&mut self, graph: usize, steps: Vec<usize>) {
        let Some(progress) = self.graphs.get(graph) else { return };
        let collection = progress.context.index;
        for index in steps {
            let ready = ((collection, progress.spot(index)), (graph, index));
            let waits = progress.steps.get(index).is_some_and(PlannedStep::waits_for_others);
            let into = if waits { &mut self.ready_aside } else { &mut self.ready };
            into.insert(ready);
        }
    }

    /// These steps, which waited at a gate, may try again.
    fn ready_again(&mut self, steps: Vec<(usize, usize)>) {
        for (graph, index) in steps {
            self.ready(graph, vec![index]);
        }
    }

    /// The most steps that can be in flight at once, roughly: what the pool is sized by.
    fn width(&self) -> usize {
        self.graphs.iter().map(Progress::width).fold(0, usize::saturating_add)
    }

    fn dispatch(&mut self, start: &mut dyn Start<Answer>, jobs: usize) {
        loop {
            while let Some((graph, index)) = self.pop(jobs) {
                self.consider(graph, index, start);
            }
            if self.running + self.aside == 0 {
                return;
            }
            let Some(((graph, index), finished)) = start.next() else { return };
            match self.waits(graph, index) {
                true => self.aside -= 1,
                false => self.running -= 1,
            }
            self.take(graph, index, finished);
        }
    }

    /// The next step to start.
    fn pop(&mut self, jobs: usize) -> Option<(usize, usize)> {
        if let Some((_, next)) = self.ready_aside.pop_first() {
            return Some(next);
        }
        if self.running >= jobs {
            return None;
        }
        self.ready.pop_first().map(|(_, next)| next)
    }

    /// Whether a step waits for others to speak to it.
    fn waits(&self, graph: usize, index: usize) -> bool {
        let step = self.graphs.get(graph).and_then(|progress| progress.steps.get(index));
        step.is_some_and(PlannedStep::waits_for_others)
    }

    /// Starts a step, or skips it.
    fn consider(&mut self, graph: usize, index: usize, start: &mut dyn Start<Answer>) {
        self.open(graph);
        if let Some(reason) = self.reason_to_skip(graph, index) {
            self.skip(graph, index, reason);
            return;
        }
        let Some(progress) = self.graphs.get_mut(graph) else { return };
        let (context, steps) = (Arc::clone(&progress.context), Arc::clone(&progress.steps));
        let Some(planned) = steps.get(index) else { return };
        let Ok(done) = self.onces.ask((graph, index), planned) else { return };
        if let Err(instead) = self.gates.enter((graph, index), planned) {
            self.ready_again(instead);
            return;
        }
        let (spot, before) = (progress.spot(index), progress.before(index));
        let Some(lane) = self.lane(graph, planned) else { return };
        if planned.body.is_some() {
            self.enter(graph, index, before);
            return;
        }
        let event = Event::StepStarted(StepStarted {
            collection: context.index,
            index: spot.index,
            within: spot.within.clone(),
            id: planned.id.to_string(),
            name: self.masker.mask(&planned.name),
        });
        self.send(&event);
        let waits = planned.waits_for_others();
        let given = Given { before, done };
        let run =
            move || guarded(|| Some(step::run(&context, steps.get(index)?, &spot, given, &lane)));
        if waits {
            self.aside += 1;
            start.aside(Box::new(move || ((graph, index), run())));
            return;
        }
        self.running += 1;
        if self.running == 1 && self.aside == 0 && self.ready.is_empty() {
            // Nothing else can run meanwhile: no thread is woken for it.
            self.running -= 1;
            let finished = run();
            self.take(graph, index, finished);
            return;
        }
        start.start(Box::new(move || ((graph, index), run())));
    }

    /// What may start now that a step has ended.
    fn release(&mut self, graph: usize, index: usize) {
        let Some(progress) = self.graphs.get_mut(graph) else { return };
        let released = progress.release(index);
        let steps = Arc::clone(&progress.steps);
        self.ready(graph, released);
        let Some(planned) = steps.get(index) else { return };
        let let_in = self.gates.end((graph, index), planned);
        self.ready_again(let_in);
    }

    /// Where a step runs. A teardown has its time from its first step on.
    fn lane(&mut self, graph: usize, planned: &PlannedStep) -> Option<Arc<Lane>> {
        let Some(part) = planned.teardown_of() else { return Some(Arc::clone(&self.lane)) };
        let (options, interrupt) =
            (client_options(first(&self.graphs), &self.options), self.interrupt);
        let progress = self.graphs.get_mut(graph)?;
        let limit = *progress.context.plan.teardown_timeouts.get(part.written)?;
        let programs = progress.context.world.programs.apart();
        let teardowns = progress.teardowns.entry(part.whole);
        let lane = teardowns
            .or_insert_with(|| Arc::new(Lane::limited(options, interrupt, programs, limit)));
        Some(Arc::clone(lane))
    }

    fn reason_to_skip(&self, graph: usize, index: usize) -> Option<String> {
        let progress = self.graphs.get(graph)?;
        let planned = progress.steps.get(index)?;
        let end = self.lane.end().filter(|_| planned.phase != Phase::Teardown);
        if progress.skipped.is_some() {
            let own = end.filter(|_| progress.rows_of.is_none()).map(End::reason);
            return own.or_else(|| progress.skipped.clone());
        }
        if let Some(end) = end {
            return Some(end.reason());
        }
        planned
            .parts
            .iter()
            .find_map(|part| progress.shut(part))
            .or_else(|| progress.unmet(planned))
    }

    fn skip(&mut self, graph: usize, index: usize, reason: String) {
        let Some(progress) = self.graphs.get_mut(graph) else { return };
        let before = progress.before(index);
        self.leave_out(graph, index, before, reason);
    }

    /// Skips a step that sees this; of a loop each row, when they are known.
    fn leave_out(&mut self, graph: usize, index: usize, before: State, reason: String) {
        let Some(progress) = self.graphs.get(graph) else { return };
        let Some(planned) = progress.steps.get(index) else { return };
        if let Some(rows) = loops::known(&progress.context, planned) {
            self.begin_skipped((graph, index), rows, before, reason);
            return;
        }
        let mut record = step::blank(&progress.context, planned, &progress.spot(index));
        record.reason = Some(reason);
        self.take(graph, index, Some(Finished::of_nothing(record, before)));
    }

    /// Takes in what came of a step, and what may start now.
    fn take(&mut self, graph: usize, index: usize, finished: Option<Finished>) {
        let Some(progress) = self.graphs.get_mut(graph) else { return };
        let finished = match finished {
            Some(finished) => finished,
            None => match panicked(progress, index) {
                Some(finished) => finished,
                None => return,
            },
        };
        let Finished { mut record, delta, before, secrets, drafts, sent, done } = finished;
        for secret in &secrets {
            self.masker.add_value(secret);
        }
        let mask = |text: &str| self.masker.mask(text);
        snapshot::write(drafts, &mut self.snapshots, &mut record, &mask, &progress.context);
        self.coverages.take(&record, &progress.context);
        if record.reason.as_deref().is_some_and(step::is_opted_out) {
            progress.opt_out(index);
        }
        progress.end(index, record.outcome, before, delta);
        self.release(graph, index);
        let may_ask = self.onces.end((graph, index), done);
        self.ready_again(may_ask);
        self.count(&record, sent);
        self.masker.step(&mut record);
        self.warn(&record);
        self.send(&Event::StepFinished(Box::new(record)));
        self.close(graph);
    }

    fn count(&mut self, record: &StepRecord, sent: usize) {
        let counts = &mut self.counts;
        match record.outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Failed => counts.failed += 1,
            Outcome::Errored => counts.errored += 1,
            Outcome::Skipped => counts.skipped += 1,
        }
        let has_opted_out = record.reason.as_deref().is_some_and(step::is_opted_out);
        if record.outcome == Outcome::Skipped && !has_opted_out {
            self.incomplete.insert(record.collection);
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
    fn open(&mut self, graph: usize) {
        let Some(progress) = self.graphs.get_mut(graph) else { return };
        if progress.started.is_some() {
            return;
        }
        progress.started = Some(Instant::now());
        let written = &progress.context.plan.collection;
        let file = progress.context.files.get(written.file);
        let event = Event::CollectionStarted(CollectionStarted {
            collection: progress.context.index,
            name: self.masker.mask(&written.name),
            file: file.map_or_else(String::new, |file| file.name().to_owned()),
            description: written.description.as_ref().map(|text| self.masker.mask(text)),
            tags: written.tags.clone(),
            steps: progress.context.plan.count() + progress.context.served.mocks.len(),
        });
        self.send(&event);
    }

    /// After the last step of a loop ends the loop; after that of a collection says that it ended.
    fn close(&mut self, graph: usize) {
        let Some(progress) = self.graphs.get(graph) else { return };
        if progress.left > 0 {
            return;
        }
        if progress.rows_of.is_some() {
            self.leave(graph);
            return;
        }
        self.verify_mocks(graph);
        let Some(progress) = self.graphs.get(graph) else { return };
        let duration = progress.started.map_or(0.0, |started| started.elapsed().as_secs_f64());
        let event = Event::CollectionFinished(CollectionFinished {
            collection: progress.context.index,
            outcome: progress.worst,
            duration,
        });
        self.send(&event);
        self.folders.end(graph);
        self.begin_collections();
    }

    /// What the mocks say of a collection that has ended.
    fn verify_mocks(&mut self, graph: usize) {
        let Some(progress) = self.graphs.get(graph) else { return };
        let context = Arc::clone(&progress.context);
        let is_cut = self.incomplete.contains(&context.index) || self.lane.end().is_some();
        let whole = if context.plan.is_whole && !is_cut { Whole::Yes } else { Whole::No };
        for (number, mock) in context.served.mocks.iter().enumerate() {
            let index = context.plan.steps.len() + number;
            let mut record = mocks::verify(&context, mock, index, whole);
            if let Some(progress) = self.graphs.get_mut(graph) {
                progress.worst = progress.worst.max(record.outcome);
            }
            self.send(&Event::StepStarted(StepStarted {
                collection: context.index,
                index,
                within: Vec::new(),
                id: record.id.clone(),
                name: record.name.clone(),
            }));
            self.count(&record, 0);
            self.masker.step(&mut record);
            self.send(&Event::StepFinished(Box::new(record)));
        }
    }

    /// What the collections leave, over what they all began with.
    fn kept(&self, mut kept: Kept) -> Kept {
        for progress in self.graphs.iter().take(self.collections) {
            kept.take(progress, &self.masker);
        }
        kept.tokens = self.options.tokens.all();
        kept
    }

    fn finish(mut self, started: Instant) -> RunFinished {
        for graph in 0..self.graphs.len() {
            if self.graphs.get(graph).is_some_and(|progress| progress.waiting.is_empty()) {
                self.open(graph);
                self.close(graph);
            }
        }
        let worst = self.graphs.iter().map(|progress| progress.worst).max();
        let interrupted = self.interrupt.is_raised();
        let is_drawn_from =
            |progress: &Progress| progress.context.world.is_drawn_from.load(Ordering::Relaxed);
        let randomness = self.graphs.iter().any(is_drawn_from);
        let finished = RunFinished {
            outcome: worst.unwrap_or(Outcome::Passed),
            interrupted,
            counts: self.counts,
            coverage: self.coverages.records(),
            snapshots: std::mem::take(&mut self.snapshots.names).into_iter().collect(),
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
    fn warn(&mut self, record: &StepRecord) {
        for hook in record.attempts.iter().flat_map(|attempt| &attempt.hooks) {
            if let Some(message) = &hook.warning {
                self.send(&Event::Warning(Warning {
                    collection: Some(record.collection),
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

/// A step whose worker panicked: a defect of ours, told as an error of that step.
fn panicked(progress: &Progress, index: usize) -> Option<Finished> {
    let planned = progress.steps.get(index)?;
    let record = step::panicked(&progress.context, planned, &progress.spot(index));
    Some(Finished::of_nothing(record, progress.states.again(index, &progress.steps)))
}

fn first(graphs: &[Progress]) -> Option<&Context> {
    graphs.first().map(|progress| &*progress.context)
}
