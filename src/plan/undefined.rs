//! Variables that nobody sets, found before anything is sent.

use super::PlannedStep;
use super::edges::{References, providers, references};
use super::environment::Overlay;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::DefaultReference;
use crate::registry::suggest;
use crate::source::Located;
use crate::template::{RESERVED, Reference, ReferenceKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Refuses every use of a variable that is neither known from the start nor captured before.
pub(super) fn check(
    steps: &[PlannedStep],
    overlay: &Overlay,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let providers = providers(steps);
    let mut refused = BTreeSet::new();
    for variable in &overlay.variables {
        let mut references = Vec::new();
        variable.data.references(&mut references);
        let unknown = references.iter().filter_map(|reference| unset(reference, known));
        for (reference, name) in unknown {
            if refused.insert(reference.span) {
                diagnostics.push(refuse(reference, name, known, &providers, steps));
            }
        }
    }
    for step in steps {
        let captured = |name: &str| step.uses.iter().any(|used| used.name == name);
        let own = |name: &str| step.step.provides().any(|own| *own.value == *name);
        let References { before, defaults, after } = references(step, &overlay.sessions);
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
    let message = format!("`{name}` is undefined in `{}`", step.name);
    let label = "not captured yet when that step is sent";
    Diagnostic::error(code, default.reference.span, message, label)
        .note(who)
        .help(format!("give that step {}", default.instead))
}

/// Refuses `server` where the collection starts none.
pub(super) fn check_server(
    steps: &[PlannedStep],
    overlay: &Overlay,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut used = Vec::new();
    overlay.variables.iter().for_each(|variable| variable.data.references(&mut used));
    for step in steps {
        let References { before, defaults, after } = references(step, &overlay.sessions);
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
    secrets: &[Located<String>],
    steps: &[PlannedStep],
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let providers = providers(steps);
    for name in secrets {
        if known.contains(&name.value) || providers.contains_key(&name.value) {
            continue;
        }
        let others = known.iter().chain(providers.keys()).map(String::as_str);
        if let Some(near) = suggest(others, name) {
            let message = format!("`{}` is undefined", name.value);
            let code = &codes::plan::UNDEFINED_VARIABLE;
            let diagnostic = Diagnostic::error(code, name.span, message, "nobody sets this secret");
            diagnostics.push(diagnostic.did_you_mean(Some(near)));
        }
    }
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
    let message = format!("`{name}` is undefined");
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let diagnostic = Diagnostic::error(code, reference.span, message, "nobody sets it before this");
    let capturing = providers.get(name).and_then(|steps| steps.first());
    if let Some(step) = capturing.and_then(|index| steps.get(*index)) {
        return diagnostic.help(format!(
            "`{}` {} it, but only later: move that step before this one",
            step.name,
            step.gives()
        ));
    }
    let names = known.iter().chain(providers.keys()).map(String::as_str);
    let near = suggest(names.chain(RESERVED.iter().copied()), name);
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!(
            "set it in `vars`, `capture` it in a step before, or give `--var {name}=…`"
        )),
    }
}
