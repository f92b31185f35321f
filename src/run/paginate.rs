//! Pages of one request: each leads to the next, and their items are gathered.
//!
//! ```text
//! first page ─▶ its status holds? ─no─▶ it is the answer (`retry` tries this page again)
//!    ▲              │ yes: gather `items`
//!    └── next ◀─────┤
//!                   └ no next ─▶ the last page with the items of all is the answer
//! ```

use super::attempt::Attempt;
use super::build::Built;
use super::capture::look;
use super::lane::Lane;
use super::record::{location, shown_url};
use super::verify::status_holds;
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AssertionRecord, Outcome, PageRecord, PagesRecord};
use crate::exchange::Exchanged;
use crate::http::{Exchange, Url, query_value, with_query_value};
use crate::jsonpath::Query;
use crate::model::{PaginateSpec, describe};
use crate::source::{Located, Span};
use crate::value::Value;
use std::sync::Arc;

/// How many pages there may be when the step does not say: more are a failure, not an end.
const MOST: usize = 100;

/// The pages so far, all as they must be.
#[derive(Debug, Default)]
pub(super) struct Pages {
    items: Vec<Value>,
    records: Vec<PageRecord>,
    /// Where each page was asked for, and then the one to ask for.
    urls: Vec<Url>,
}

impl Pages {
    /// The number of the page that is asked for now, from 1.
    fn number(&self) -> usize {
        self.records.len() + 1
    }

    /// Where to go on to, and where the first page was; `None` before the first.
    pub(super) fn onward(&self) -> Option<(&Url, &Url)> {
        Some((self.urls.last()?, self.urls.first()?))
    }

    fn record(&self, spec: &PaginateSpec, exchange: Option<&Exchange>) -> PagesRecord {
        let mut pages = self.records.clone();
        pages.extend(exchange.map(|exchange| page(exchange, None)));
        let items = spec.items.as_ref().map(|_| self.items.len());
        PagesRecord { pages, items, more: false }
    }
}

/// Where a page leads.
enum Turn {
    Next(Url),
    Last,
    /// `max_pages` was reached, and there are more.
    Enough,
    Problem(Box<Problem>),
}

/// Why the pages cannot be followed to their end.
struct Problem {
    span: Span,
    expected: String,
    found: String,
    help: &'static str,
}

