//! Variables that nobody sets, found before anything is sent.

use super::edges::{References, providers, references};
use super::frames::{local, within};
use super::{Frame, PlannedSession, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::DefaultReference;
use crate::registry::suggest;
use crate::template::{RESERVED, Reference, ReferenceKind, qualified, unqualified};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is planned so far.
#[derive(Clone, Copy)]
pub(super) struct Planned<'p> {
    pub(super) steps: &'p [PlannedStep],
    pub(super) sessions: &'p [PlannedSession],
    pub(super) frames: &'p [Frame],
}

impl Planned<'_> {
    /// Every name that variables use, of every frame.
    fn of_variables(&self) -> Vec<Reference> {
        let mut all = Vec::new();
        for (index, frame) in self.frames.iter().enumerate() {
            let mut references = Vec::new();
            frame.variables.iter().for_each(|variable| variable.data.references(&mut references));
            all.extend(references.into_iter().map(|reference| within(reference, index)));
        }
        all
    }

    fn references(&self, step: &PlannedStep) -> References {
        references(step, self.sessions, self.frames)
    }
}

/// Refuses every use of a variable that is neither known from the start nor captured before.
pub(super) fn check(
    planned: Planned<'_>,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let steps = planned.steps;
    let providers = providers(steps, planned.frames);
    let mut refused = BTreeSet::new();
    let references = planned.of_variables();
    for (reference, name) in references.iter().filter_map(|reference| unset(reference, known)) {
        if refused.insert(reference.span) {
            diagnostics.push(refuse(reference, name, known, &providers, steps));
        }
    }
    for step in steps {
        let captured = |name: &str| step.uses.iter().any(|used| used.name == name);
        let own = |name: &str| {
            let (frame, name) = unqualified(name);
            frame == step.frame && step.provides().any(|own| own == name)
        };
        let References { before, defaults, after } = planned.references(step);
        let unknown = before.iter().filter_map(|reference| unset(reference, known));
        let unknown = unknown.filter(|(_, name)| !captured(name)).chain(
            after
                .iter()
                .filter_map(|reference| unset(reference, known))
                .filter(|(_, name)| !captured(name) && !own(name)),
        );
        for (reference, name) in unknown {
            if refused.insert(reference.span) {
                diagnostics.push(refuse(reference, name, known, &providers, steps));
            }
        }
        for default in &defaults {
            let Some((reference, name)) = unset(&default.reference, known) else { continue };
            if !captured(name) && refused.insert(reference.span) {
                let capturing = providers.get(name).and_then(|steps| steps.first());
                let capturing = capturing.and_then(|index| steps.get(*index));
                diagnostics.push(match capturing {
                    Some(capturing) => not_yet(default, name, step, capturing),
                    None => refuse(reference, name, known, &providers, steps),
                });
            }
        }
    }
}

/// A session's default that a step would be sent with before its variable is captured.
fn not_yet(
    default: &DefaultReference,
    name: &str,
    step: &PlannedStep,
    capturing: &PlannedStep,
) -> Diagnostic {
    let who = match step.id == capturing.id {
        true => {
            format!("`{}`, which {} it, has this default too", step.name, step.gives())
        }
        false => {
            format!(
                "`{}` has this default and comes before `{}`, which {} it",
                step.name,
                capturing.name,
                capturing.gives()
            )
        }
    };
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let message = format!("`{}` is undefined in `{}`", local(name), step.name);
    let label = "not captured yet when that step is sent";
    Diagnostic::error(code, default.reference.span, message, label)
        .note(who)
        .help(format!("give that step {}", default.instead))
}

/// Refuses `server` where the collection starts none.
pub(super) fn check_server(planned: Planned<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut used = planned.of_variables();
    for step in planned.steps {
        let References { before, defaults, after } = planned.references(step);
        used.extend(before);
        used.extend(defaults.into_iter().map(|default| default.reference));
        used.extend(after);
    }
    let mut refused = BTreeSet::new();
    for reference in used {
        if reference.kind == ReferenceKind::Server
            && !reference.is_guarded
            && refused.insert(reference.span)
        {
            let code = &codes::plan::UNDEFINED_VARIABLE;
            let message = "`server` is undefined: the collection starts none";
            let diagnostic = Diagnostic::error(code, reference.span, message, "no `server` here");
            diagnostics.push(
                diagnostic
                    .help("add `server: httpbin` to the collection, or write the URL of your own"),
            );
        }
    }
}

