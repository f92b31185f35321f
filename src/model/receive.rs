//! A step that waits for a request as written.

use super::request::written;
use super::shapes::BaseUrl;
use super::{Checks, RouteSpec, Written};
use crate::source::{Located, Span};
use crate::template::{Reference, ReferenceKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// `receive` and what stands beside it.
#[derive(Debug)]
pub struct ReceiveSpec {
    /// What its listener is called.
    pub name: Located<String>,
    /// `bind`: where that listens; a free port of loopback unless given.
    pub bind: Option<Located<SocketAddr>>,
    /// `url`: what templates see, where that is another way to the listener.
    pub url: Option<Written<BaseUrl>>,
    /// `match`, which requests are waited for; `reply`, how each is answered.
    pub route: Arc<RouteSpec>,
    /// `timeout`: how long is waited.
    pub timeout: Option<Written<Duration>>,
    /// `retry`, `capture` and `assert`
    pub checks: Checks,
    /// Where the mapping's first key stands.
    pub span: Span,
}

impl ReceiveSpec {
    /// Every name that must be known when it begins to wait. What it answers is known before
    /// anything runs.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        let mut matched = Vec::new();
        self.route.matchers.iter().for_each(|matcher| matcher.references(&mut matched));
        into.extend(matched.into_iter().filter(|reference| !self.is_of_path(reference)));
        written(self.timeout.as_ref(), into);
        self.checks.references_before(into);
    }

    /// Every name used once a request came: by captures, assertions and `until`.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        self.checks.references_after(into);
    }

    /// Whether a part of the path is named.
    fn is_of_path(&self, reference: &Reference) -> bool {
        match &reference.kind {
            ReferenceKind::Variable(name) => self.route.path.names().any(|known| known == name),
            _ => false,
        }
    }
}
