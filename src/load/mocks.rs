//! `mocks`: routes, what they answer, how often they must be called.

use super::MappingReader;
use super::assertion::{refuse, subject};
use super::session::{field, text_field};
use super::words::{key_names, text, texts, wrong};
use crate::check::{MATCHERS, find_subject};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::shapes::DataArgument;
use crate::model::{
    Assertion, Called, Compare, ExpectationSource, MOCK_KEYS, MockSpec, PathPattern, REPLY_KEYS,
    ROUTE_KEYS, Reading, ReplySpec, RouteSpec, Written, is_identifier, locate,
};
use crate::serve::Fault;
use crate::source::{Located, Member, Node, Span};
use crate::template::{Data, Template};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// How often a route must be called that says nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// At least once.
    Once,
    /// However often: a file that several include has more routes than each needs.
    Nothing,
}

/// `mocks`: a list of routes, or mocks by name.
pub(super) fn mocks(node: &Node, demand: Demand, reading: &mut Reading<'_>) -> Vec<MockSpec> {
    if node.as_sequence().is_some() {
        let name = Located::new(String::new(), node.span);
        return vec![MockSpec { name, bind: None, routes: routes(node, demand, reading) }];
    }
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            let expected = "a list of routes, or a mapping of names to them";
            reading.diagnostics.push(wrong(node, "mocks", expected));
        }
        return Vec::new();
    };
    if let Some(path) = members.iter().find(|member| &*member.key == "path") {
        let message = "a route stands in a list of them, found it alone";
        let code = &codes::model::WRONG_TYPE;
        let diagnostic = Diagnostic::error(code, path.key_span, message, "not the name of a mock");
        reading.diagnostics.push(diagnostic.help("write `- path: …`"));
        return Vec::new();
    }
    let named = members.iter().filter(|member| !member.key.starts_with("x-"));
    named.filter_map(|member| mock(member, demand, reading)).collect()
}

/// Puts routes behind those of a mock of the same name.
pub(super) fn add(mocks: &mut Vec<MockSpec>, more: Vec<MockSpec>) {
    for mock in more {
        match mocks.iter_mut().find(|known| *known.name == *mock.name) {
            Some(known) => {
                known.routes.extend(mock.routes);
                known.bind = known.bind.or(mock.bind);
            }
            None => mocks.push(mock),
        }
    }
}

fn mock(member: &Member, demand: Demand, reading: &mut Reading<'_>) -> Option<MockSpec> {
    let name = Located::new(member.key.to_string(), member.key_span);
    if *name == "url" || !is_identifier(&name) {
        let message = format!("`{}` cannot be a mock's name", *name);
        let code = &codes::model::BAD_NAME;
        let label = if *name == "url" { "`mocks.url` is a list's" } else { "not an identifier" };
        let diagnostic = Diagnostic::error(code, name.span, message, label);
        reading
            .diagnostics
            .push(diagnostic.help("a name is letters, digits and `_`, no digit first"));
        return None;
    }
    if member.value.as_sequence().is_some() {
        let routes = routes(&member.value, demand, reading);
        return Some(MockSpec { name, bind: None, routes });
    }
    let mut keys = match MappingReader::new(&member.value, "a mock") {
        Ok(keys) => keys,
        Err(_) => {
            let expected = "a list of routes, or {bind, routes}";
            reading.diagnostics.push(wrong(&member.value, &name, expected));
            return None;
        }
    };
    let bind = keys.take("bind").and_then(|node| bind(node, reading));
    let routes = match keys.require("routes") {
        Ok(node) => routes(node, demand, reading),
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic.help("write `routes: [{path: /…}]`"));
            Vec::new()
        }
    };
    reading.diagnostics.extend(keys.done(&key_names(MOCK_KEYS)));
    Some(MockSpec { name, bind, routes })
}

/// A port, an address, or both.
pub(super) fn bind(node: &Node, reading: &mut Reading<'_>) -> Option<Located<SocketAddr>> {
    let written = text(node, "bind", reading)?;
    let bare = written.trim_start_matches('[').trim_end_matches(']');
    let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let address = written
        .parse::<SocketAddr>()
        .ok()
        .or_else(|| bare.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 0)))
        .or_else(|| written.parse::<u16>().ok().map(|port| SocketAddr::new(local, port)));
    if address.is_none() {
        let expected = "a port, an IP address, or both as in `127.0.0.1:9000`";
        reading.diagnostics.push(wrong(node, "bind", expected));
    }
    address.map(|address| Located::new(address, node.span))
}

fn routes(node: &Node, demand: Demand, reading: &mut Reading<'_>) -> Vec<Arc<RouteSpec>> {
    match node.as_sequence() {
        Some(items) => items.iter().filter_map(|item| route(item, demand, reading)).collect(),
        None if node.is_null() => Vec::new(),
        None => {
            let diagnostic = wrong(node, "routes", "a list of routes");
            reading.diagnostics.push(match node.as_mapping() {
                Some(_) => diagnostic.help("begin each route with `- `"),
                None => diagnostic,
            });
            Vec::new()
        }
    }
}

