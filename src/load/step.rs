//! Steps of every kind.

use super::MappingReader;
use super::capture::variable;
use super::collection::{named_values, vars};
use super::receive::receive;
use super::request::request;
use super::rows::rows;
use super::session::{field, text_field};
use super::socket::socket;
use super::words::{flag, mode, text, texts, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{
    Action, Group, Handed, Include, Key, Mode, Reading, STEP_KEYS, STEP_KINDS, Step, StepKind,
    Variable, Written,
};
use crate::source::{Located, Member, Node, Span};
use crate::template::Template;
use crate::value::Value;
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
    let once = keys.take_member("once").filter(|member| flag(&member.value, "once", reading));
    let waits = keys.take_member("delay");
    let delay = waits.and_then(|member| Written::read(&member.value, "delay", reading));
    let rows = rows(&mut keys, reading);
    let action = action(&mut keys, reading);
    let default_name = match &action {
        Some(Action::Include(include)) => include.collection.name.clone(),
        _ => default_name(node),
    };
    if let Some(session) = session
        .as_ref()
        .filter(|_| matches!(action, Some(Action::Set(_) | Action::Sleep(_) | Action::Receive(_))))
    {
        reading.diagnostics.push(no_session(session));
    }
    if let Some(member) = waits
        && matches!(action, Some(Action::Group(_) | Action::Include(_)))
    {
        reading.diagnostics.push(no_delay(member.key_span));
    }
    Some(Arc::new(Step {
        name: written_name.unwrap_or_else(|| Located::new(default_name, keys.span())),
        id,
        tags: tags.into_iter().map(|tag| tag.value).collect(),
        session,
        when,
        needs,
        lock,
        once: once.map(|member| member.key_span),
        delay,
        rows: rows?.map(Box::new),
        action: action?,
        span: keys.span(),
    }))
}

/// What the step does, as written: "METHOD url", `socket url`, `set a, b`, `sleep 500ms`.
fn default_name(node: &Node) -> String {
    let text = |key: &str| {
        node.get(key).and_then(Node::as_scalar).map(|scalar| scalar.text.trim().to_owned())
    };
    if let Some(url) = text("url") {
        return format!("{} {url}", text("method").as_deref().unwrap_or("GET"));
    }
    if let Some(members) = node.get("set").and_then(Node::as_mapping) {
        let names: Vec<&str> = members.iter().map(|member| &*member.key).collect();
        return format!("set {}", names.join(", "));
    }
    let connect = || {
        let socket = node.get("socket")?;
        if let Some(url) = socket.get("listen").and_then(Node::as_scalar) {
            return Some(format!("listen {}", url.text.trim()));
        }
        let url = socket.get("connect").unwrap_or(socket).as_scalar()?;
        Some(format!("socket {}", url.text.trim()))
    };
    if let Some(name) = connect() {
        return name;
    }
    let listener = || {
        let receive = node.get("receive")?;
        let name = receive.get("name").unwrap_or(receive).as_scalar()?;
        Some(format!("receive {}", name.text.trim()))
    };
    if let Some(name) = listener() {
        return name;
    }
    match text("sleep") {
        Some(duration) => format!("sleep {duration}"),
        None => "group".to_owned(),
    }
}

