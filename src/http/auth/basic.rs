//! `auth: [user, password]` or `auth: {basic: [user, password]}` (`HTTPBasicAuth`).

use super::credentials::{basic_credentials, pair};
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest};
use std::sync::Arc;

/// The kind.
pub(super) const BASIC: AuthKind = AuthKind {
    key: "basic",
    summary: "a user and a password, in Latin-1 as Requests encodes them",
    example: "auth: {basic: [user, pass]}",
    takes: AuthTakes::Credentials,
    build: |argument| {
        let (user, password) = pair(argument)?;
        Ok(Arc::new(Basic { user, password }))
    },
};

/// A user and a password in the `Authorization` header (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basic {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

/// Basic auth of this user and password.
pub(super) fn basic(user: &str, password: &str) -> Arc<dyn Auth> {
    Arc::new(Basic { user: user.to_owned(), password: password.to_owned() })
}

impl Auth for Basic {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        request.headers.set("Authorization", basic_credentials(&self.user, &self.password));
    }
}
