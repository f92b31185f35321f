//! Basic and bearer authentication.

use super::reply::Reply;
use super::request::Request;
use super::status;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

pub(super) fn basic(request: &Request<'_>) -> Reply {
    if is_known(request) { welcome(request) } else { status::reply(401) }
}

pub(super) fn hidden_basic(request: &Request<'_>) -> Reply {
    if is_known(request) { welcome(request) } else { status::reply(404) }
}

pub(super) fn bearer(request: &Request<'_>) -> Reply {
    let header = request.header("Authorization").unwrap_or_default();
    match header.strip_prefix("Bearer ") {
        Some(token) => Reply::json(&json!({"authenticated": true, "token": token})),
        None => Reply::empty(401).with("WWW-Authenticate", "Bearer"),
    }
}

/// The user and password of a `Basic` header.
pub(super) fn basic_credentials(request: &Request<'_>) -> Option<(String, String)> {
    let (scheme, encoded) = request.header("Authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    Some((user.to_owned(), password.to_owned()))
}

fn is_known(request: &Request<'_>) -> bool {
    basic_credentials(request)
        .is_some_and(|(user, password)| user == request.part(0) && password == request.part(1))
}

fn welcome(request: &Request<'_>) -> Reply {
    Reply::json(&json!({"authenticated": true, "user": request.part(0)}))
}
