//! What ends together: the requests and the waits of one part of a run.
//!
//! Everything but teardown runs in one lane, which Ctrl-C or `--fail-fast` ends at once. Each
//! teardown, a collection's or a group's, has a lane of its own, which nothing ends but its own
//! time limit.

use super::interrupt::Interrupt;
use super::{Context, RunOptions};
use crate::http::{Client, ClientOptions};
use crate::template::Scope;
use crate::world::{Clock, Programs};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where steps send and wait.
pub(super) struct Lane {
    client: Arc<Client>,
    clock: Arc<dyn Clock>,
    end: Mutex<Option<End>>,
    limit: Option<Limit>,
    interrupt: Interrupt,
    programs: Programs,
}

/// Why a lane was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// A step failed, and `--fail-fast` is given.
    Failure,
    /// Its time is over.
    Time(Duration),
}

impl End {
    /// Why a step did not run to its end, or not at all.
    pub(super) fn reason(self) -> String {
        match self {
            End::Interrupted => "interrupted".to_owned(),
            End::Failure => "stopped by `--fail-fast`".to_owned(),
            End::Time(time) => format!("`teardown_timeout` ({} s) was over", time.as_secs_f64()),
        }
    }
}

/// How long a lane may be used.
#[derive(Clone, Copy, Debug)]
struct Limit {
    until: Instant,
    /// The whole of it, for messages.
    time: Duration,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("end", &self.end()).finish_non_exhaustive()
    }
}

impl Lane {
    /// A lane without a time limit.
    pub(super) fn new(options: ClientOptions, interrupt: &Interrupt, programs: Programs) -> Lane {
        let clock = Arc::clone(&options.clock);
        let client = Arc::new(Client::new(options));
        Lane {
            client,
            clock,
            end: Mutex::default(),
            limit: None,
            interrupt: interrupt.clone(),
            programs,
        }
    }

    /// A lane that may be used for `time` from now.
    pub(super) fn limited(
        options: ClientOptions,
        interrupt: &Interrupt,
        programs: Programs,
        time: Duration,
    ) -> Lane {
        let limit = Instant::now().checked_add(time).map(|until| Limit { until, time });
        Lane { limit, ..Lane::new(options, interrupt, programs) }
    }

    /// Sends.
    pub(super) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Ends what is under way, and keeps everything later from beginning. The first reason stays.
    pub(super) fn stop(&self, why: End) {
        self.slot().get_or_insert(why);
        self.client.shutdown();
        self.programs.interrupt();
    }

    /// Why it ended, once it has.
    pub(super) fn end(&self) -> Option<End> {
        let over = self.limit.filter(|limit| limit.until <= Instant::now());
        (*self.slot()).or_else(|| over.map(|limit| End::Time(limit.time)))
    }

    /// Lets what a step starts end with this lane.
    pub(super) fn enter(&self, scope: &mut Scope) {
        if self.limit.is_some() {
            Arc::make_mut(&mut scope.world).programs = self.programs.clone();
        }
    }

    /// Whether a person waits for the run to end.
    pub(super) fn is_hurried(&self) -> bool {
        self.interrupt.is_raised()
    }

    /// Waits, as long as the lane lasts.
    pub(super) fn sleep(&self, duration: Duration) {
        self.clock
            .sleep(self.left().map_or(duration, |left| left.min(duration)), self.client.alarm());
    }

    /// How much time is left, when it is limited.
    pub(super) fn left(&self) -> Option<Duration> {
        self.limit.map(|limit| limit.until.saturating_duration_since(Instant::now()))
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<End>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the clients of a run are made with; `first` is any of its collections.
pub(super) fn client_options(first: Option<&Context>, options: &RunOptions) -> ClientOptions {
    ClientOptions {
        jobs: options.jobs,
        network: options.network.clone(),
        environment: first.map(|context| context.environment.clone()).unwrap_or_default(),
        clock: first.map_or_else(
            || Arc::new(crate::world::SystemClock) as Arc<dyn crate::world::Clock>,
            |context| Arc::clone(&context.world.clock),
        ),
    }
}
