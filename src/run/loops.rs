//! A loop under way: its rows found and begun, then gathered.
//!
//! ```text
//! step with a body ──rows──▶ a Progress of its own ──all ended──▶ one Delta: lists of captures
//! ```

use super::Context;
use super::frame::Entered;
use super::progress::Progress;
use super::state::{Delta, State};
use super::step::{NO_ROWS, OPTED_OUT, is_true, seed};
use crate::diagnostic::Diagnostic;
use crate::model::Rows;
use crate::plan::PlannedStep;
use crate::template::{Scope, StepView};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of a loop's rows once it may begin.
pub(super) enum Begun {
    /// The steps of its rows; at least one.
    Steps(Vec<PlannedStep>),
    /// Nothing runs, and why.
    Skipped(String),
    /// The rows cannot be told.
    Failed(Diagnostic),
}

/// The rows of a loop, for a step that sees this state.
pub(super) fn begin(
    context: &Context,
    planned: &PlannedStep,
    state: &State,
    entered: &mut Entered,
) -> Begun {
    match rows(context, planned, state, entered) {
        Err(diagnostic) => Begun::Failed(diagnostic),
        Ok(None) => Begun::Skipped(OPTED_OUT.to_owned()),
        Ok(Some(rows)) if rows.is_empty() => {
            let key = planned.looped().map_or("foreach", |(looped, _)| looped.key);
            Begun::Skipped(format!("`{key}`{NO_ROWS}"))
        }
        Ok(Some(rows)) => match planned.rows(&rows, &context.plan.secrets) {
            steps if steps.is_empty() => Begun::Skipped("nothing is done for its rows".to_owned()),
            steps => Begun::Steps(steps),
        },
    }
}

/// The rows; `None` when a condition that holds for all of them does not hold.
fn rows(
    context: &Context,
    planned: &PlannedStep,
    state: &State,
    entered: &mut Entered,
) -> Result<Option<Rows>, Diagnostic> {
    let Some((looped, _)) = planned.looped() else { return Ok(None) };
    let seed = seed(context.world.seed, &planned.id, 0);
    let mut scope = context.scope(state.vars.clone(), seed);
    scope.steps = Arc::clone(&state.views);
    scope.row.clone_from(&planned.row);
    let mut enter = |frame: usize, scope: &mut Scope| {
        let result = context.enter(frame, scope, &state.views, entered);
        result.or_else(|mistakes| mistakes.into_iter().next().map_or(Ok(()), Err))
    };
    for (frame, condition) in &planned.conditions {
        enter(*frame, &mut scope)?;
        if !is_true(&condition.render(&scope)?) {
            return Ok(None);
        }
    }
    enter(planned.frame, &mut scope)?;
    let rows = looped.rows(&scope).map(Some);
    entered.secrets.extend(scope.take_learned());
    rows
}

/// The steps of a loop's rows, when they are known whatever runs before it.
pub(super) fn known(context: &Context, planned: &PlannedStep) -> Option<Vec<PlannedStep>> {
    let (looped, _) = planned.looped()?;
    let steps = planned.rows(looped.known()?, &context.plan.secrets);
    (!steps.is_empty()).then_some(steps)
}

/// The values of rows that are secret: those of members that `secrets` names.
pub(super) fn secrets(context: &Context, steps: &[PlannedStep]) -> Vec<Value> {
    let rows = steps.iter().filter_map(|step| step.row.as_ref());
    let secret = rows.flat_map(|row| {
        let members = row.item.as_object().into_iter().flatten();
        members.filter(|(name, _)| context.plan.is_secret(row.frame, name)).map(|(_, value)| value)
    });
    secret.cloned().collect()
}

/// What the rows changed, as one step's change: each variable a list of the values that rows
/// gave it, in the order of the rows; a row that gave it none has no place in the list.
pub(super) fn gather(progress: &mut Progress) -> Delta {
    let mut deltas = progress.states.take_deltas();
    let mut captures: Vec<(String, Vec<Value>)> = Vec::new();
    let mut views: Vec<Vec<StepView>> = Vec::new();
    let mut places = Places::default();
    for (step, delta) in progress.steps.iter().zip(&mut deltas) {
        // Collections that rows include are entered anew by each of them.
        delta.entered.clear();
        let row = step.row.as_ref().map_or(0, |row| row.index);
        for (name, value) in std::mem::take(&mut delta.captures) {
            let (place, is_again) = places.of_variable(&name, row);
            let value = Arc::unwrap_or_clone(value);
            match captures.get_mut(place) {
                Some((_, values)) if is_again => {
                    values.pop();
                    values.push(value);
                }
                Some((_, values)) => values.push(value),
                None => captures.push((name, vec![value])),
            }
        }
        for view in std::mem::take(&mut delta.views) {
            let place = places.of_view(view.frame, &view.id);
            match views.get_mut(place) {
                Some(gathered) => gathered.push(view),
                None => views.push(vec![view]),
            }
        }
    }
    let views = views.into_iter().filter_map(rows_as_one).collect();
    let captures = captures.into_iter();
    let captures = captures.map(|(name, values)| (name, Arc::new(Value::Array(values)))).collect();
    Delta { captures, views, rows: deltas, ..Delta::default() }
}

fn rows_as_one(rows: Vec<StepView>) -> Option<StepView> {
    let first = rows.first()?;
    let (name, id, frame) = (Arc::clone(&first.name), Arc::clone(&first.id), first.frame);
    Some(StepView { name, id, frame, exchange: None, rows: Some(rows.into()) })
}

/// The place of each variable and view among those gathered, in the order they first came.
#[derive(Default)]
struct Places {
    variables: BTreeMap<String, (usize, usize)>,
    views: BTreeMap<(usize, Arc<str>), usize>,
}

impl Places {
    /// A variable's place, and whether this row gave it a value before.
    fn of_variable(&mut self, name: &str, row: usize) -> (usize, bool) {
        let next = self.variables.len();
        match self.variables.get_mut(name) {
            Some((place, last)) => {
                let is_again = std::mem::replace(last, row) == row;
                (*place, is_again)
            }
            None => {
                self.variables.insert(name.to_owned(), (next, row));
                (next, false)
            }
        }
    }

    fn of_view(&mut self, frame: usize, id: &Arc<str>) -> usize {
        let next = self.views.len();
        *self.views.entry((frame, Arc::clone(id))).or_insert(next)
    }
}
