//! `auth: {bearer: token}` (RFC 6750).

use super::credentials::text;
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest};
use std::sync::Arc;

/// The kind.
pub(super) const BEARER: AuthKind = AuthKind {
    key: "bearer",
    summary: "a token, sent as `Authorization: Bearer`",
    example: "auth: {bearer: \"{{ token }}\"}",
    takes: AuthTakes::Token,
    build: |argument| Ok(Arc::new(Bearer { token: text(argument, "a token")? })),
};

/// A token.
#[derive(Debug)]
struct Bearer {
    token: String,
}

impl Auth for Bearer {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        request.headers.set("Authorization", format!("Bearer {}", self.token));
    }
}
