//! What a step does beside one exchange: whether it is done at all, how often it is tried, pages,
//! hooks. Told by `list` and `show`.

use crate::hook::{OCCASIONS, Occasion};
use crate::model::Written;
use crate::plan::PlannedStep;
use crate::value::{Map, Value};
use std::collections::BTreeSet;

/// In words, for people: `retry up to 5 times`, `pages, 4 at most`.
pub(super) fn words(step: &PlannedStep) -> Vec<String> {
    let mut words = Vec::new();
    if step.once.is_some() {
        words.push("once".to_owned());
    }
    if !step.conditions.is_empty() {
        words.push("when".to_owned());
    }
    if let Some(retry) = step.checks().and_then(|checks| checks.retry.as_ref()) {
        words.push(match literal(retry.attempts.as_ref()) {
            Some(attempts) => format!("retry, {} attempts at most", attempts.0),
            None => "retry".to_owned(),
        });
    }
    if let Some(paginate) = step.request().and_then(|request| request.paginate.as_ref()) {
        words.push(match literal(paginate.max_pages.as_ref()) {
            Some(pages) => format!("pages, {} at most", pages.0),
            None => "pages".to_owned(),
        });
    }
    let mut hooks: Vec<&str> = Vec::new();
    for action in OCCASIONS.iter().flat_map(|occasion| actions(step, *occasion)) {
        if !hooks.contains(&action) {
            hooks.push(action);
        }
    }
    if !hooks.is_empty() {
        words.push(format!("hooks {}", hooks.join(", ")));
    }
    words
}

/// As members of a JSON object: those that every step has.
pub(super) fn members(step: &PlannedStep) -> Map {
    let retry = step.checks().and_then(|checks| checks.retry.as_ref()).is_some();
    let paginate = step.request().and_then(|request| request.paginate.as_ref()).is_some();
    let hooks = OCCASIONS.iter().map(|occasion| {
        let actions = actions(step, *occasion).into_iter().map(Value::from);
        (occasion.key().to_owned(), Value::Array(actions.collect()))
    });
    Map::from_iter([
        ("once".to_owned(), Value::Bool(step.once.is_some())),
        ("when".to_owned(), Value::Bool(!step.conditions.is_empty())),
        ("retry".to_owned(), Value::Bool(retry)),
        ("paginate".to_owned(), Value::Bool(paginate)),
        ("hooks".to_owned(), Value::Object(hooks.collect())),
    ])
}

fn literal<T>(written: Option<&Written<T>>) -> Option<&T> {
    written.and_then(Written::as_literal)
}

/// The actions that run on an occasion, in order, each once.
fn actions(step: &PlannedStep, occasion: Occasion) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    let keys = step.hooks.of(occasion).iter().map(|hook| hook.kind.key);
    keys.filter(|key| seen.insert(*key)).collect()
}
