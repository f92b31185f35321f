//! What a template sees.

use crate::http::{Exchange, PreparedRequest};
use crate::value::Value;
use crate::world::World;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Variables by name. Cheap to clone: a step works on its own copy.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    // Arc'd persistent storage; each value converted for templates at most once.
}

impl Variables {
    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        let _ = (name, value);
        todo!()
    }

    /// A variable's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let _ = name;
        todo!()
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }
}

/// What `steps['name']` shows of a step that ran.
#[derive(Clone, Debug)]
pub struct StepView {
    /// Its name.
    pub name: Arc<str>,
    /// Its id.
    pub id: Arc<str>,
    /// Its request and response, when there was one.
    pub exchange: Option<Arc<Exchange>>,
}

/// Everything one step's templates see. Built per attempt; nothing in it is shared mutably but
/// the step's own randomness.
#[derive(Clone, Debug)]
pub struct Scope {
    /// `vars`, and bare names.
    pub vars: Variables,
    /// `server.url`, when the collection has `server`.
    pub server: Option<Arc<str>>,
    /// `step.name`, `step.id`, `step.index`, `step.attempt`.
    pub step: Option<(Arc<str>, Arc<str>, usize, u32)>,
    /// `steps`: those this step needs, by name and by id.
    pub steps: Arc<Vec<StepView>>,
    /// `request`, before there is a response.
    pub request: Option<Arc<PreparedRequest>>,
    /// `response`, and the `request` as sent.
    pub exchange: Option<Arc<Exchange>>,
    /// `item`.
    pub item: Option<Value>,
    /// `line`.
    pub line: Option<Value>,
    /// The folder that `file('…')` is relative to.
    pub folder: Arc<PathBuf>,
    /// Clock, files, environment.
    pub world: Arc<World>,
    /// What `uuid()` and `random_*()` draw from: seeded by the run's seed and the step's id, so
    /// that the order steps run in does not matter.
    pub random: Arc<Mutex<fastrand::Rng>>,
}
