//! Tries of one step: whether there is another, what is waited before it, what it sees.
//!
//! ```text
//! try ─▶ good, or the last? ─yes─▶ its captures are the step's
//!          │ no: wait (delay × backoff, Retry-After), keep cookies
//!          └──────▶ try again
//! ```
//!
//! A try sees what the step saw and the cookies of the tries before it, as a loop around
//! `session.request(…)` would. What they captured is gone with them.

use super::RunOptions;
use super::attempt::Attempt;
use super::lane::{End, Lane};
use super::record::location;
use super::snapshot::Draft;
use super::state::{Delta, JarChange, State};
use super::step::{is_true, seed};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AttemptRecord, Outcome, UntilRecord};
use crate::exchange::Exchanged;
use crate::http::retry_after;
use crate::model::{RetrySpec, describe};
use crate::plan::PlannedStep;
use crate::template::{Scope, Template};
use crate::value::Value;
use std::time::{Duration, Instant};

/// How many tries `retry` means without `attempts`.
const ATTEMPTS: u32 = 3;

/// What is waited between two tries, unless the step says otherwise: as Hurl does.
const DELAY: Duration = Duration::from_secs(1);

/// The longest wait, unless the step says otherwise or its `delay` is longer.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// How long a step may wait between its tries, all waits together, once the run was interrupted:
/// who pressed Ctrl-C wants a teardown that ends.
const AFTER_INTERRUPTION: Duration = Duration::from_secs(5);

/// When to try again, rendered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Policy {
    attempts: u32,
    delay: Duration,
    backoff: f64,
    jitter: f64,
    max_delay: Duration,
}

impl Policy {
    /// What the step says, else the command line's `--retry`, else one try.
    fn of(
        planned: &PlannedStep,
        options: &RunOptions,
        scope: &Scope,
    ) -> Result<Policy, Diagnostic> {
        match planned.checks().and_then(|checks| checks.retry.as_ref()) {
            Some(spec) => Policy::written(spec, scope),
            None => Ok(Policy { attempts: options.attempts.max(1), ..Policy::default() }),
        }
    }

    fn written(spec: &RetrySpec, scope: &Scope) -> Result<Policy, Diagnostic> {
        let mut policy = Policy::default();
        if let Some(attempts) = &spec.attempts {
            policy.attempts = attempts.resolve(scope)?.0;
        }
        if let Some(delay) = &spec.delay {
            policy.delay = *delay.resolve(scope)?;
        }
        if let Some(backoff) = &spec.backoff {
            policy.backoff = backoff.resolve(scope)?.0;
        }
        if let Some(jitter) = &spec.jitter {
            policy.jitter = jitter.resolve(scope)?.0;
        }
        policy.max_delay = match &spec.max_delay {
            Some(longest) => *longest.resolve(scope)?,
            None => MAX_DELAY.max(policy.delay),
        };
        Ok(policy)
    }

    /// What is waited behind the try of this number, from 1. `chance` is from 0 to 1.
    fn wait(&self, number: u32, asked: Option<Duration>, chance: f64) -> Duration {
        let growth = self.backoff.powf(f64::from(number.saturating_sub(1)));
        let grown = self.delay.as_secs_f64() * growth;
        let longest = self.max_delay.as_secs_f64();
        let own = grown.min(longest) * (1.0 - self.jitter * chance);
        let own = Duration::try_from_secs_f64(own).unwrap_or(self.max_delay);
        own.max(asked.unwrap_or_default()).min(self.max_delay)
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { attempts: ATTEMPTS, delay: DELAY, backoff: 1.0, jitter: 0.0, max_delay: MAX_DELAY }
    }
}

/// What came of a step's tries.
pub(super) struct Tried {
    pub(super) outcome: Outcome,
    pub(super) attempts: Vec<AttemptRecord>,
    pub(super) delta: Delta,
    pub(super) before: State,
    pub(super) secrets: Vec<Value>,
    /// Files that the last try's bodies are to be written to.
    pub(super) drafts: Vec<Draft>,
    /// How many requests went out.
    pub(super) sent: usize,
}

/// Tries a step until a try is good, there are no more, or the run is interrupted.
pub(super) fn tries(first: Attempt<'_>, lane: &Lane) -> Tried {
    let mut first = first;
    match Policy::of(first.planned, &first.context.options, &first.scope) {
        Ok(policy) if policy.attempts > 1 => Tries::new(&mut first, policy).run(first, lane),
        Ok(_) => {
            let started = Instant::now();
            let outcome = first.run(lane);
            first.record.duration = started.elapsed().as_secs_f64();
            Tried::one(first, outcome)
        }
        Err(diagnostic) => {
            let outcome = first.error("TemplateError", &diagnostic, None);
            Tried::one(first, outcome)
        }
    }
}

