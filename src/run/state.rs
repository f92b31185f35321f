//! What a step sees of those before it: captured variables, cookies, exchanges.

use super::frame::ENTERED;
use crate::http::{AuthMemory, CookieJar};
use crate::plan::PlannedStep;
use crate::template::{StepView, Variables, qualified, unqualified};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A snapshot. Cheap to clone: everything in it is shared until it changes.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Variables.
    pub vars: Variables,
    /// Cookies by session. A session without an entry has none.
    pub jars: Arc<BTreeMap<usize, CookieJar>>,
    /// What the auth of a session remembers, by session: digest's challenge and count.
    pub memories: Arc<BTreeMap<usize, AuthMemory>>,
    /// Steps that others look at, in file order.
    pub views: Arc<Vec<StepView>>,
}

/// What one step changed.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// What the included collections that it is the first step of begin with: a step that ran
    /// beside it may have set that too, and captured since.
    pub entered: Vec<(String, Arc<Value>)>,
    /// Captured variables, in file order.
    pub captures: Vec<(String, Arc<Value>)>,
    /// The session's cookies before and after, when they changed.
    pub jar: Option<Box<JarChange>>,
    /// The session, and what its auth remembers now, when that changed.
    pub memory: Option<Box<(usize, AuthMemory)>>,
    /// What `steps` shows of it, when another step looks; of a loop, of each step in it.
    pub views: Vec<StepView>,
    /// Of a loop: what its rows changed, in order, but for variables and views.
    pub rows: Vec<Delta>,
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

    /// Lets a session begin with these cookies.
    pub fn begin_with(&mut self, session: usize, jar: CookieJar) {
        Arc::make_mut(&mut self.jars).insert(session, jar);
    }

    /// Sets what included collections begin with, but for those that another step has entered, in
    /// the same row of the loops around them.
    fn enter(&mut self, entered: &[(String, Arc<Value>)]) {
        let of_frame = |name: &str| qualified(unqualified(name).0, ENTERED).into_owned();
        let mut new: BTreeMap<String, bool> = BTreeMap::new();
        for (name, value) in entered.iter().filter(|(name, _)| *name == of_frame(name)) {
            new.insert(name.clone(), self.vars.get(name) != Some(value));
        }
        for (name, value) in entered {
            if new.get(&of_frame(name)) == Some(&true) {
                self.vars.set(name, Arc::clone(value));
            }
        }
    }

    /// Applies what a step changed.
    pub fn apply(&mut self, delta: &Delta) {
        self.enter(&delta.entered);
        for (name, value) in &delta.captures {
            self.vars.set(name, Arc::clone(value));
        }
        if let Some((session, memory)) = delta.memory.as_deref() {
            Arc::make_mut(&mut self.memories).insert(*session, memory.clone());
        }
        if let Some(change) = &delta.jar {
            let jar = Arc::make_mut(&mut self.jars).entry(change.session).or_default();
            if *jar == change.before {
                *jar = change.after.clone();
            } else {
                change.after.merge_changes(&change.before, jar);
            }
        }
        if !delta.views.is_empty() {
            Arc::make_mut(&mut self.views).extend(delta.views.iter().cloned());
        }
        for row in &delta.rows {
            self.apply(row);
        }
    }
}

/// The states of a collection's steps as they end.
#[derive(Debug)]
pub(super) struct States {
    start: State,
    ended: Vec<Option<Ended>>,
    /// How many steps that come right after each step are still to look at its state.
    readers: Vec<usize>,
}

#[derive(Debug)]
struct Ended {
    /// What it saw, with what it changed; `None` once every reader has had it.
    after: Option<State>,
    delta: Delta,
}

impl States {
    pub(super) fn new(start: State, steps: &[PlannedStep]) -> States {
        let mut readers = vec![0; steps.len()];
        for before in steps.iter().flat_map(|step| &step.after) {
            if let Some(readers) = readers.get_mut(*before) {
                *readers += 1;
            }
        }
        States { start, ended: steps.iter().map(|_| None).collect(), readers }
    }

    /// What a step sees. All it comes after has ended. To be asked once a step: the last to see
    /// a state gets the state itself, so that a long sequence keeps one, not one a step.
    ///
    /// After one step: that step's own. After several: the changes of all of them and of those
    /// before them, in file order.
    pub(super) fn before(&mut self, index: usize, steps: &[PlannedStep]) -> State {
        let after = steps.get(index).map(|step| step.after.as_slice()).unwrap_or_default();
        let Some((last, others)) = after.split_last() else { return self.start.clone() };
        // A chain's last step has seen all the others: the common case in a sequence.
        let is_chain = others.iter().all(|other| is_before(*other, *last, steps));
        for other in others {
            drop(self.read(*other));
        }
        match self.read(*last) {
            Some(state) if is_chain => state,
            _ => self.again(index, steps),
        }
    }

