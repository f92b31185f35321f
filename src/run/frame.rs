//! Entering an included collection: its variables get values when its first step runs.
//!
//! Steps that run beside each other may all be the first. What they begin with is the same: it is
//! made of what every step of the frame comes after, and its randomness is the frame's own.

use super::Context;
use super::step::seed;
use crate::diagnostic::Diagnostic;
use crate::plan::{Frame, render_variables};
use crate::template::{ReferenceKind, Row, Scope, StepView, qualified};
use crate::value::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// A name no variable has: that it is set says that its frame has been entered, and its value in
/// which row of the loops around it.
pub(super) const ENTERED: &str = "";

/// What entering frames set.
#[derive(Debug, Default)]
pub struct Entered {
    /// Variables, with the names they have among those of all frames.
    pub values: Vec<(String, Arc<Value>)>,
    /// Values that are secret.
    pub secrets: Vec<Value>,
}

impl Context {
    /// Turns a scope to the names of a frame, whose variables are given values unless they have
    /// some. `views` are the steps that may be looked at, of all frames.
    ///
    /// # Errors
    /// Every variable that cannot be rendered.
    pub fn enter(
        &self,
        frame: usize,
        scope: &mut Scope,
        views: &Arc<Vec<StepView>>,
        entered: &mut Entered,
    ) -> Result<(), Vec<Diagnostic>> {
        let Some(inner) = self.plan.frames.get(frame) else { return Ok(()) };
        self.look_in(frame, scope, views);
        let row = self.row_around(frame, scope.row.as_deref());
        if frame == 0 || scope.vars.get(ENTERED) == Some(&row) {
            return Ok(());
        }
        self.enter(inner.parent, scope, views, entered)?;
        let seed = seed(self.world.seed, &format!("vars of {}", inner.prefix), 0);
        let own = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        let random = std::mem::replace(&mut scope.random, own);
        let step = scope.step.take();
        let vars = passed(inner, scope).and_then(|passed| {
            self.look_in(frame, scope, views);
            render_variables(&self.plan, frame, passed, scope)
        });
        scope.random = random;
        scope.step = step;
        self.look_in(frame, scope, views);
        scope.vars = vars?;
        scope.vars.set(ENTERED, row);
        self.tell(frame, scope, entered);
        Ok(())
    }

    /// Which row of the loops around it a frame is entered in: it begins anew in each.
    fn row_around(&self, frame: usize, row: Option<&Row>) -> Value {
        let mut around = BTreeSet::new();
        let mut at = frame;
        while let Some(inner) = self.plan.frames.get(at).filter(|_| at > 0) {
            at = inner.parent;
            around.insert(at);
        }
        let rows = row.map(Row::path).unwrap_or_default().into_iter();
        let numbers = rows.filter(|row| around.contains(&row.frame));
        let numbers: Vec<String> = numbers.map(|row| row.index.to_string()).collect();
        Value::from(numbers.join("."))
    }

    fn tell(&self, frame: usize, scope: &Scope, entered: &mut Entered) {
        for name in scope.vars.names().chain([ENTERED]) {
            let Some(value) = scope.vars.get(name) else { continue };
            let name = qualified(frame, name).into_owned();
            if self.plan.secrets.contains(&name) {
                entered.secrets.push(value.clone());
            }
            entered.values.push((name, Arc::new(value.clone())));
        }
    }

    /// Names, the steps that can be looked at, and relative paths are those of the frame's file.
    pub(super) fn look_in(&self, frame: usize, scope: &mut Scope, views: &Arc<Vec<StepView>>) {
        scope.vars.look_in(frame);
        if self.plan.frames.len() > 1 {
            let own = views.iter().filter(|view| view.frame == frame).cloned();
            scope.steps = Arc::new(own.collect());
            if let Some(inner) = self.plan.frames.get(frame) {
                scope.folder = Arc::clone(&inner.folder);
            }
        }
    }

    /// The frames that need nothing of any step: their secrets are known from the start.
    pub(super) fn enter_early(&self, scope: &mut Scope) {
        let steps = self.plan.steps.iter();
        let captured: BTreeSet<String> =
            steps.flat_map(|step| step.provided(&self.plan.frames)).collect();
        for (index, frame) in self.plan.frames.iter().enumerate().skip(1) {
            let is_early = |kind: &ReferenceKind| match kind {
                ReferenceKind::Variable(name) => {
                    !captured.contains(&*qualified(frame.parent, name))
                }
                ReferenceKind::Env(_)
                | ReferenceKind::Server
                | ReferenceKind::Mock(_)
                | ReferenceKind::AnyMock
                | ReferenceKind::Listener(_) => true,
                _ => false,
            };
            let mut references = Vec::new();
            frame.passed.iter().for_each(|variable| variable.data.references(&mut references));
            scope.vars.look_in(frame.parent);
            let is_inside = frame.parent == 0 || scope.vars.get(ENTERED).is_some();
            if is_inside && references.iter().all(|reference| is_early(&reference.kind)) {
                // What cannot be rendered is told by the first step, should it run.
                let _ = self.enter(index, scope, &Arc::default(), &mut Entered::default());
            }
        }
        self.look_in(0, scope, &Arc::default());
    }
}

/// What the caller passes in, rendered with its names.
fn passed(frame: &Frame, scope: &Scope) -> Result<Vec<(String, Value)>, Vec<Diagnostic>> {
    let mut values = Vec::new();
    let mut diagnostics = Vec::new();
    for variable in &frame.passed {
        match variable.data.render(scope) {
            Ok(value) => values.push((variable.name.value.clone(), value)),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if diagnostics.is_empty() { Ok(values) } else { Err(diagnostics) }
}
