//! Which part of a failed expression is undefined, why, and what was probably meant.

use super::convert::Numbers;
use super::engine::{self, is_missing};
use super::explain::missing_env;
use super::findings::Chain;
use super::place::Place;
use super::views::{
    Context, EnvView, HeadersView, RESERVED, ReceivedView, RequestView, ResponseView, StepsView,
};
use super::{Scope, functions};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::template as codes;
use crate::registry;
use crate::source::Span;
use minijinja::value::ValueKind;
use minijinja::{ErrorKind, Value as Dynamic};
use std::ops::Range;
use std::sync::Arc;

/// How many keys a message lists.
const LISTED: usize = 12;

/// The diagnostic for the first of `chains` in or before `failed` that is undefined; `None` when all
/// that is outside the template's own loops and `set`s is defined.
pub(super) fn explain(
    text: &str,
    failed: &Range<usize>,
    chains: &[Chain],
    scope: &Scope,
    place: &Place,
) -> Option<Diagnostic> {
    let root = Dynamic::from_dyn_object(Context::new(scope, Numbers::Computed));
    let missing = |chain: &&Chain| lookup(text, &chain.range, &root).is_none();
    let ends_inside = |chain: &&Chain| chain.range.end <= failed.end;
    let inside = |chain: &&Chain| ends_inside(chain) && chain.range.end > failed.start;
    // Of a filter minijinja tells the name's place alone: what is filtered stands before it.
    let chain = chains
        .iter()
        .filter(inside)
        .find(missing)
        .or_else(|| chains.iter().filter(ends_inside).find(missing))?;
    let name = text.get(chain.range.clone())?;
    let span = place.locate(&chain.range);
    let base = match &chain.base {
        None => return Some(bare(name, scope, span)),
        Some(base) => lookup(text, base, &root)?,
    };
    let base_name = text.get(chain.base.clone()?)?;
    let link = chain.link.as_deref().unwrap_or_default();
    Some(member(name, base_name, link, &base, span))
}

/// The value of a part of the template; `None` when it is undefined.
fn lookup(text: &str, range: &Range<usize>, root: &Dynamic) -> Option<Dynamic> {
    match engine::compile(text.get(range.clone())?).and_then(|found| found.eval(root.clone())) {
        Ok(value) if is_missing(&value) => None,
        Ok(value) => Some(value),
        Err(error) if error.kind() == ErrorKind::UndefinedError => None,
        Err(_) => Some(Dynamic::from(())),
    }
}

fn bare(name: &str, scope: &Scope, span: Span) -> Diagnostic {
    let error =
        |message: String, label: &str| Diagnostic::error(&codes::UNDEFINED, span, message, label);
    let absent = match name {
        "response" => "there is no response yet",
        "request" => "there is no request here",
        "item" => "only a step with `foreach` or `repeat` has `item`",
        "loop" => "only a step with `foreach` or `repeat` has `loop`",
        "line" => "only a request with `lines` has `line`",
        "server" => "the collection has no `server`",
        "listen" => "no step that runs listens",
        "mocks" => "the collection has no `mocks`",
        "receive" => "no step receives anything",
        "step" => "no step runs here",
        _ => {
            let names = scope.vars.names().chain(RESERVED.iter().copied());
            let names = names.filter(|known| *known != name);
            let names = names.chain(functions::FUNCTIONS.iter().map(|function| function.key));
            return error(format!("`{name}` is undefined"), "no variable of this name")
                .did_you_mean(registry::suggest(names, name));
        }
    };
    error(format!("`{name}` is undefined"), absent)
}

fn member(name: &str, base_name: &str, link: &str, base: &Dynamic, span: Span) -> Diagnostic {
    if base.downcast_object_ref::<EnvView>().is_some() {
        let meant = keys(base);
        let meant = registry::suggest(meant.iter().map(|key| &**key), link).map(str::to_owned);
        return missing_env(link, span).did_you_mean(meant.as_deref());
    }
    let error = Diagnostic::error(&codes::UNDEFINED, span, format!("`{name}` is undefined"), "");
    let label = |mut error: Diagnostic, text: String| {
        if let Some(primary) = &mut error.primary {
            primary.text = text;
        }
        error
    };
    if let Some(reason) = reason(base, link) {
        return label(error, reason);
    }
    match base.kind() {
        ValueKind::Map => {
            let keys = keys(base);
            let error = label(error, format!("`{base_name}` has no {}", part(base, link)));
            list(error, base_name, &keys)
                .did_you_mean(registry::suggest(keys.iter().map(|key| &**key), link))
        }
        ValueKind::Seq => {
            let count = base.len().unwrap_or_default();
            let items = if count == 1 { "item" } else { "items" };
            label(error, format!("`{base_name}` is a list of {count} {items}"))
        }
        ValueKind::None => label(error, format!("`{base_name}` is null")),
        kind => label(error, format!("`{base_name}` is a {kind}, it has no `{link}`")),
    }
}

/// What a link into a value is called, with its name.
fn part(base: &Dynamic, link: &str) -> String {
    if base.downcast_object_ref::<HeadersView>().is_some() {
        format!("header `{link}`")
    } else {
        format!("`{link}`")
    }
}

fn list(error: Diagnostic, base_name: &str, keys: &[Arc<str>]) -> Diagnostic {
    if keys.is_empty() {
        return error.note(format!("`{base_name}` is empty"));
    }
    let listed: Vec<String> = keys.iter().take(LISTED).map(|key| format!("`{key}`")).collect();
    let more = match keys.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    error.note(format!("`{base_name}` has {}{more}", listed.join(", ")))
}

/// Why our own views lack something, where there is more to say than its names.
fn reason(base: &Dynamic, link: &str) -> Option<String> {
    if let Some(view) = base.downcast_object_ref::<ResponseView>() {
        return match link {
            "json" => {
                let error = view.response().json().err()?;
                Some(format!("the body is not JSON: {error}"))
            }
            "status_code" => Some("it is called `response.status` here".to_owned()),
            "content" => Some("it is called `response.bytes` here".to_owned()),
            _ => None,
        };
    }
    if let Some(view) = base.downcast_object_ref::<RequestView>() {
        return (link == "body" && view.is_streamed()).then(|| "the body is streamed".to_owned());
    }
    if let Some(view) = base.downcast_object_ref::<ReceivedView>() {
        let error = view.received().message.json().err().filter(|_| link == "json")?;
        return Some(format!("the body is not JSON: {error}"));
    }
    if base.downcast_object_ref::<StepsView>().is_some() && keys(base).is_empty() {
        return Some("no step with a response comes before this one".to_owned());
    }
    None
}

fn keys(base: &Dynamic) -> Vec<Arc<str>> {
    let keys = base.try_iter().into_iter().flatten();
    keys.filter_map(|key| key.to_str()).collect()
}
