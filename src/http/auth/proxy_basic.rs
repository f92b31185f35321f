//! `auth: {proxy_basic: [user, password]}` (`HTTPProxyAuth`).

use super::credentials::{basic_credentials, pair};
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest};
use std::sync::Arc;

/// The kind.
pub(super) const PROXY_BASIC: AuthKind = AuthKind {
    key: "proxy_basic",
    summary: "a user and a password for a plain HTTP proxy",
    example: "auth: {proxy_basic: [user, pass]}",
    takes: AuthTakes::Credentials,
    build: |argument| {
        let (user, password) = pair(argument)?;
        Ok(Arc::new(ProxyBasic { user, password }))
    },
};

/// A user and a password in the `Proxy-Authorization` header.
#[derive(Debug)]
struct ProxyBasic {
    user: String,
    password: String,
}

impl Auth for ProxyBasic {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        request.headers.set("Proxy-Authorization", basic_credentials(&self.user, &self.password));
    }
}
