//! The listeners that steps take requests from, bound before anything runs.

use super::edges::providers;
use super::frames::within;
use super::undefined::{Planned, all};
use super::{PlannedListener, PlannedReceive, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Action, ReceiveSpec};
use crate::registry::suggest;
use crate::template::{Reference, ReferenceKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Every listener, in file order, with the steps that take from it.
pub(super) fn listeners(
    planned: Planned<'_>,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlannedListener> {
    let captured = providers(planned.steps, planned.frames);
    let mut listeners: Vec<PlannedListener> = Vec::new();
    let mut seen = BTreeSet::new();
    for step in all(planned.steps) {
        let Action::Receive(spec) = &step.step.action else { continue };
        if step.body.is_some() || !seen.insert((spec.span, step.frame)) {
            continue;
        }
        let receive = PlannedReceive {
            step: Arc::clone(&step.step),
            frame: step.frame,
            is_known: is_known(spec, step, known, &captured),
        };
        match listeners.iter_mut().find(|one| one.name == *spec.name) {
            Some(listener) => join(listener, spec, receive, diagnostics),
            None => listeners.push(PlannedListener {
                name: spec.name.value.clone(),
                span: spec.name.span,
                bind: spec.bind,
                url: spec.url.clone(),
                steps: vec![receive],
            }),
        }
    }
    listeners
}

/// One more step of a listener: where it is is said once.
fn join(
    listener: &mut PlannedListener,
    spec: &ReceiveSpec,
    receive: PlannedReceive,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let again = |key: &str, span, first| {
        let message = format!("`{key}` of the listener `{}` is said twice", *spec.name);
        Diagnostic::error(&codes::model::BAD_NAME, span, message, "said again")
            .also(first, "said first")
            .help("say it once: all steps of one name share their listener")
    };
    match (listener.bind, spec.bind) {
        (Some(first), Some(second)) if first.span != second.span => {
            diagnostics.push(again("bind", second.span, first.span));
        }
        (None, Some(bind)) => listener.bind = Some(bind),
        _ => {}
    }
    match (&listener.url, &spec.url) {
        (Some(first), Some(second)) if first.span() != second.span() => {
            diagnostics.push(again("url", second.span(), first.span()));
        }
        (None, Some(url)) => listener.url = Some(url.clone()),
        _ => {}
    }
    listener.steps.push(receive);
}

/// Of each matcher, whether all it names is known before anything runs, and stays so.
fn is_known(
    spec: &ReceiveSpec,
    step: &PlannedStep,
    known: &BTreeSet<String>,
    captured: &BTreeMap<String, Arc<[usize]>>,
) -> Vec<bool> {
    let is_settled = |reference: Reference| match within(reference, step.frame).kind {
        ReferenceKind::Variable(name) => {
            let is_of_path = spec.route.path.names().any(|known| known == name);
            is_of_path || (known.contains(&name) && !captured.contains_key(&name))
        }
        ReferenceKind::Env(_)
        | ReferenceKind::Request
        | ReferenceKind::Server
        | ReferenceKind::Mock(_)
        | ReferenceKind::Listener(_) => true,
        _ => false,
    };
    let of_matcher = spec.route.matchers.iter().map(|matcher| {
        let mut references = Vec::new();
        matcher.references(&mut references);
        references.into_iter().all(is_settled)
    });
    of_matcher.collect()
}

/// Refuses listeners that there are not.
pub(super) fn check(
    used: &[Reference],
    listeners: &[PlannedListener],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut refused = BTreeSet::new();
    let names: Vec<&str> = listeners.iter().map(|one| one.name.as_str()).collect();
    for reference in used.iter().filter(|reference| !reference.is_guarded) {
        let ReferenceKind::Listener(name) = &reference.kind else { continue };
        if names.contains(&name.as_str()) || !refused.insert(reference.span) {
            continue;
        }
        let code = &codes::plan::UNDEFINED_VARIABLE;
        let message = format!("`receive.{name}` is undefined");
        let label = "no step receives there";
        let diagnostic = Diagnostic::error(code, reference.span, message, label);
        diagnostics.push(match suggest(names.iter().copied(), name) {
            Some(near) => diagnostic.help(format!("did you mean `receive.{near}.url`?")),
            None if names.is_empty() => diagnostic.help(format!("add a step `- receive: {name}`")),
            None => {
                let all: Vec<String> = names.iter().map(|it| format!("receive.{it}.url")).collect();
                diagnostic.help(format!("there is `{}`", all.join("`, `")))
            }
        });
    }
}
