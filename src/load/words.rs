//! Small values that are never templates: names, tags, modes.

use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Key, Mode, Reading, TEARDOWN_TIMEOUT, describe};
use crate::registry::suggest;
use crate::source::{Located, Node};
use crate::template::Template;
use crate::value::DURATION_EXPECTED;
use std::time::Duration;

/// A node is not what a key expects.
pub(super) fn wrong(node: &Node, key: &str, expected: &str) -> Diagnostic {
    let message = format!("`{key}` expects {expected}, found {}", describe(&node.to_value()));
    Diagnostic::error(&codes::model::WRONG_TYPE, node.span, message, format!("expected {expected}"))
}

/// Text that is no template: names must be known before anything runs.
pub(super) fn text(node: &Node, key: &str, reading: &mut Reading<'_>) -> Option<Located<String>> {
    let text = match node.as_scalar() {
        Some(scalar) if !node.is_null() => scalar.text.to_string(),
        _ => {
            reading.diagnostics.push(wrong(node, key, "text"));
            return None;
        }
    };
    if Template::is_template(&text) {
        let message = format!("`{key}` cannot have a template");
        let diagnostic = Diagnostic::error(
            &codes::model::NO_TEMPLATE_HERE,
            node.span,
            message,
            "must be known before anything runs",
        );
        reading.diagnostics.push(diagnostic);
        return None;
    }
    Some(Located::new(text, node.span))
}

/// A list of texts, or one text.
pub(super) fn texts(node: &Node, key: &str, reading: &mut Reading<'_>) -> Vec<Located<String>> {
    match node.as_sequence() {
        Some(items) => items.iter().filter_map(|item| text(item, key, reading)).collect(),
        None if node.is_null() => Vec::new(),
        None if node.as_scalar().is_some() => text(node, key, reading).into_iter().collect(),
        None => {
            reading.diagnostics.push(wrong(node, key, "a list of texts"));
            Vec::new()
        }
    }
}

/// True or false, no template.
pub(super) fn flag(node: &Node, key: &str, reading: &mut Reading<'_>) -> bool {
    let flag = node.to_value().as_bool();
    if flag.is_none() && text(node, key, reading).is_some() {
        reading.diagnostics.push(wrong(node, key, "true or false"));
    }
    flag.unwrap_or_default()
}

/// A duration that is no template.
pub(super) fn duration(node: &Node, key: &str, reading: &mut Reading<'_>) -> Option<Duration> {
    let duration = node.to_value().as_duration();
    if duration.is_none() && text(node, key, reading).is_some() {
        reading.diagnostics.push(wrong(node, key, DURATION_EXPECTED));
    }
    duration
}

/// `teardown_timeout`: there is no time to do anything in none.
pub(super) fn teardown_timeout(node: &Node, reading: &mut Reading<'_>) -> Duration {
    let given = duration(node, "teardown_timeout", reading);
    if given.is_some_and(|given| given.is_zero()) {
        let mistake = wrong(node, "teardown_timeout", "more than no time");
        reading.diagnostics.push(mistake.help("leave `teardown` out when nothing is to be done"));
    }
    given.unwrap_or(TEARDOWN_TIMEOUT)
}

/// `sequence` or `parallel`.
pub(super) fn mode(node: &Node, reading: &mut Reading<'_>) -> Mode {
    match node.as_scalar().map(|scalar| &*scalar.text) {
        Some("sequence") => Mode::Sequence,
        Some("parallel") => Mode::Parallel,
        other => {
            let near = suggest(["sequence", "parallel"], other.unwrap_or_default());
            let diagnostic = wrong(node, "mode", "`sequence` or `parallel`").did_you_mean(near);
            reading.diagnostics.push(diagnostic);
            Mode::Sequence
        }
    }
}

/// The keys of a table.
pub(super) fn key_names(table: &[&'static Key]) -> Vec<&'static str> {
    table.iter().map(|key| key.key).collect()
}
