//! `auth: {header: {X-Pizza: me}}`: what Requests' guide makes a class for.

use super::credentials::text;
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest};
use std::sync::Arc;

/// The kind.
pub(super) const HEADER: AuthKind = AuthKind {
    key: "header",
    summary: "headers that prove who asks, dropped on a redirect to another host",
    example: "auth: {header: {X-Api-Key: \"{{ key }}\"}}",
    takes: AuthTakes::Headers,
    build: |argument| {
        let expected = || "a mapping of headers to values".to_owned();
        let members = argument.as_object().filter(|members| !members.is_empty());
        let lines: Result<Vec<_>, String> = members
            .ok_or_else(expected)?
            .iter()
            .map(|(name, value)| Ok((name.clone(), text(value, &format!("a header `{name}`"))?)))
            .collect();
        Ok(Arc::new(Header { lines: lines? }))
    },
};

/// Header lines.
#[derive(Debug)]
struct Header {
    lines: Vec<(String, String)>,
}

impl Auth for Header {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        for (name, value) in &self.lines {
            request.headers.set(name, value);
        }
    }
}
