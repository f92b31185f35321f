//! What an assertion or a capture looks at.
//!
//! To add one: a file here with a [`SubjectKind`], a line in [`SUBJECTS`], a spec in
//! `specs/subjects/KEY.yaml`.

mod bytes;
mod certificate;
mod cookies;
mod duration;
mod elapsed;
mod encoding;
mod error;
#[cfg(test)]
mod exchange;
mod expr;
mod getname;
mod headers;
mod history;
mod json;
mod jsonpath;
mod lines;
mod links;
mod look;
mod next;
mod ok;
mod openapi;
mod reason;
mod received;
mod rewrite;
mod schema;
mod seconds;
mod sha256;
mod size;
mod status;
mod text;
mod url;

pub use look::find_subject;
pub use status::{STATUS_NAMES, upper_case};

use super::words::Show;
use super::{Argument, BuildError, Found};
use crate::exchange::{Medium, Seen};
use crate::http::Error;
use crate::registry::Entry;
use std::fmt;
use std::sync::Arc;

/// What an exchange came to.
pub type Outcome<'a> = Result<Seen<'a>, &'a Error>;

/// What has a meaning for requests alone.
const REQUESTS: &[Medium] = &[Medium::Request];

/// What has a meaning wherever bytes come.
const ANYTHING: &[Medium] = &[Medium::Request, Medium::Socket, Medium::Received];

/// What has a meaning where we went out for it.
const OUTWARD: &[Medium] = &[Medium::Request, Medium::Socket];

/// What has a meaning for requests, ours or others'.
const HTTP: &[Medium] = &[Medium::Request, Medium::Received];

/// What has a meaning for requests that come to us alone.
const RECEIVED: &[Medium] = &[Medium::Received];

/// What has a meaning for sockets alone.
const SOCKETS: &[Medium] = &[Medium::Socket];

/// Something to look at, its selector compiled.
pub trait Subject: Send + Sync + fmt::Debug {
    /// Looks.
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a>;
}

/// A subject ready to look, or what is wrong with its selector.
pub type Compiled = Result<Arc<dyn Subject>, BuildError>;

/// What stands between a subject and its expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Nothing: `status: 200`.
    None,
    /// A mapping from names: `headers: {etag: …}`.
    Name,
    /// A mapping from JSONPaths.
    JsonPath,
    /// A mapping from the names of parts, each a subject of its own.
    Part(&'static [&'static SubjectKind]),
    /// An OpenAPI document: held by the caller, to all of an exchange.
    Contract,
    /// Evaluated by the caller, as `expr` is: the argument is a template.
    Expression,
}

/// How much of a response must be read for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Status and headers.
    Head,
    /// The body's length and digest, not its bytes.
    Digest,
    /// The body's bytes.
    Body,
}

/// What a subject gives: what the JSON Schema says of its plain value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Any value.
    Any,
    /// A status: an integer, `2xx`, a name, or a list of these.
    Status,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// Bytes: `{$hex: …}`, `{$base64: …}` or text.
    Bytes,
    /// A list.
    List,
    /// A duration: `500ms`, or a number of seconds.
    Duration,
    /// The name of a kind of error.
    ErrorKind,
    /// `true` or `false`.
    Boolean,
    /// The body, which a JSON Schema speaks of.
    Schema,
}

/// A subject of assertions and captures.
pub struct SubjectKind {
    /// The key under `assert`.
    pub key: &'static str,
    /// What other tools call it: for "did you mean", never accepted.
    pub synonyms: &'static [&'static str],
    /// The key in a capture's mapping, `header` for `headers`; `None` when it cannot be captured.
    pub capture_key: Option<&'static str>,
    /// What of it there is anything to look at.
    pub media: &'static [Medium],
    /// One line.
    pub summary: &'static str,
    /// `assert: …` as a step has it.
    pub example: &'static str,
    /// What stands between it and its expectation.
    pub selector: Selector,
    /// What it gives.
    pub gives: Gives,
    /// How its values are shown in messages.
    pub show: Show,
    /// What it needs of the response.
    pub needs: Needs,
    /// Compiles the selector; `None` for [`Selector::None`]. The error says what is wrong.
    pub compile: fn(Option<&str>) -> Compiled,
    /// Turns the subject's own shorthands (`2xx`, `500ms`, a list of statuses) into plain
    /// predicates before they are compiled; the identity for most.
    pub rewrite: fn(&Argument) -> Result<Argument, Vec<BuildError>>,
}

impl fmt::Debug for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectKind({})", self.key)
    }
}

impl PartialEq for SubjectKind {
    fn eq(&self, other: &SubjectKind) -> bool {
        self.key == other.key
    }
}

impl Eq for SubjectKind {}

impl Entry for SubjectKind {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// Every subject, in the order docs list them.
pub const SUBJECTS: &[&SubjectKind] = &[
    &status::KIND,
    &reason::KIND,
    &ok::KIND,
    &headers::KIND,
    &cookies::KIND,
    &json::KIND,
    &jsonpath::KIND,
    &text::KIND,
    &bytes::KIND,
    &url::KIND,
    &history::KIND,
    &next::KIND,
    &links::KIND,
    &elapsed::KIND,
    &duration::KIND,
    &encoding::KIND,
    &size::KIND,
    &sha256::KIND,
    &lines::KIND,
    &schema::KIND,
    &openapi::KIND,
    &certificate::KIND,
    &received::METHOD,
    &received::PATH,
    &received::PARAMS,
    &received::DATA,
    &getname::PEER_KIND,
    &getname::LOCAL_KIND,
    &expr::KIND,
    &error::KIND,
];

/// What a mock's route may say of the requests it answers, beside `method` and `path`.
pub const MATCHERS: &[&SubjectKind] = &[
    &received::PARAMS,
    &headers::KIND,
    &cookies::KIND,
    &json::KIND,
    &jsonpath::KIND,
    &received::DATA,
    &text::KIND,
    &bytes::KIND,
    &schema::KIND,
    &expr::KIND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Argument, compile};
    use std::collections::BTreeSet;

    #[test]
    fn every_subject_is_described_and_its_example_uses_it() {
        let keys: BTreeSet<&str> = SUBJECTS.iter().map(|kind| kind.key).collect();
        let captures: Vec<&str> = SUBJECTS.iter().filter_map(|kind| kind.capture_key).collect();
        assert_eq!(keys.len(), SUBJECTS.len());
        assert_eq!(captures.iter().collect::<BTreeSet<_>>().len(), captures.len());
        for kind in SUBJECTS {
            assert!(!kind.summary.is_empty() && !kind.summary.ends_with('.'), "{kind:?}");
            assert!(kind.example.starts_with("assert:"), "{kind:?}");
            assert!(kind.synonyms.iter().all(|name| !keys.contains(name)), "{kind:?}");
            assert!(kind.example.contains(&format!("{}:", kind.key)), "{kind:?}");
        }
    }

    #[test]
    fn a_template_may_stand_for_what_any_subject_must_be() {
        for kind in SUBJECTS {
            assert!(compile(kind, &Argument::Pending).is_ok(), "{kind:?}");
        }
    }
}
