//! `hooks`: lists of actions for the request, the response and a failure.

use super::MappingReader;
use super::capture::variable;
use super::words::wrong;
use crate::diagnostic::{Diagnostic, codes};
use crate::hook::{ACTIONS, ActionKind, OCCASIONS, Occasion};
use crate::model::{Hook, Hooks, Reading, Written};
use crate::registry::{find, suggest};
use crate::source::{Located, Member, Node};
use crate::template::Template;
use std::sync::Arc;

/// One `hooks`.
pub(super) fn hooks(node: &Node, reading: &mut Reading<'_>) -> Hooks {
    if node.is_null() {
        return Hooks::default();
    }
    let mut keys = match MappingReader::new(node, "`hooks`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            let help = "write `hooks: {response: [{log: …}]}`";
            reading.diagnostics.push(match node.as_sequence() {
                Some(_) => diagnostic.help(help),
                None => diagnostic,
            });
            return Hooks::default();
        }
    };
    let hooks = Hooks {
        request: list(&mut keys, Occasion::Request, reading),
        response: list(&mut keys, Occasion::Response, reading),
        failure: list(&mut keys, Occasion::Failure, reading),
    };
    reading.diagnostics.extend(keys.done(&OCCASIONS.map(Occasion::key)));
    hooks
}

fn list(
    keys: &mut MappingReader<'_>,
    occasion: Occasion,
    reading: &mut Reading<'_>,
) -> Vec<Arc<Hook>> {
    let Some(node) = keys.take(occasion.key()).filter(|node| !node.is_null()) else {
        return Vec::new();
    };
    let Some(items) = node.as_sequence() else {
        let diagnostic = wrong(node, name(occasion), "a list of actions");
        reading.diagnostics.push(match node.as_mapping() {
            Some(_) => diagnostic.help("put `- ` before each action, or brackets around them"),
            None => diagnostic,
        });
        return Vec::new();
    };
    items.iter().filter_map(|item| hook(item, occasion, reading)).map(Arc::new).collect()
}

/// What messages call a list.
fn name(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Request => "hooks.request",
        Occasion::Response => "hooks.response",
        Occasion::Failure => "hooks.failure",
    }
}

fn hook(node: &Node, occasion: Occasion, reading: &mut Reading<'_>) -> Option<Hook> {
    let member = match node.as_mapping() {
        Some([member]) => member,
        _ => {
            let expected = "a mapping with one action, such as `{log: text}`";
            let diagnostic = wrong(node, name(occasion), expected);
            reading.diagnostics.push(match node.as_mapping() {
                Some([_, _, ..]) => {
                    diagnostic.help("put `- ` before each action: they run in order")
                }
                _ => diagnostic,
            });
            return None;
        }
    };
    let kind = kind(member, occasion, reading)?;
    let sets = match kind.key {
        "set" => set_names(&member.value, reading)?,
        _ => Vec::new(),
    };
    if kind.runs_program && !is_written_out(&member.value) {
        let span = member.value.span;
        let message = format!("`{}` names its program in the file itself", kind.key);
        let code = &codes::model::NO_TEMPLATE_HERE;
        reading.diagnostics.push(
            Diagnostic::error(code, span, message, "its parts may be templates, not the whole")
                .help("write a list: the program, then its arguments"),
        );
        return None;
    }
    let written = Written::read(node, name(occasion), reading)?;
    Some(Hook { kind, occasion, sets, written, span: member.key_span })
}

/// Whether no template gives the whole command: it may come from a response, which must not
/// become a program.
fn is_written_out(node: &Node) -> bool {
    let is_template =
        |node: &Node| node.as_scalar().is_some_and(|scalar| Template::is_template(&scalar.text));
    let members = node.as_mapping().unwrap_or_default();
    let command = members.iter().find(|member| &*member.key == "command");
    !is_template(node) && !command.is_some_and(|command| is_template(&command.value))
}

/// The action a key names, when it may stand here.
fn kind(
    member: &Member,
    occasion: Occasion,
    reading: &mut Reading<'_>,
) -> Option<&'static ActionKind> {
    let here = || ACTIONS.iter().filter(move |kind| kind.occasions.contains(&occasion));
    let list = name(occasion);
    let key = &*member.key;
    let known = find(ACTIONS, key).copied();
    if let Some(kind) = known.filter(|kind| kind.occasions.contains(&occasion)) {
        return Some(kind);
    }
    let diagnostic = match known {
        Some(kind) => {
            let message = format!("`{key}` cannot stand in `{list}`");
            let code = &codes::model::UNKNOWN_KEY;
            let places: Vec<&str> = kind.occasions.iter().map(|place| name(*place)).collect();
            Diagnostic::error(code, member.key_span, message, "not here")
                .help(format!("it stands in `{}`", places.join("`, `")))
        }
        None if Template::is_template(key) => Diagnostic::error(
            &codes::model::NO_TEMPLATE_HERE,
            member.key_span,
            format!("`{list}` expects an action, found a template as a key"),
            "only values may be templates",
        ),
        None => {
            let message = format!("unknown action `{key}` in `{list}`");
            let code = &codes::model::UNKNOWN_KEY;
            let diagnostic = Diagnostic::error(code, member.key_span, message, "no such action");
            match suggest(here().map(|kind| kind.key), key) {
                Some(near) => diagnostic.did_you_mean(Some(near)),
                None => {
                    let keys: Vec<&str> = here().map(|kind| kind.key).collect();
                    diagnostic.help(format!("there are `{}`", keys.join("`, `")))
                }
            }
        }
    };
    reading.diagnostics.push(diagnostic);
    None
}

/// The variables that `set` sets; their names must be known before anything runs.
fn set_names(node: &Node, reading: &mut Reading<'_>) -> Option<Vec<Located<String>>> {
    let Some(members) = node.as_mapping() else {
        let expected = "a mapping of names to values";
        reading.diagnostics.push(wrong(node, "set", expected));
        return None;
    };
    members.iter().map(|member| variable(&member.key, member.key_span, reading)).collect()
}
