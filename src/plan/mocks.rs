//! What the templates of mocks may name, and which mocks templates may.

use super::edges::{References, providers, references};
use super::frames::within;
use super::undefined::{Planned, all, names_of};
use super::{PlannedListener, PlannedMock, PlannedStep, listeners};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Action, Collection, RouteSpec};
use crate::registry::suggest;
use crate::template::{Reference, ReferenceKind, qualified};
use std::collections::BTreeSet;

/// Adds a collection's mocks to those of the run. Of two with one name nobody could say which is
/// meant.
pub(super) fn add(
    mocks: &mut Vec<PlannedMock>,
    collection: &Collection,
    frame: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for spec in &collection.mocks {
        let same = mocks.iter().find(|known| *known.spec.name == *spec.name);
        match same.map(|known| known.spec.name.span) {
            None => mocks.push(PlannedMock { spec: spec.clone(), frame }),
            // A collection that is included twice has one.
            Some(first) if first == spec.name.span => {}
            Some(first) => {
                let what = match spec.name.as_str() {
                    "" => "two lists of `mocks` in one run".to_owned(),
                    name => format!("two mocks called `{name}` in one run"),
                };
                let code = &codes::model::BAD_NAME;
                let diagnostic = Diagnostic::error(code, spec.name.span, what, "the second");
                diagnostics
                    .push(diagnostic.also(first, "the first").help("give each a name of its own"));
            }
        }
    }
}

/// Refuses names that the templates of mocks do not see, and mocks that there are not.
pub(super) fn check(
    planned: Planned<'_>,
    (mocks, listeners): (&[PlannedMock], &[PlannedListener]),
    known: &BTreeSet<String>,
    has_server: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut refused = BTreeSet::new();
    let of_mocks = mocks.iter().flat_map(|mock| {
        mock.spec.routes.iter().map(|route| {
            let mut used = Vec::new();
            route.references(&mut used);
            (route, mock.frame, used)
        })
    });
    // What a step that receives answers is told before it runs; what it waits for is not.
    let of_steps = listeners.iter().flat_map(|listener| &listener.steps).filter_map(|receive| {
        let Action::Receive(spec) = &receive.step.action else { return None };
        let mut used = Vec::new();
        spec.route.replies.iter().for_each(|reply| reply.references(&mut used));
        Some((&spec.route, receive.frame, used))
    });
    for (route, frame, used) in of_mocks.chain(of_steps) {
        {
            let wrong = used.iter().filter_map(|reference| {
                refuse(reference, route, (frame, known), planned, has_server)
            });
            let wrong = wrong.filter(|(span, _)| refused.insert(*span));
            diagnostics.extend(wrong.map(|(_, diagnostic)| diagnostic).collect::<Vec<_>>());
        }
    }
    let used = used(planned, mocks, listeners);
    listeners::check(&used, listeners, diagnostics);
    for reference in used {
        if let Some(diagnostic) = unknown(&reference, mocks)
            && refused.insert(reference.span)
        {
            diagnostics.push(diagnostic);
        }
    }
}

/// Every name that templates use, those of mocks too.
fn used(
    planned: Planned<'_>,
    mocks: &[PlannedMock],
    listeners: &[PlannedListener],
) -> Vec<Reference> {
    let mut used = planned.of_variables();
    for step in all(planned.steps) {
        let References { before, defaults, after } =
            references(step, planned.sessions, planned.frames);
        used.extend(before);
        used.extend(defaults.into_iter().map(|default| default.reference));
        used.extend(after);
    }
    let routes = mocks.iter().flat_map(|mock| &mock.spec.routes);
    routes.for_each(|route| route.references(&mut used));
    for receive in listeners.iter().flat_map(|listener| &listener.steps) {
        if let Action::Receive(spec) = &receive.step.action {
            spec.route.references(&mut used);
        }
    }
    used
}