fn route(node: &Node, demand: Demand, reading: &mut Reading<'_>) -> Option<Arc<RouteSpec>> {
    let mut keys = match MappingReader::new(node, "a route") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let span = keys.first_key_span();
    let name = text_field(&mut keys, "name", reading);
    let mut route = RouteSpec::any(span);
    if !keys.has("path") {
        let help = "write `path: /…`; `/{rest:path}` is every one";
        reading.diagnostics.extend(keys.require("path").err().map(|error| error.help(help)));
    }
    let is_read = matchers(&mut keys, &mut route, reading);
    route.replies = replies(&mut keys, span, reading);
    let called = match keys.take("called").filter(|node| !node.is_null()) {
        Some(node) => called(node, reading),
        None if demand == Demand::Once => Some(Called::Once),
        None => Some(Called::Unasked),
    };
    let known: Vec<&str> = key_names(ROUTE_KEYS)
        .into_iter()
        .take(3)
        .chain(MATCHERS.iter().map(|kind| kind.key))
        .chain(key_names(ROUTE_KEYS).into_iter().skip(3))
        .collect();
    reading.diagnostics.extend(keys.done(&known));
    route.called = called?;
    let shown = match route.methods.as_slice() {
        [] => route.path.text.clone(),
        several => format!("{} {}", several.join("|"), route.path.text),
    };
    route.name = name.map_or(shown, |name| name.value);
    (is_read && keys.has("path")).then(|| Arc::new(route))
}

/// What a route asks of a request: `method`, `path`, and each subject there may be. Whether the
/// path could be read.
pub(super) fn matchers(
    keys: &mut MappingReader<'_>,
    route: &mut RouteSpec,
    reading: &mut Reading<'_>,
) -> bool {
    if let Some(node) = keys.take("method") {
        route.methods = methods(node, reading);
        route.method_span = Some(node.span);
    }
    let path = keys.take("path");
    let is_read = match path.map(|node| (node, path_of(node, reading))) {
        Some((node, Some(pattern))) => {
            route.path = pattern;
            route.path_span = node.span;
            true
        }
        Some((_, None)) => false,
        None => true,
    };
    for kind in MATCHERS {
        if let Some(member) = keys.take_member(kind.key) {
            subject(kind, member, reading, &mut route.matchers);
        }
    }
    refuse_files(&route.matchers, reading);
    is_read
}

fn methods(node: &Node, reading: &mut Reading<'_>) -> Vec<String> {
    let is_token = |text: &str| {
        let is_token_byte = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        !text.is_empty() && text.bytes().all(is_token_byte)
    };
    let mut methods = Vec::new();
    for method in texts(node, "method", reading) {
        if is_token(&method) {
            methods.push(method.to_uppercase());
            continue;
        }
        let message = format!("`method` expects a method such as GET, found `{}`", *method);
        let code = &codes::model::WRONG_TYPE;
        let label = "expected a method such as GET";
        reading.diagnostics.push(Diagnostic::error(code, method.span, message, label));
    }
    methods
}

fn path_of(node: &Node, reading: &mut Reading<'_>) -> Option<PathPattern> {
    let written = text(node, "path", reading)?;
    match PathPattern::parse(&written) {
        Ok(pattern) => Some(pattern),
        Err(mistake) => {
            let (code, label) = (&codes::model::BAD_ROUTE, "not a route's path");
            let diagnostic = Diagnostic::error(code, written.span, mistake.message, label);
            reading.diagnostics.push(diagnostic.help(mistake.help));
            None
        }
    }
}

/// What a route answers must not be a matter of files that a run may rewrite.
fn refuse_files(matchers: &[Assertion], reading: &mut Reading<'_>) {
    for matcher in matchers.iter().filter(|one| matches!(one.compare, Compare::Snapshot { .. })) {
        let message = format!("`{}` of a route is compared with no file", matcher.name);
        let code = &codes::model::BAD_ROUTE;
        let diagnostic = Diagnostic::error(code, matcher.span, message, "a file is no matcher");
        reading
            .diagnostics
            .push(diagnostic.help("write what it must be, as in `json: {includes: …}`"));
    }
}

/// How often it must be called: a number, or predicates of one.
fn called(node: &Node, reading: &mut Reading<'_>) -> Option<Called> {
    let mistakes = reading.diagnostics.len();
    let data = Data::compile(node, reading.files, &mut reading.diagnostics);
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    let is_count = node.as_mapping().is_some()
        || node.to_value().as_number().is_some_and(|number| number.as_u64().is_some());
    let is_template = node.as_scalar().is_some_and(|scalar| Template::is_template(&scalar.text));
    if data.as_literal().is_none() || is_template || !is_count {
        let expected = "how many calls, as in `1` or `{ge: 1}`";
        reading.diagnostics.push(wrong(node, "called", expected));
        return None;
    }
    let kind = find_subject("size").ok()?;
    match ExpectationSource::new(kind, data, &reading.folder, reading.access) {
        Ok(ExpectationSource::Ready(expectation)) => Some(Called::As(expectation, node.clone())),
        Ok(ExpectationSource::Template(..)) => None,
        Err(errors) => {
            let refused = errors.into_iter().map(|error| {
                let span = locate(node, &error.path);
                refuse(error, span, node)
            });
            reading.diagnostics.extend(refused);
            None
        }
    }
}

