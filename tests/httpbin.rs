//! The embedded server against the `httpbin` of PyPI: the same requests to both, the same answers.
//!
//! A case is a line in `httpbin/cases.rs`. What differs on purpose is listed in `src/serve/mod.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

#[path = "httpbin/cases.rs"]
mod cases;
#[path = "httpbin/original.rs"]
mod original;
#[path = "httpbin/response.rs"]
mod response;

use cases::{CASES, Case, Look};
use original::Original;
use response::Response;
use runner::serve::{ROUTES, Server};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

fn started() -> Server {
    Server::start(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
}

fn exchange(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn ask(address: SocketAddr, case: &Case) -> Response {
    let answer = exchange(address, &case.bytes());
    Response::parse(&answer, case.method() != "HEAD")
}

/// Endpoints that httpbin does not have.
fn is_ours(pattern: &str) -> bool {
    ["/github/", "/graphql"].iter().any(|ours| pattern.starts_with(ours))
}

#[test]
fn every_case_is_answered_as_httpbin_answers_it() {
    let original = Original::start();
    let ours = started();
    let mut different = Vec::new();
    for case in CASES {
        let theirs = ask(original.address, case).comparable(case.look);
        let own = ask(ours.address(), case).comparable(case.look);
        if theirs != own {
            different.push(format!("{}\n--- httpbin\n{theirs}\n--- here\n{own}\n", case.line));
        }
    }
    assert!(CASES.len() >= 120, "only {} cases", CASES.len());
    let count = different.len();
    assert!(different.is_empty(), "{count} of {} differ\n{}", CASES.len(), different.join("\n"));
}

#[test]
fn every_route_of_httpbin_has_a_case() {
    let paths: Vec<&str> = CASES.iter().map(Case::path).collect();
    for route in ROUTES.iter().filter(|route| !is_ours(route.pattern)) {
        let literal = route.pattern.split('{').next().unwrap();
        let pieces = route.pattern.matches('/').count();
        let fits = |path: &&&str| path.starts_with(literal) && path.matches('/').count() >= pieces;
        assert!(paths.iter().any(|path| fits(&path)), "no case for {}", route.pattern);
    }
}

#[test]
fn digest_credentials_are_judged_as_httpbin_judges_them() {
    let original = Original::start();
    let ours = started();
    for algorithm in ["MD5", "SHA-256", "SHA-512"] {
        for qop in ["auth", "auth-int", "none"] {
            for password in ["secret", "wrong"] {
                let path = format!("/digest-auth/{qop}/user/secret/{algorithm}/3");
                let theirs = original.digest(original.address, &path, password);
                let own = original.digest(ours.address(), &path, password);
                assert_eq!(own, theirs, "{path} with {password}");
            }
        }
    }
    let with_query = original.digest(
        ours.address(),
        "/digest-auth/auth/user/secret?require-cookie=1&a=b",
        "secret",
    );
    assert!(with_query.starts_with("200 False"), "{with_query}");
}

#[test]
fn requests_come_one_after_another_on_one_connection() {
    let server = started();
    let request = b"GET /status/201 HTTP/1.1\r\n\r\n\
        POST /anything HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n\
        HEAD /get HTTP/1.1\r\n\r\nGET /status/202 HTTP/1.1\r\nConnection: close\r\n\r\n";
    let answer = String::from_utf8(exchange(server.address(), request)).unwrap();
    let statuses: Vec<&str> =
        answer.split("HTTP/1.1 ").skip(1).map(|answer| answer.get(..3).unwrap()).collect();
    assert_eq!(statuses, ["201", "200", "200", "202"]);
    assert!(answer.contains("\"data\": \"abc\""));
}

#[test]
fn many_clients_are_served_at_once() {
    let server = started();
    let mut streams: Vec<TcpStream> =
        (0..200).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    for _ in 0..5 {
        for stream in &mut streams {
            stream.write_all(b"GET /base64/4pyT HTTP/1.1\r\n\r\n").unwrap();
        }
        for stream in &mut streams {
            let mut answer = Vec::new();
            while !answer.ends_with("✓".as_bytes()) {
                let mut some = [0; 512];
                let count = stream.read(&mut some).unwrap();
                assert!(count > 0, "closed after {:?}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&some[..count]);
            }
        }
    }
}

#[test]
fn the_go_ahead_is_sent_before_the_body_is_read() {
    let server = started();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = b"POST /post HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\
        Connection: close\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut go_ahead = [0; 25];
    stream.read_exact(&mut go_ahead).unwrap();
    assert_eq!(&go_ahead, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hi").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\"data\": \"hi\""));
}

#[test]
fn http_1_0_is_answered_without_chunks_and_closed() {
    let server = started();
    let answer = exchange(server.address(), b"GET /stream/2 HTTP/1.0\r\n\r\n");
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("Transfer-Encoding") && head.contains("Connection: close"));
    assert_eq!(body.lines().count(), 2);
}

#[test]
fn what_is_too_large_or_no_http_is_refused() {
    let server = started();
    let status = |request: &[u8]| {
        let answer = exchange(server.address(), request);
        String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned()
    };
    let long = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(70_000));
    assert_eq!(status(long.as_bytes()), "431");
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(300));
    assert_eq!(status(many.as_bytes()), "431");
    let post = |header: &str| format!("POST /post HTTP/1.1\r\n{header}\r\n\r\n");
    assert_eq!(status(post("Content-Length: 99999999999999999999999").as_bytes()), "413");
    assert_eq!(status(post("Content-Length: x").as_bytes()), "400");
    assert_eq!(status(post("Transfer-Encoding: gzip").as_bytes()), "501");
    let chunk = post("Transfer-Encoding: chunked") + "fffffffffffffff\r\n";
    assert_eq!(status(chunk.as_bytes()), "413");
    let chunk = post("Transfer-Encoding: chunked") + "-1\r\n";
    assert_eq!(status(chunk.as_bytes()), "400");
    assert_eq!(status(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), "400");
    assert_eq!(status(b"GET / HTTP/2.0\r\n\r\n"), "505");
}

