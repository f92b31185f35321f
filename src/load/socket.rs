//! A step's socket: where it leads, and its script.

use super::MappingReader;
use super::assertion;
use super::capture::captures_of;
use super::retry::retry;
use super::session::field;
use super::words::{key_names, wrong};
use crate::check::{SUBJECTS, SubjectKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::exchange::Medium;
use crate::model::shapes::{AddressArgument, Connecting};
use crate::model::{
    Act, Arguments, Assertion, CONNECT_KEYS, Checks, Line, Listening, Reading, SCRIPT_KEYS,
    SocketSpec, Written,
};
use crate::registry::find;
use crate::socket::{BACKLOG, Transport};
use crate::source::{Member, Node, Span};

/// The socket's keys of a step's mapping; `None` when where it leads cannot be read.
pub(super) fn socket(
    keys: &mut MappingReader<'_>,
    reading: &mut Reading<'_>,
) -> Option<SocketSpec> {
    let node = keys.take("socket")?;
    let connected = connected(node, reading);
    let timeout = field(keys, "timeout", reading);
    let script_member = keys.take_member("script");
    let script = script_member.map(|member| script(&member.value, reading)).unwrap_or_default();
    let retry = keys.take("retry").and_then(|node| retry(node, reading));
    let captures = keys.take("capture");
    let captures =
        captures.map(|node| captures_of(Medium::Socket, node, reading)).unwrap_or_default();
    let assert = keys.take("assert");
    let assertions =
        assert.map(|node| assertion::of(Medium::Socket, node, reading)).unwrap_or_default();
    let mut spec = SocketSpec {
        script,
        checks: Checks { retry, captures, assertions },
        span: keys.span(),
        ..connected?
    };
    spec.arguments.timeout = timeout;
    if let Some(member) = script_member
        && let Some(expect) = spec.expect.as_ref().and_then(Written::as_literal)
        && *expect != Connecting::Open
    {
        reading.diagnostics.push(no_connection(member.key_span, *expect));
    }
    Some(spec)
}

/// `socket`: a URL, or a mapping.
fn connected(node: &Node, reading: &mut Reading<'_>) -> Option<SocketSpec> {
    if node.as_mapping().is_none() {
        return Written::read(node, "socket", reading).map(|address| bare(address, node.span));
    }
    let mut keys = match MappingReader::new(node, "`socket`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    if keys.has("listen") {
        return listening(&mut keys, node.span, reading);
    }
    let address = match keys.require("connect") {
        Ok(node) => Written::read(node, "connect", reading),
        Err(diagnostic) => {
            let help = "add `connect: tcp://…`, or `listen: tcp://127.0.0.1:0` to be the server";
            reading.diagnostics.push(diagnostic.help(help));
            None
        }
    };
    for key in ["accept", "backlog"] {
        if let Some(member) = keys.take_member(key) {
            reading.diagnostics.push(of_the_other(member, "connect", "listen"));
        }
    }
    let arguments = Arguments {
        verify: field(&mut keys, "verify", reading),
        cert: field(&mut keys, "cert", reading),
        ..Arguments::default()
    };
    let tls = field(&mut keys, "tls", reading);
    let server_name = field(&mut keys, "server_name", reading);
    let bind = field(&mut keys, "bind", reading);
    let limit = field(&mut keys, "limit", reading);
    let expect = field(&mut keys, "expect", reading);
    reading.diagnostics.extend(keys.done(&key_names(CONNECT_KEYS)));
    let bare = bare(address?, node.span);
    Some(SocketSpec { arguments, tls, server_name, bind, limit, expect, ..bare })
}

/// A socket that others connect to.
fn listening(
    keys: &mut MappingReader<'_>,
    span: Span,
    reading: &mut Reading<'_>,
) -> Option<SocketSpec> {
    let address = keys.take("listen").and_then(|node| here(node, reading));
    let mut number = |key: &'static str, default: u32, reading: &mut Reading<'_>| {
        keys.take_member(key).map_or(Some(default), |member| {
            let is_udp = address.as_ref().and_then(Written::as_literal);
            if is_udp.is_some_and(|one| one.0.transport == Transport::Udp) {
                reading.diagnostics.push(no_connections(member));
            }
            whole(&member.value, key, reading)
        })
    };
    let backlog = number("backlog", BACKLOG, reading);
    let accept = number("accept", 1, reading);
    let others = ["connect", "expect", "tls", "server_name", "verify", "cert", "bind"];
    for key in others {
        if let Some(member) = keys.take_member(key) {
            reading.diagnostics.push(of_the_other(member, "listen", "connect"));
        }
    }
    let limit = field(keys, "limit", reading);
    reading.diagnostics.extend(keys.done(&key_names(CONNECT_KEYS)));
    let listens = Listening { backlog: backlog?, accept: accept? };
    Some(SocketSpec { listens: Some(listens), limit, ..bare(address?, span) })
}

/// Where it listens: known before anything runs, for others are told.
fn here(node: &Node, reading: &mut Reading<'_>) -> Option<Written<AddressArgument>> {
    let address: Written<AddressArgument> = Written::read(node, "listen", reading)?;
    let Some(AddressArgument(literal)) = address.as_literal() else {
        let code = &codes::model::NO_TEMPLATE_HERE;
        let message = "`listen` is a template, where a URL must stand";
        let label = "must be known before anything runs";
        let help =
            "`tcp://127.0.0.1:0` takes a free port, and `{{ listen.ID.url }}` is where that is";
        let diagnostic = Diagnostic::error(code, node.span, message, label);
        reading.diagnostics.push(diagnostic.help(help));
        return None;
    };
    if literal.transport == Transport::Tls {
        let message = "`listen` speaks no TLS";
        let code = &codes::model::WRONG_TYPE;
        let diagnostic = Diagnostic::error(code, node.span, message, "tcp, udp or unix alone");
        reading.diagnostics.push(diagnostic.help("write `tcp://…`"));
        return None;
    }
    Some(address)
}

/// A whole number from 1 on, no template.
fn whole(node: &Node, key: &str, reading: &mut Reading<'_>) -> Option<u32> {
    let number = node.to_value().as_number().and_then(|number| number.as_u64());
    let number = number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    if number.is_none() {
        reading.diagnostics.push(wrong(node, key, "a whole number from 1 on"));
    }
    number
}

/// A key of a socket that connects, where one listens, or the other way round.
fn of_the_other(member: &Member, here: &str, there: &str) -> Diagnostic {
    let message = format!("`{}` beside `{here}`", member.key);
    let label = match &*member.key == there {
        true => "one of the two".to_owned(),
        false => format!("of `{there}` alone"),
    };
    Diagnostic::error(&codes::model::UNKNOWN_KEY, member.key_span, message, label)
        .help("leave it out")
}

fn no_connections(member: &Member) -> Diagnostic {
    let message = format!("`{}` of datagrams, which know no connections", member.key);
    let code = &codes::model::UNKNOWN_KEY;
    Diagnostic::error(code, member.key_span, message, "of connections alone").help(
        "leave it out: `recv: any` takes a datagram from anybody, and `send` answers its sender",
    )
}

fn bare(address: Written<AddressArgument>, span: Span) -> SocketSpec {
    SocketSpec {
        address,
        listens: None,
        arguments: Arguments::default(),
        tls: None,
        server_name: None,
        bind: None,
        limit: None,
        expect: None,
        script: Vec::new(),
        checks: Checks::default(),
        span,
    }
}

fn no_connection(span: Span, expect: Connecting) -> Diagnostic {
    let message = format!("`script` where `expect` is `{}`", expect.name());
    let code = &codes::model::UNKNOWN_KEY;
    Diagnostic::error(code, span, message, "there is no connection to speak over")
        .help("leave `script` out, or expect `open`")
}

/// `script`: a list of what is done.
fn script(node: &Node, reading: &mut Reading<'_>) -> Vec<Line> {
    let Some(items) = node.as_sequence() else {
        if !node.is_null() {
            let diagnostic = wrong(node, "script", "a list of what is done");
            reading.diagnostics.push(diagnostic.help("begin each with `- `: `- send: …`"));
        }
        return Vec::new();
    };
    let mut script = Vec::new();
    let mut has_received = false;
    for (index, item) in items.iter().enumerate() {
        let Some(line) = line(item, index, reading) else { continue };
        has_received |= matches!(line.act, Act::Recv(_));
        if let (false, Act::Look, Some(expect)) = (has_received, &line.act, &line.expect) {
            reading.diagnostics.push(nothing_received(expect.span));
        }
        script.push(line);
    }
    script
}

/// What stands in an item, `expect` aside: one of these.
const ACTS: &[&str] = &["send", "recv", "shutdown", "close", "sleep"];

fn line(node: &Node, index: usize, reading: &mut Reading<'_>) -> Option<Line> {
    let mut keys = match MappingReader::new(node, "an item of `script`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic.help("write `- send: …` or `- recv: …`"));
            return None;
        }
    };
    let expect = keys.take_member("expect");
    let acts: Vec<&Member> = ACTS.iter().filter_map(|key| keys.take_member(key)).collect();
    let unknown = keys.done(&key_names(SCRIPT_KEYS));
    let is_known = unknown.is_empty();
    reading.diagnostics.extend(unknown);
    let act = match acts.as_slice() {
        [member] => act(member, reading),
        [] if expect.is_some() => Some(Act::Look),
        [] => {
            if is_known {
                reading.diagnostics.push(nothing_done(node.span));
            }
            None
        }
        [_, second, ..] => {
            reading.diagnostics.push(two_acts(second));
            None
        }
    };
    if let Some(member) = expect
        && let Some(act @ (Act::Send(_) | Act::Shutdown(_) | Act::Close | Act::Sleep(_))) = &act
    {
        reading.diagnostics.push(misplaced(member.key_span, act));
    }
    let expect = expect.and_then(|member| expectation(member, index, reading));
    Some(Line { act: act?, expect, span: keys.first_key_span() })
}

