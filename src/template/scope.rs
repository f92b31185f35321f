//! What a template sees.

use super::convert::{Numbers, to_dynamic};
use crate::exchange::Exchanged;
use crate::http::{PreparedRequest, SocketName};
use crate::value::Value;
use crate::world::World;
use indexmap::IndexMap;
use minijinja::Value as Dynamic;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Variables by name, in the order they were first set. Cheap to clone: a step works on its own
/// copy.
///
/// Each included collection has a frame of its own, the collection that runs has frame 0. Names
/// are looked up and set in one frame at a time.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    slots: Arc<IndexMap<Arc<str>, Variable>>,
    frame: usize,
}

/// A variable's name among those of all frames.
#[must_use]
pub fn qualified(frame: usize, name: &str) -> Cow<'_, str> {
    match frame {
        0 => Cow::Borrowed(name),
        _ => Cow::Owned(format!("{frame}:{name}")),
    }
}

/// The frame and the name that were [`qualified`].
#[must_use]
pub fn unqualified(name: &str) -> (usize, &str) {
    let split = name.split_once(':').and_then(|(frame, name)| Some((frame.parse().ok()?, name)));
    split.unwrap_or((0, name))
}

/// A value, and what templates see of it: converted once, when it is set.
#[derive(Clone, Debug)]
struct Variable {
    value: Arc<Value>,
    kept: Dynamic,
    computed: Dynamic,
}

impl Variables {
    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: impl Into<Arc<Value>>) {
        let value = value.into();
        let computed = to_dynamic(&value, Numbers::Computed);
        let kept = match &*value {
            Value::String(_) | Value::Bytes(_) => computed.clone(),
            _ => to_dynamic(&value, Numbers::Kept),
        };
        let name = qualified(self.frame, name).into();
        Arc::make_mut(&mut self.slots).insert(name, Variable { value, kept, computed });
    }

    /// The frame whose names are looked up.
    #[must_use]
    pub fn frame(&self) -> usize {
        self.frame
    }

    /// From now on names are those of this frame.
    pub fn look_in(&mut self, frame: usize) {
        self.frame = frame;
    }

    /// A variable's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.slots.get(&*qualified(self.frame, name)).map(|slot| &*slot.value)
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let named = self.slots.keys().map(|name| unqualified(name));
        named.filter(|(frame, name)| *frame == self.frame && !name.is_empty()).map(|(_, name)| name)
    }

    /// What a template sees of a variable.
    pub(super) fn dynamic(&self, name: &str, numbers: Numbers) -> Option<Dynamic> {
        // A template cannot spell another frame's names.
        let slot = self.slots.get(&*qualified(self.frame, name)).filter(|_| !name.contains(':'))?;
        Some(match numbers {
            Numbers::Kept => slot.kept.clone(),
            Numbers::Computed => slot.computed.clone(),
        })
    }
}

/// What `steps['name']` shows of a step that ran.
#[derive(Clone, Debug)]
pub struct StepView {
    /// Its name.
    pub name: Arc<str>,
    /// Its id, as its own file knows it.
    pub id: Arc<str>,
    /// The frame its name is of.
    pub frame: usize,
    /// What it exchanged, when it did.
    pub exchange: Option<Exchanged>,
    /// Of a step that ran in a loop, seen from outside: one for each row that has something to
    /// see, in order.
    pub rows: Option<Arc<[StepView]>>,
}

/// Where a step of the collection listens: `listen.ID`.
#[derive(Clone, Debug)]
pub struct ListenView {
    /// The frame its name is of.
    pub frame: usize,
    /// The step's id, as its own file knows it.
    pub id: Arc<str>,
    /// The scheme of its URL.
    pub scheme: &'static str,
    /// Where it is.
    pub at: SocketName,
}

/// One row of a loop, as the templates of its steps see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `item`.
    pub item: Arc<Value>,
    /// Which of its members have a bare name of their own: those known before anything ran.
    pub names: Arc<[Arc<str>]>,
    /// The frame of the loop: only its names see the row.
    pub frame: usize,
    /// `loop.index`: from 1.
    pub index: usize,
    /// `loop.length`.
    pub length: usize,
    /// The row in a few words, as names of steps show it.
    pub label: Arc<str>,
    /// The row of the loop around this one, whose names are seen too.
    pub around: Option<Arc<Row>>,
}

impl Row {
    /// The row that a frame sees: this one, or the nearest around it that is of the frame.
    pub(super) fn seen_in(&self, frame: usize) -> Option<&Row> {
        if self.frame == frame { Some(self) } else { self.around.as_ref()?.seen_in(frame) }
    }

