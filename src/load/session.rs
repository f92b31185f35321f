//! `session`, `sessions`, and the arguments a session and a request share.

use super::MappingReader;
use super::hooks::hooks;
use super::words::{key_names, text};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Arguments, NEW_SESSION, Reading, SESSION_KEYS, SessionSpec, Shape, Written};
use crate::source::{Located, Node, Span};
use std::sync::Arc;

/// One session's mapping.
pub(super) fn session(node: &Node, reading: &mut Reading<'_>) -> Arc<SessionSpec> {
    let mut keys = match MappingReader::new(node, "a session") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            if !node.is_null() {
                reading.diagnostics.push(diagnostic);
            }
            return Arc::default();
        }
    };
    let spec = SessionSpec {
        arguments: arguments(&mut keys, reading),
        base_url: field(&mut keys, "base_url", reading),
        adapters: field(&mut keys, "adapters", reading),
        trust_env: field(&mut keys, "trust_env", reading),
        raise_for_status: field(&mut keys, "raise_for_status", reading),
    };
    reading.diagnostics.extend(keys.done(&key_names(SESSION_KEYS)));
    Arc::new(spec)
}

/// `sessions`: sessions by name.
pub(super) fn sessions(
    node: &Node,
    reading: &mut Reading<'_>,
) -> Vec<(Located<String>, Arc<SessionSpec>)> {
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            reading.diagnostics.push(super::words::wrong(
                node,
                "sessions",
                "a mapping of names to sessions",
            ));
        }
        return Vec::new();
    };
    let named = members.iter().filter(|member| !member.key.starts_with("x-"));
    named
        .map(|member| {
            if *member.key == *NEW_SESSION {
                reading.diagnostics.push(new_is_taken(member.key_span));
            }
            let name = Located::new(member.key.to_string(), member.key_span);
            (name, session(&member.value, reading))
        })
        .collect()
}

fn new_is_taken(span: Span) -> Diagnostic {
    let message = format!("a session cannot be called `{NEW_SESSION}`");
    let label = "the session of a step that wants one of its own";
    Diagnostic::error(&codes::model::BAD_NAME, span, message, label).help("give it another name")
}

/// The keys a session and a request share.
pub(super) fn arguments(keys: &mut MappingReader<'_>, reading: &mut Reading<'_>) -> Arguments {
    Arguments {
        params: field(keys, "params", reading),
        headers: field(keys, "headers", reading),
        cookies: field(keys, "cookies", reading),
        auth: field(keys, "auth", reading),
        timeout: field(keys, "timeout", reading),
        max_redirects: field(keys, "max_redirects", reading),
        proxies: field(keys, "proxies", reading),
        verify: field(keys, "verify", reading),
        cert: field(keys, "cert", reading),
        hooks: keys.take("hooks").map(|node| hooks(node, reading)).unwrap_or_default(),
    }
}

/// One key's value, when it is there.
pub(super) fn field<T: Shape>(
    keys: &mut MappingReader<'_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Option<Written<T>> {
    keys.take(key).and_then(|node| Written::read(node, key, reading))
}

/// One text key's value, when it is there.
pub(super) fn text_field(
    keys: &mut MappingReader<'_>,
    key: &str,
    reading: &mut Reading<'_>,
) -> Option<Located<String>> {
    keys.take(key).and_then(|node| text(node, key, reading))
}