/// A mock that there is not.
fn unknown(reference: &Reference, mocks: &[PlannedMock]) -> Option<Diagnostic> {
    if reference.is_guarded {
        return None;
    }
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let name = match &reference.kind {
        ReferenceKind::Mock(name) if name == "url" => "",
        ReferenceKind::Mock(name) => name,
        ReferenceKind::AnyMock if mocks.is_empty() => "",
        _ => return None,
    };
    if mocks.iter().any(|mock| *mock.spec.name == *name) {
        return None;
    }
    if mocks.is_empty() {
        let message = "`mocks` is undefined: the collection has none";
        let diagnostic = Diagnostic::error(code, reference.span, message, "no `mocks` here");
        return Some(diagnostic.help("add `mocks: [{path: /…}]` to the collection"));
    }
    let names: Vec<&str> = mocks.iter().map(|mock| mock.spec.name.as_str()).collect();
    let (message, label) = match name {
        "" => ("`mocks.url` is undefined".to_owned(), "the mocks have names"),
        name => (format!("`mocks.{name}` is undefined"), "no mock of this name"),
    };
    let diagnostic = Diagnostic::error(code, reference.span, message, label);
    let named = |name: &str| match name {
        "" => "mocks.url".to_owned(),
        name => format!("mocks.{name}.url"),
    };
    Some(match suggest(names.iter().copied(), name).filter(|near| !near.is_empty()) {
        Some(near) => diagnostic.help(format!("did you mean `{}`?", named(near))),
        None => {
            let all: Vec<String> = names.iter().map(|name| named(name)).collect();
            diagnostic.help(format!("there is `{}`", all.join("`, `")))
        }
    })
}

/// A name that a route's templates do not see.
fn refuse(
    reference: &Reference,
    route: &RouteSpec,
    (frame, known): (usize, &BTreeSet<String>),
    planned: Planned<'_>,
    has_server: bool,
) -> Option<(crate::source::Span, Diagnostic)> {
    if reference.is_guarded {
        return None;
    }
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let error = |name: &str, label: &str| {
        let message = format!("`{name}` is undefined in what is answered");
        Diagnostic::error(code, reference.span, message, label)
    };
    let diagnostic = match &reference.kind {
        ReferenceKind::Variable(name) => {
            let is_known = known.contains(&*qualified(frame, name))
                || route.path.names().any(|known| known == name);
            if is_known {
                return None;
            }
            variable(
                error(name, "nobody sets it before the run"),
                name,
                route,
                frame,
                known,
                planned,
            )
        }
        ReferenceKind::Server if !has_server => error("server", "the collection has no `server`"),
        ReferenceKind::Response => error("response", "the reply is what is being made")
            .help("the request that came is `request`"),
        ReferenceKind::Step(_) | ReferenceKind::AnyStep => {
            error("steps", "no step is running then")
        }
        ReferenceKind::CurrentStep => error("step", "no step is running then"),
        ReferenceKind::Item => error("item", "it is in no loop"),
        ReferenceKind::Loop => error("loop", "it is in no loop"),
        ReferenceKind::Line => error("line", "no lines are read"),
        _ => return None,
    };
    Some((reference.span, diagnostic))
}

fn variable(
    diagnostic: Diagnostic,
    name: &str,
    route: &RouteSpec,
    frame: usize,
    known: &BTreeSet<String>,
    planned: Planned<'_>,
) -> Diagnostic {
    let providers = providers(planned.steps, planned.frames);
    let reference = Reference {
        kind: ReferenceKind::Variable(name.to_owned()),
        span: route.span,
        is_guarded: false,
    };
    let qualified = match within(reference, frame).kind {
        ReferenceKind::Variable(name) => name,
        _ => name.to_owned(),
    };
    let capturing: Option<&PlannedStep> = providers
        .get(&qualified)
        .and_then(|steps| steps.first())
        .and_then(|index| planned.steps.get(*index));
    if let Some(step) = capturing {
        let help = format!(
            "`{}` {} it, and what is answered sees what variables have when the run begins",
            step.name,
            step.gives()
        );
        return diagnostic.help(help);
    }
    let none = std::collections::BTreeMap::new();
    let names = names_of(frame, known, &none).chain(route.path.names()).chain(["request"]);
    match suggest(names, name) {
        Some(near) => diagnostic.did_you_mean(Some(near)),
        None => {
            diagnostic.help("the request that came is `request`; `{…}` in `path` gives names too")
        }
    }
}
