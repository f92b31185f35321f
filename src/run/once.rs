//! `once`: a step is done for the first collection in file order that gets to it; those behind it
//! take what came of it.
//!
//! ```text
//! a.yaml  login ──done──┐
//! b.yaml  login ──waits─┴──▶ same place, same variables: a's outcome, captures, cookies
//! ```
//!
//! The order is that of the files, never that of time: a step waits until all those of the same
//! place in collections before it have ended. One of them that was skipped has done nothing, so the
//! next one does it. A step that waits is no worker's; and as it waits for earlier collections
//! alone, and a section does not begin before those it has may go, no two wait for each other.

use super::Context;
use super::attempt::Attempt;
use super::gates::StepKey;
use super::progress::Progress;
use super::retry::Tried;
use super::state::JarChange;
use crate::event::Outcome;
use crate::exchange::Exchanged;
use crate::http::CookieJar;
use crate::plan::PlannedStep;
use crate::template::{Scope, StepView};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What came of a step that others take.
#[derive(Debug)]
pub(super) struct Done {
    /// The file of the collection that did it.
    by: String,
    outcome: Outcome,
    /// The variables that make it the same.
    begun_with: Vec<(String, Option<Value>)>,
    /// By the names that its own file has.
    captures: Vec<(String, Arc<Value>)>,
    /// The session's cookies before and after.
    cookies: Option<(CookieJar, CookieJar)>,
    exchange: Option<Exchanged>,
}

/// Where a step stands, whatever includes it: the file, and from where in it.
type Place = (PathBuf, u32);

/// The steps of a run that are done once.
#[derive(Debug, Default)]
pub(super) struct Onces {
    /// Which place each is at.
    places: BTreeMap<StepKey, Place>,
    shared: BTreeMap<Place, Shared>,
    /// Those that must be free to go before a section begins: the graph, the section.
    sections: BTreeMap<(usize, usize), Vec<StepKey>>,
}

/// The steps of one place.
#[derive(Debug, Default)]
struct Shared {
    /// Those that have not ended.
    left: BTreeSet<StepKey>,
    done: Vec<Arc<Done>>,
    /// Those that wait for others.
    waiting: BTreeSet<StepKey>,
}

impl Onces {
    /// Nothing has run yet.
    pub(super) fn new(graphs: &[Progress]) -> Onces {
        let mut onces = Onces::default();
        for (graph, progress) in graphs.iter().enumerate() {
            for (index, step) in progress.steps.iter().enumerate() {
                if step.once.is_some() {
                    onces.add((graph, index), step, &progress.context);
                }
            }
        }
        onces
    }

    fn add(&mut self, key: StepKey, step: &PlannedStep, context: &Context) {
        let file = context.files.get(step.span.file);
        let path = file.and_then(|file| file.path()).map(|path| {
            let path = path.canonicalize();
            path.unwrap_or_else(|_| file.map(|file| file.name()).unwrap_or_default().into())
        });
        let Some(path) = path else { return };
        let place = (path, step.span.start);
        self.shared.entry(place.clone()).or_default().left.insert(key);
        self.places.insert(key, place);
        if let Some(section) = step.section {
            self.sections.entry((key.0, section.of_row)).or_default().push(key);
        }
    }

    /// What earlier collections have done of a step, when it may go.
    ///
    /// # Errors
    /// It waits: it, or a step that it holds a lock with, may go only when others have ended.
    pub(super) fn ask(&mut self, key: StepKey, step: &PlannedStep) -> Result<Vec<Arc<Done>>, ()> {
        let of_section = step.section.map(|section| (key.0, section.of_row));
        let together = of_section.and_then(|section| self.sections.get(&section));
        let all: Vec<StepKey> = together.into_iter().flatten().copied().chain([key]).collect();
        for one in all {
            let Some(shared) = self.places.get(&one).and_then(|at| self.shared.get_mut(at)) else {
                continue;
            };
            // Those of its own collection come before it by an edge of the plan.
            if shared.left.iter().any(|other| other.0 < key.0) {
                shared.waiting.insert(key);
                return Err(());
            }
        }
        let shared = self.places.get(&key).and_then(|place| self.shared.get(place));
        Ok(shared.map(|shared| shared.done.clone()).unwrap_or_default())
    }