/// What the step does, by the key it carries; every other key is refused.
fn action(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Option<Action> {
    let kinds: Vec<&StepKind> = STEP_KINDS.iter().filter(|kind| keys.has(kind.key)).collect();
    let kind = match kinds.as_slice() {
        [kind] => *kind,
        [] => {
            reading.diagnostics.extend(no_action(keys));
            return None;
        }
        [one, other, ..] => {
            reading.diagnostics.extend(two_actions(keys, one, other));
            return None;
        }
    };
    keys.rename(kind.what);
    let action = match kind.key {
        "requests" => Some(Action::Group(group(keys, reading))),
        "include" => include(keys, reading).map(Action::Include),
        "receive" => receive(keys, reading).map(|receive| Action::Receive(Box::new(receive))),
        "socket" => socket(keys, reading).map(|socket| Action::Socket(Box::new(socket))),
        "set" => set(keys, reading).map(Action::Set),
        "sleep" => sleep(keys, reading).map(Action::Sleep),
        _ => request(keys, reading).map(|request| Action::Request(Box::new(request))),
    };
    reading.diagnostics.extend(keys.done(&known(kind.keys)));
    action
}

fn group(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Group {
    let mode = keys.take("mode").map(|node| mode(node, reading)).unwrap_or_default();
    let max = keys.take_member("max").and_then(|member| max(member, mode, reading));
    let mut part = |key: &str, reading: &mut Reading<'_>| {
        keys.take(key).map(|node| steps(node, key, reading)).unwrap_or_default()
    };
    Group {
        mode,
        max,
        setup: part("setup", reading),
        steps: part("requests", reading),
        teardown: part("teardown", reading),
    }
}

fn set(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Option<Vec<Variable>> {
    let member = keys.take_member("set")?;
    let variables = named_values(&member.value, "set", reading);
    if variables.is_empty() && member.value.as_mapping().is_none_or(<[_]>::is_empty) {
        if member.value.is_null() || member.value.as_mapping().is_some() {
            let expected = "a mapping of names to values";
            let diagnostic = wrong(&member.value, "set", expected);
            reading.diagnostics.push(diagnostic.help("write `set: {name: value}`"));
        }
        return None;
    }
    Some(variables)
}

fn sleep(
    keys: &mut MappingReader<'_>,
    reading: &mut Reading<'_>,
) -> Option<Written<std::time::Duration>> {
    field(keys, "sleep", reading)
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

/// "`url` (a request), `requests` (a group), …".
fn kinds() -> String {
    let named = STEP_KINDS.iter().map(|kind| format!("`{}` ({})", kind.key, kind.what));
    named.collect::<Vec<_>>().join(", ")
}

/// What is wrong with a step that says nothing of what it does: a key that no kind of step has,
/// else that.
fn no_action(keys: &MappingReader<'_>) -> Vec<Diagnostic> {
    let mut every: Vec<&str> = known(&[]);
    every.extend(STEP_KINDS.iter().flat_map(|kind| kind.keys).map(|key| key.key));
    let unknown = keys.unknown(&every);
    if !unknown.is_empty() {
        return unknown;
    }
    let message = format!("a step needs one of {}, found none", kinds());
    let (code, label) = (&codes::model::MISSING_KEY, "what does it do?");
    vec![
        Diagnostic::error(code, keys.span(), message, label)
            .help("add `url: https://…` for a request"),
    ]
}

fn no_session(session: &Located<String>) -> Diagnostic {
    let message = "a step that sends nothing has no `session`";
    Diagnostic::error(&codes::model::UNKNOWN_KEY, session.span, message, "used by nothing")
        .help("leave it out")
}

/// Who would wait: all of its steps, the first of them, those of a burst together?
fn no_delay(span: Span) -> Diagnostic {
    let message = "a group has no `delay`";
    Diagnostic::error(&codes::model::UNKNOWN_KEY, span, message, "a request's, not a group's")
        .help("begin the group with a pause: `- sleep: 500ms`")
}

fn two_actions(
    keys: &mut MappingReader<'_>,
    one: &StepKind,
    other: &StepKind,
) -> Option<Diagnostic> {
    let mut places = [keys.take_member(one.key)?.key_span, keys.take_member(other.key)?.key_span];
    places.sort_by_key(|span| span.start);
    let [first, second] = places;
    let message = format!(
        "a step is {} (`{}`) or {} (`{}`), found both",
        one.what, one.key, other.what, other.key
    );
    let diagnostic = Diagnostic::error(&codes::model::TWO_ACTIONS, second, message, "another");
    let help = match one.key == "requests" || other.key == "requests" {
        true => "make the other a step of its own, inside the group or beside it",
        false => "make each a step of its own",
    };
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
    if matches!(node.to_value(), Value::Number(_)) {
        let diagnostic = wrong(node, key, "an expression that is true or false");
        reading
            .diagnostics
            .push(diagnostic.help("compare with something: `response.status == 200`"));
        return None;
    }
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
