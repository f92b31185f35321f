//! A listener that steps take requests from.
//!
//! ```text
//! Incoming ──which step may it be for?──▶ answered at once with that step's reply, and queued
//!                                   └──▶ for none: 404, kept for messages
//! step ──take: the first queued one that fits, waited for──▶ Received, or what came instead
//! ```
//!
//! A request is answered when it comes, whether or not its step waits yet: who sends it may be the
//! very request of a step before. What a step's `match` says of variables that steps capture is
//! not known then; it is looked at when the step takes a request.

use super::matching::{fits, pieces, with_names};
use super::render::render;
use super::served::{plain, received};
use crate::diagnostic::Diagnostic;
use crate::http::Received;
use crate::model::RouteSpec;
use crate::serve::{Incoming, Reply, Site};
use crate::template::Scope;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How many requests may wait for a step.
const QUEUED: usize = 256;

/// How many bytes their bodies may have together.
const HELD: usize = 64 << 20;

/// How many requests that are for no step are kept; more are forgotten.
const KEPT: usize = 20;

/// How often somebody who waits looks whether the run has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// A listener that is served.
#[derive(Debug)]
pub struct Listener {
    /// What it is called.
    pub name: String,
    steps: Vec<Expected>,
    sees: OnceLock<Vec<Scope>>,
    queue: Mutex<Queue>,
    arrived: Condvar,
}

/// What one step takes from it.
#[derive(Debug)]
pub struct Expected {
    /// Which requests, and how they are answered.
    pub route: Arc<RouteSpec>,
    /// Of each of its matchers: whether all it names is known before anything runs.
    pub is_known: Vec<bool>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Queued>,
    /// The number of the next.
    next: u64,
    strangers: VecDeque<Arc<Received>>,
    /// How many were turned away because too many waited.
    refused: usize,
}

#[derive(Debug)]
struct Queued {
    number: u64,
    request: Arc<Received>,
    broken: Option<Box<Diagnostic>>,
}

/// A request that a step has taken.
#[derive(Debug)]
pub struct Taken {
    /// The request.
    pub request: Arc<Received>,
    /// Why its reply could not be made.
    pub broken: Option<Box<Diagnostic>>,
}

/// What came instead of what was waited for.
#[derive(Clone, Debug, Default)]
pub struct Missed {
    /// Each request, and why it is not the one.
    pub others: Vec<(String, String)>,
    /// How many were turned away because too many waited.
    pub refused: usize,
}

impl Listener {
    /// A listener that nothing has come to.
    #[must_use]
    pub fn new(name: &str, steps: Vec<Expected>) -> Listener {
        Listener {
            name: name.to_owned(),
            steps,
            sees: OnceLock::new(),
            queue: Mutex::default(),
            arrived: Condvar::new(),
        }
    }

    /// Says what the replies of its steps see, in their order, once; until then whoever asks waits.
    pub fn begin(&self, scopes: Vec<Scope>) {
        let _ = self.sees.set(scopes);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first queued request that fits, waited for until `deadline` or as long as `goes_on`.
    ///
    /// # Errors
    /// What came instead.
    pub fn take(
        &self,
        route: &RouteSpec,
        scope: &Scope,
        deadline: Option<Instant>,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Taken, Missed> {
        let why = |request: &Arc<Received>| {
            let fit = fits(route, request, &pieces(request), scope, &|_| true);
            fit.err().map(|miss| miss.told)
        };
        let mut looked_at = 0;
        let mut queue = self.queue();
        loop {
            let fresh = queue.waiting.iter().enumerate().filter(|(_, it)| it.number >= looked_at);
            let found = fresh.clone().find(|(_, it)| why(&it.request).is_none());
            if let Some((place, _)) = found
                && let Some(Queued { request, broken, .. }) = queue.waiting.remove(place)
            {
                return Ok(Taken { request, broken });
            }
            looked_at = queue.next;
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) || !goes_on() {
                let waiting = queue.waiting.iter().map(|queued| &queued.request);
                let others = waiting
                    .chain(&queue.strangers)
                    .filter_map(|request| Some((request.shown(), why(request)?)));
                return Err(Missed { others: others.collect(), refused: queue.refused });
            }
            let glance = left.map_or(GLANCE, |left| left.min(GLANCE));
            queue = match self.arrived.wait_timeout(queue, glance) {
                Ok((queue, _)) => queue,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// The first step that a request may be for, and the reply it gives.
    fn meet(
        &self,
        request: &Arc<Received>,
        scopes: &[Scope],
    ) -> Option<(Reply, Option<Box<Diagnostic>>)> {
        let pieces = pieces(request);
        for (step, scope) in self.steps.iter().zip(scopes) {
            let is_known = |index: usize| step.is_known.get(index).copied().unwrap_or_default();
            let Ok(named) = fits(&step.route, request, &pieces, scope, &is_known) else { continue };
            let spec = step.route.replies.first()?;
            return Some(match render(spec, &with_names(scope, request, &named)) {
                Ok(reply) => (reply, None),
                Err(diagnostic) => {
                    let said = format!("this reply cannot be made: {}", diagnostic.message);
                    (plain(500, said), Some(diagnostic))
                }
            });
        }
        None
    }
}

impl Site for Listener {
    fn answer(&self, request: Incoming) -> Reply {
        // Who is earlier than the run is answered when it begins.
        let scopes = self.sees.wait();
        let request = match received(request) {
            Ok(request) => Arc::new(request),
            Err(message) => return plain(400, message),
        };
        let met = self.meet(&request, scopes);
        let mut queue = self.queue();
        let Some((reply, broken)) = met else {
            let said = format!("no step of this run waits for `{}`", request.shown());
            if queue.strangers.len() >= KEPT {
                queue.strangers.pop_front();
            }
            queue.strangers.push_back(request);
            return plain(404, said);
        };
        let size = |request: &Arc<Received>| request.message.content().bytes.len();
        let held: usize = queue.waiting.iter().map(|queued| size(&queued.request)).sum();
        if queue.waiting.len() >= QUEUED || held + size(&request) > HELD {
            queue.refused += 1;
            return plain(503, "too many requests wait for their steps");
        }
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back(Queued { number, request, broken });
        drop(queue);
        self.arrived.notify_all();
        reply
    }
}