    /// A step has ended: those that may ask again.
    pub(super) fn end(&mut self, key: StepKey, done: Option<Done>) -> Vec<StepKey> {
        let place = self.places.get(&key);
        let Some(shared) = place.and_then(|place| self.shared.get_mut(place)) else {
            return Vec::new();
        };
        shared.left.remove(&key);
        shared.done.extend(done.map(Arc::new));
        std::mem::take(&mut shared.waiting).into_iter().collect()
    }
}

/// The variables of a step's file that make it the same as another.
fn begun_with(planned: &PlannedStep, scope: &Scope) -> Vec<(String, Option<Value>)> {
    let names = planned.once.iter().flat_map(|once| &once.names);
    names.map(|name| (name.clone(), scope.vars.get(name).cloned())).collect()
}

/// Which of those that are done this step is the same as.
pub(super) fn same(
    planned: &PlannedStep,
    scope: &Scope,
    done: Vec<Arc<Done>>,
) -> Option<Arc<Done>> {
    let own = begun_with(planned, scope);
    done.into_iter().find(|done| done.begun_with == own)
}

/// What came of a step, for those that take it; nothing when it did not run.
pub(super) fn done(context: &Context, planned: &PlannedStep, tried: &Tried) -> Option<Done> {
    planned.once.as_ref()?;
    if tried.outcome == Outcome::Skipped {
        return None;
    }
    let file = context.files.get(context.plan.collection.file);
    let names = planned.once.iter().flat_map(|once| &once.names);
    let vars = &tried.before.vars;
    Some(Done {
        by: file.map_or_else(String::new, |file| file.name().to_owned()),
        outcome: tried.outcome,
        begun_with: names.map(|name| (name.clone(), vars.get(name).cloned())).collect(),
        captures: tried.delta.captures.clone(),
        cookies: tried.delta.jar.as_deref().map(|jar| (jar.before.clone(), jar.after.clone())),
        exchange: tried.delta.views.first().and_then(|view| view.exchange.clone()),
    })
}

impl Done {
    /// Whose it is, and why a step that takes it has not passed.
    pub(super) fn told(&self) -> (String, Option<String>) {
        let how = match self.outcome {
            Outcome::Failed => "failed",
            Outcome::Errored => "could not be made",
            Outcome::Passed | Outcome::Skipped => return (self.by.clone(), None),
        };
        (self.by.clone(), Some(format!("it {how} in `{}`, where it was done once", self.by)))
    }

    /// Its outcome and what it changed, as the step's own.
    pub(super) fn taken(&self, attempt: Attempt<'_>) -> Tried {
        let Attempt { context, planned, scope, mut delta, mut before, .. } = attempt;
        before.vars = scope.vars;
        delta.captures.clone_from(&self.captures);
        let session = context.plan.jar(planned.session, planned.row.as_deref());
        delta.jar = self.cookies.as_ref().map(|(theirs, left)| {
            let ours = before.jar(session);
            let mut after = ours.clone();
            left.merge_changes(theirs, &mut after);
            Box::new(JarChange { session, before: ours, after })
        });
        if let Some(exchange) = self.exchange.as_ref().filter(|_| planned.is_looked_at) {
            delta.views.push(StepView {
                name: Arc::clone(&planned.title.name),
                id: Arc::clone(&planned.title.id),
                frame: planned.frame,
                exchange: Some(exchange.clone()),
                rows: None,
            });
        }
        let (attempts, secrets, drafts) = (Vec::new(), Vec::new(), Vec::new());
        Tried { outcome: self.outcome, attempts, delta, before, secrets, drafts, sent: 0 }
    }
}
