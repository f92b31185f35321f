//! A step that waits for a request: its listener, what is waited for, what is answered.

use super::MappingReader;
use super::assertion;
use super::capture::captures_of;
use super::mocks::{bind, matchers, reply};
use super::retry::retry;
use super::session::field;
use super::words::{key_names, text};
use crate::check::MATCHERS;
use crate::diagnostic::{Diagnostic, codes};
use crate::exchange::Medium;
use crate::model::shapes::BaseUrl;
use crate::model::{
    Checks, LISTENER_KEYS, MATCH_KEYS, Reading, ReceiveSpec, ReplySpec, RouteSpec, Written,
    is_identifier,
};
use crate::source::{Located, Node};
use crate::template::ReferenceKind;
use std::sync::Arc;

/// The keys of such a step's mapping; `None` when the listener has no name.
pub(super) fn receive(
    keys: &mut MappingReader<'_>,
    reading: &mut Reading<'_>,
) -> Option<ReceiveSpec> {
    let member = keys.take_member("receive")?;
    let listener = listener(&member.value, reading);
    let matched = keys.take("match").filter(|node| !node.is_null());
    let route = matched.map(|node| route(node, reading));
    let reply = keys.take("reply").map(|node| reply(node, reading));
    let timeout = field(keys, "timeout", reading);
    let retry = keys.take("retry").and_then(|node| retry(node, reading));
    let captures = keys.take("capture");
    let captures =
        captures.map(|node| captures_of(Medium::Received, node, reading)).unwrap_or_default();
    let assert = keys.take("assert");
    let assertions =
        assert.map(|node| assertion::of(Medium::Received, node, reading)).unwrap_or_default();
    let checks = Checks { retry, captures, assertions };
    refuse_response(&checks, reading);
    let Listener { name, bind, url } = listener?;
    let span = keys.first_key_span();
    let mut route = match route {
        Some(route) => route?,
        None => RouteSpec {
            span: member.key_span,
            path_span: member.key_span,
            ..RouteSpec::any(name.span)
        },
    };
    route.replies = match reply {
        Some(reply) => vec![reply?],
        None => vec![ReplySpec::empty(span)],
    };
    route.name.clone_from(&name.value);
    Some(ReceiveSpec { name, bind, url, route: Arc::new(route), timeout, checks, span })
}

/// Of a request that came there is no response: it was answered.
fn refuse_response(checks: &Checks, reading: &mut Reading<'_>) {
    let mut references = Vec::new();
    checks.references_before(&mut references);
    checks.references_after(&mut references);
    references.retain(|it| it.kind == ReferenceKind::Response && !it.is_guarded);
    references.dedup_by_key(|reference| reference.span);
    reading.diagnostics.extend(references.iter().map(|reference| {
        let code = &codes::plan::UNDEFINED_VARIABLE;
        let message = "`response` is undefined: the step receives a request";
        Diagnostic::error(code, reference.span, message, "no response here")
            .help("what came is `request`")
    }));
}

struct Listener {
    name: Located<String>,
    bind: Option<Located<std::net::SocketAddr>>,
    url: Option<Written<BaseUrl>>,
}

/// `receive`: a name, or a mapping.
fn listener(node: &Node, reading: &mut Reading<'_>) -> Option<Listener> {
    if node.as_mapping().is_none() {
        let name = name(node, "receive", reading)?;
        return Some(Listener { name, bind: None, url: None });
    }
    let mut keys = MappingReader::new(node, "`receive`").ok()?;
    let named = match keys.require("name") {
        Ok(node) => name(node, "name", reading),
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic.help("add `name: hook`"));
            None
        }
    };
    let bind = keys.take("bind").and_then(|node| bind(node, reading));
    let url: Option<Written<BaseUrl>> = field(&mut keys, "url", reading);
    reading.diagnostics.extend(keys.done(&key_names(LISTENER_KEYS)));
    if let Some(url) = &url {
        let mut references = Vec::new();
        url.references(&mut references);
        let unknown = references.iter().find(|it| !matches!(it.kind, ReferenceKind::Env(_)));
        if let Some(reference) = unknown {
            let message = "`url` of a listener is known before variables have values";
            let code = &codes::model::NO_TEMPLATE_HERE;
            let diagnostic = Diagnostic::error(code, reference.span, message, "not known yet");
            reading.diagnostics.push(diagnostic.help("use `env`: `url: \"{{ env.TUNNEL }}\"`"));
        }
    }
    Some(Listener { name: named?, bind, url })
}

fn name(node: &Node, key: &str, reading: &mut Reading<'_>) -> Option<Located<String>> {
    let name = text(node, key, reading)?;
    if is_identifier(&name) {
        return Some(name);
    }
    let message = format!("`{}` cannot be a listener's name", *name);
    let code = &codes::model::BAD_NAME;
    let diagnostic = Diagnostic::error(code, name.span, message, "not an identifier");
    reading.diagnostics.push(diagnostic.help("a name is letters, digits and `_`, no digit first"));
    None
}

/// `match`
fn route(node: &Node, reading: &mut Reading<'_>) -> Option<RouteSpec> {
    let mut keys = match MappingReader::new(node, "`match`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let mut route = RouteSpec { span: keys.first_key_span(), ..RouteSpec::any(node.span) };
    let is_read = matchers(&mut keys, &mut route, reading);
    let known: Vec<&str> =
        key_names(MATCH_KEYS).into_iter().chain(MATCHERS.iter().map(|kind| kind.key)).collect();
    reading.diagnostics.extend(keys.done(&known));
    is_read.then_some(route)
}
