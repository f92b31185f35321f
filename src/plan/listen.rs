//! Which listening sockets templates may name.

use super::edges::{References, references};
use super::undefined::{Planned, all};
use super::{Plan, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::SocketSpec;
use crate::registry::suggest;
use crate::template::{Reference, ReferenceKind};
use std::collections::BTreeSet;

impl PlannedStep {
    /// The socket that others connect to, of a step that is one, loops' rows included.
    #[must_use]
    pub fn listening(&self) -> Option<&SocketSpec> {
        self.socket().filter(|socket| socket.listens.is_some())
    }
}

impl Plan {
    /// Every step that listens, those of loops once.
    pub fn listening(&self) -> impl Iterator<Item = &PlannedStep> {
        self.leaves().into_iter().filter(|step| step.listening().is_some())
    }
}

/// By step, those that listen where its templates say it connects: it needs them, whichever of them
/// comes first in the file.
pub(super) fn served_by(planned: Planned<'_>) -> Vec<Vec<usize>> {
    let listens = |step: &PlannedStep, frame: usize, id: Option<&str>| {
        all(std::slice::from_ref(step)).iter().any(|step| {
            let is_named = id.is_none_or(|id| *step.title.id == *id);
            step.frame == frame && step.listening().is_some() && is_named
        })
    };
    let served = |step: &PlannedStep| {
        let steps = all(std::slice::from_ref(step));
        let used = steps.into_iter().flat_map(|step| {
            let References { before, defaults, after } =
                references(step, planned.sessions, planned.frames);
            let defaults = defaults.into_iter().map(|default| default.reference);
            let used = before.into_iter().chain(defaults).chain(after);
            used.map(|reference| (step.frame, reference)).collect::<Vec<_>>()
        });
        let mut needed = BTreeSet::new();
        for (frame, reference) in used {
            let id = match &reference.kind {
                ReferenceKind::Listen(id) => Some(id.as_str()),
                ReferenceKind::AnyListen => None,
                _ => continue,
            };
            let all = planned.steps.iter().enumerate();
            needed.extend(all.filter(|(_, step)| listens(step, frame, id)).map(|(at, _)| at));
        }
        needed.into_iter().collect()
    };
    planned.steps.iter().map(served).collect()
}

/// Refuses `listen.ID` where no step of the file is one.
pub(super) fn check(planned: Planned<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let steps = all(planned.steps);
    let mut refused = BTreeSet::new();
    for (frame, reference) in used(planned, &steps) {
        let ids: Vec<&str> = steps
            .iter()
            .filter(|step| step.frame == frame && step.listening().is_some())
            .map(|step| &*step.title.id)
            .collect();
        if let Some(diagnostic) = unknown(&reference, &ids)
            && refused.insert(reference.span)
        {
            diagnostics.push(diagnostic);
        }
    }
}

/// Every name that templates use, each with the frame it is of.
fn used(planned: Planned<'_>, steps: &[&PlannedStep]) -> Vec<(usize, Reference)> {
    let mut used = planned.of_frames();
    for step in steps {
        let References { before, defaults, after } =
            references(step, planned.sessions, planned.frames);
        let defaults = defaults.into_iter().map(|default| default.reference);
        let all = before.into_iter().chain(defaults).chain(after);
        used.extend(all.map(|reference| (step.frame, reference)));
    }
    used
}

fn unknown(reference: &Reference, ids: &[&str]) -> Option<Diagnostic> {
    if reference.is_guarded {
        return None;
    }
    let code = &codes::plan::UNDEFINED_VARIABLE;
    match &reference.kind {
        ReferenceKind::Listen(_) | ReferenceKind::AnyListen if ids.is_empty() => {
            let message = "`listen` is undefined: no step listens";
            Some(Diagnostic::error(code, reference.span, message, "no `listen` here").help(
                "give a step `id: server` and `socket: {listen: tcp://127.0.0.1:0}`, and write `listen.server.port`",
            ))
        }
        ReferenceKind::Listen(id) if !ids.contains(&id.as_str()) => {
            let message = format!("`listen.{id}` is undefined");
            let label = "no step that listens has this id";
            let diagnostic = Diagnostic::error(code, reference.span, message, label);
            Some(match suggest(ids.iter().copied(), id) {
                Some(near) => diagnostic.help(format!("did you mean `listen.{near}`?")),
                None => diagnostic.help(format!("there is `listen.{}`", ids.join("`, `listen."))),
            })
        }
        _ => None,
    }
}
