//! `runner serve` with mocks: what is recorded before a real server is replayed without it.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it must be"
)]

use runner::serve::{Incoming, Reply, Server, Site};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Arc;

const BINARY: &str = env!("CARGO_BIN_EXE_runner");

/// `runner serve …`, until it is stopped.
struct Serving {
    child: Child,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Serving {
    /// Starts it in a folder; its first line ends in its URL.
    fn start(folder: &Path, arguments: &[&str]) -> Serving {
        let mut child = Command::new(BINARY)
            .args(["serve", "--port", "0"])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Serving { child, output, url }
    }

    /// Ctrl-C; the exit code, what it still said, and its stderr.
    fn stop(mut self) -> (i32, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
        let (mut said, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), said, errors)
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.arg("run").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).env("CI", "true").output().unwrap()
}

fn passes(folder: &Path, arguments: &[&str]) {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

fn local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

#[test]
fn the_walkthrough_that_was_recorded_passes_without_its_server() {
    let folder = tempfile::tempdir().unwrap();
    let walkthrough = std::fs::canonicalize("examples/github-walkthrough.yaml").unwrap();
    let walkthrough = walkthrough.to_str().unwrap();
    let upstream = Server::start(local()).unwrap();
    let recording =
        Serving::start(folder.path(), &["--record", &upstream.url(), "--output", "recorded.yaml"]);
    let api = format!("api={}/github", recording.url);
    passes(folder.path(), &[walkthrough, "--var", &api]);
    let (code, said, _) = recording.stop();
    assert_eq!((code, said.as_str()), (0, "wrote recorded.yaml: 10 exchanges as 10 routes\n"));
    let upstream_url = upstream.url();
    drop(upstream);
    let text = std::fs::read_to_string(folder.path().join("recorded.yaml")).unwrap();
    let body = text.split_once("mocks:").unwrap().1;
    assert!(!body.contains(&upstream_url) && !body.contains("any-token-will-do"), "{text}");

    let replay = Serving::start(folder.path(), &["--replay", "recorded.yaml", "--verify"]);
    let api = format!("api={}/github", replay.url);
    passes(folder.path(), &[walkthrough, "--var", &api]);
    assert_eq!(replay.stop(), (0, String::new(), String::new()));
}

#[test]
fn a_collection_may_include_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let upstream = Server::start(local()).unwrap();
    let recording = Serving::start(folder.path(), &["--record", &upstream.url()]);
    let case = "include: [recorded.yaml]\nrequests:\n\
        - {url: '{{ mocks.url }}/get?a=1', assert: {jsonpath: {$.args.a: '1', $.url: '{{ mocks.url }}/get?a=1'}}}\n\
        - {url: '{{ mocks.url }}/get', assert: {jsonpath: {$.args: {empty: true}}}}\n";
    let direct = "requests:\n- url: '{{ base }}/get'\n- url: '{{ base }}/get?a=1'\n- url: '{{ base }}/html'\n";
    std::fs::write(folder.path().join("direct.yaml"), direct).unwrap();
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    passes(folder.path(), &["direct.yaml", "--var", &format!("base={}", recording.url)]);
    assert_eq!(recording.stop().0, 0);
    passes(folder.path(), &["case.yaml"]);
}

/// Gives away secrets in every place, and answers bodies as they are sent.
#[derive(Debug)]
struct Careless;

impl Site for Careless {
    fn answer(&self, request: Incoming) -> Reply {
        let sent = String::from_utf8_lossy(&request.body).into_owned();
        let text = format!(
            r#"{{"access_token": "tok-12345678", "token_type": "bearer", "pin_password": 1234, "note": "tok-12345678 {{{{ x }}}}", "sent": {sent:?}}}"#
        );
        Reply::bare(200, text.into_bytes())
            .with("Content-Type", "application/json")
            .with("Set-Cookie", "sid=sess-987654; Path=/; Domain=example.com; Secure")
            .with("X-Api-Key", "key-abcdef-123")
    }
}

#[test]
fn a_recording_has_no_secret_and_tells_bodies_apart() {
    let folder = tempfile::tempdir().unwrap();
    let upstream = Server::with_site(local(), Arc::new(Careless)).unwrap();
    let recording = Serving::start(folder.path(), &["--record", &upstream.url()]);
    let case = "requests:\n\
        - {url: '{{ base }}/a?api_key=qs-secret-1', method: POST, json: {n: 1, password: pw-hunter22}, auth: [ann, basic-pass-1]}\n\
        - {url: '{{ base }}/a?api_key=qs-secret-1', method: POST, json: {n: 2, password: pw-hunter22}, cookies: {sid: sess-987654}}\n\
        - {url: '{{ base }}/hooks/tok-12345678', auth: {bearer: tok-12345678}}\n";
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    let base = format!("base={}", recording.url);
    passes(folder.path(), &["case.yaml", "--var", &base]);
    let (code, said, _) = recording.stop();
    assert_eq!((code, said.as_str()), (0, "wrote recorded.yaml: 3 exchanges as 3 routes\n"));
    let text = std::fs::read_to_string(folder.path().join("recorded.yaml")).unwrap();
    for secret in [
        "tok-12345678",
        "sess-987654",
        "key-abcdef-123",
        "qs-secret-1",
        "pw-hunter22",
        "basic-pass-1",
        "1234",
        "YW5uOmJhc2ljLXBhc3MtMQ==",
    ] {
        assert!(!text.contains(secret), "`{secret}` is in\n{text}");
    }
    for kept in
        ["token_type: bearer", "sid=redacted; Path=/", "api_key: {exists: true}", "/hooks/{part1}"]
    {
        assert!(text.contains(kept), "`{kept}` is not in\n{text}");
    }
    let again = case
        .replace("{{ base }}", "{{ mocks.url }}")
        .replace("requests:", "include: [recorded.yaml]\nrequests:");
    std::fs::write(folder.path().join("again.yaml"), again).unwrap();
    passes(folder.path(), &["again.yaml"]);
}

