//! Steps on threads: a pool of its own, jobs out, results back by channel. The only door to rayon.
//!
//! A job never waits for another and holds no lock over I/O; no `join` or `scope` runs inside
//! one, so a blocked worker cannot be given another step on top of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Where jobs run.
pub(super) enum Executor {
    /// On the calling thread.
    Inline,
    /// On a pool.
    Pool(rayon::ThreadPool),
}

/// A thread's stack, in bytes: templates, JSON and TLS fit, hundreds of threads cost little.
const STACK: usize = 1 << 20;

impl Executor {
    /// Room for `jobs` at once. When no pool can be made, jobs run one by one.
    pub(super) fn new(jobs: usize) -> Executor {
        if jobs <= 1 {
            return Executor::Inline;
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .stack_size(STACK)
            .thread_name(|index| format!("step-{index}"))
            .build();
        match pool {
            Ok(pool) => Executor::Pool(pool),
            Err(error) => {
                tracing::warn!("no thread pool, steps run one by one: {error}");
                Executor::Inline
            }
        }
    }

    /// Calls `dispatch` with a way to start jobs and a way to get their results.
    pub(super) fn scope<T: Send + 'static>(&self, dispatch: impl FnOnce(&mut dyn Start<T>)) {
        let (sender, receiver) = channel();
        match self {
            Executor::Inline => dispatch(&mut InlineStart { sender, receiver }),
            Executor::Pool(pool) => pool.in_place_scope_fifo(|scope| {
                dispatch(&mut PoolStart { scope, sender, receiver });
            }),
        }
    }
}

/// A job; see [`guarded`].
pub(super) type Job<T> = Box<dyn FnOnce() -> T + Send>;

/// Starting jobs and waiting for them.
pub(super) trait Start<T> {
    /// Starts a job.
    fn start(&mut self, job: Job<T>);

    /// Starts a job that waits for others: on a thread of its own, so that it keeps nobody waiting.
    fn aside(&mut self, job: Job<T>);

    /// The next result, waited for; `None` when nothing runs.
    fn next(&mut self) -> Option<T>;
}

struct InlineStart<T> {
    sender: Sender<T>,
    receiver: Receiver<T>,
}

/// Runs a job on a thread of its own; here when there is none to be had.
fn aside<T: Send + 'static>(job: Job<T>, sender: Sender<T>) {
    let job = Arc::new(Mutex::new(Some(job)));
    let run = {
        let job = Arc::clone(&job);
        move || {
            let job = job.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A dispatcher that is gone wants no result.
            job.map(|job| sender.send(job()))
        }
    };
    let here = run.clone();
    let started = std::thread::Builder::new()
        .name("step-aside".to_owned())
        .stack_size(STACK)
        .spawn(move || drop(run()));
    if let Err(error) = started {
        tracing::warn!("no thread for a step that waits, so others wait for it: {error}");
        drop(here());
    }
}

impl<T: Send + 'static> Start<T> for InlineStart<T> {
    fn start(&mut self, job: Job<T>) {
        // The receiver lives in this very value.
        let _ = self.sender.send(job());
    }

    fn aside(&mut self, job: Job<T>) {
        aside(job, self.sender.clone());
    }

    fn next(&mut self) -> Option<T> {
        self.receiver.recv().ok()
    }
}

struct PoolStart<'p, 's, T> {
    scope: &'p rayon::ScopeFifo<'s>,
    sender: Sender<T>,
    receiver: Receiver<T>,
}

impl<'s, T: Send + 'static> Start<T> for PoolStart<'_, 's, T> {
    fn start(&mut self, job: Job<T>) {
        let sender = self.sender.clone();
        self.scope.spawn_fifo(move |_| {
            // A dispatcher that is gone wants no result.
            let _ = sender.send(job());
        });
    }

    fn aside(&mut self, job: Job<T>) {
        aside(job, self.sender.clone());
    }

    fn next(&mut self) -> Option<T> {
        self.receiver.recv().ok()
    }
}

/// What work gives; `None` when it panicked: a panic ends the step, not the run.
pub(super) fn guarded<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}
