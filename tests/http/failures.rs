//! Each way an exchange breaks, and what is said of it.

use crate::request::{client, error, get, send};
use crate::support::program::free_address;
use crate::support::script::{Server, Step, answer};

/// The error of a GET that is answered with these bytes and the connection's end.
fn after(bytes: &str) -> String {
    let server = Server::start(vec![vec![answer(bytes)]]);
    error(get(&server.url("/")))
}

#[test]
fn heads_that_are_none() {
    assert_eq!(after(""), "ConnectionError: the server closed the connection without a response");
    assert_eq!(
        after("HTTP/1.1 200 OK\r\nContent-Le"),
        "ConnectionError: the server closed the connection in the middle of the response's head"
    );
    assert_eq!(
        after("220 smtp ready\r\n"),
        "ConnectionError: the server's answer is not HTTP: it begins with `220 smtp ready`"
    );
    assert_eq!(
        after("HTTP/1.1 abc OK\r\n\r\n"),
        "ConnectionError: `abc` is not a status, in the status line `HTTP/1.1 abc OK`"
    );
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert_eq!(after(&many), "ConnectionError: the response has more than 99 header lines");
    let long = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(70_000));
    assert_eq!(
        after(&long),
        "ConnectionError: the response has a header line of more than 65536 bytes"
    );
}

#[test]
fn bodies_that_break_off() {
    assert_eq!(
        after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        "ChunkedEncodingError: the connection ended 7 bytes before the end of the body"
    );
    let chunked =
        |body| after(&format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));
    assert_eq!(
        chunked("5\r\nab"),
        "ChunkedEncodingError: the connection ended 3 bytes before the end of a chunk"
    );
    assert_eq!(
        chunked("2\r\nab\r\n"),
        "ChunkedEncodingError: the connection ended before the last chunk"
    );
    assert_eq!(chunked("xyz\r\n"), "ChunkedEncodingError: `xyz` is not the size of a chunk");
}

#[test]
fn bodies_that_cannot_be_decoded() {
    assert_eq!(
        after("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all"),
        "ContentDecodingError: the body is not `gzip`, as its `Content-Encoding` says: invalid gzip header"
    );
    assert_eq!(
        after("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n\x1f"),
        "ChunkedEncodingError: the connection ended 98 bytes before the end of the body"
    );
}

#[test]
fn lengths_that_contradict_each_other() {
    assert_eq!(
        after("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        "InvalidHeader: the response has two lengths, `Content-Length: 5` and `6`"
    );
}

#[test]
fn a_reset_is_an_error_and_nothing_is_sent_again() {
    let server = Server::start(vec![vec![Step::Reset]]);
    assert_eq!(
        error(get(&server.url("/"))),
        "ConnectionError: the server reset the connection before a response came"
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn nobody_there() {
    let address = free_address();
    let failure = send(&client(), get(&format!("http://{address}/"))).unwrap_err();
    assert_eq!(
        failure.error.to_string(),
        format!("ConnectionError: could not connect to `{address}`: connection refused")
    );
    assert_eq!(
        failure.error.help.as_deref(),
        Some("check the port, and that the server is running")
    );
}

#[test]
fn no_such_host() {
    let shown = error(get("http://no-such-host.invalid/"));
    assert!(
        shown.starts_with("ConnectionError: could not find the host `no-such-host.invalid`: "),
        "{shown}"
    );
}
