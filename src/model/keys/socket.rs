//! The keys of a socket: of the step, of `socket` itself, of the items of its `script`.

use super::{ASSERT, CAPTURE, CERT, Key, KeySchema, RETRY, TIMEOUT, VERIFY};
use crate::model::Shape;
use crate::model::shapes::{
    AddressArgument, BindArgument, ByteCount, Connecting, RecvArgument, SendArgument, ServerName,
    ShutdownArgument,
};
use std::time::Duration;

/// What a socket has beside [`super::STEP_KEYS`].
pub const SOCKET_KEYS: &[&Key] = &[
    key!(
        "socket",
        "socket",
        "socket: tcp://127.0.0.1:6379",
        "a connection that bytes are sent and received over: a URL of tcp://, tls://, udp:// or unix://, or a mapping with more to say"
    ),
    key!(
        "script",
        "script",
        "script: [{send: \"PING\\r\\n\"}, {recv: {until: \"\\r\\n\"}, expect: \"+PONG\\r\\n\"}]",
        "what is done over the connection, in order"
    ),
    TIMEOUT,
    RETRY,
    &Key { schema: KeySchema::Definition("socketCaptures"), ..*CAPTURE },
    &Key {
        example: "assert: {text: {starts_with: +PONG}}",
        summary: "what must hold of what was received",
        schema: KeySchema::Definition("socketAssertions"),
        ..*ASSERT
    },
];

/// `socket`, written at length.
pub const CONNECT_KEYS: &[&Key] = &[
    key!(
        "connect",
        AddressArgument,
        "connect: tls://imap.example.com:993",
        "where to: a URL of tcp://, tls://, udp:// or unix://"
    ),
    key!(
        "listen",
        "address",
        "listen: tcp://127.0.0.1:0",
        "where others connect to, from the beginning of the run on; port 0 is a free one, `{{ listen.ID.port }}` says which"
    ),
    key!(
        "accept",
        "count",
        "accept: 2",
        "of `listen`: how many connections the script is gone through with, one after the other; 1 unless given"
    ),
    key!(
        "backlog",
        "count",
        "backlog: 5",
        "of `listen`: how many connections wait; 128 unless given"
    ),
    key!(
        "expect",
        Connecting,
        "expect: refused",
        "what connecting must come to: `open` (default), `refused`, `timeout` or `unreachable`"
    ),
    key!("tls", bool, "tls: true", "whether TLS is spoken; true for tls://, else false"),
    key!(
        "server_name",
        ServerName,
        "server_name: imap.example.com",
        "whom the certificate must name; the host unless given"
    ),
    VERIFY,
    CERT,
    key!("bind", BindArgument, "bind: 127.0.0.1", "the address of this machine it comes from"),
    key!(
        "limit",
        ByteCount,
        "limit: 1000000",
        "how many bytes may be received in all; 16777216 unless given"
    ),
];

/// One item of `script`.
pub const SCRIPT_KEYS: &[&Key] = &[
    key!(
        "send",
        SendArgument,
        "send: \"PING\\r\\n\"",
        "sends all of it: text, {$hex: …}, {$base64: …} or {$file: …}"
    ),
    key!(
        "recv",
        RecvArgument,
        "recv: {until: \"\\r\\n\"}",
        "receives so many bytes, as far as `until`, `all` until the other side ends, or `any`: what comes first"
    ),
    key!(
        "expect",
        "expectation",
        "expect: {starts_with: +PONG}",
        "what must hold of what the last `recv` took; else the script ends there"
    ),
    key!(
        "shutdown",
        ShutdownArgument,
        "shutdown: write",
        "ends a direction: `write` says that nothing more comes, `read`, or `both`"
    ),
    key!(
        "close",
        "true",
        "close: true",
        "closes the connection; at the end of the script it is closed anyway"
    ),
    key!("sleep", Duration, "sleep: 100ms", "how long nothing is done"),
];
