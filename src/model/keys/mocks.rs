//! The keys of `mocks`: a mock, a route, a reply.

use super::{Key, KeySchema};
use crate::model::Shape;
use crate::model::shapes::{
    DataArgument, FaultArgument, HeadersArgument, JsonArgument, Reason, ReplyStatus, ReplyText,
};
use std::time::Duration;

/// A mock.
pub const MOCK_KEYS: &[&Key] = &[
    key!(
        "bind",
        "bind",
        "bind: 127.0.0.1:9000",
        "where it listens: a port, an address, or both; a free port of loopback unless given"
    ),
    key!(
        "routes",
        "routes",
        "routes: [{path: /rates, reply: {json: {eur: 1.08}}}]",
        "what it answers: the first route that fits does"
    ),
];

/// A route; what it may say of a request beside these stands in [`crate::check::MATCHERS`].
pub const ROUTE_KEYS: &[&Key] = &[
    key!("name", "text", "name: rates", "what the route is called; `METHOD path` unless given"),
    key!(
        "method",
        "texts",
        "method: POST",
        "the methods it answers: one, or a list; any unless given"
    ),
    key!(
        "path",
        "path",
        "path: /users/{id}",
        "the path it answers; `{id}` stands for a piece of it, `{id:int}` for digits, `{rest:path}` for all that is left"
    ),
    key!(
        "reply",
        "reply",
        "reply: {status: 201, json: {id: 7}}",
        "what it answers: a mapping, or a status alone"
    ),
    key!(
        "replies",
        "replies",
        "replies: [{status: 503}, {json: {id: 7}}]",
        "what it answers one call after another; the last is given from then on"
    ),
    key!(
        "called",
        "called",
        "called: 1",
        "how often it must have been called when the collection has ended: a number, or predicates; at least once unless given"
    ),
];

/// A reply.
pub const REPLY_KEYS: &[&Key] = &[
    key!("status", ReplyStatus, "status: 201", "the status; 200 unless given"),
    key!("reason", Reason, "reason: Made", "the reason phrase; the status' own unless given"),
    key!(
        "headers",
        HeadersArgument,
        "headers: {retry-after: 1}",
        "headers; a list is sent as repeated lines, null leaves out what the body brings along"
    ),
    key!(
        "json",
        JsonArgument,
        "json: {id: \"{{ uuid() }}\"}",
        "a body of JSON, with its content type"
    ),
    key!("text", ReplyText, "text: hello", "a body of text, with its content type"),
    key!(
        "data",
        DataArgument,
        "data: {$base64: aGVsbG8=}",
        "a body as a request's `data`: text, a form, {$file: …}, {$base64: …}, {$hex: …}, {$chunks: […]}"
    ),
    key!("delay", Duration, "delay: 500ms", "waited before anything is sent"),
    key!(
        "fault",
        FaultArgument,
        "fault: truncated",
        "what is wrong with the reply: `reset`, `empty`, `truncated`, `bad_chunk`, `garbage`, `slow` or {slow: 2s}"
    ),
];