#[test]
fn verify_says_what_was_not_called_and_what_no_route_answers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("bank.yaml"),
        "mocks:\n  bank:\n    - {path: /rates, method: GET}\n    - {path: /never}\n",
    )
    .unwrap();
    let serving = Serving::start(folder.path(), &["--mock", "bank.yaml", "--verify"]);
    let address: SocketAddr = serving.url.trim_start_matches("http://").parse().unwrap();
    for (method, status) in [("GET", "200 OK"), ("POST", "404 NOT FOUND")] {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("{method} /rates HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
    }
    let (code, said, errors) = serving.stop();
    assert_eq!((code, said.as_str()), (1, ""));
    assert_eq!(
        errors,
        "\
error[F0007]: calls of `/never`: expected at least 1
 --> bank.yaml:4:14
  |
4 |     - {path: /never}
  |              ^^^^^^ never called
  |
  = help: a route must be called at least once: `called: {ge: 0}` asks nothing

error[F0008]: no route of `mocks.bank` answers `POST /rates`
 --> bank.yaml:3:30
  |
3 |     - {path: /rates, method: GET}
  |                              ^^^ the method is POST
  |
  = note: the nearest route is `GET /rates`
"
    );
}

#[test]
fn a_webhook_from_outside_is_received_and_reports_are_as_their_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind(local()).unwrap().local_addr().unwrap().port();
    let case = format!(
        "secrets: [token]\nvars: {{token: s3cret-token}}\n\
         mocks: [{{path: /never, called: 0}}]\nrequests:\n\
         - {{name: paid, receive: {{name: hook, bind: {port}}}, timeout: 20s, \
         reply: {{status: 202, text: thanks}}, capture: {{id: $.id}}, assert: {{method: POST}}}}\n"
    );
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    let child = Command::new(BINARY)
        .args(["run", "case.yaml", "-vv", "--report", "json=report.json"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            break stream;
        }
        std::thread::yield_now();
    };
    let body = r#"{"id": 7, "note": "s3cret-token"}"#;
    let request = format!(
        "POST /orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer abcdef\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 ") && answer.ends_with("thanks"), "{answer}");
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("< POST http://a/orders") && !said.contains("s3cret-token"), "{said}");
    assert!(!said.contains("abcdef"), "{said}");
    let report = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert!(!report.contains("s3cret-token"), "{report}");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let schema = runner::schema::report().to_json_pretty();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{}\n{report:#}", errors.join("\n"));
    let steps = report.pointer("/collections/0/steps").unwrap();
    let received = steps.pointer("/0/attempts/0/received/method").unwrap();
    assert_eq!(
        (received.as_str(), steps.pointer("/1/name").unwrap()),
        (Some("POST"), &"mocks".into())
    );
}

#[test]
fn ctrl_c_ends_a_step_that_waits_for_a_request_and_teardown_runs() {
    let folder = tempfile::tempdir().unwrap();
    let case = "requests:\n- {name: stuck, receive: hook, timeout: 60s}\n\
        teardown:\n- {name: clean, set: {a: 1}}\n";
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    let mut child = Command::new(BINARY)
        .args(["run", "case.yaml", "--report", "events=-"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("step_started") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0);
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    // Whether it had begun to wait or was about to, nobody else is to blame.
    let is_told = rest.contains("\"kind\":\"Interrupted\"") || rest.contains("\"interrupted\",");
    assert!(is_told, "{rest}");
    assert!(rest.contains("\"name\":\"clean\""), "{rest}");
}

#[test]
fn a_large_body_is_passed_on_through_a_file() {
    #[derive(Debug)]
    struct Large;
    impl Site for Large {
        fn answer(&self, _: Incoming) -> Reply {
            Reply::bare(200, vec![0xff; 20 << 20]).with("Content-Type", "image/png")
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let upstream = Server::with_site(local(), Arc::new(Large)).unwrap();
    let recording = Serving::start(folder.path(), &["--record", &upstream.url()]);
    let case = "requests: [{url: '{{ base }}/big', assert: {size: 20971520}}]\n";
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    passes(folder.path(), &["case.yaml", "--var", &format!("base={}", recording.url)]);
    assert_eq!(recording.stop().0, 0);
    let written = std::fs::metadata(folder.path().join("recorded.files/1.bin")).unwrap();
    assert_eq!(written.len(), 20 << 20);
    let replay = Serving::start(folder.path(), &["--replay", "recorded.yaml"]);
    passes(folder.path(), &["case.yaml", "--var", &format!("base={}", replay.url)]);
    assert_eq!(replay.stop().0, 0);
}

#[test]
fn a_recording_overwrites_nothing_and_an_unanswered_request_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("there.yaml"), "mine").unwrap();
    let output = Command::new(BINARY)
        .args(["serve", "--record", "http://127.0.0.1:1", "--output", "there.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said,
        "error: `there.yaml` is there already\n  = help: name another file with `--output`, or remove it\n"
    );
    let recording = Serving::start(folder.path(), &["--record", "http://127.0.0.1:1"]);
    let case = "requests: [{url: '{{ base }}/a', assert: {status: 502}}]\n";
    std::fs::write(folder.path().join("case.yaml"), case).unwrap();
    passes(folder.path(), &["case.yaml", "--var", &format!("base={}", recording.url)]);
    let (code, said, _) = recording.stop();
    assert_eq!(
        (code, said.as_str()),
        (0, "wrote recorded.yaml: 0 exchanges as 0 routes\n1 request had no answer\n")
    );
}
