//! Steps and groups.

use super::MappingReader;
use super::capture::variable;
use super::collection::vars;
use super::request::{no_action, request};
use super::session::{field, text_field};
use super::words::{mode, text, texts, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{
    Action, GROUP_KEYS, Group, Handed, INCLUDE_KEYS, Include, Key, REQUEST_KEYS, Reading,
    STEP_KEYS, Step,
};
use crate::source::{Located, Node};
use crate::template::Template;
use std::sync::Arc;

/// A list of steps under `key`.
pub(super) fn steps(node: &Node, key: &str, reading: &mut Reading<'_>) -> Vec<Arc<Step>> {
    match node.as_sequence() {
        Some(items) => items.iter().filter_map(|item| step(item, reading)).collect(),
        None if node.is_null() => Vec::new(),
        None => {
            let diagnostic = wrong(node, key, "a list of steps");
            reading.diagnostics.push(match node.as_mapping() {
                Some(_) => diagnostic.help("begin each step with `- `; its name is the key `name`"),
                None => diagnostic,
            });
            Vec::new()
        }
    }
}

fn step(node: &Node, reading: &mut Reading<'_>) -> Option<Arc<Step>> {
    let mut keys = match MappingReader::new(node, "a step") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let written_name = text_field(&mut keys, "name", reading);
    let id = text_field(&mut keys, "id", reading);
    let tags = keys.take("tags").map(|node| texts(node, "tags", reading)).unwrap_or_default();
    let session = text_field(&mut keys, "session", reading);
    let when = keys.take("when").and_then(|node| condition(node, "when", reading));
    let needs = keys.take("needs").map(|node| texts(node, "needs", reading)).unwrap_or_default();
    let delay = field(&mut keys, "delay", reading);
    let action = action(&mut keys, reading);
    let default_name = match &action {
        Some(Action::Include(include)) => include.collection.name.clone(),
        _ => default_name(node),
    };
    Some(Arc::new(Step {
        name: written_name.unwrap_or_else(|| Located::new(default_name, keys.span())),
        id,
        tags: tags.into_iter().map(|tag| tag.value).collect(),
        session,
        when,
        needs,
        delay,
        action: action?,
        span: keys.span(),
    }))
}

/// "METHOD url" as written.
fn default_name(node: &Node) -> String {
    let text = |key: &str| {
        node.get(key).and_then(Node::as_scalar).map(|scalar| scalar.text.trim().to_owned())
    };
    match (text("method"), text("url")) {
        (method, Some(url)) => format!("{} {url}", method.as_deref().unwrap_or("GET")),
        (_, None) => "group".to_owned(),
    }
}

/// The keys that say what a step does, and what that is.
const ACTIONS: &[(&str, &str)] =
    &[("url", "a request"), ("requests", "a group"), ("include", "another collection")];

/// What the step does, by the key it carries; every other key is refused.
fn action(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Option<Action> {
    if ACTIONS.iter().filter(|(key, _)| keys.has(key)).count() > 1 {
        reading.diagnostics.extend(two_actions(keys));
        return None;
    }
    if keys.has("include") {
        keys.rename("an include");
        let include = include(keys, reading);
        reading.diagnostics.extend(keys.done(&known(INCLUDE_KEYS)));
        return include.map(Action::Include);
    }
    if keys.has("requests") {
        keys.rename("a group");
        let mode = keys.take("mode").map(|node| mode(node, reading)).unwrap_or_default();
        let mut part = |key: &str, reading: &mut Reading<'_>| {
            keys.take(key).map(|node| steps(node, key, reading)).unwrap_or_default()
        };
        let setup = part("setup", reading);
        let steps = part("requests", reading);
        let teardown = part("teardown", reading);
        reading.diagnostics.extend(keys.done(&known(GROUP_KEYS)));
        return Some(Action::Group(Group { mode, setup, steps, teardown }));
    }
    let has_url = keys.has("url");
    if has_url {
        keys.rename("a request");
    }
    let request = request(keys, reading);
    let unknown = keys.done(&known(REQUEST_KEYS));
    if !has_url && unknown.is_empty() {
        reading.diagnostics.push(no_action(keys));
    }
    reading.diagnostics.extend(unknown);
    request.map(|request| Action::Request(Box::new(request)))
}

/// Another collection in place, which the [`super::include::Includer`] has read.
fn include(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Option<Include> {
    let written = text_field(keys, "include", reading);
    let vars = keys.take("vars").map(|node| vars(node, reading)).unwrap_or_default();
    let handed = keys.take("capture").map(|node| handed(node, reading)).unwrap_or_default();
    // What cannot be read has been said.
    let collection = reading.included.get(&reading.folder.join(&written?.value))?.clone()?;
    Some(Include { collection, vars, handed })
}

/// Names handed back: a list, one, or a mapping of our name to theirs.
fn handed(node: &Node, reading: &mut Reading<'_>) -> Vec<Handed> {
    let Some(members) = node.as_mapping() else {
        let names = texts(node, "capture", reading).into_iter().filter_map(|theirs| {
            let ours = variable(&theirs, theirs.span, reading)?;
            Some(Handed { theirs, ours })
        });
        return names.collect();
    };
    let named = members.iter().filter(|member| !member.key.starts_with("x-"));
    let names = named.filter_map(|member| {
        let ours = variable(&member.key, member.key_span, reading);
        let theirs = text(&member.value, "capture", reading);
        Some(Handed { theirs: theirs?, ours: ours? })
    });
    names.collect()
}

fn known(action: &[&'static Key]) -> Vec<&'static str> {
    STEP_KEYS.iter().chain(action).map(|key| key.key).collect()
}

fn two_actions(keys: &mut MappingReader<'_>) -> Option<Diagnostic> {
    let found = ACTIONS.iter().filter_map(|(key, is)| Some((keys.take_member(key)?.key_span, *is)));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(span, _)| span.start);
    let (first, second) = (found.first()?, found.get(1)?);
    let message = format!("a step is one thing, found {} and {}", first.1, second.1);
    let diagnostic = Diagnostic::error(&codes::model::TWO_ACTIONS, second.0, message, "another");
    let help = "make one of them a step of its own";
    Some(diagnostic.also(first.0, "one action").help(help))
}

/// A template that is true or false; a literal boolean too.
pub(super) fn condition(
    node: &Node,
    key: &str,
    reading: &mut Reading<'_>,
) -> Option<Arc<Template>> {
    let Some(scalar) = node.as_scalar().filter(|_| !node.is_null()) else {
        reading.diagnostics.push(wrong(node, key, "an expression"));
        return None;
    };
    let compiled = if Template::is_template(&scalar.text) {
        Template::compile(&scalar.text, node.span, reading.files)
    } else {
        Template::compile_expression(&scalar.text, node.span, reading.files)
    };
    match compiled {
        Ok(template) => Some(Arc::new(template)),
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            None
        }
    }
}
