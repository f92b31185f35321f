//! Steps and groups.

use super::MappingReader;
use super::request::{no_action, request};
use super::session::{field, text_field};
use super::words::{mode, texts, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Action, GROUP_KEYS, Group, Key, Mode, REQUEST_KEYS, Reading, STEP_KEYS, Step};
use crate::source::{Located, Member, Node};
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
    let lock = text_field(&mut keys, "lock", reading);
    let delay = field(&mut keys, "delay", reading);
    let default_name = default_name(node);
    let action = action(&mut keys, reading);
    Some(Arc::new(Step {
        name: written_name.unwrap_or_else(|| Located::new(default_name, keys.span())),
        id,
        tags: tags.into_iter().map(|tag| tag.value).collect(),
        session,
        when,
        needs,
        lock,
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

/// What the step does, by the key it carries; every other key is refused.
fn action(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Option<Action> {
    if keys.has("url") && keys.has("requests") {
        reading.diagnostics.extend(two_actions(keys));
        return None;
    }
    if keys.has("requests") {
        keys.rename("a group");
        let mode = keys.take("mode").map(|node| mode(node, reading)).unwrap_or_default();
        let max = keys.take_member("max").and_then(|member| max(member, mode, reading));
        let mut part = |key: &str, reading: &mut Reading<'_>| {
            keys.take(key).map(|node| steps(node, key, reading)).unwrap_or_default()
        };
        let setup = part("setup", reading);
        let steps = part("requests", reading);
        let teardown = part("teardown", reading);
        reading.diagnostics.extend(keys.done(&known(GROUP_KEYS)));
        return Some(Action::Group(Group { mode, max, setup, steps, teardown }));
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

/// `max`: a whole number from 1 on, in a parallel group.
fn max(member: &Member, mode: Mode, reading: &mut Reading<'_>) -> Option<usize> {
    if mode == Mode::Sequence {
        let message = "`max` in a sequence, whose steps run one by one";
        let code = &codes::model::UNKNOWN_KEY;
        let diagnostic = Diagnostic::error(code, member.key_span, message, "changes nothing here");
        reading.diagnostics.push(diagnostic.help("give the group `mode: parallel`"));
        return None;
    }
    let value = member.value.to_value();
    let count = value.as_number().and_then(|number| number.as_u64()).filter(|count| *count > 0);
    if count.is_none() {
        reading.diagnostics.push(wrong(&member.value, "max", "a whole number from 1 on"));
    }
    count.map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}

fn known(action: &[&'static Key]) -> Vec<&'static str> {
    STEP_KEYS.iter().chain(action).map(|key| key.key).collect()
}

fn two_actions(keys: &mut MappingReader<'_>) -> Option<Diagnostic> {
    let mut places = [keys.take_member("url")?.key_span, keys.take_member("requests")?.key_span];
    places.sort_by_key(|span| span.start);
    let [first, second] = places;
    let message = "a step is a request (`url`) or a group (`requests`), found both";
    let diagnostic = Diagnostic::error(&codes::model::TWO_ACTIONS, second, message, "another");
    let help = "make the request a step of its own, inside the group or beside it";
    Some(diagnostic.also(first, "one action").help(help))
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