/// Refuses a name in `secrets` that was meant to be another: the value of that one would be shown.
/// A name that is like none may be set by another run's `--secret`.
pub(super) fn check_secrets(
    planned: Planned<'_>,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let providers = providers(planned.steps, planned.frames);
    for (index, frame) in planned.frames.iter().enumerate() {
        for name in &frame.secrets {
            let qualified = qualified(index, name);
            if known.contains(&*qualified) || providers.contains_key(&*qualified) {
                continue;
            }
            if let Some(near) = suggest(names_of(index, known, &providers), name) {
                let message = format!("`{}` is undefined", name.value);
                let code = &codes::plan::UNDEFINED_VARIABLE;
                let label = "nobody sets this secret";
                let diagnostic = Diagnostic::error(code, name.span, message, label);
                diagnostics.push(diagnostic.did_you_mean(Some(near)));
            }
        }
    }
}

/// Refuses what a collection should hand back and does not capture.
pub(super) fn check_handed(planned: Planned<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let providers = providers(planned.steps, planned.frames);
    let none = BTreeSet::new();
    for (index, frame) in planned.frames.iter().enumerate() {
        for (theirs, _) in &frame.handed {
            if providers.contains_key(&*qualified(index, theirs)) {
                continue;
            }
            let message = format!("the included collection captures no `{}`", theirs.value);
            let code = &codes::plan::UNDEFINED_VARIABLE;
            let diagnostic = Diagnostic::error(code, theirs.span, message, "not captured there");
            let names: Vec<&str> = names_of(index, &none, &providers).collect();
            diagnostics.push(match (suggest(names.iter().copied(), theirs), names.as_slice()) {
                (Some(near), _) => diagnostic.did_you_mean(Some(near)),
                (None, []) => diagnostic.help("it captures nothing"),
                (None, names) => diagnostic.help(format!("it captures `{}`", names.join("`, `"))),
            });
        }
    }
}

/// Names known in a frame, as its file writes them.
fn names_of<'n>(
    frame: usize,
    known: &'n BTreeSet<String>,
    providers: &'n BTreeMap<String, Arc<[usize]>>,
) -> impl Iterator<Item = &'n str> {
    let all = known.iter().chain(providers.keys()).map(|name| unqualified(name));
    all.filter(move |(of, _)| *of == frame).map(|(_, name)| name)
}

/// The variable a reference names, when it is not known and the template does not say what then.
fn unset<'r>(
    reference: &'r Reference,
    known: &BTreeSet<String>,
) -> Option<(&'r Reference, &'r str)> {
    match &reference.kind {
        ReferenceKind::Variable(name) if !reference.is_guarded && !known.contains(name) => {
            Some((reference, name))
        }
        _ => None,
    }
}

fn refuse(
    reference: &Reference,
    name: &str,
    known: &BTreeSet<String>,
    providers: &BTreeMap<String, Arc<[usize]>>,
    steps: &[PlannedStep],
) -> Diagnostic {
    let capturing = providers.get(name).and_then(|steps| steps.first());
    let (frame, name) = unqualified(name);
    let message = format!("`{name}` is undefined");
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let diagnostic = Diagnostic::error(code, reference.span, message, "nobody sets it before this");
    if let Some(step) = capturing.and_then(|index| steps.get(*index)) {
        return diagnostic.help(format!(
            "`{}` {} it, but only later: move that step before this one",
            step.name,
            step.gives()
        ));
    }
    let names = names_of(frame, known, providers);
    let near = suggest(names.chain(RESERVED.iter().copied()), name);
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None if frame > 0 => diagnostic.help(format!(
            "set it in `vars`, or pass it in where this file is included: `vars: {{{name}: …}}`"
        )),
        None => diagnostic.help(format!(
            "set it in `vars`, `capture` it in a step before, or give `--var {name}=…`"
        )),
    }
}
