//! One step on one worker: its conditions, its delay, then its tries.

use super::Context;
use super::attempt::Attempt;
use super::frame::Entered;
use super::lane::{End, Lane};
use super::once::{self, Done};
use super::progress::Spot;
use super::record::location;
use super::retry::{Tried, is_flaky, tries};
use super::snapshot::Draft;
use super::state::{Delta, State};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AttemptRecord, ErrorRecord, Outcome, StepRecord};
use crate::model::Action;
use crate::plan::{PlannedStep, known_as};
use crate::template::Scope;
use crate::value::Value;
use std::sync::Arc;
use std::time::Instant;

/// Why a step is skipped that its own condition kept from running.
pub(super) const OPTED_OUT: &str = "`when` is false";

/// Whether a step was skipped because it had nothing to do, and not because something it needs
/// is missing.
pub(super) fn is_opted_out(reason: &str) -> bool {
    reason == OPTED_OUT || reason.ends_with(NO_ROWS)
}

/// The end of the reason why a loop without rows is skipped.
pub(super) const NO_ROWS: &str = " has no rows";

/// What came of a step.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) record: StepRecord,
    pub(super) delta: Delta,
    /// What it saw, given back so that the coordinator need not keep a copy.
    pub(super) before: State,
    /// Captured values that are secret.
    pub(super) secrets: Vec<Value>,
    /// Files to write, each with what a body is.
    pub(super) drafts: Vec<Draft>,
    /// How many requests went out.
    pub(super) sent: usize,
    /// Of a step that is done once: what others take.
    pub(super) done: Option<Done>,
}

impl Finished {
    /// A step that sent and changed nothing.
    pub(super) fn of_nothing(record: StepRecord, before: State) -> Finished {
        let (delta, secrets, drafts) = (Delta::default(), Vec::new(), Vec::new());
        Finished { record, delta, before, secrets, drafts, sent: 0, done: None }
    }
}

/// What a step is given by those before it.
pub(super) struct Given {
    /// What it sees.
    pub(super) before: State,
    /// What earlier collections have done of it, when it is done once for all.
    pub(super) done: Vec<Arc<Done>>,
}

/// Runs a step.
pub(super) fn run(
    context: &Context,
    planned: &PlannedStep,
    spot: &Spot,
    Given { before, done }: Given,
    lane: &Lane,
) -> Finished {
    let started = Instant::now();
    let mut record = blank(context, planned, spot);
    let mut attempt = Attempt::new(context, planned, spot.index, 1, before);
    let mut entered = Entered::default();
    let tried = match admit(context, planned, &mut attempt, &mut entered) {
        Ok(true) => match once::same(planned, &attempt.scope, done) {
            Some(done) => {
                let (by, reason) = done.told();
                (record.once, record.reason) = (Some(by), reason);
                done.taken(attempt)
            }
            None => act(attempt, lane),
        },
        Ok(false) => {
            record.reason = Some(OPTED_OUT.to_owned());
            Tried::one(attempt, Outcome::Skipped)
        }
        Err(diagnostic) => {
            let outcome = attempt.error("TemplateError", &diagnostic, None);
            Tried::one(attempt, outcome)
        }
    };
    record.duration = started.elapsed().as_secs_f64();
    record.outcome = tried.outcome;
    if record.outcome == Outcome::Skipped && record.reason.is_none() {
        record.reason = lane.end().map(End::reason);
    }
    record.flaky = is_flaky(planned, &tried);
    let done = once::done(context, planned, &tried).filter(|_| record.once.is_none());
    let Tried { attempts, mut delta, mut before, mut secrets, drafts, sent, .. } = tried;
    record.attempts = attempts;
    secrets.append(&mut entered.secrets);
    delta.entered = entered.values;
    delta.captures = handed_back(context, planned, delta.captures);
    before.vars.look_in(0);
    Finished { record, delta, before, secrets, drafts, sent, done }
}

