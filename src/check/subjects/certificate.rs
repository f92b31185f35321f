//! `certificate`: who the server said it was.
//!
//! Its parts are subjects of their own, in a table, each with its own way of writing values. To add
//! one: a row in [`PARTS`].

use super::look::{Any, selector_needed};
use super::{Compiled, Gives, Needs, OUTWARD, Selector, SubjectKind, rewrite, seconds};
use crate::check::words::{self, Show};
use crate::check::{BuildError, Found, View};
use crate::diagnostic::codes::check::UNKNOWN_SUBJECT;
use crate::exchange::Seen;
use crate::http::Certificate;
use crate::registry::{find, suggest};
use crate::value::Value;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// The server's certificate.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "certificate",
    synonyms: &["cert", "tls", "ssl"],
    capture_key: Some("certificate"),
    media: OUTWARD,
    summary: "the server's own certificate, by part: `expires_in subject issuer names serial \
              not_before not_after sha256`",
    example: "assert: {certificate: {expires_in: {gt: 14d}, names: {contains: example.com}}}",
    selector: Selector::Part(PARTS),
    gives: Gives::Any,
    show: words::plain,
    needs: Needs::Head,
    compile,
    rewrite: rewrite::none,
};

fn compile(name: Option<&str>) -> Compiled {
    let name = name.ok_or_else(|| selector_needed("certificate"))?;
    if let Some(part) = find(PARTS, name) {
        return (part.compile)(None);
    }
    let names = || PARTS.iter().map(|part| part.key);
    let synonym = PARTS.iter().find(|part| part.synonyms.contains(&name)).map(|part| part.key);
    let help = match synonym.or_else(|| suggest(names(), name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its parts are {}", words::names(names())),
    };
    let message = format!("a certificate has no part `{name}`");
    Err(BuildError::new(&UNKNOWN_SUBJECT, message, "no such part").help(help))
}

/// What a certificate is made of.
const PARTS: &[&SubjectKind] = &[
    &SubjectKind {
        key: "expires_in",
        synonyms: &["expires", "expiry", "valid_for"],
        summary: "how long it is still valid, less than nothing when it no longer is",
        gives: Gives::Duration,
        show: show_days,
        compile: |_| Ok(Arc::new(Any(expires_in))),
        rewrite: seconds::rewrite,
        ..PART
    },
    &SubjectKind {
        key: "subject",
        summary: "whom it is for, as a distinguished name",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| read.subject.clone())))),
        ..PART
    },
    &SubjectKind {
        key: "issuer",
        summary: "who vouches for it, as a distinguished name",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| read.issuer.clone())))),
        ..PART
    },
    &SubjectKind {
        key: "names",
        synonyms: &["san", "sans", "alt_names", "hosts"],
        summary: "the hosts and addresses it is for, a list",
        gives: Gives::List,
        compile: |_| Ok(Arc::new(Any(names))),
        ..PART
    },
    &SubjectKind {
        key: "serial",
        summary: "its serial number in lower-case hex",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| read.serial.clone())))),
        ..PART
    },
    &SubjectKind {
        key: "not_before",
        summary: "from when it is valid, as 2026-01-31T12:00:00Z",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| moment(read.not_before))))),
        ..PART
    },
    &SubjectKind {
        key: "not_after",
        summary: "until when it is valid, as 2026-01-31T12:00:00Z",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| moment(read.not_after))))),
        ..PART
    },
    &SubjectKind {
        key: "sha256",
        synonyms: &["fingerprint"],
        summary: "its fingerprint: the SHA-256 of all of it, in lower-case hex",
        compile: |_| Ok(Arc::new(Any(|seen| text(seen, |read| read.sha256.clone())))),
        ..PART
    },
];

/// What parts have in common.
const PART: SubjectKind = SubjectKind {
    key: "",
    synonyms: &[],
    capture_key: None,
    media: OUTWARD,
    summary: "",
    example: "",
    selector: Selector::None,
    gives: Gives::Text,
    show: words::plain,
    needs: Needs::Head,
    compile: |_| Err(BuildError::new(&UNKNOWN_SUBJECT, "no part", "")),
    rewrite: rewrite::none,
};

fn read<'a>(seen: Seen<'_>, look: impl FnOnce(Certificate) -> Value) -> Found<'a> {
    let Some(der) = seen.certificate() else {
        let what = match seen {
            Seen::Request(_) => "the response",
            Seen::Socket(_) | Seen::Received(_) => "what was received",
        };
        return Found::Missing(format!("no certificate: {what} did not come over TLS"));
    };
    match Certificate::parse(der) {
        Ok(read) => Found::value(look(read)),
        Err(error) => Found::Missing(error),
    }
}

fn text<'a>(seen: Seen<'_>, look: impl FnOnce(&Certificate) -> String) -> Found<'a> {
    read(seen, |certificate| Value::String(look(&certificate)))
}

fn names(seen: Seen<'_>) -> Found<'_> {
    read(seen, |certificate| {
        Value::Array(certificate.names.into_iter().map(Value::String).collect())
    })
}

fn expires_in(seen: Seen<'_>) -> Found<'_> {
    let received = seen.received().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(received.as_secs()).unwrap_or(i64::MAX);
    read(seen, |certificate| Value::from(certificate.not_after.saturating_sub(now)))
}

/// A moment, RFC 3339.
fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// Seconds in days and hours: `13d 4h`; less than a day as other durations.
fn show_days(view: View<'_>) -> String {
    const DAY: i64 = 86_400;
    let seconds = view.number().and_then(crate::value::Number::as_i64);
    let Some(seconds) = seconds.filter(|seconds| seconds.abs() >= DAY) else {
        let show: Show = seconds::show;
        return show(view);
    };
    let sign = if seconds < 0 { "-" } else { "" };
    let (days, hours) = (seconds.abs() / DAY, seconds.abs() % DAY / 3600);
    match hours {
        0 => format!("{sign}{days}d"),
        hours => format!("{sign}{days}d {hours}h"),
    }
}
