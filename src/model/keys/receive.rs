//! The keys of a step that waits for a request: of the step, of `receive` itself, of `match`.

use super::{ASSERT, CAPTURE, Key, KeySchema};
use crate::model::Shape;
use crate::model::shapes::BaseUrl;
use std::time::Duration;

/// What such a step has beside [`super::STEP_KEYS`].
pub const RECEIVE_KEYS: &[&Key] = &[
    key!(
        "receive",
        "receive",
        "receive: hook",
        "waits for a request: the name of the listener, whose URL is `{{ receive.NAME.url }}`, or {name, bind, url}"
    ),
    key!(
        "match",
        "match",
        "match: {method: POST, path: /orders, json: {includes: {state: paid}}}",
        "which requests are waited for; any unless given"
    ),
    key!(
        "reply",
        "reply",
        "reply: {status: 202, json: {ok: true}}",
        "what is answered, at once: a mapping, or a status alone; 200 unless given"
    ),
    key!("timeout", Duration, "timeout: 10s", "how long is waited; 30s unless given"),
    key!(
        "retry",
        "retry",
        "retry: {attempts: 5}",
        "takes another request until it passes, or until `until` is true"
    ),
    &Key { schema: KeySchema::Definition("receivedCaptures"), ..*CAPTURE },
    &Key {
        summary: "what must hold of the request that came",
        example: "assert: {method: POST}",
        schema: KeySchema::Definition("receivedAssertions"),
        ..*ASSERT
    },
];

/// `receive`, written at length.
pub const LISTENER_KEYS: &[&Key] = &[
    key!("name", "identifier", "name: hook", "what the listener is called; steps may share one"),
    key!(
        "bind",
        "bind",
        "bind: 0.0.0.0:9000",
        "where it listens: a port, an address, or both; a free port of loopback unless given"
    ),
    key!(
        "url",
        BaseUrl,
        "url: https://tunnel.example.com",
        "what `{{ receive.NAME.url }}` is, where others reach it another way; only `env` is known here"
    ),
];

/// `match`; what it may say beside these stands in [`crate::check::MATCHERS`].
pub const MATCH_KEYS: &[&Key] = &[
    key!("method", "texts", "method: POST", "the method: one, or a list; any unless given"),
    key!(
        "path",
        "path",
        "path: /orders/{id}",
        "the path, behind the listener's address; any unless given"
    ),
];