/// Does what the step is for, after its `delay`, unless its lane has ended.
fn act(mut attempt: Attempt<'_>, lane: &Lane) -> Tried {
    if let Some(delay) = &attempt.planned.step.delay {
        match delay.resolve(&attempt.scope) {
            Ok(delay) => lane.sleep(*delay),
            Err(diagnostic) => {
                let outcome = attempt.error("TemplateError", &diagnostic, None);
                return Tried::one(attempt, outcome);
            }
        }
    }
    if let Some(outcome) = attempt.stopped(lane) {
        return Tried::one(attempt, outcome);
    }
    let started = Instant::now();
    let outcome = match &attempt.planned.step.action {
        Action::Request(_)
        | Action::Socket(_)
        | Action::Receive(_)
        | Action::Group(_)
        | Action::Include(_) => {
            return tries(attempt, lane);
        }
        Action::Set(variables) => attempt.set(variables),
        Action::Sleep(duration) => match duration.resolve(&attempt.scope) {
            Ok(duration) => {
                lane.sleep(*duration);
                attempt.stopped(lane).unwrap_or(Outcome::Passed)
            }
            Err(diagnostic) => attempt.error("TemplateError", &diagnostic, None),
        },
    };
    attempt.record.duration = started.elapsed().as_secs_f64();
    Tried::one(attempt, outcome)
}

/// Whether the step's conditions hold.
fn admit(
    context: &Context,
    planned: &PlannedStep,
    attempt: &mut Attempt<'_>,
    entered: &mut Entered,
) -> Result<bool, Diagnostic> {
    let views = Arc::clone(&attempt.before.views);
    let mut enter = |frame: usize, scope: &mut Scope| {
        let result = context.enter(frame, scope, &views, entered);
        // The first is as good as all of them.
        result.or_else(|mistakes| mistakes.into_iter().next().map_or(Ok(()), Err))
    };
    let scope = &mut attempt.scope;
    for (frame, condition) in &planned.conditions {
        enter(*frame, scope)?;
        if !is_true(&condition.render(scope)?) {
            return Ok(false);
        }
    }
    enter(planned.frame, scope)?;
    Ok(true)
}

/// The captured variables by every name they have: handed back, they are the caller's too.
fn handed_back(
    context: &Context,
    planned: &PlannedStep,
    captures: Vec<(String, Arc<Value>)>,
) -> Vec<(String, Arc<Value>)> {
    if planned.frame == 0 {
        return captures;
    }
    let named = captures.into_iter().flat_map(|(name, value)| {
        let names = known_as(&context.plan.frames, planned.frame, &name).into_iter();
        names.map(move |name| (name, Arc::clone(&value)))
    });
    named.collect()
}

/// A step's record before anything is known of it.
pub(super) fn blank(context: &Context, planned: &PlannedStep, spot: &Spot) -> StepRecord {
    StepRecord {
        collection: context.index,
        index: spot.index,
        within: spot.within.clone(),
        id: planned.id.to_string(),
        name: planned.name.to_string(),
        groups: planned.groups.clone(),
        phase: planned.phase,
        tags: planned.tags.clone(),
        location: location(&context.files, planned.span),
        outcome: Outcome::Skipped,
        reason: None,
        once: None,
        duration: 0.0,
        flaky: false,
        attempts: Vec::new(),
    }
}

/// The record of a step whose worker panicked.
pub(super) fn panicked(context: &Context, planned: &PlannedStep, spot: &Spot) -> StepRecord {
    let message = "internal error: the step's worker panicked";
    let help = "this is a defect of runner: please report it with what is printed on stderr";
    let diagnostic =
        Diagnostic::error(&codes::failure::REQUEST, planned.span, message, "this step").help(help);
    let mut record = broken(context, planned, spot, &diagnostic);
    for error in record.attempts.iter_mut().filter_map(|attempt| attempt.error.as_mut()) {
        error.kind = "InternalError".to_owned();
    }
    record
}

/// The record of a step whose template failed before anything else was done.
pub(super) fn broken(
    context: &Context,
    planned: &PlannedStep,
    spot: &Spot,
    diagnostic: &Diagnostic,
) -> StepRecord {
    let mut record = blank(context, planned, spot);
    record.outcome = Outcome::Errored;
    let span = diagnostic.primary.as_ref().map_or(planned.span, |label| label.span);
    let error = ErrorRecord {
        kind: "TemplateError".to_owned(),
        message: diagnostic.message.clone(),
        help: diagnostic.help.first().cloned(),
        location: location(&context.files, span),
        diagnostic: render(diagnostic, &context.files, Color::Never),
    };
    record.attempts.push(AttemptRecord { error: Some(error), ..AttemptRecord::default() });
    record
}

/// Jinja's truth, but `"false"`, which a template gives as text, is false too.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !matches!(text.trim(), "" | "false" | "False" | "none" | "null"),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// What a try's randomness grows from: the run's seed, the step and the try (FNV-1a), so that
/// the order in which steps run does not matter.
pub(super) fn seed(run: u64, id: &str, attempt: u32) -> u64 {
    let bytes = run.to_le_bytes().into_iter().chain(id.bytes()).chain(attempt.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