impl Attempt<'_> {
    /// Asks for one page after the other; the last, with the items of all, is the answer.
    pub(super) fn pages(&mut self, spec: &PaginateSpec, built: &Built, lane: &Lane) -> Outcome {
        let most = match &spec.max_pages {
            None => None,
            Some(most) => match most.resolve(&self.scope) {
                Ok(most) => Some(usize::try_from(most.0).unwrap_or(usize::MAX)),
                Err(diagnostic) => return self.error("TemplateError", &diagnostic, None),
            },
        };
        loop {
            self.scope.page = self.pages.number();
            let sent = self.send(built, lane);
            let (exchange, destination) = match sent {
                Ok(sent) => sent,
                Err(outcome) => {
                    self.record.pages = Some(self.pages.record(spec, None));
                    return outcome;
                }
            };
            let (scope, context) = (&self.scope, self.context);
            if !status_holds(self.planned, &exchange, built.raise_for_status, scope, context) {
                self.record.pages = Some(self.pages.record(spec, Some(&exchange)));
                return self.answered(exchange, built, &destination);
            }
            self.reach(self.pages.number());
            let exchange = Arc::new(exchange);
            self.scope.exchange = Some(Exchanged::Request(Arc::clone(&exchange)));
            let turn = self.turn(spec, &exchange, most);
            self.scope.exchange = None;
            let turn = match turn {
                Ok(Turn::Next(url)) => {
                    self.pages.urls.push(url);
                    continue;
                }
                Ok(turn) => turn,
                Err(diagnostic) => {
                    let pages = std::mem::take(&mut self.pages);
                    self.record.pages = Some(pages.record(spec, None));
                    return self.error("TemplateError", &diagnostic, Some(&exchange));
                }
            };
            let exchange =
                Arc::try_unwrap(exchange).unwrap_or_else(|shared| Exchange::clone(&shared));
            return self.last_page(spec, exchange, turn, |attempt, exchange| {
                attempt.answered(exchange, built, &destination)
            });
        }
    }

    /// Puts the items of all pages where those of the last are, and looks at that.
    fn last_page(
        &mut self,
        spec: &PaginateSpec,
        mut exchange: Exchange,
        turn: Turn,
        answered: impl FnOnce(&mut Self, Exchange) -> Outcome,
    ) -> Outcome {
        // What comes after is a matter of all pages: another try begins with the first.
        let pages = std::mem::take(&mut self.pages);
        let mut record = pages.record(spec, None);
        record.more = matches!(turn, Turn::Enough);
        self.record.pages = Some(record);
        if let Turn::Problem(problem) = turn {
            let problem = self.problem(&problem);
            self.earlier.push(problem);
        }
        if let Some(query) = spec.items.as_ref().filter(|_| pages.records.len() > 1) {
            put(&mut exchange, query, pages.items);
        }
        answered(self, exchange)
    }

    /// Takes in a page whose status is as it must be; where it leads.
    fn turn(
        &mut self,
        spec: &PaginateSpec,
        exchange: &Exchange,
        most: Option<usize>,
    ) -> Result<Turn, Box<Diagnostic>> {
        let number = self.pages.number();
        let asked = exchange.history.first().map_or(&exchange.request.url, |hop| &hop.request.url);
        if self.pages.urls.is_empty() {
            self.pages.urls.push(asked.clone());
        }
        let gathered = match &spec.items {
            Some(query) => match items(query, exchange, number) {
                Ok(items) => Some(items),
                Err(problem) => {
                    self.pages.records.push(page(exchange, None));
                    return Ok(Turn::Problem(problem));
                }
            },
            None => None,
        };
        let count = gathered.as_ref().map(Vec::len);
        self.pages.records.push(page(exchange, count));
        self.pages.items.extend(gathered.unwrap_or_default());
        let value = match &spec.next {
            Some(next) => look(next, Ok(exchange.into()), &self.scope)?,
            None if count == Some(0) => None,
            None => Some(Value::from(following(spec, asked, number))),
        };
        Ok(match value.filter(|value| !is_nothing(value)) {
            None => Turn::Last,
            Some(value) => self.lead(spec, exchange, asked, &value, most),
        })
    }

    /// Where a page's `next` leads.
    fn lead(
        &self,
        spec: &PaginateSpec,
        exchange: &Exchange,
        asked: &Url,
        value: &Value,
        most: Option<usize>,
    ) -> Turn {
        let number = self.pages.records.len();
        let span = spec.next.as_ref().map_or(spec.span, |next| next.span);
        let problem = |expected: &str, found: String, help| {
            let expected = expected.to_owned();
            Turn::Problem(Box::new(Problem { span, expected, found, help }))
        };
        if !matches!(value, Value::String(_) | Value::Number(_)) {
            let found = format!("{} on page {number}", describe(value));
            return problem(
                "a URL or a cursor",
                found,
                "choose the value itself, as in `$.next.href`",
            );
        }
        let text = value.to_text();
        let url = match &spec.param {
            Some(param) => with_query_value(asked, param, &text),
            None => exchange.request.url.join(&text),
        };
        let url = match url {
            Ok(url) => url,
            Err(error) => {
                let found = format!("{} on page {number}: {}", describe(value), error.message);
                return problem("the next page's URL", found, "a cursor goes into a `param`");
            }
        };
        if let Some(before) = self.pages.urls.iter().position(|other| *other == url) {
            let found = format!("page {} again behind page {number}", before + 1);
            return problem("a page that is new", found, "what leads to the next page must change");
        }
        match most {
            Some(most) if number >= most => Turn::Enough,
            None if number >= MOST => problem(
                &format!("{MOST} pages at most"),
                "more".to_owned(),
                "say with `max_pages` how many there may be: to end there is no failure then",
            ),
            _ => Turn::Next(url),
        }
    }

    fn problem(&self, problem: &Problem) -> AssertionRecord {
        let Problem { span, expected, found, help } = problem;
        let message = format!("`paginate`: expected {expected}");
        let diagnostic =
            Diagnostic::error(&codes::failure::PAGES, *span, message, format!("found {found}"))
                .help(*help);
        AssertionRecord {
            subject: "paginate".to_owned(),
            predicate: "eq".to_owned(),
            expected: Value::Bool(true),
            actual: Value::Null,
            missing: false,
            passed: false,
            expected_text: Some(expected.clone()),
            found_text: Some(found.clone()),
            diff: None,
            location: location(&self.context.files, *span),
            diagnostic: Some(render(&diagnostic, &self.context.files, Color::Never)),
        }
    }
}

/// What says that there is no next page.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// The number behind the one this page was asked for by; the first is 1 unless it was said.
fn following(spec: &PaginateSpec, asked: &Url, number: usize) -> i64 {
    let said = spec.param.as_ref().and_then(|param| query_value(asked, param));
    let number = said.and_then(|text| text.parse().ok()).or(i64::try_from(number).ok());
    number.unwrap_or(i64::MAX).saturating_add(1)
}

/// A page's items; null is none.
fn items(
    query: &Located<Query>,
    exchange: &Exchange,
    number: usize,
) -> Result<Vec<Value>, Box<Problem>> {
    let problem = |found: String| {
        let expected = format!("a list at `{}`", query.as_str());
        let found = format!("{found} on page {number}");
        let help = "`items` is the path to the list in each page's JSON";
        Box::new(Problem { span: query.span, expected, found, help })
    };
    let Ok(root) = exchange.response.json() else {
        return Err(problem("no JSON".to_owned()));
    };
    match query.select(root).first() {
        Some(Value::Array(items)) => Ok(items.clone()),
        Some(Value::Null) => Ok(Vec::new()),
        Some(other) => Err(problem(describe(other))),
        None => Err(problem("nothing".to_owned())),
    }
}

/// Puts gathered items into a page's body, where its own are.
fn put(exchange: &mut Exchange, query: &Query, items: Vec<Value>) {
    let Ok(root) = exchange.response.json() else { return };
    let mut root = Value::clone(root);
    if let Some(place) = query.find_mut(&mut root) {
        *place = Value::Array(items);
        exchange.response.replace_json(root);
    }
}

fn page(exchange: &Exchange, items: Option<usize>) -> PageRecord {
    PageRecord {
        method: exchange.request.method.clone(),
        url: shown_url(exchange.request.url.as_str()),
        status: exchange.response.status,
        items,
        duration: exchange.duration.as_secs_f64(),
    }
}