impl Tried {
    /// What came of a step's only try; a skipped step has none.
    pub(super) fn one(mut attempt: Attempt<'_>, outcome: Outcome) -> Tried {
        attempt.fail(outcome);
        let Attempt { scope, delta, mut before, mut secrets, drafts, sent, record, .. } = attempt;
        secrets.extend(scope.take_learned());
        before.vars = scope.vars;
        let attempts = if outcome == Outcome::Skipped { Vec::new() } else { vec![record] };
        Tried { outcome, attempts, delta, before, secrets, drafts, sent }
    }
}

/// What the tries before the one under way left.
struct Tries {
    policy: Policy,
    /// What the step saw.
    before: State,
    /// What the tries changed for good: cookies, and what auth remembers.
    delta: Delta,
    attempts: Vec<AttemptRecord>,
    secrets: Vec<Value>,
    sent: usize,
    waited: Duration,
}

impl Tries {
    fn new(first: &mut Attempt<'_>, policy: Policy) -> Tries {
        first.budget = policy.attempts - 1;
        first.left = first.budget;
        let before = State { vars: first.scope.vars.clone(), ..first.before.clone() };
        Tries {
            policy,
            before,
            delta: Delta::default(),
            attempts: Vec::new(),
            secrets: Vec::new(),
            sent: 0,
            waited: Duration::ZERO,
        }
    }

    fn run(mut self, mut attempt: Attempt<'_>, lane: &Lane) -> Tried {
        loop {
            let started = Instant::now();
            let outcome = attempt.run(lane);
            attempt.record.duration = started.elapsed().as_secs_f64();
            let is_cut_off = lane.end().is_some() && attempt.record.error.is_some();
            if !attempt.wants_another(outcome) || is_cut_off {
                return self.end(attempt, outcome);
            }
            let wait = self.wait(&attempt);
            let has_time = self.has_time_for(wait, lane);
            if has_time {
                lane.sleep(wait);
            }
            attempt = self.next(attempt, wait);
            let end = lane.end().or((!has_time).then_some(End::Interrupted));
            if let Some(end) = end {
                let outcome = attempt.ended(end);
                return self.end(attempt, outcome);
            }
        }
    }

    fn wait(&self, attempt: &Attempt<'_>) -> Duration {
        let context = attempt.context;
        let now = context.world.clock.now();
        let exchange = attempt.scope.exchange.as_ref().and_then(Exchanged::request);
        let response = exchange.map(|exchange| &exchange.response);
        let asked = response.and_then(|response| retry_after(&response.headers, now));
        let seed =
            seed(context.world.seed, &format!("{}\0jitter", attempt.planned.id), attempt.number);
        self.policy.wait(
            attempt.budget - attempt.left + 1,
            asked,
            fastrand::Rng::with_seed(seed).f64(),
        )
    }

    fn has_time_for(&self, wait: Duration, lane: &Lane) -> bool {
        !lane.is_hurried() || self.waited + wait <= AFTER_INTERRUPTION
    }

    /// Takes in a try that was not good; the one after it.
    fn next<'r>(&mut self, mut attempt: Attempt<'r>, wait: Duration) -> Attempt<'r> {
        self.keep(&mut attempt);
        self.attempts.push(std::mem::take(&mut attempt.record));
        self.waited += wait;
        let mut before = self.before.clone();
        before.apply(&self.delta);
        let pages = std::mem::take(&mut attempt.pages);
        let mut next = Attempt::new(
            attempt.context,
            attempt.planned,
            attempt.index,
            attempt.number.saturating_add(1),
            before,
        );
        next.pages = pages;
        next.reached = attempt.reached;
        next.budget = attempt.budget;
        next.left = attempt.left.saturating_sub(1);
        next.record.waited = Some(wait.as_secs_f64());
        next
    }

    /// Keeps what a try changed for good.
    fn keep(&mut self, attempt: &mut Attempt<'_>) {
        self.secrets.append(&mut attempt.secrets);
        self.secrets.extend(attempt.scope.take_learned());
        self.sent += attempt.sent;
        if let Some(change) = attempt.delta.jar.take() {
            let JarChange { session, after, .. } = *change;
            let before = self.before.jar(session);
            self.delta.jar = Some(Box::new(JarChange { session, before, after }));
        }
        if let Some(memory) = attempt.delta.memory.take() {
            self.delta.memory = Some(memory);
        }
    }

    fn end(mut self, mut attempt: Attempt<'_>, outcome: Outcome) -> Tried {
        attempt.fail(outcome);
        self.keep(&mut attempt);
        let Attempt { delta, drafts, record, .. } = attempt;
        self.attempts.push(record);
        Tried {
            outcome,
            attempts: self.attempts,
            delta: Delta { jar: self.delta.jar, memory: self.delta.memory, ..delta },
            before: self.before,
            secrets: self.secrets,
            drafts,
            sent: self.sent,
        }
    }
}