fn act(member: &Member, reading: &mut Reading<'_>) -> Option<Act> {
    let node = &member.value;
    match &*member.key {
        "send" => Written::read(node, "send", reading).map(Act::Send),
        "recv" => Written::read(node, "recv", reading).map(Act::Recv),
        "shutdown" => Written::read(node, "shutdown", reading).map(Act::Shutdown),
        "sleep" => Written::read(node, "sleep", reading).map(Act::Sleep),
        _ if node.to_value().as_bool() == Some(true) => Some(Act::Close),
        _ => {
            reading.diagnostics.push(wrong(node, "close", "true"));
            None
        }
    }
}

/// What must hold of what was received: of its text, or of its bytes where bytes are written.
fn expectation(member: &Member, index: usize, reading: &mut Reading<'_>) -> Option<Assertion> {
    let key = if has_bytes(&member.value) { "bytes" } else { "text" };
    let kind: &'static SubjectKind = find(SUBJECTS, key).copied()?;
    assertion::named(kind, format!("script[{index}].expect"), member, reading)
}

fn has_bytes(node: &Node) -> bool {
    if let Some(members) = node.as_mapping() {
        let is_coded = |member: &Member| matches!(&*member.key, "$hex" | "$base64");
        return members.iter().any(|member| is_coded(member) || has_bytes(&member.value));
    }
    node.as_sequence().is_some_and(|items| items.iter().any(has_bytes))
}