#[test]
fn a_client_that_sends_too_much_still_reads_why() {
    let server = started();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"POST /post HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![b'a'; 1 << 20], b"\r\n"].concat();
    for _ in 0..66 {
        stream.write_all(&chunk).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn any_bytes_are_survived() {
    let server = started();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..300 {
        let case = &CASES[random.usize(..CASES.len())];
        if case.path().starts_with("/delay") || case.path().starts_with("/drip") {
            continue;
        }
        let mut bytes = case.bytes();
        for _ in 0..random.usize(1..8) {
            let place = random.usize(..bytes.len());
            bytes[place] = random.u8(..);
        }
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(exchange(server.address(), &CASES[0].bytes()).get(9..12), Some(&b"200"[..]));
}

#[test]
fn comments_of_the_github_fixture_are_made_changed_and_deleted() {
    let server = started();
    let ask = |line: &'static str, headers: &'static [&'static str], body: &'static [u8]| {
        ask(server.address(), &Case { line, headers, body, look: Look::All })
    };
    let path = "POST /github/repos/psf/requests/issues/482/comments";
    let refused = ask(path, &[], br#"{"body": "Sounds great!"}"#);
    assert_eq!(
        (refused.status, refused.json()["message"].as_str()),
        (401, Some("Requires authentication"))
    );
    let auth = &["Authorization: Basic ZmFrZTpwYXNz"];
    let made = ask(path, auth, br#"{"body": "Sounds great!"}"#);
    assert_eq!((made.status, made.json()["user"]["login"].as_str()), (201, Some("fake")));
    assert_eq!(made.json()["id"].to_string(), "5804413");
    let comment = "/github/repos/psf/requests/issues/comments/5804413";
    assert!(made.json()["url"].as_str().unwrap().ends_with(comment));
    let changed = ask(
        "PATCH /github/repos/psf/requests/issues/comments/5804413",
        auth,
        br#"{"body": "Later."}"#,
    );
    assert_eq!((changed.status, changed.json()["body"].as_str()), (200, Some("Later.")));
    let page =
        ask("GET /github/repos/psf/requests/issues/482/comments?per_page=2&page=2", &[], b"");
    let bodies: Vec<_> =
        page.json().as_array().unwrap().iter().map(|c| c["body"].clone()).collect();
    assert_eq!(bodies, ["Probably in the \"advanced\" section", "Later."]);
    assert!(page.header("Link").unwrap().contains("page=1&per_page=2>; rel=\"prev\""));
    assert!(page.header("X-RateLimit-Remaining").is_some());
    let gone = ask("DELETE /github/repos/psf/requests/issues/comments/5804413", auth, b"");
    assert_eq!(gone.status, 204);
    let missing = ask("GET /github/repos/psf/requests/issues/comments/5804413", &[], b"");
    assert_eq!((missing.status, missing.json()["message"].as_str()), (404, Some("Not Found")));
}
