//! Silence, totals, and being interrupted.

use crate::request::{client, error, get, send};
use crate::support::script::{Server, Step, answer};
use runner::http::{PreparedRequest, Timeout};
use std::net::TcpListener;
use std::time::Duration;

fn within(timeout: Timeout, mut request: PreparedRequest) -> PreparedRequest {
    request.transport.timeout = timeout;
    request
}

const SHORT: Option<Duration> = Some(Duration::from_millis(50));
const LONG: Option<Duration> = Some(Duration::from_secs(60));

#[test]
fn silence_before_the_head_is_a_read_timeout() {
    let server = Server::start(vec![vec![Step::Stall]]);
    let timeout = Timeout { connect: LONG, read: SHORT, total: None };
    assert_eq!(error(within(timeout, get(&server.url("/")))), "ReadTimeout: no response for 50ms");
}

#[test]
fn silence_in_the_body_is_a_connection_error_as_in_requests() {
    let begin = answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    let server = Server::start(vec![vec![begin, Step::Stall]]);
    let timeout = Timeout { connect: LONG, read: SHORT, total: None };
    assert_eq!(
        error(within(timeout, get(&server.url("/")))),
        "ConnectionError: no more of the body for 50ms"
    );
}

#[test]
fn the_total_covers_every_hop_and_the_body() {
    let total = Timeout { connect: LONG, read: LONG, total: Some(Duration::from_millis(100)) };
    let hop = answer("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
    let server = Server::start(vec![vec![hop, Step::Stall]]);
    assert_eq!(
        error(within(total, get(&server.url("/")))),
        "ReadTimeout: no response before `timeout.total` had passed"
    );
    let begin = answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    let server = Server::start(vec![vec![begin, Step::Stall]]);
    assert_eq!(
        error(within(total, get(&server.url("/")))),
        "ReadTimeout: no more of the body before `timeout.total` had passed"
    );
}

#[test]
fn a_handshake_that_stalls_is_a_read_timeout_after_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let timeout = Timeout { connect: SHORT, read: LONG, total: None };
    let url = format!("https://{}/", listener.local_addr().unwrap());
    assert_eq!(
        error(within(timeout, get(&url))),
        "ReadTimeout: no answer to the handshake for 50ms"
    );
}

#[test]
fn a_shutdown_ends_what_waits_and_refuses_what_comes() {
    let server = Server::start(vec![vec![Step::Stall]]);
    let client = client();
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| send(&client, get(&server.url("/"))).unwrap_err().error);
        // The server has the request once the script is in its last step; ask it by its record.
        while !server.has_been_asked() {
            std::thread::park_timeout(std::time::Duration::from_millis(1));
        }
        client.shutdown();
        waiting.join().unwrap()
    });
    assert_eq!(waiting.to_string(), "ConnectionError: interrupted");
    assert_eq!(
        send(&client, get("http://a.test/")).unwrap_err().error.to_string(),
        "ConnectionError: interrupted"
    );
}
