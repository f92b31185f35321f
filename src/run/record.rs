//! What happened, as reports have it.

use super::Context;
use super::curl::shown_header;
use crate::event::{
    Detail, HopRecord, Location, MoveRecord, RequestRecord, ResponseRecord, RetryRecord,
    SocketRecord, TimingsRecord,
};
use crate::http::{Body, Hop, PreparedRequest, Received, Response, Retried, Timings};
use crate::socket::{Did, Talk, printable};
use crate::source::{Files, Span};
use std::time::Duration;

/// The longest beginning of a body that a record holds, in bytes.
const LONGEST_BODY: usize = 16 << 10;

/// Where a span is.
pub(super) fn location(files: &Files, span: Span) -> Location {
    match files.get(span.file) {
        Some(file) => {
            let position = file.position(span.start);
            Location { file: file.name().to_owned(), line: position.line, column: position.column }
        }
        None => Location { file: String::new(), line: 0, column: 0 },
    }
}

/// The request as sent. Credentials are left out whether or not they are declared secret.
pub(super) fn request(request: &PreparedRequest, detail: Detail) -> RequestRecord {
    RequestRecord {
        method: request.method.clone(),
        url: shown_url(request.url.as_str()),
        headers: shown_headers(request.headers.iter()),
        body: match (&request.body, detail) {
            (Body::Empty, _) | (_, Detail::Failures | Detail::Heads) => None,
            (Body::Bytes(bytes), Detail::Bodies) => Some(excerpt(bytes)),
            (Body::Stream(upload), Detail::Bodies) => Some(upload.describe()),
        },
    }
}

/// A request that came to us.
pub(super) fn received(received: &Received, detail: Detail) -> RequestRecord {
    let bytes = &received.message.content().bytes;
    RequestRecord {
        method: received.method.clone(),
        url: shown_url(received.url.as_str()),
        headers: shown_headers(received.headers.iter()),
        body: (detail == Detail::Bodies && !bytes.is_empty()).then(|| excerpt(bytes)),
    }
}

/// The response as received.
pub(super) fn response(response: &Response, detail: Detail, context: &Context) -> ResponseRecord {
    let saved = response.content.saved.as_ref().map(|path| {
        path.strip_prefix(&*context.plan.collection.folder).unwrap_or(path).display().to_string()
    });
    let is_full = detail > Detail::Failures;
    ResponseRecord {
        status: response.status,
        reason: response.reason.clone(),
        version: if response.version == 10 { "HTTP/1.0" } else { "HTTP/1.1" }.to_owned(),
        url: shown_url(&response.url),
        headers: if is_full { shown_headers(response.headers.iter()) } else { Vec::new() },
        size: response.content.size,
        saved,
        body: (detail == Detail::Bodies && response.content.size > 0)
            .then(|| body_excerpt(response)),
        cookies: cookies(response, is_full),
        links: if is_full { links(response) } else { Vec::new() },
        elapsed: response.elapsed.as_secs_f64(),
        timings: timings(&response.timings),
    }
}

fn cookies(response: &Response, is_full: bool) -> Vec<(String, String)> {
    let cookies = response.cookies.iter().filter(|_| is_full);
    cookies.map(|cookie| (cookie.name.clone(), cookie.value.clone())).collect()
}

fn links(response: &Response) -> Vec<(String, String)> {
    let links = response.links().into_iter();
    links
        .map(|link| {
            let rel = link.params.iter().find(|(name, _)| name == "rel");
            (rel.map_or_else(String::new, |(_, rel)| rel.clone()), link.url)
        })
        .collect()
}

/// What was said over a socket.
pub(super) fn socket(talk: &Talk) -> SocketRecord {
    let all = &talk.received.content().bytes;
    let moves = talk.moves.iter().map(|one| {
        let bytes = match &one.did {
            Did::Recv(range) => all.get(range.clone()).unwrap_or_default(),
            _ => &one.bytes,
        };
        let is_said = matches!(one.did, Did::Send | Did::Recv(_));
        MoveRecord {
            action: one.did.name().to_owned(),
            peer: match &one.did {
                Did::Accept(peer) => peer.as_ref().map(ToString::to_string),
                _ => None,
            },
            bytes: is_said.then(|| said(bytes)),
            size: is_said.then_some(one.size),
        }
    });
    SocketRecord {
        address: talk.address.clone(),
        peer: talk.peer.as_ref().map(ToString::to_string),
        local: talk.local.as_ref().map(ToString::to_string),
        sent: talk.sent,
        received: all.len() as u64,
        moves: moves.collect(),
    }
}

/// Bytes as a person can read them, of many the beginning.
fn said(bytes: &[u8]) -> String {
    match bytes.get(..LONGEST_BODY) {
        Some(beginning) => format!("{}…", printable(beginning)),
        None => printable(bytes),
    }
}

/// One hop of a redirect.
pub(super) fn hop(hop: &Hop) -> HopRecord {
    HopRecord {
        method: hop.request.method.clone(),
        url: shown_url(hop.request.url.as_str()),
        status: hop.response.status,
        location: hop.response.headers.first("location").map(ToOwned::to_owned),
    }
}

/// One try that was followed by another.
pub(super) fn retry(retried: &Retried) -> RetryRecord {
    RetryRecord {
        url: shown_url(&retried.url),
        status: retried.status,
        error: retried.error.as_ref().map(ToString::to_string),
        wait: retried.wait.as_secs_f64(),
    }
}

fn timings(timings: &Timings) -> TimingsRecord {
    let seconds = |phase: Option<Duration>| phase.map(|phase| phase.as_secs_f64());
    TimingsRecord {
        dns: seconds(timings.dns),
        connect: seconds(timings.connect),
        tls: seconds(timings.tls),
        send: seconds(timings.send),
        wait: seconds(timings.wait),
        receive: seconds(timings.receive),
        reused: timings.is_reused,
    }
}

fn shown_headers<'h>(lines: impl Iterator<Item = (&'h str, &'h str)>) -> Vec<(String, String)> {
    lines.map(|(name, value)| (name.to_owned(), shown_header(name, value))).collect()
}

/// A URL without its password.
#[must_use]
pub fn shown_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((userinfo, host)) => {
            let user = userinfo.split(':').next().unwrap_or_default();
            let password = if userinfo.contains(':') { ":***" } else { "" };
            format!("{scheme}://{user}{password}@{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// The beginning of a response's text; of other bytes what they are.
fn body_excerpt(response: &Response) -> String {
    let is_text = response.headers.first("content-type").is_none_or(|kind| {
        ["text/", "json", "xml", "html", "form", "javascript", "yaml"]
            .iter()
            .any(|word| kind.contains(word))
    });
    match std::str::from_utf8(&response.content.bytes) {
        Ok(_) => excerpt(&response.content.bytes),
        Err(_) if is_text => cut(response.text()).to_owned(),
        Err(_) => format!("({} bytes that are not text)", response.content.size),
    }
}

fn excerpt(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= LONGEST_BODY => text.to_owned(),
        Ok(text) => format!("{}… ({} bytes in all)", cut(text), text.len()),
        Err(_) => format!("({} bytes that are not text)", bytes.len()),
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=LONGEST_BODY.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

/// A point in time as RFC 3339 in UTC, to the second.
pub(super) fn rfc3339(time: std::time::SystemTime) -> String {
    jiff::Timestamp::try_from(time)
        .map_or_else(|_| String::new(), |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
