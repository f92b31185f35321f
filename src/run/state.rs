//! What a step sees of those before it: captured variables, cookies, exchanges.

use crate::http::CookieJar;
use crate::plan::PlannedStep;
use crate::template::{StepView, Variables};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A snapshot. Cheap to clone: everything in it is shared until it changes.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Variables.
    pub vars: Variables,
    /// Cookies by session. A session without an entry has none.
    pub jars: Arc<BTreeMap<usize, CookieJar>>,
    /// Steps that others look at, in file order.
    pub views: Arc<Vec<StepView>>,
}

/// What one step changed.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Captured variables, in file order.
    pub captures: Vec<(String, Value)>,
    /// The session's cookies before and after, when they changed.
    pub jar: Option<Box<JarChange>>,
    /// What `steps` shows of it, when another step looks.
    pub view: Option<StepView>,
}

/// One session's cookies before and after a step.
#[derive(Clone, Debug)]
pub struct JarChange {
    /// The session.
    pub session: usize,
    /// Before.
    pub before: CookieJar,
    /// After.
    pub after: CookieJar,
}

impl State {
    /// The session's cookies.
    #[must_use]
    pub fn jar(&self, session: usize) -> CookieJar {
        self.jars.get(&session).cloned().unwrap_or_default()
    }

    /// Applies what a step changed.
    pub fn apply(&mut self, delta: &Delta) {
        for (name, value) in &delta.captures {
            self.vars.set(name, value.clone());
        }
        if let Some(change) = &delta.jar {
            let jar = Arc::make_mut(&mut self.jars).entry(change.session).or_default();
            if *jar == change.before {
                *jar = change.after.clone();
            } else {
                change.after.merge_changes(&change.before, jar);
            }
        }
        if let Some(view) = &delta.view {
            Arc::make_mut(&mut self.views).push(view.clone());
        }
    }
}

/// The states of a collection's steps as they end.
#[derive(Debug)]
pub(super) struct States {
    start: State,
    ended: Vec<Option<Ended>>,
}

#[derive(Debug)]
struct Ended {
    /// What it saw, with what it changed.
    after: State,
    delta: Delta,
}

impl States {
    pub(super) fn new(start: State, steps: usize) -> States {
        States { start, ended: (0..steps).map(|_| None).collect() }
    }

    /// What a step sees. All it comes after has ended.
    ///
    /// After one step: that step's own. After several: the changes of all of them and of those
    /// before them, in file order.
    pub(super) fn before(&self, index: usize, steps: &[PlannedStep]) -> State {
        let after = steps.get(index).map(|step| step.after.as_slice()).unwrap_or_default();
        match after {
            [] => self.start.clone(),
            [one] => {
                self.ended(*one).map_or_else(|| self.start.clone(), |ended| ended.after.clone())
            }
            several => self.joined(several, steps),
        }
    }

    fn joined(&self, after: &[usize], steps: &[PlannedStep]) -> State {
        // A chain's last step has seen all the others: the common case in a sequence.
        if let Some((last, others)) = after.split_last()
            && others.iter().all(|other| is_before(*other, *last, steps))
            && let Some(ended) = self.ended(*last)
        {
            return ended.after.clone();
        }
        let mut seen = vec![false; steps.len()];
        let mut open = after.to_vec();
        while let Some(index) = open.pop() {
            if let Some(flag) = seen.get_mut(index)
                && !std::mem::replace(flag, true)
            {
                open.extend(steps.get(index).map(|step| step.after.as_slice()).unwrap_or_default());
            }
        }
        let mut state = self.start.clone();
        for (index, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
            if let Some(ended) = self.ended(index) {
                state.apply(&ended.delta);
            }
        }
        state
    }

    pub(super) fn end(&mut self, index: usize, mut before: State, delta: Delta) {
        before.apply(&delta);
        if let Some(slot) = self.ended.get_mut(index) {
            *slot = Some(Ended { after: before, delta });
        }
    }

    fn ended(&self, index: usize) -> Option<&Ended> {
        self.ended.get(index).and_then(Option::as_ref)
    }
}

/// Whether `early` lies on the chain of single steps that ends in `late`.
fn is_before(early: usize, late: usize, steps: &[PlannedStep]) -> bool {
    let mut at = late;
    loop {
        match steps.get(at).map(|step| step.after.as_slice()) {
            Some(after) if after.contains(&early) => return true,
            Some(after) => match after.last() {
                // The last of several is the chain's own in a sequence.
                Some(previous) if *previous > early && *previous < at => at = *previous,
                _ => return false,
            },
            None => return false,
        }
    }
}
