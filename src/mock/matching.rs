//! Which route answers a request; why the others do not.

use crate::check::{Expectation, Found};
use crate::diagnostic::Diagnostic;
use crate::exchange::{Exchanged, Seen};
use crate::http::Received;
use crate::model::{Assertion, Compare, RouteSpec};
use crate::source::Span;
use crate::template::Scope;
use crate::value::Value;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// Why a request is not a route's.
#[derive(Clone, Debug)]
pub(super) struct Miss {
    /// How near it came: the more the nearer.
    rank: usize,
    /// Where what it has not is written.
    pub(super) span: Span,
    /// What it must be: `` `params.page`: expected "2" ``; empty where the caret says it.
    pub(super) expected: String,
    /// What it is: `found "3"`.
    pub(super) found: String,
    /// Both, as far as it takes: `` `params.page`: expected "2", found "3" ``.
    pub(super) told: String,
    /// What to do, when there is something.
    pub(super) help: Option<String>,
}

/// The route that a request came nearest to.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Its place among the routes.
    pub(super) index: usize,
    /// Why it is not its.
    pub(super) miss: Miss,
}

/// What a path's braces stand for, by name.
pub(super) type Named = Vec<(String, String)>;

/// How much a path that fits weighs.
const PATH: usize = 10_000;
/// How much a method that fits weighs.
const METHOD: usize = 1_000;

/// The pieces of a path between slashes, decoded.
pub(super) fn pieces(received: &Received) -> Vec<String> {
    let path = received.url.path();
    let inside = path.strip_prefix('/').unwrap_or(path);
    inside.split('/').map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned()).collect()
}

/// What a route's braces stand for in a request that is the route's, as far as the matchers say
/// that `looks` is true of.
pub(super) fn fits(
    route: &RouteSpec,
    received: &Arc<Received>,
    pieces: &[String],
    scope: &Scope,
    looks: &dyn Fn(usize) -> bool,
) -> Result<Named, Box<Miss>> {
    let method = received.method.as_str();
    let is_method = is_method(route, method);
    let named = route.path.matches(pieces).map_err(|common| {
        let found = format!("the path is `/{}`", pieces.join("/"));
        Box::new(Miss {
            rank: common * 10 + usize::from(is_method),
            span: route.path_span,
            expected: String::new(),
            told: found.clone(),
            found,
            help: None,
        })
    })?;
    if !is_method {
        let found = format!("the method is {method}");
        return Err(Box::new(Miss {
            rank: PATH,
            span: route.method_span.unwrap_or(route.span),
            expected: String::new(),
            told: found.clone(),
            found,
            help: None,
        }));
    }
    let scope = with_names(scope, received, &named);
    for (index, matcher) in route.matchers.iter().enumerate().filter(|(index, _)| looks(*index)) {
        if let Some(miss) = holds(matcher, received, &scope) {
            return Err(Box::new(Miss { rank: PATH + METHOD + index, ..miss }));
        }
    }
    Ok(named)
}

/// A `GET` takes `HEAD` too, as every server does.
fn is_method(route: &RouteSpec, method: &str) -> bool {
    let has = |wanted: &str| route.methods.iter().any(|known| known == wanted);
    route.methods.is_empty() || has(method) || (method == "HEAD" && has("GET"))
}

/// A scope that sees the request, and what the path's braces stand for.
pub(super) fn with_names(
    scope: &Scope,
    received: &Arc<Received>,
    named: &[(String, String)],
) -> Scope {
    let mut scope = scope.clone();
    scope.exchange = Some(Exchanged::Received(Arc::clone(received)));
    for (name, value) in named {
        scope.vars.set(name, Value::from(value.as_str()));
    }
    scope
}

/// Why a matcher does not hold; `None` when it does.
pub(super) fn holds(matcher: &Assertion, received: &Arc<Received>, scope: &Scope) -> Option<Miss> {
    let broken = |diagnostic: &Diagnostic| Miss {
        rank: 0,
        span: diagnostic.primary.as_ref().map_or(matcher.span, |label| label.span),
        expected: format!("`{}`", matcher.name),
        found: diagnostic.message.clone(),
        told: format!("`{}`: {}", matcher.name, diagnostic.message),
        help: diagnostic.help.first().cloned(),
    };
    match &matcher.compare {
        Compare::Subject { subject, expectation, node } => {
            let expectation = match expectation.resolve(matcher.kind, node, scope) {
                Ok(expectation) => expectation,
                Err(diagnostic) => return Some(broken(&diagnostic)),
            };
            unmet(
                &matcher.name,
                node.span,
                &expectation,
                &subject.look(Ok(Seen::Received(received))),
            )
        }
        Compare::Expression(template) => match template.render(scope) {
            Ok(Value::Bool(true)) => None,
            Ok(value) => {
                let found = format!("is {}", crate::model::describe(&value));
                let told = format!("`{}` {found}", matcher.name);
                let expected = "`expr`: expected true".to_owned();
                Some(Miss { rank: 0, span: matcher.span, expected, found, told, help: None })
            }
            Err(diagnostic) => Some(broken(&diagnostic)),
        },
        Compare::Snapshot { .. } | Compare::Contract(_) => None,
    }
}

fn unmet(name: &str, span: Span, expectation: &Expectation, found: &Found<'_>) -> Option<Miss> {
    let mismatch = expectation.check(found).into_iter().find_map(|clause| clause.mismatch)?;
    let detail = mismatch.detail.map(|detail| format!("; {detail}")).unwrap_or_default();
    let expected = format!("`{name}`: {}", mismatch.expected_text);
    let found = format!("{}{detail}", mismatch.found_text);
    let told = format!("{expected}, {found}");
    Some(Miss { rank: 0, span, expected, found, told, help: mismatch.help })
}

/// The nearest of several misses: of those as near, the first.
#[must_use]
pub(super) fn nearest(misses: Vec<Miss>) -> Option<Near> {
    let mut nearest: Option<Near> = None;
    for (index, miss) in misses.into_iter().enumerate() {
        if nearest.as_ref().is_none_or(|near| near.miss.rank < miss.rank) {
            nearest = Some(Near { index, miss });
        }
    }
    nearest
}

impl Near {
    /// Whether so little fits that to name it would mislead: neither the path nor its beginning.
    #[must_use]
    pub(super) fn is_far(&self) -> bool {
        self.miss.rank < 10
    }
}
