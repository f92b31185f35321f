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
    for route in ROUTES {
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

/// Asks GitHub's part of the server as somebody, with a token of theirs.
fn as_user(server: &Server, user: &str, line: &str, body: &str) -> Response {
    let (method, path) = line.split_once(' ').unwrap();
    let request = format!(
        "{method} /github{path} HTTP/1.1\r\nHost: a\r\nAuthorization: token ghp_{user}\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Response::parse(&exchange(server.address(), request.as_bytes()), true)
}

/// The status, the message, and the code of the first error.
fn refusal(response: &Response) -> (u16, String, String) {
    let value = response.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (response.status, text(&value["message"]), text(&value["errors"][0]["code"]))
}

#[test]
fn who_may_do_what_to_a_repository_is_as_on_github() {
    let server = started();
    let ask = |user: &str, line: &str, body: &str| as_user(&server, user, line, body);
    let said = |status, message: &str, code: &str| (status, message.to_owned(), code.to_owned());
    let refused = |user: &str, line: &str, body: &str| refusal(&ask(user, line, body));
    assert_eq!(ask("ann", "POST /user/repos", r#"{"name": "x", "private": true}"#).status, 201);
    let taken = said(422, "Repository creation failed.", "custom");
    assert_eq!(refused("ann", "POST /user/repos", r#"{"name": "X"}"#), taken);
    // To others what is private is not there.
    let missing = said(404, "Not Found", "");
    assert_eq!(refused("bob", "GET /repos/ann/x", ""), missing);
    assert_eq!(ask("ann", "PATCH /repos/ann/x", r#"{"private": false}"#).status, 200);
    assert_eq!(ask("bob", "GET /repos/ann/x", "").status, 200);
    // They open issues and comment, but do not say which labels those have.
    let issue = r#"{"title": "a", "labels": ["bug"], "assignees": ["ann"]}"#;
    let opened = ask("bob", "POST /repos/ann/x/issues", issue).json();
    assert_eq!((&opened["number"], &opened["labels"]), (&1.into(), &serde_json::json!([])));
    assert_eq!(refused("bob", "POST /repos/ann/x/labels", r#"{"name": "mine"}"#), missing);
    let no_owner = said(403, "Must have admin rights to Repository.", "");
    assert_eq!(refused("bob", "DELETE /repos/ann/x", ""), no_owner);
    assert_eq!(refused("bob", "PUT /repos/ann/x/collaborators/eve", "{}"), no_owner);
    assert_eq!(refused("eve", "PATCH /repos/ann/x/issues/1", r#"{"state": "closed"}"#), no_owner);
    // The invited are no collaborators before they have accepted, and only they can.
    let invitation =
        ask("ann", "PUT /repos/ann/x/collaborators/bob", "{}").json()["id"].to_string();
    let accept = format!("PATCH /user/repository_invitations/{invitation}");
    assert_eq!(refused("bob", "POST /repos/ann/x/labels", r#"{"name": "mine"}"#), missing);
    assert_eq!(refused("eve", &accept, ""), missing);
    assert_eq!(ask("bob", &accept, "").status, 204);
    let look = || ask("ann", "GET /repos/ann/x/collaborators/bob", "").status;
    assert_eq!([look(), look(), look()], [404, 204, 204]);
    assert_eq!(ask("bob", "POST /repos/ann/x/labels", r#"{"name": "mine"}"#).status, 201);
    assert_eq!(ask("ann", "DELETE /repos/ann/x/collaborators/bob", "").status, 204);
    assert_eq!(refused("bob", "POST /repos/ann/x/labels", r#"{"name": "more"}"#), missing);
    assert_eq!(ask("ann", "DELETE /repos/ann/x", "").status, 204);
    assert_eq!(refused("ann", "GET /repos/ann/x/issues/1", ""), missing);
}

#[test]
fn what_github_refuses_is_refused_in_its_words() {
    let server = started();
    let refused = |line: &str, body: &str| refusal(&as_user(&server, "octocat", line, body));
    let said = |status, message: &str, code: &str| (status, message.to_owned(), code.to_owned());
    let here = |rest: &str| format!("POST /repos/psf/requests/{rest}");
    let failed = "Validation Failed";
    let labels = here("labels");
    assert_eq!(refused(&labels, "{"), said(400, "Problems parsing JSON", ""));
    assert_eq!(refused(&labels, "[]"), said(400, "Body should be a JSON object", ""));
    let no_name = said(422, "Invalid request.\n\n\"name\" wasn't supplied.", "");
    assert_eq!(refused(&labels, "{}"), no_name);
    let colour = r#"{"name": "new", "color": "invalid"}"#;
    assert_eq!(refused(&labels, colour), said(422, failed, "invalid"));
    assert_eq!(refused(&labels, r#"{"name": "BUG"}"#), said(422, failed, "already_exists"));
    let no_milestone = r#"{"title": "a", "milestone": 7}"#;
    assert_eq!(refused(&here("issues"), no_milestone), said(422, failed, "invalid"));
    let token = |token: &str| {
        let request = format!("GET /github/user HTTP/1.0\r\nAuthorization: {token}\r\n\r\n");
        refusal(&Response::parse(&exchange(server.address(), request.as_bytes()), true))
    };
    for bad in ["Bearer ghp_", "Bearer ghp_a b", "Bearer", "Digest x", "Basic Og=="] {
        assert_eq!(token(bad), said(401, "Bad credentials", ""), "{bad}");
    }
    assert_eq!(token("bearer anything").0, 200);
}

#[test]
fn a_body_for_github_is_json_whatever_its_type_but_an_upload_is_a_file() {
    let server = started();
    let post = |path: &str, body: &str| {
        // As `curl -d` sends it.
        let request = format!(
            "POST /github{path} HTTP/1.0\r\nAuthorization: token ghp_ann\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Response::parse(&exchange(server.address(), request.as_bytes()), true)
    };
    assert_eq!(post("/user/repos", r#"{"name": "x"}"#).status, 201);
    let release = post("/repos/ann/x/releases", r#"{"tag_name": "v1"}"#).json()["id"].to_string();
    let uploads = format!("/uploads/repos/ann/x/releases/{release}/assets?name=");
    for (name, body) in [("a.json", r#"{"a": 1}"#), ("b.txt", "{}}"), ("empty", "")] {
        let made = post(&format!("{uploads}{name}"), body);
        assert_eq!((made.status, made.json()["size"].as_u64()), (201, Some(body.len() as u64)));
    }
    assert_eq!(refusal(&post(&uploads, "x")).2, "missing_field");
    assert_eq!(refusal(&post(&format!("{uploads}empty"), "x")).2, "already_exists");
}

#[test]
fn files_are_changed_by_who_knows_what_is_there() {
    let server = started();
    let ask = |line: &str, body: &str| as_user(&server, "octocat", line, body);
    let path = "/repos/psf/requests/contents/docs/a%20b.txt";
    let put = |body: &str| ask(&format!("PUT {path}"), body);
    // As octokit recorded it of GitHub.
    let made = put(r#"{"message": "create test.txt", "content": "VGVzdCBjb250ZW50"}"#);
    let sha = "3f3f005b29247e51a4f4d6b8ce07b67646cd6074";
    assert_eq!((made.status, &made.json()["content"]["sha"]), (201, &sha.into()));
    assert_eq!(made.json()["content"]["path"], "docs/a b.txt");
    let unseen = put(r#"{"message": "m", "content": ""}"#);
    assert_eq!(refusal(&unseen).1, "Invalid request.\n\n\"sha\" wasn't supplied.");
    let wrong = put(r#"{"message": "m", "content": "", "sha": "0"}"#);
    assert_eq!(
        (wrong.status, refusal(&wrong).1),
        (409, "docs/a b.txt does not match 0".to_owned())
    );
    let changed = put(&format!(r#"{{"message": "m", "content": "Yg==", "sha": "{sha}"}}"#));
    assert_eq!(changed.status, 200);
    let commit = changed.json()["commit"].clone();
    assert_eq!(commit["parents"][0]["sha"], made.json()["commit"]["sha"]);
    let sha = commit["sha"].as_str().unwrap();
    let shown = ask(&format!("GET /repos/psf/requests/git/commits/{sha}"), "").json();
    assert_eq!(shown["message"], "m");
    let read = ask(&format!("GET {path}"), "").json();
    assert_eq!((&read["content"], &read["encoding"]), (&"Yg==\n".into(), &"base64".into()));
    let blob = read["sha"].as_str().unwrap().to_owned();
    let gone = ask(&format!("DELETE {path}"), &format!(r#"{{"message": "m", "sha": "{blob}"}}"#));
    assert_eq!((gone.status, ask(&format!("GET {path}"), "").status), (200, 404));
}

#[test]
fn a_request_that_is_told_nothing_new_does_not_count() {
    let server = started();
    let get = |headers: &str| {
        let request = format!(
            "GET /github/repos/psf/requests HTTP/1.0\r\nAuthorization: token ghp_ann\r\n{headers}\r\n"
        );
        Response::parse(&exchange(server.address(), request.as_bytes()), true)
    };
    let used = |response: &Response| response.header("X-RateLimit-Used").unwrap().to_owned();
    let first = get("");
    let tag = format!("If-None-Match: {}\r\n", first.header("ETag").unwrap());
    let again = get(&tag);
    assert_eq!((first.status, again.status), (200, 304));
    assert_eq!([used(&first), used(&again), used(&get(""))], ["1", "1", "2"]);
    // Each user's are counted apart, and to ask for the limit is free.
    let rate = as_user(&server, "ann", "GET /rate_limit", "").json()["rate"].clone();
    assert_eq!((&rate["used"], &rate["remaining"]), (&2.into(), &4998.into()));
    assert_eq!(as_user(&server, "bob", "GET /rate_limit", "").json()["rate"]["used"], 0);
    let page =
        as_user(&server, "bob", "GET /repos/psf/requests/labels?per_page=4&page=2&x=%26", "");
    let link = page.header("Link").unwrap();
    assert!(link.contains("/labels?page=3&per_page=4&x=%26>; rel=\"last\""), "{link}");
}
