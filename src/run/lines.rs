//! A body read line by line: `until` and the expressions about `line` looked at as each comes.

use super::Context;
use super::step::is_true;
use super::verify::{LineFailure, line_failed};
use crate::diagnostic::Diagnostic;
use crate::event::AssertionRecord;
use crate::http::Flow;
use crate::model::{Assertion, Compare, RequestSpec};
use crate::template::{Scope, Template};
use crate::value::Value;
use std::cell::RefCell;
use std::sync::Arc;

/// Looks at a line, counted from 1.
pub(super) type Each<'s> = &'s dyn Fn(u64, &Arc<Value>) -> Flow;

/// What is looked at while the lines of one response come.
pub(super) struct LineWatch<'r> {
    context: &'r Context,
    until: Option<&'r Template>,
    state: RefCell<Seen<'r>>,
}

/// What has been seen so far.
struct Seen<'r> {
    scope: Scope,
    expressions: Vec<Tally<'r>>,
    /// `until` could not be rendered.
    broken: Option<Diagnostic>,
}

/// One expression about `line`.
struct Tally<'r> {
    assertion: &'r Assertion,
    template: &'r Template,
    first: Option<LineFailure>,
    failures: u64,
}

/// What came of the expressions about `line`, in file order.
#[derive(Debug, Default)]
pub(super) struct LineVerdicts {
    /// One for each.
    pub(super) records: Vec<AssertionRecord>,
    /// Why the reading ended early, when `until` failed.
    pub(super) broken: Option<Diagnostic>,
}

impl<'r> LineWatch<'r> {
    /// What a request says of its lines.
    pub(super) fn new(
        request: &'r RequestSpec,
        scope: &Scope,
        context: &'r Context,
    ) -> LineWatch<'r> {
        let of_lines =
            request.checks.assertions.iter().filter(|assertion| assertion.is_of_each_line());
        let expressions = of_lines.filter_map(|assertion| {
            let Compare::Expression(template) = &assertion.compare else { return None };
            Some(Tally { assertion, template, first: None, failures: 0 })
        });
        let seen = Seen { scope: scope.clone(), expressions: expressions.collect(), broken: None };
        let until = request.lines.as_ref().and_then(|lines| lines.until.as_deref());
        LineWatch { context, until, state: RefCell::new(seen) }
    }

    /// Looks at one line, counted from 1.
    pub(super) fn look(&self, number: u64, line: &Arc<Value>) -> Flow {
        let mut seen = self.state.borrow_mut();
        let Seen { scope, expressions, broken } = &mut *seen;
        scope.line = Some(Arc::clone(line));
        for tally in expressions {
            let failure = line_failed(tally.assertion, tally.template, number, scope);
            tally.failures += u64::from(failure.is_some());
            tally.first = tally.first.take().or(failure);
        }
        match self.until.map(|until| until.render(scope)) {
            Some(Ok(value)) if is_true(&value) => Flow::Last,
            Some(Err(diagnostic)) => {
                *broken = Some(diagnostic);
                Flow::Last
            }
            _ => Flow::On,
        }
    }

    /// What came of it, `count` lines having been read.
    pub(super) fn finish(self, count: u64) -> LineVerdicts {
        let Seen { expressions, broken, .. } = self.state.into_inner();
        let records = expressions.into_iter().map(|tally| {
            super::verify::of_each_line(
                tally.assertion,
                tally.first,
                tally.failures,
                count,
                self.context,
            )
        });
        LineVerdicts { records: records.collect(), broken }
    }
}
