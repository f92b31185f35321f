//! A mock at work: requests matched, calls counted, what fits no route kept.

use super::matching::{Miss, Named, Near, fits, nearest, pieces, with_names};
use super::render::render;
use crate::diagnostic::Diagnostic;
use crate::http::{Headers, Received};
use crate::model::{MockSpec, RouteSpec};
use crate::serve::{Incoming, Reply, Site};
use crate::template::Scope;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// How many requests that fit no route are kept; more are counted.
const KEPT: usize = 20;

/// A mock that is served.
#[derive(Debug)]
pub struct Mock {
    /// As written.
    pub spec: MockSpec,
    /// How often each route was called.
    calls: Vec<AtomicU64>,
    /// What its templates see, and what its randomness grows from: known once variables have values.
    sees: OnceLock<(Scope, u64)>,
    log: Mutex<Log>,
}

/// What went wrong so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The first requests that no route answers.
    pub(super) unmatched: Vec<Unmatched>,
    /// How many more there were.
    pub(super) more: usize,
    /// Replies that could not be made, each mistake once.
    pub(super) broken: Vec<Diagnostic>,
}

/// A request that no route answers.
#[derive(Clone, Debug)]
pub(super) struct Unmatched {
    /// `GET /rates?day=1`
    pub(super) shown: String,
    /// The route it came nearest to.
    pub(super) near: Option<Near>,
}

impl Mock {
    /// A mock that nobody has called.
    #[must_use]
    pub fn new(spec: MockSpec) -> Mock {
        let calls = spec.routes.iter().map(|_| AtomicU64::new(0)).collect();
        Mock { spec, calls, sees: OnceLock::new(), log: Mutex::default() }
    }

    /// What templates call it: `mocks`, or `mocks.NAME`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.spec.name.as_str() {
            "" => "mocks".to_owned(),
            name => format!("mocks.{name}"),
        }
    }

    /// Says what its templates see, once; until then whoever asks waits. `seed` is the run's.
    pub fn begin(&self, scope: Scope, seed: u64) {
        let _ = self.sees.set((scope, seed));
    }

    /// How often a route was called.
    pub(super) fn calls(&self, route: usize) -> u64 {
        self.calls.get(route).map_or(0, |calls| calls.load(Ordering::Relaxed))
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The route that answers, and what its braces stand for.
    fn find(&self, received: &Arc<Received>, scope: &Scope) -> Result<(usize, Named), Vec<Miss>> {
        let pieces = pieces(received);
        let mut misses = Vec::new();
        for (index, route) in self.spec.routes.iter().enumerate() {
            match fits(route, received, &pieces, scope, &|_| true) {
                Ok(named) => return Ok((index, named)),
                Err(miss) => misses.push(*miss),
            }
        }
        Err(misses)
    }

    fn call(&self, received: Received, scope: &Scope, seed: u64) -> Reply {
        let received = Arc::new(received);
        let (index, named) = match self.find(&received, scope) {
            Ok(found) => found,
            Err(misses) => return self.unmatched(received.shown(), misses),
        };
        let Some((route, calls)) = self.spec.routes.get(index).zip(self.calls.get(index)) else {
            return plain(500, "no such route");
        };
        let call = calls.fetch_add(1, Ordering::Relaxed) + 1;
        let received = Arc::new(Received { call, ..Arc::unwrap_or_clone(received) });
        let mut scope = with_names(scope, &received, &named);
        let own = seed ^ (call << 16) ^ ((index as u64) << 48);
        scope.random = Arc::new(Mutex::new(fastrand::Rng::with_seed(own)));
        self.reply(route, call, &scope)
    }

    fn reply(&self, route: &RouteSpec, call: u64, scope: &Scope) -> Reply {
        let last = route.replies.len().saturating_sub(1);
        let place = usize::try_from(call.saturating_sub(1)).unwrap_or(last).min(last);
        let Some(spec) = route.replies.get(place) else { return plain(500, "no reply") };
        match render(spec, scope) {
            Ok(reply) => reply,
            Err(diagnostic) => {
                let reply =
                    plain(500, format!("this reply cannot be made: {}", diagnostic.message));
                let mut log = self.log();
                if log.broken.len() < KEPT && !log.broken.contains(&diagnostic) {
                    log.broken.push(*diagnostic);
                }
                reply
            }
        }
    }

    fn unmatched(&self, shown: String, misses: Vec<Miss>) -> Reply {
        let near = nearest(misses).filter(|near| !near.is_far());
        let name = |near: &Near| {
            self.spec.routes.get(near.index).map_or_else(String::new, |route| route.name.clone())
        };
        let why = match &near {
            Some(near) => {
                format!("; the nearest is `{}`, but {}", name(near), near.miss.told)
            }
            None => String::new(),
        };
        let reply = plain(404, format!("no route of this mock answers `{shown}`{why}"));
        let mut log = self.log();
        if log.unmatched.len() < KEPT {
            log.unmatched.push(Unmatched { shown, near });
        } else {
            log.more += 1;
        }
        reply
    }
}

impl Site for Mock {
    fn answer(&self, request: Incoming) -> Reply {
        // Who is earlier than the run is answered when it begins.
        let (scope, seed) = self.sees.wait();
        match received(request) {
            Ok(received) => self.call(received, scope, *seed),
            Err(message) => plain(400, message),
        }
    }
}

/// A request that came.
///
/// # Errors
/// Why its URL is none.
pub(super) fn received(request: Incoming) -> Result<Received, String> {
    let Incoming { method, target, headers, body, peer: _, address } = request;
    let headers: Headers = headers.into_iter().collect();
    Received::new(method, &target, headers, body, address).map_err(|error| error.to_string())
}

/// A line for who reads it.
pub(super) fn plain(status: u16, text: impl Into<String>) -> Reply {
    let text = text.into() + "\n";
    Reply::bare(status, text.into_bytes()).with("Content-Type", "text/plain; charset=utf-8")
}
