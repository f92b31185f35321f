//! Doing it: steps started when what they need has ended, each on what it may see.
//!
//! ```text
//!            ┌──────── coordinator (one thread: order, state, masking, events) ────────┐
//! Plan ────▶ │ ready step + State before ──▶ worker: build → prepare → send →          │ ──▶ Event
//!            │        ◀── Finished ────────           capture → verify                 │
//!            └──────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! A worker gets a snapshot and gives back what changed; nothing shared is mutated. What a step
//! sees is a function of the plan, so a run is the same whatever `--jobs`.

mod attempt;
mod build;
mod capture;
mod contract;
mod coordinator;
mod curl;
mod destination;
mod disguises;
mod executor;
mod folders;
mod fragment;
mod frame;
mod gates;
mod graphql;
mod hooks;
mod interrupt;
mod kept;
mod lane;
mod lines;
mod listen;
mod loops;
mod mask;
mod mocks;
mod oauth;
mod once;
mod paginate;
mod progress;
mod ready;
mod receive;
mod record;
mod retry;
mod snapshot;
mod socket;
mod state;
mod step;
mod told;
mod upload;
mod verify;

pub use build::{BuildError, Overrides, build};
pub use coordinator::run;
pub use curl::curl;
pub use folders::Around;
pub use frame::Entered;
pub use hooks::edit;
pub use interrupt::Interrupt;
pub use kept::{Kept, KeptValue};
pub use listen::Listeners;
pub use mask::Masker;
pub use oauth::{Prompt, Tokens, first_request};
pub use ready::{Prepared, prepare_collection};
pub use record::shown_url;
pub use snapshot::Snapshots;
pub use state::State;

use crate::event::{Detail, RunFinished};
use crate::http::{Environment, Network};
use crate::mock::Served;
use crate::plan::Plan;
use crate::source::Files;
use crate::template::{Scope, Variables};
use crate::world::{Exec, World};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The most requests in flight at once; at least 1.
    pub jobs: usize,
    /// Whether the first failure stops the run.
    pub on_failure: OnFailure,
    /// How much of passed steps is recorded.
    pub detail: Detail,
    /// Whether programs are run (`--allow-exec`).
    pub exec: Exec,
    /// Whether files that bodies are compared with are written.
    pub snapshots: Snapshots,
    /// What the command line says of the network.
    pub network: Network,
    /// How many tries a request has that says nothing of it: `--retry`, else 1.
    pub attempts: u32,
    /// What the command line lays over every session.
    pub overrides: Overrides,
    /// The tokens gotten so far, for all collections.
    pub tokens: Tokens,
    /// What tells a person what to do; `None` where nobody looks.
    pub prompt: Option<Prompt>,
}

/// What a run leaves behind.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub finished: RunFinished,
    /// What it leaves: what it began with, with each collection's changes in their order.
    pub kept: Kept,
}

/// What the first failure does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The run goes on.
    Continue,
    /// No further step starts but those of `teardown` (`--fail-fast`).
    Stop,
}

/// What every step of one collection shares, unchanging.
#[derive(Debug)]
pub struct Context {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its place in the run.
    pub index: usize,
    /// What comes before it and around it there.
    pub around: Around,
    /// Every file something may be said about.
    pub files: Arc<Files>,
    /// Clock, files, environment.
    pub world: Arc<World>,
    /// What `trust_env` reads.
    pub environment: Environment,
    /// `server.url`.
    pub server: Option<Arc<str>>,
    /// Mocks, and what steps receive requests at.
    pub served: Served,
    /// The sockets it listens on.
    pub listeners: Listeners,
    /// The folder `file('…')` is relative to.
    pub folder: Arc<PathBuf>,
    /// How the run is done.
    pub options: Arc<RunOptions>,
    /// Session defaults that no template can change, by session.
    pub sessions: Vec<Option<Arc<crate::http::Request>>>,
    /// Known secret values at the start: for headers dropped on redirects.
    pub secrets: Arc<[String]>,
}

impl Context {
    /// A scope for one try of a step, or for the collection's variables.
    #[must_use]
    pub fn scope(&self, vars: Variables, seed: u64) -> Scope {
        Scope {
            vars,
            server: self.server.clone(),
            mocks: Arc::clone(&self.served.mock_urls),
            listeners: Arc::clone(&self.served.listener_urls),
            listens: Arc::clone(&self.listeners.views),
            step: None,
            page: 1,
            steps: Arc::default(),
            request: None,
            exchange: None,
            row: None,
            line: None,
            folder: Arc::clone(&self.folder),
            world: Arc::clone(&self.world),
            random: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))),
            learned: Arc::default(),
        }
    }
}