    /// As [`States::before`], made anew from every change: however often it is asked.
    pub(super) fn again(&self, index: usize, steps: &[PlannedStep]) -> State {
        let after = steps.get(index).map(|step| step.after.as_slice()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let mut open = after.to_vec();
        while let Some(index) = open.pop() {
            if seen.insert(index) {
                open.extend(steps.get(index).map(|step| step.after.as_slice()).unwrap_or_default());
            }
        }
        let mut state = self.start.clone();
        for ended in seen.into_iter().filter_map(|index| self.ended.get(index)).flatten() {
            state.apply(&ended.delta);
        }
        state
    }

    /// All cookies before the first step, and with every step's changes; nothing else.
    pub(super) fn jars(&self) -> (State, State) {
        let begun = State { jars: Arc::clone(&self.start.jars), ..State::default() };
        let mut state = begun.clone();
        for ended in self.ended.iter().flatten() {
            let Delta { jar, rows, .. } = &ended.delta;
            state.apply(&Delta { jar: jar.clone(), rows: rows.clone(), ..Delta::default() });
        }
        (begun, state)
    }

    /// What is left when every step has ended.
    pub(super) fn ended(&self) -> State {
        let mut state = self.start.clone();
        self.ended.iter().flatten().for_each(|ended| state.apply(&ended.delta));
        state
    }

    /// Changes what the first steps see, before any has begun.
    pub(super) fn begin(&mut self, begin: impl FnOnce(&mut State)) {
        begin(&mut self.start);
    }

    /// What a step captured, once it has ended.
    pub(super) fn captures(&self, index: usize) -> &[(String, Arc<Value>)] {
        let ended = self.ended.get(index).and_then(Option::as_ref);
        ended.map(|ended| ended.delta.captures.as_slice()).unwrap_or_default()
    }

    pub(super) fn end(&mut self, index: usize, mut before: State, delta: Delta) {
        before.apply(&delta);
        let is_read = self.readers.get(index).is_some_and(|readers| *readers > 0);
        if let Some(slot) = self.ended.get_mut(index) {
            *slot = Some(Ended { after: is_read.then_some(before), delta });
        }
    }

    /// What each step changed, in order; nothing of those that have not ended.
    pub(super) fn take_deltas(&mut self) -> Vec<Delta> {
        let ended = std::mem::take(&mut self.ended).into_iter();
        ended.map(|ended| ended.map(|ended| ended.delta).unwrap_or_default()).collect()
    }

    /// One reader's look at the state behind a step.
    fn read(&mut self, index: usize) -> Option<State> {
        let readers = self.readers.get_mut(index)?;
        *readers = readers.saturating_sub(1);
        let ended = self.ended.get_mut(index)?.as_mut()?;
        if *readers == 0 { ended.after.take() } else { ended.after.clone() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Input, load};
    use crate::plan::{Choices, plan};
    use crate::source::Files;
    use crate::world::{Folder, Outside};

    /// Each step's state before it, when every step captures `v`, its own number.
    fn seen(text: &str) -> Vec<Option<Value>> {
        let (name, folder) = ("states.yaml".to_owned(), "/nowhere".into());
        let input = Input { name, path: None, folder, bytes: text.as_bytes().to_vec() };
        let access = Folder::new("/nowhere", Outside::Refused);
        let collection = load(input, &mut Files::default(), &access).unwrap().remove(0);
        let plan = plan(Arc::new(collection), &Choices::default()).unwrap();
        let mut states = States::new(State::default(), &plan.steps);
        let mut seen = Vec::new();
        for index in 0..plan.steps.len() {
            let again = states.again(index, &plan.steps);
            let before = states.before(index, &plan.steps);
            assert_eq!(before.vars.get("v"), again.vars.get("v"));
            seen.push(before.vars.get("v").cloned());
            let value = Arc::new(Value::from(index.to_string()));
            let captures = vec![("v".to_owned(), value)];
            states.end(index, before, Delta { captures, ..Delta::default() });
        }
        assert!(states.ended.iter().flatten().all(|ended| ended.after.is_none()));
        seen
    }

    fn numbers(numbers: &[Option<usize>]) -> Vec<Option<Value>> {
        numbers.iter().map(|number| number.map(|n| Value::from(n.to_string()))).collect()
    }

    #[test]
    fn a_step_sees_the_last_before_it_and_nothing_is_kept_for_nobody() {
        let text = "requests: [{url: 'http://a'}, {url: 'http://b'}, {url: 'http://c'}]";
        assert_eq!(seen(text), numbers(&[None, Some(0), Some(1)]));
    }

    #[test]
    fn branches_do_not_see_each_other_and_are_joined_in_file_order() {
        let text = "mode: parallel
requests:
- {name: top, url: 'http://a'}
- {name: left, url: 'http://b', needs: [top]}
- {name: right, url: 'http://c', needs: [top]}
- {name: bottom, url: 'http://d', needs: [right, left]}";
        assert_eq!(seen(text), numbers(&[None, Some(0), Some(0), Some(2)]));
    }
}
