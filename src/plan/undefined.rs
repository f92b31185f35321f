//! Variables that nobody sets, found before anything is sent.

use super::PlannedStep;
use super::edges::{providers, references};
use super::environment::Overlay;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::RESERVED_NAMES;
use crate::registry::suggest;
use crate::template::{Reference, ReferenceKind};
use std::collections::{BTreeMap, BTreeSet};

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
    for (index, step) in steps.iter().enumerate() {
        let own = |name: &str| {
            step.request().is_some_and(|request| request.captures.iter().any(|c| *c.name == *name))
        };
        for reference in &references(step) {
            let Some((reference, name)) = unset(reference, known) else { continue };
            let is_captured = step
                .uses
                .iter()
                .any(|used| used.name == name && used.providers.iter().all(|p| *p != index));
            if !is_captured && !own(name) && refused.insert(reference.span) {
                diagnostics.push(refuse(reference, name, known, &providers, steps));
            }
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
    providers: &BTreeMap<String, Vec<usize>>,
    steps: &[PlannedStep],
) -> Diagnostic {
    let message = format!("`{name}` is undefined");
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let diagnostic = Diagnostic::error(code, reference.span, message, "nobody sets it before this");
    let capturing = providers.get(name).and_then(|steps| steps.first());
    if let Some(step) = capturing.and_then(|index| steps.get(*index)) {
        return diagnostic.help(format!(
            "`{}` captures it, but only later: move that step before this one",
            step.name
        ));
    }
    let names = known.iter().chain(providers.keys()).map(String::as_str);
    let near = suggest(names.chain(RESERVED_NAMES.iter().copied()), name);
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!(
            "set it in `vars`, `capture` it in a step before, or give `--var {name}=…`"
        )),
    }
}
