//! `getpeername` and `getsockname`: where the two ends of a socket are.
//!
//! Their parts are subjects of their own, in a table. To add one: a row in [`PEER`] and [`OURS`].

use super::look::{failed, selector_needed};
use super::{Compiled, Gives, Needs, Outcome, SOCKETS, Selector, Subject, SubjectKind, rewrite};
use crate::check::{BuildError, Found, words};
use crate::diagnostic::codes::check::UNKNOWN_SUBJECT;
use crate::exchange::Seen;
use crate::http::SocketName;
use crate::registry::{find, suggest};
use crate::socket::Talk;
use std::sync::Arc;

/// Where the other end is.
pub(super) const PEER_KIND: SubjectKind = SubjectKind {
    key: "getpeername",
    synonyms: &["peer", "remote_address"],
    capture_key: Some("getpeername"),
    summary: "where a socket's other end is, by part: `host port`, or `path` of a unix socket",
    example: "assert: {getpeername: {host: 127.0.0.1, port: 6379}}",
    selector: Selector::Part(PEER),
    compile: |name| compile("getpeername", PEER, name),
    ..PART
};

/// Where this end is.
pub(super) const LOCAL_KIND: SubjectKind = SubjectKind {
    key: "getsockname",
    synonyms: &["local_address"],
    capture_key: Some("getsockname"),
    summary: "where a socket's own end is, by part: `host port`, or `path` of a unix socket",
    example: "assert: {getsockname: {host: 127.0.0.1}}",
    selector: Selector::Part(OURS),
    compile: |name| compile("getsockname", OURS, name),
    ..PART
};

fn compile(key: &str, parts: &'static [&'static SubjectKind], name: Option<&str>) -> Compiled {
    let name = name.ok_or_else(|| selector_needed(key))?;
    if let Some(part) = find(parts, name) {
        return (part.compile)(None);
    }
    let names = || parts.iter().map(|part| part.key);
    let help = match suggest(names(), name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its parts are {}", words::names(names())),
    };
    let message = format!("`{key}` has no part `{name}`");
    Err(BuildError::new(&UNKNOWN_SUBJECT, message, "no such part").help(help))
}

/// Of the other end.
const PEER: &[&SubjectKind] = &[
    &SubjectKind { compile: |_| part(peer, host), ..HOST },
    &SubjectKind { compile: |_| part(peer, port), ..PORT },
    &SubjectKind { compile: |_| part(peer, path), ..PATH },
];

/// Of this end.
const OURS: &[&SubjectKind] = &[
    &SubjectKind { compile: |_| part(local, host), ..HOST },
    &SubjectKind { compile: |_| part(local, port), ..PORT },
    &SubjectKind { compile: |_| part(local, path), ..PATH },
];

const HOST: SubjectKind = SubjectKind { key: "host", summary: "its IP address", ..PART };
const PORT: SubjectKind =
    SubjectKind { key: "port", summary: "its port", gives: Gives::Integer, ..PART };
const PATH: SubjectKind = SubjectKind { key: "path", summary: "the path of a unix socket", ..PART };

/// What all have in common.
const PART: SubjectKind = SubjectKind {
    key: "",
    synonyms: &[],
    capture_key: None,
    media: SOCKETS,
    summary: "",
    example: "",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Err(BuildError::new(&UNKNOWN_SUBJECT, "no part", "")),
    rewrite: rewrite::none,
};

/// One end of a socket.
type End = fn(&Talk) -> Option<&SocketName>;

/// One part of where it is.
type Take = fn(&SocketName) -> Option<Found<'static>>;

fn part(end: End, take: Take) -> Compiled {
    Ok(Arc::new(Part { end, take }))
}

#[derive(Debug)]
struct Part {
    end: End,
    take: Take,
}

impl Subject for Part {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        let talk = match outcome {
            Ok(Seen::Socket(talk)) => talk,
            Ok(Seen::Request(_) | Seen::Received(_)) => {
                return Found::Missing("there is no socket".to_owned());
            }
            Err(error) => return failed(error),
        };
        let Some(name) = (self.end)(talk) else {
            return Found::Missing("there was no connection".to_owned());
        };
        let missing = || Found::Missing(format!("there is none, only `{name}`"));
        (self.take)(name).unwrap_or_else(missing)
    }
}

fn peer(talk: &Talk) -> Option<&SocketName> {
    talk.peer.as_ref()
}

fn local(talk: &Talk) -> Option<&SocketName> {
    talk.local.as_ref()
}

fn host(name: &SocketName) -> Option<Found<'static>> {
    name.host().map(Found::value)
}

fn port(name: &SocketName) -> Option<Found<'static>> {
    name.port().map(|port| Found::value(i64::from(port)))
}

fn path(name: &SocketName) -> Option<Found<'static>> {
    name.path().map(Found::value)
}
