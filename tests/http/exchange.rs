//! What goes over the wire when all is well, and how connections are used again.

use crate::request::{client, get, post, request, send, text};
use crate::support::script::{Server, Step, answer, ok};
use runner::http::{CookieJar, Digesting, Sink};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

#[test]
fn the_bytes_prepared_are_the_bytes_sent() {
    let server = Server::start(vec![vec![ok("")]]);
    let mut request = post(&server.url("/a%20b?c=d#e"), b"{\xe9}");
    request.method = "mkCol".to_owned();
    request.headers.push("x-MANY", "1");
    request.headers.push("x-many", "caf\u{e9}");
    request.headers.push("Expect", "100-continue");
    send(&client(), request).unwrap();
    let host = server.address;
    assert_eq!(
        server.requests(),
        [(
            0,
            format!(
                "mkCol /a%20b?c=d HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nx-MANY: 1\r\nx-many: caf\u{e9}\r\nExpect: 100-continue\r\n\r\n{{\u{e9}}}"
            )
        )]
    );
}

#[test]
fn the_head_is_shown_as_it_came() {
    let server = Server::start(vec![vec![answer(
        "HTTP/1.0 299 Rather  Fine\r\nX-a: 1\r\nSet-Cookie: a=b\r\nx-A: 2\r\n\r\nuntil the end",
    )]]);
    let response = send(&client(), get(&server.url("/"))).unwrap().response;
    assert_eq!(
        (response.status, response.reason.as_str(), response.version),
        (299, "Rather  Fine", 10)
    );
    let lines: Vec<_> = response.headers.iter().collect();
    assert_eq!(lines, [("X-a", "1"), ("Set-Cookie", "a=b"), ("x-A", "2")]);
    assert_eq!(text(&response.content), "until the end");
    assert_eq!(response.cookies.len(), 1);
}

#[test]
fn a_connection_is_used_again_whatever_framed_the_body() {
    let chunked = answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\nT: x\r\n\r\n",
    );
    let nothing = answer("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n");
    let head = answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
    let old = answer("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nc");
    let server = Server::start(vec![vec![chunked, nothing, head, old, ok("d")]]);
    let client = client();
    let mut bodies = Vec::new();
    for method in ["GET", "GET", "HEAD", "GET", "GET"] {
        let response = send(&client, request(method, &server.url("/"))).unwrap().response;
        bodies.push((text(&response.content), response.timings.is_reused));
    }
    let expected = [("ab", false), ("", true), ("", true), ("c", true), ("d", true)];
    assert_eq!(bodies, expected.map(|(body, reused)| (body.to_owned(), reused)));
    assert_eq!(server.requests().iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0; 5]);
}

#[test]
fn connections_are_not_used_again_against_the_servers_will() {
    for end in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc",
    ] {
        let server = Server::start(vec![vec![answer(end)], vec![ok("b")]]);
        let client = client();
        assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "a");
        assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "b");
        assert_eq!(server.requests().last().unwrap().0, 1, "{end}");
    }
}

#[test]
fn a_connection_the_server_has_left_is_replaced_silently() {
    let server = Server::start(vec![vec![ok("a")], vec![ok("b")]]);
    let client = client();
    send(&client, get(&server.url("/"))).unwrap();
    // Only a connection to a server that has closed its end is sure to be stale.
    let closed = || server_has_closed(server.address);
    assert!(closed());
    assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "b");
    assert_eq!(server.requests().len(), 2);
}

/// The script closes each connection before it accepts the next: once a probe's connection is in
/// the backlog and nothing is left to do, the kernel has sent the end. Loopback delivers at once.
pub(crate) fn server_has_closed(server: SocketAddr) -> bool {
    let own = server.port();
    let began = std::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(10) {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        // 08 is CLOSE_WAIT: our side has seen the end.
        let is_closed = table.lines().skip(1).any(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            columns[2].ends_with(&format!(":{own:04X}")) && columns[3] == "08"
        });
        if is_closed {
            return true;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
    false
}

#[test]
fn interim_responses_are_passed_over() {
    let server = Server::start(vec![vec![answer(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
    )]]);
    let response = send(&client(), get(&server.url("/"))).unwrap().response;
    assert_eq!((response.status, response.headers.contains("link")), (200, false));
}

#[test]
fn content_codings_are_undone() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"hello").unwrap();
    let gzip = gzip.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        gzip.len()
    );
    let server = Server::start(vec![vec![answer([head.as_bytes(), &gzip].concat()), ok("next")]]);
    let client = client();
    let response = send(&client, get(&server.url("/"))).unwrap().response;
    assert_eq!(text(&response.content), "hello");
    assert_eq!(response.headers.get("content-encoding").as_deref(), Some("gzip"));
    assert!(send(&client, get(&server.url("/"))).unwrap().response.timings.is_reused);
}

#[test]
fn a_discarded_body_is_counted_and_digested_when_asked() {
    let server = Server::start(vec![vec![ok("abc"), ok("abc")]]);
    let client = client();
    let take = |digest| {
        let sink = Sink::Discard { keep: 2, digest };
        client
            .send(get(&server.url("/")), &mut CookieJar::default(), &sink)
            .unwrap()
            .response
            .content
    };
    let content = take(Digesting::Wanted);
    assert_eq!((text(&content).as_str(), content.size), ("ab", 3));
    assert_eq!(
        content.sha256(),
        Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_eq!(take(Digesting::Unwanted).sha256(), None);
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_saved_body_is_the_last_hops() {
    let server = Server::start(vec![vec![
        answer("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 3\r\n\r\nold"),
        ok("new"),
    ]]);
    let written = Shared::default();
    let open = |_: &std::path::Path| -> std::io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(written.clone()))
    };
    let sink =
        Sink::File { path: "out.bin".into(), open: &open, keep: 0, digest: Digesting::Unwanted };
    let exchange = client().send(get(&server.url("/")), &mut CookieJar::default(), &sink).unwrap();
    assert_eq!(*written.0.lock().unwrap(), b"new");
    assert_eq!(exchange.response.content.saved, Some("out.bin".into()));
    assert_eq!(text(&exchange.history[0].response.content), "old");
}

#[test]
fn a_body_left_unread_closes_its_connection() {
    use runner::http::adapter::{Adapter, HttpAdapter};
    let server = Server::start(vec![vec![ok("a long body"), Step::Stall], vec![ok("b")]]);
    let adapter = HttpAdapter::new(1);
    drop(adapter.send(&get(&server.url("/")), None, None).unwrap());
    let response = adapter.send(&get(&server.url("/")), None, None).unwrap();
    assert!(!response.timings.is_reused);
}