    /// The value of a bare name that this row, or one around it, gives in a frame.
    pub(super) fn get(&self, name: &str, frame: usize) -> Option<&Value> {
        let own = self.frame == frame && self.names.iter().any(|known| **known == *name);
        match &*self.item {
            Value::Object(members) if own && members.contains_key(name) => members.get(name),
            _ => self.around.as_ref()?.get(name, frame),
        }
    }

    /// This row and those around it, outermost first.
    #[must_use]
    pub fn path(&self) -> Vec<&Row> {
        let mut path = self.around.as_ref().map(|around| around.path()).unwrap_or_default();
        path.push(self);
        path
    }
}

/// Everything one step's templates see. Built per attempt; nothing in it is shared mutably but
/// the step's own randomness.
#[derive(Clone, Debug)]
pub struct Scope {
    /// `vars`, and bare names.
    pub vars: Variables,
    /// `server.url`, when the collection has `server`.
    pub server: Option<Arc<str>>,
    /// `listen`: where the collection's sockets listen.
    pub listens: Arc<[ListenView]>,
    /// `mocks.NAME.url`, or `mocks.url` under an empty name: the mocks of the collection.
    pub mocks: Arc<Vec<(Arc<str>, Arc<str>)>>,
    /// `receive.NAME.url`: the listeners of the collection's steps.
    pub listeners: Arc<Vec<(Arc<str>, Arc<str>)>>,
    /// `step.name`, `step.id`, `step.index`, `step.attempt`.
    pub step: Option<(Arc<str>, Arc<str>, usize, u32)>,
    /// `step.page`: which of its pages the step is at, from 1.
    pub page: usize,
    /// `steps`: those this step needs, by name and by id.
    pub steps: Arc<Vec<StepView>>,
    /// `request`, before there is a response.
    pub request: Option<Arc<PreparedRequest>>,
    /// `response`, and of a request the `request` as sent.
    pub exchange: Option<Exchanged>,
    /// The row of a `foreach` or `repeat`: `item`, its names, `loop`.
    pub row: Option<Arc<Row>>,
    /// `line`.
    pub line: Option<Arc<Value>>,
    /// The folder that `file('…')` is relative to.
    pub folder: Arc<PathBuf>,
    /// Clock, files, environment.
    pub world: Arc<World>,
    /// What `uuid()` and `random_*()` draw from: seeded by the run's seed and the step's id, so
    /// that the order steps run in does not matter.
    pub random: Arc<Mutex<fastrand::Rng>>,
    /// Values that templates have used as keys: they are shown nowhere.
    pub learned: Arc<Mutex<Vec<Value>>>,
}

impl Scope {
    /// A scope with nothing in it but the world: what `vars` are first rendered in. `random`
    /// starts at the run's seed.
    #[must_use]
    pub fn new(world: Arc<World>, folder: impl Into<PathBuf>) -> Scope {
        let random = fastrand::Rng::with_seed(world.seed);
        Scope {
            vars: Variables::default(),
            server: None,
            listens: Arc::default(),
            mocks: Arc::default(),
            listeners: Arc::default(),
            step: None,
            page: 1,
            steps: Arc::default(),
            request: None,
            exchange: None,
            row: None,
            line: None,
            folder: Arc::new(folder.into()),
            world,
            random: Arc::new(Mutex::new(random)),
            learned: Arc::default(),
        }
    }
}

impl Scope {
    /// Takes what templates have used as keys so far.
    #[must_use]
    pub fn take_learned(&self) -> Vec<Value> {
        std::mem::take(&mut *self.learned.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_names_of_its_own() {
        let mut vars = Variables::default();
        vars.set("a", Value::from(1_i64));
        vars.look_in(7);
        assert_eq!(vars.get("a"), None);
        vars.set("a", Value::from(2_i64));
        assert_eq!(vars.names().collect::<Vec<_>>(), ["a"]);
        vars.look_in(0);
        assert_eq!(vars.get("a"), Some(&Value::from(1_i64)));
        assert_eq!(vars.get("7:a"), Some(&Value::from(2_i64)));
        assert!(vars.dynamic("7:a", Numbers::Kept).is_none());
        assert_eq!(unqualified(&qualified(7, "a")), (7, "a"));
    }

    #[test]
    fn a_copy_does_not_see_what_is_set_later() {
        let mut vars = Variables::default();
        vars.set("a", Value::from(1_i64));
        let copy = vars.clone();
        vars.set("a", Value::from(2_i64));
        vars.set("b", Value::Null);
        assert_eq!(copy.get("a"), Some(&Value::from(1_i64)));
        assert_eq!(copy.names().collect::<Vec<_>>(), ["a"]);
        assert_eq!(vars.names().collect::<Vec<_>>(), ["a", "b"]);
    }
}
