//! Which environments lie over the collection, and what that makes of vars and sessions.

use super::Choices;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Collection, EnvironmentSpec, SessionSpec, Variable};
use crate::registry::suggest;
use std::sync::Arc;

/// Every variable that is written, lowest first, and the chosen environment it stands in.
#[must_use]
pub fn written_variables<'c>(
    collection: &'c Collection,
    environments: &[String],
) -> Vec<(Option<&'c str>, &'c Variable)> {
    let mut chosen = Vec::new();
    for name in environments {
        stack(name, collection, &mut chosen, &mut Vec::new());
    }
    let own = collection.vars.iter().map(|variable| (None, variable));
    let of_environments = chosen.into_iter().flat_map(|environment| {
        environment.vars.iter().map(|variable| (Some(environment.name.as_str()), variable))
    });
    own.chain(of_environments).collect()
}

/// As [`overlay`] for a collection that a step includes: it may lack an environment that the
/// collection that runs has.
pub(super) fn overlay_included(
    collection: &Collection,
    choices: &Choices,
    diagnostics: &mut Vec<Diagnostic>,
) -> Overlay {
    let has = |name: &String| collection.environments.iter().any(|known| *known.name == *name);
    let environments = choices.environments.iter().filter(|name| has(name)).cloned().collect();
    overlay(collection, &Choices { environments, ..Choices::default() }, diagnostics)
}

/// Variables and sessions with the chosen environments laid over them.
pub(super) struct Overlay {
    /// Later ones win.
    pub(super) variables: Vec<Variable>,
    /// Layers by name, the collection's own first.
    pub(super) sessions: Vec<(String, Vec<Arc<SessionSpec>>)>,
}

pub(super) fn overlay(
    collection: &Collection,
    choices: &Choices,
    diagnostics: &mut Vec<Diagnostic>,
) -> Overlay {
    let mut chosen: Vec<&EnvironmentSpec> = Vec::new();
    for name in &choices.environments {
        if collection.environments.iter().any(|environment| *environment.name == *name) {
            stack(name, collection, &mut chosen, &mut Vec::new());
        } else {
            diagnostics.push(unknown(name, collection));
        }
    }
    check_extends(collection, diagnostics);
    let mut variables = collection.vars.clone();
    let mut own = collection.session.clone();
    for environment in chosen {
        variables.extend(environment.vars.iter().cloned());
        own.extend(environment.session.iter().map(Arc::clone));
    }
    let mut sessions = vec![(String::new(), own.clone())];
    for (name, spec) in &collection.sessions {
        match sessions.iter_mut().find(|(known, _)| *known == **name) {
            Some((_, layers)) => layers.push(Arc::clone(spec)),
            None => {
                let layers = own.iter().chain([spec]).map(Arc::clone).collect();
                sessions.push((name.value.clone(), layers));
            }
        }
    }
    Overlay { variables, sessions }
}

/// Puts an environment on the stack, what it extends first. All of a name count, in order: a
/// fragment's and the collection's own.
fn stack<'c>(
    name: &str,
    collection: &'c Collection,
    chosen: &mut Vec<&'c EnvironmentSpec>,
    open: &mut Vec<String>,
) {
    if open.iter().any(|above| above == name) {
        return;
    }
    open.push(name.to_owned());
    let named: Vec<&EnvironmentSpec> =
        collection.environments.iter().filter(|environment| *environment.name == name).collect();
    for environment in &named {
        if let Some(below) = &environment.extends {
            stack(below, collection, chosen, open);
        }
    }
    chosen.extend(named);
    open.pop();
}

/// `extends` names an environment, and no circle.
fn check_extends(collection: &Collection, diagnostics: &mut Vec<Diagnostic>) {
    for environment in &collection.environments {
        let mut seen = vec![environment.name.as_str()];
        let mut next = environment.extends.as_ref();
        while let Some(name) = next {
            if seen.contains(&name.as_str()) {
                // Said once, of the environment that stands first.
                let place = |name: &str| {
                    collection.environments.iter().position(|known| *known.name == *name)
                };
                let is_first = seen.iter().all(|other| place(other) >= place(&environment.name));
                if seen.first() != Some(&name.as_str()) || !is_first {
                    break;
                }
                let circle = seen.iter().chain([&name.as_str()]).copied().collect::<Vec<_>>();
                let message = format!(
                    "environments extend each other in a circle: `{}`",
                    circle.join("` → `")
                );
                let code = &codes::plan::ENVIRONMENT_CIRCLE;
                diagnostics.push(Diagnostic::error(code, name.span, message, "closes the circle"));
                break;
            }
            seen.push(name.as_str());
            let below = collection.environments.iter().find(|below| *below.name == **name);
            if below.is_none() {
                let names = collection.environments.iter().map(|known| known.name.as_str());
                let message = format!("unknown environment `{}`", name.value);
                let code = &codes::plan::UNKNOWN_ENVIRONMENT;
                let diagnostic = Diagnostic::error(code, name.span, message, "no such environment");
                diagnostics.push(diagnostic.did_you_mean(suggest(names, name)));
            }
            next = below.and_then(|below| below.extends.as_ref());
        }
    }
}

fn unknown(name: &str, collection: &Collection) -> Diagnostic {
    let names: Vec<&str> =
        collection.environments.iter().map(|environment| environment.name.as_str()).collect();
    let message = format!("`{}` has no environment `{name}`", collection.name);
    let diagnostic = Diagnostic::placeless(&codes::plan::UNKNOWN_ENVIRONMENT, message);
    match (suggest(names.iter().copied(), name), names.as_slice()) {
        (Some(near), _) => diagnostic.did_you_mean(Some(near)),
        (None, []) => diagnostic.help("it has no `environments` at all: leave `--env` out"),
        (None, names) => diagnostic.help(format!("it has `{}`", names.join("`, `"))),
    }
}