fn nothing_received(span: Span) -> Diagnostic {
    let message = "`expect` before anything was received";
    Diagnostic::error(&codes::model::MISSING_KEY, span, message, "nothing to look at")
        .help("receive first: `- {recv: {until: \"\\r\\n\"}, expect: …}`")
}

fn nothing_done(span: Span) -> Diagnostic {
    let acts = ACTS.join("`, `");
    let message = format!("an item of `script` needs one of `{acts}`, `expect`, found none");
    Diagnostic::error(&codes::model::MISSING_KEY, span, message, "what is done?")
        .help("write `send: …` or `recv: …`")
}

fn two_acts(second: &Member) -> Diagnostic {
    let message = "an item of `script` does one thing, found two";
    Diagnostic::error(&codes::model::TWO_ACTIONS, second.key_span, message, "another")
        .help(format!("give `{}` an item of its own: `- {}: …`", second.key, second.key))
}

fn misplaced(span: Span, act: &Act) -> Diagnostic {
    let beside = match act {
        Act::Send(_) => "send",
        Act::Shutdown(_) => "shutdown",
        Act::Sleep(_) => "sleep",
        _ => "close",
    };
    let message = format!("`expect` beside `{beside}`, which receives nothing");
    Diagnostic::error(&codes::model::UNKNOWN_KEY, span, message, "of what was received")
        .help("put it beside a `recv`, or into an item of its own behind one")
}
