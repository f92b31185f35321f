//! What the mocks of a collection say when it has ended: a step of its own for each, behind all
//! others in reports.

use super::Context;
use super::record::location;
use crate::diagnostic::{Color, render};
use crate::event::{AssertionRecord, AttemptRecord, Outcome, Phase, StepRecord};
use crate::mock::{Mock, Verdict, Whole};
use crate::template::Variables;
use std::sync::Arc;

/// The record of a mock: an assertion for each thing that must be so. `index` is behind all steps.
pub(super) fn verify(context: &Context, mock: &Mock, index: usize, whole: Whole) -> StepRecord {
    let verdicts = mock.verdict(whole);
    let assertions: Vec<AssertionRecord> =
        verdicts.into_iter().map(|verdict| assertion(verdict, context)).collect();
    let has_passed = assertions.iter().all(|assertion| assertion.passed);
    let title = mock.title();
    StepRecord {
        collection: context.index,
        index,
        within: Vec::new(),
        id: title.clone(),
        name: title,
        groups: Vec::new(),
        phase: Phase::Requests,
        tags: context.plan.collection.tags.clone(),
        location: location(&context.files, mock.spec.name.span),
        outcome: if has_passed { Outcome::Passed } else { Outcome::Failed },
        reason: None,
        duration: 0.0,
        flaky: false,
        once: None,
        attempts: vec![AttemptRecord { assertions, ..AttemptRecord::default() }],
    }
}

fn assertion(verdict: Verdict, context: &Context) -> AssertionRecord {
    let mut record = AssertionRecord {
        subject: verdict.subject,
        predicate: verdict.predicate.to_owned(),
        expected: verdict.expected,
        missing: false,
        actual: verdict.actual,
        passed: verdict.failure.is_none(),
        expected_text: None,
        found_text: None,
        diff: None,
        location: location(&context.files, verdict.span),
        diagnostic: None,
    };
    if let Some(failure) = verdict.failure {
        record.expected_text = Some(failure.expected);
        record.found_text = Some(failure.found);
        record.diagnostic = Some(render(&failure.diagnostic, &context.files, Color::Never));
    }
    record
}

impl Context {
    /// Lets mocks and listeners begin: what they answer sees what variables have now, when the run
    /// begins.
    pub(super) fn begin_served(&self, vars: &Variables) {
        let scope = |frame: usize| {
            let mut scope = self.scope(vars.clone(), self.world.seed);
            scope.vars.look_in(frame);
            if let Some(frame) = self.plan.frames.get(frame) {
                scope.folder = Arc::clone(&frame.folder);
            }
            scope
        };
        for (mock, planned) in self.served.mocks.iter().zip(&self.plan.mocks) {
            mock.begin(scope(planned.frame), self.world.seed);
        }
        for (listener, planned) in self.served.listeners.iter().zip(&self.plan.listeners) {
            listener.begin(planned.steps.iter().map(|step| scope(step.frame)).collect());
        }
    }
}
