//! What a mock says when the collection has ended.

use super::served::{Log, Mock, Unmatched};
use crate::check::{Argument, ClauseResult, Expectation, Found, compile, find_subject};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Called, RouteSpec};
use crate::source::Span;
use crate::value::Value;
use std::sync::{Arc, OnceLock};

/// Whether all of the collection ran: else nobody can say that a route was called too seldom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Every step.
    Yes,
    /// Some were not asked for, or could not run.
    No,
}

/// One thing that must be so.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Of what: `POST /transfers`, a request.
    pub subject: String,
    /// The predicate's key.
    pub predicate: &'static str,
    /// What it must be, as data.
    pub expected: Value,
    /// What it was.
    pub actual: Value,
    /// Where it is written.
    pub span: Span,
    /// What was expected and what was found in words, and all of that for people; `None` when it
    /// holds.
    pub failure: Option<Failure>,
}

/// Why something is not so.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// For people.
    pub diagnostic: Diagnostic,
}

/// How many requests that came near to a route its failure names.
const NEAR: usize = 3;

impl Mock {
    /// How often each route was called that something is asked of, what no route answers, and the
    /// replies that could not be made.
    #[must_use]
    pub fn verdict(&self, whole: Whole) -> Vec<Verdict> {
        let log = self.log();
        let mut verdicts = Vec::new();
        for (index, route) in self.spec.routes.iter().enumerate() {
            verdicts.extend(self.of_route(index, route, &log, whole));
        }
        verdicts.extend(log.unmatched.iter().map(|unmatched| self.of_unmatched(unmatched)));
        if log.more > 0
            && let Some(Failure { diagnostic, .. }) =
                verdicts.last_mut().and_then(|verdict| verdict.failure.as_mut())
        {
            diagnostic.notes.push(format!("{} more requests fit no route", log.more));
        }
        verdicts.extend(log.broken.iter().map(of_broken));
        verdicts
    }

    fn of_route(&self, index: usize, route: &RouteSpec, log: &Log, whole: Whole) -> Vec<Verdict> {
        let (expectation, span) = match &route.called {
            Called::As(expectation, node) => (Arc::clone(expectation), node.span),
            Called::Once => (once(), route.path_span),
            Called::Unasked => return Vec::new(),
        };
        let calls = self.calls(index);
        let found = Found::value(calls);
        let results = expectation.check(&found).into_iter();
        // A step that did not run may have called it.
        let results = results.filter(|result| whole == Whole::Yes || result.holds());
        let verdict = |result: ClauseResult| {
            let failure = result.mismatch.map(|mismatch| {
                let expected = without("expected ", &mismatch.expected_text);
                let what = format!("calls of `{}`: expected {expected}", route.name);
                let label = times(calls);
                let mut diagnostic = Diagnostic::error(&codes::failure::CALLED, span, what, label);
                diagnostic.notes.extend(near(index, log));
                if calls == 0 && matches!(route.called, Called::Once) {
                    diagnostic.help.push(
                        "a route must be called at least once: `called: {ge: 0}` asks nothing"
                            .to_owned(),
                    );
                }
                Failure { expected, found: calls.to_string(), diagnostic }
            });
            Verdict {
                subject: format!("calls of {}", route.name),
                predicate: result.predicate,
                expected: Value::clone(&result.expected),
                actual: Value::from(calls),
                span,
                failure,
            }
        };
        results.map(verdict).collect()
    }

    fn of_unmatched(&self, unmatched: &Unmatched) -> Verdict {
        let Unmatched { shown, near } = unmatched;
        let message = format!("no route of `{}` answers `{shown}`", self.title());
        let code = &codes::failure::UNMATCHED;
        let (span, diagnostic) = match near {
            Some(near) => {
                let miss = &near.miss;
                let name = self.spec.routes.get(near.index).map_or("", |route| &route.name);
                let mut diagnostic = Diagnostic::error(code, miss.span, message, &*miss.found);
                diagnostic.notes.push(match miss.expected.as_str() {
                    "" => format!("the nearest route is `{name}`"),
                    expected => format!("the nearest route is `{name}`: {expected}"),
                });
                diagnostic.help.extend(miss.help.clone());
                (miss.span, diagnostic)
            }
            None => {
                let span = self.spec.routes.first().map_or(self.spec.name.span, |it| it.path_span);
                let names: Vec<&str> =
                    self.spec.routes.iter().take(12).map(|route| route.name.as_str()).collect();
                let label = "nor does any other route";
                let diagnostic = Diagnostic::error(code, span, message, label);
                (span, diagnostic.note(format!("the routes are `{}`", names.join("`, `"))))
            }
        };
        Verdict {
            subject: "requests".to_owned(),
            predicate: "eq",
            expected: Value::from("a route"),
            actual: Value::from(shown.as_str()),
            span,
            failure: Some(Failure {
                expected: "a request that a route answers".to_owned(),
                found: shown.clone(),
                diagnostic,
            }),
        }
    }
}

/// Requests that came nearest to a route and were not its.
fn near(index: usize, log: &Log) -> impl Iterator<Item = String> {
    let of_route = log.unmatched.iter().filter_map(move |unmatched| {
        let near = unmatched.near.as_ref().filter(|near| near.index == index)?;
        Some(format!("`{}` came near: {}", unmatched.shown, near.miss.told))
    });
    of_route.take(NEAR)
}

fn of_broken(diagnostic: &Diagnostic) -> Verdict {
    let span = diagnostic.primary.as_ref().map(|label| label.span);
    Verdict {
        subject: "replies".to_owned(),
        predicate: "eq",
        expected: Value::from("a reply"),
        actual: Value::from(diagnostic.message.as_str()),
        span: span.unwrap_or_else(|| Span::new(crate::source::FileId(0), 0, 0)),
        failure: Some(Failure {
            expected: "a reply".to_owned(),
            found: diagnostic.message.clone(),
            diagnostic: diagnostic.clone(),
        }),
    }
}

/// At least once.
fn once() -> Arc<Expectation> {
    static ONCE: OnceLock<Option<Arc<Expectation>>> = OnceLock::new();
    let compiled = ONCE.get_or_init(|| {
        let members = [("ge".to_owned(), Value::from(1_i64))];
        let argument = Argument::literal(&Value::Object(members.into_iter().collect()));
        compile(find_subject("size").ok()?, &argument).ok().map(Arc::new)
    });
    // The argument above is one.
    compiled.clone().unwrap_or_else(|| Arc::new(Expectation::nothing()))
}

/// `called 3 times`
fn times(calls: u64) -> String {
    match calls {
        0 => "never called".to_owned(),
        1 => "called once".to_owned(),
        calls => format!("called {calls} times"),
    }
}

fn without(verb: &str, text: &str) -> String {
    text.strip_prefix(verb).unwrap_or(text).to_owned()
}