/// Whether a step passed although a try of it had failed. To poll with `until` is not to fail.
pub(super) fn is_flaky(planned: &PlannedStep, tried: &Tried) -> bool {
    let retry = planned.checks().and_then(|checks| checks.retry.as_ref());
    let is_polled = retry.is_some_and(|retry| retry.until.is_some());
    tried.outcome == Outcome::Passed && tried.attempts.len() > 1 && !is_polled
}

/// What `until` says after a try; `None` for a step that has none. Only of the last try is it a
/// failure when it is false.
pub(super) fn until(attempt: &Attempt<'_>) -> Option<UntilRecord> {
    let spec = attempt.planned.checks()?.retry.as_ref()?;
    let template = spec.until.as_ref()?;
    let value = template.render(&attempt.scope);
    let holds = value.as_ref().is_ok_and(is_true);
    let files = &attempt.context.files;
    let location = location(files, template.span());
    let can_follow = attempt.sent > 0 && attempt.left > 0;
    if holds || can_follow {
        return Some(UntilRecord { holds, location, message: None, diagnostic: None });
    }
    let diagnostic = still_false(template, value, attempt);
    let message = Some(diagnostic.message.clone());
    let diagnostic = Some(render(&diagnostic, files, Color::Never));
    Some(UntilRecord { holds, location, message, diagnostic })
}

fn still_false(
    template: &Template,
    value: Result<Value, Diagnostic>,
    attempt: &Attempt<'_>,
) -> Diagnostic {
    let tries = match attempt.number {
        1 => "1 attempt".to_owned(),
        number => format!("{number} attempts"),
    };
    let message = format!("`until` was still false after {tries}");
    let code = &codes::failure::UNTIL;
    match value {
        Ok(value) => {
            let label = format!("is {}", describe(&value));
            let mut diagnostic = Diagnostic::error(code, template.span(), message, label);
            for (operand, value) in template.operands(&attempt.scope) {
                diagnostic = diagnostic.note(format!("`{operand}` is {}", describe(&value)));
            }
            diagnostic
        }
        Err(error) => Diagnostic::error(code, template.span(), message, "has no value")
            .note(error.message.clone()),
    }
    .help("if it only takes longer, give `retry` more `attempts` or a longer `delay`")
}

#[cfg(test)]
mod tests {
    use super::Policy;
    use std::time::Duration;

    fn waits(policy: Policy, asked: Option<u64>, chance: f64) -> Vec<f64> {
        let asked = asked.map(Duration::from_secs);
        (1..=4).map(|number| policy.wait(number, asked, chance).as_secs_f64()).collect()
    }

    #[test]
    fn a_delay_stays_or_grows_up_to_the_longest() {
        let policy = Policy::default();
        assert_eq!(waits(policy, None, 0.5), [1.0, 1.0, 1.0, 1.0]);
        let max_delay = Duration::from_secs(5);
        let growing = Policy { backoff: 2.0, max_delay, ..policy };
        assert_eq!(waits(growing, None, 0.5), [1.0, 2.0, 4.0, 5.0]);
        let endless = Policy { backoff: f64::MAX, max_delay, ..policy };
        assert_eq!(waits(endless, None, 0.5), [1.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn jitter_only_shortens() {
        let policy = Policy { jitter: 0.5, backoff: 2.0, ..Policy::default() };
        assert_eq!(waits(policy, None, 0.0), [1.0, 2.0, 4.0, 8.0]);
        assert_eq!(waits(policy, None, 1.0), [0.5, 1.0, 2.0, 4.0]);
    }

    #[test]
    fn the_server_may_ask_for_more_but_not_for_more_than_the_longest() {
        let max_delay = Duration::from_secs(5);
        let policy = Policy { jitter: 1.0, max_delay, ..Policy::default() };
        assert_eq!(waits(policy, Some(3), 1.0), [3.0; 4]);
        assert_eq!(waits(policy, Some(0), 0.0), [1.0; 4]);
        assert_eq!(waits(policy, Some(3600), 0.5), [5.0; 4]);
    }
}
