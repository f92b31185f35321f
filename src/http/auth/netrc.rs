//! `auth: {netrc: true}`: the user and password `.netrc` has for the host, whatever the session
//! says.

use super::credentials::basic_credentials;
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest};
use crate::value::Value;
use std::sync::Arc;

/// The kind.
pub(super) const NETRC: AuthKind = AuthKind {
    key: "netrc",
    summary: "the user and password `.netrc` has for the host",
    example: "auth: {netrc: true}",
    takes: AuthTakes::True,
    build: |argument| match argument {
        Value::Bool(true) => Ok(Arc::new(Netrc)),
        _ => Err("`true`, or `auth: null` for none".to_owned().into()),
    },
};

/// What the file says.
#[derive(Debug)]
struct Netrc;

impl Auth for Netrc {
    fn sign(&self, request: &mut PreparedRequest, environment: &Environment) {
        if let Some((user, password)) = environment.netrc(request.url.host()) {
            request.headers.set("Authorization", basic_credentials(&user, &password));
        }
    }
}