/// `reply` or `replies`; an empty one when neither is given.
fn replies(keys: &mut MappingReader<'_>, span: Span, reading: &mut Reading<'_>) -> Vec<ReplySpec> {
    let one = keys.take_member("reply");
    let several = keys.take_member("replies");
    if let (Some(one), Some(several)) = (one, several) {
        let message = "a route has `reply` or `replies`, found both";
        let code = &codes::model::BAD_ROUTE;
        let (first, second) = if one.key_span.start < several.key_span.start {
            (one.key_span, several.key_span)
        } else {
            (several.key_span, one.key_span)
        };
        let diagnostic = Diagnostic::error(code, second, message, "another").also(first, "one");
        reading.diagnostics.push(diagnostic.help("write all of them in `replies`"));
    }
    let replies: Vec<ReplySpec> = match (one, several) {
        (Some(member), _) => reply(&member.value, reading).into_iter().collect(),
        (None, Some(member)) => match member.value.as_sequence() {
            Some(items) if !items.is_empty() => {
                items.iter().filter_map(|item| reply(item, reading)).collect()
            }
            Some(_) => {
                let (code, message) = (&codes::model::BAD_ROUTE, "`replies` has no reply in it");
                let span = member.value.span;
                reading.diagnostics.push(Diagnostic::error(code, span, message, "none here"));
                Vec::new()
            }
            None => {
                let expected = "a list of replies";
                reading.diagnostics.push(wrong(&member.value, "replies", expected));
                Vec::new()
            }
        },
        (None, None) => Vec::new(),
    };
    if replies.is_empty() { vec![ReplySpec::empty(span)] } else { replies }
}

/// One reply: a mapping, or a status.
pub(super) fn reply(node: &Node, reading: &mut Reading<'_>) -> Option<ReplySpec> {
    if node.is_null() {
        return Some(ReplySpec::empty(node.span));
    }
    if node.as_scalar().is_some() {
        let status = Written::read(node, "reply", reading)?;
        return Some(ReplySpec { status: Some(status), ..ReplySpec::empty(node.span) });
    }
    let mut keys = match MappingReader::new(node, "a reply") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let reply = ReplySpec {
        status: field(&mut keys, "status", reading),
        reason: field(&mut keys, "reason", reading),
        headers: field(&mut keys, "headers", reading),
        json: field(&mut keys, "json", reading),
        text: field(&mut keys, "text", reading),
        data: field(&mut keys, "data", reading),
        delay: field(&mut keys, "delay", reading),
        fault: field(&mut keys, "fault", reading),
        span: keys.first_key_span(),
    };
    reading.diagnostics.extend(keys.done(&key_names(REPLY_KEYS)));
    check_reply(node, &reply, reading);
    Some(reply)
}

/// What would say nothing.
fn check_reply(node: &Node, reply: &ReplySpec, reading: &mut Reading<'_>) {
    let members = node.as_mapping().unwrap_or_default();
    let code = &codes::model::BAD_ROUTE;
    let bodies = members.iter().filter(|it| matches!(&*it.key, "json" | "text" | "data"));
    let mut bodies = bodies.filter(|member| !member.value.is_null() || &*member.key == "json");
    if let (Some(first), Some(second)) = (bodies.next(), bodies.next()) {
        let message = format!("a reply has one body, found `{}` and `{}`", first.key, second.key);
        let diagnostic = Diagnostic::error(code, second.key_span, message, "another body");
        reading.diagnostics.push(diagnostic.also(first.key_span, "one body"));
    }
    if let Some(data) = &reply.data
        && let Some(DataArgument::Command(..) | DataArgument::Stdin) = data.as_literal()
    {
        let message = "a reply is no program's output, nor this program's input";
        let diagnostic = Diagnostic::error(code, data.span(), message, "not for a reply");
        reading.diagnostics.push(diagnostic.help("write `{$file: …}`, or the text itself"));
    }
    let fault = reply.fault.as_ref().and_then(|fault| fault.as_literal()).and_then(|fault| fault.0);
    if !matches!(fault, Some(Fault::Reset | Fault::Empty | Fault::Garbage)) {
        return;
    }
    let sent = members
        .iter()
        .find(|member| !matches!(&*member.key, "fault" | "delay") && !member.key.starts_with("x-"));
    if let (Some(member), Some(fault)) = (sent, node.get("fault")) {
        let name = fault.to_value().as_str().unwrap_or_default().to_owned();
        let message =
            format!("of a reply that is `{name}` nothing is sent, `{}` neither", member.key);
        let diagnostic = Diagnostic::error(code, member.key_span, message, "never sent");
        reading.diagnostics.push(diagnostic.also(fault.span, "for this").help("leave it out"));
    }
}
