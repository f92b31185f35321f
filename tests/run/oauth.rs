//! `auth: {oauth2: …}` against a real server (Authlib's), with a person at a terminal and their
//! browser (`oauth_person.py`).

use crate::program::{Finished, Folder};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const PYTHON: &str = "target/test-venv/bin/python";

/// The server of `oauth_server.py`; it ends with its standard input.
struct Server {
    process: Child,
    port: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Server {
        let mut command = Command::new(PYTHON);
        command.arg("tests/run/oauth_server.py").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().to_owned();
        assert!(!port.is_empty(), "no server: run tests/setup");
        Server { process, port }
    }

    /// A collection whose steps get `/me` with these settings, and more of their own.
    fn collection(&self, settings: &str, steps: &str) -> Folder {
        let at = format!("http://127.0.0.1:{}", self.port);
        let settings = settings.replace("AT", &at);
        Folder::with(&format!(
            "session: {{base_url: '{at}', auth: {{oauth2: {{token_url: '{at}/token', {settings}}}}}}}\nrequests:\n{steps}"
        ))
    }

    /// What it was asked, and how often.
    fn asked(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).unwrap();
        write!(stream, "GET /asked HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }
}

const APP: &str = "client_id: app, client_secret: 'open-sesame'";

/// `runner` at a terminal, with somebody who does `what` they are asked.
fn at_a_terminal(folder: &Folder, what: &str) -> (Option<i32>, String) {
    let python = std::env::current_dir().unwrap().join(PYTHON);
    let person = std::env::current_dir().unwrap().join("tests/run/oauth_person.py");
    let mut command = Command::new(python);
    command.arg(person).arg(what).arg(env!("CARGO_BIN_EXE_runner"));
    command.args(["run", "collection.yaml", "--color", "never", "-v"]).current_dir(folder.path());
    let output = command.stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn passes(finished: &Finished) {
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

#[test]
fn one_request_gets_the_token_of_a_hundred_steps_and_two_files() {
    let server = Server::start();
    let steps = "  - mode: parallel\n    repeat: 50\n    requests:\n    - {url: /me, assert: {jsonpath: {$.user: app, $.scope: a b}}}\n";
    let folder =
        server.collection(&format!("grant: client_credentials, {APP}, scope: [a, b]"), steps);
    folder.write("other.yaml", folder.read("collection.yaml"));
    passes(&folder.runner(&["run", "collection.yaml", "other.yaml", "-j", "32"]));
    assert_eq!(server.asked(), ["client_credentials by basic"]);
}

#[test]
fn a_token_that_is_refused_is_renewed_once_and_the_request_sent_again() {
    let server = Server::start();
    let steps = "  - {url: /me}\n  - {url: /revoke, method: POST, auth: null}\n  - mode: parallel\n    repeat: 32\n    requests:\n    - {name: again, url: /me, assert: {jsonpath: {$.user: app}}}\n";
    let folder =
        server.collection(&format!("grant: client_credentials, {APP}, client_auth: body"), steps);
    let (finished, report) = folder.report(&["-j", "32"]);
    passes(&finished);
    assert_eq!(server.asked(), ["client_credentials by body"; 2]);
    let steps = report["collections"][0]["steps"].as_array().unwrap();
    let tokens: usize = steps
        .iter()
        .filter_map(|step| step["attempts"][0]["tokens"].as_array().map(Vec::len))
        .sum();
    assert_eq!(tokens, 2, "each request for a token stands in one step");
}

#[test]
fn a_refresh_token_is_used_and_when_it_is_used_up_the_grant_is_done_again() {
    let server = Server::start();
    let steps = "  - {name: one, url: /me}
  - {name: r1, url: /revoke, method: POST, auth: null}
  - {name: two, url: /me, assert: {jsonpath: {$.user: ann}}}
  - {name: r2, url: /revoke?all=1, method: POST, auth: null}
  - {name: three, url: /me, assert: {jsonpath: {$.user: ann}}}
";
    let folder = server
        .collection(&format!("grant: password, {APP}, username: ann, password: swordfish"), steps);
    passes(&folder.runner(&["run", "collection.yaml"]));
    let refresh = "refresh_token by basic";
    assert_eq!(server.asked(), ["password by basic", refresh, refresh, "password by basic"]);
}

#[test]
fn a_server_that_goes_on_saying_no_is_believed() {
    let server = Server::start();
    let steps = "  - {url: /me, headers: {x-a: b}, hooks: {request: [{set_header: {Authorization: Bearer other}}]}, assert: {status: 401}}\n  - {name: no, url: /token, method: POST, data: {a: b}}\n";
    let folder = server.collection(&format!("grant: client_credentials, {APP}"), steps);
    let finished = folder.runner(&["run", "collection.yaml", "-v"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(!finished.stdout.contains("sesame"), "{}", finished.stdout);
}

#[test]
fn a_person_logs_in_with_their_browser() {
    let server = Server::start();
    let settings =
        "grant: authorization_code, authorize_url: 'AT/authorize', client_id: tool, scope: a";
    let steps = "  - {url: /me, assert: {jsonpath: {$.user: ann, $.scope: a}}}\n  - {name: again, url: /me}\n";
    let folder = server.collection(settings, steps);
    let (code, said) = at_a_terminal(&folder, "forge");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("forged: 400\n"), "{said}");
    assert!(said.contains("You are logged in"), "{said}");
    assert_eq!(server.asked(), ["authorize", "authorization_code by body"]);
}

#[test]
fn a_login_that_is_refused_is_an_error() {
    let server = Server::start();
    let settings =
        "grant: authorization_code, authorize_url: 'AT/authorize', client_id: tool, scope: refused";
    let folder = server.collection(settings, "  - {url: /me}\n");
    let (code, said) = at_a_terminal(&folder, "allow");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("gave no token: access_denied"), "{said}");
}

#[test]
fn a_person_types_a_code_on_another_device() {
    let server = Server::start();
    let settings = "grant: device_code, device_url: 'AT/device_authorization', client_id: tool";
    let folder = server.collection(settings, "  - {url: /me, assert: {jsonpath: {$.user: ann}}}\n");
    let (code, said) = at_a_terminal(&folder, "allow");
    assert_eq!(code, Some(0), "{said}");
    let asked = server.asked();
    assert_eq!(asked[0], "device_authorization");
    assert!(
        asked[1..].iter().all(|it| it.starts_with("urn:ietf:params:oauth:grant-type:device_code"))
    );
}

#[test]
fn a_login_that_nobody_does_ends() {
    let server = Server::start();
    let settings =
        "grant: authorization_code, authorize_url: 'AT/nowhere', client_id: tool, wait: 300ms";
    let folder = server.collection(settings, "  - {url: /me, assert: {error: Timeout}}\n");
    let (code, said) = at_a_terminal(&folder, "ignore");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_device_that_is_refused_is_an_error() {
    let server = Server::start();
    let settings = "grant: device_code, device_url: 'AT/device_authorization', client_id: tool";
    let folder = server.collection(settings, "  - {url: /me}\n");
    let (code, said) = at_a_terminal(&folder, "refuse");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("gave no token: access_denied"), "{said}");
}

#[test]
fn a_report_has_no_token() {
    let server = Server::start();
    let folder = server.collection(
        &format!("grant: password, {APP}, username: ann, password: swordfish"),
        "  - {url: /me, assert: {status: 500}}\n",
    );
    let finished =
        folder.runner(&["run", "collection.yaml", "-vv", "--report", "json=report.json"]);
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let shown = format!("{}{}{report}", finished.stdout, finished.stderr);
    assert!(!shown.contains("swordfish") && !shown.contains("open-sesame"), "{shown}");
    assert!(shown.contains("Bearer ***"), "{shown}");
}

const SESSION: [&str; 5] = ["run", "collection.yaml", "-vv", "--session", "s.json"];

/// The token in a session's file, after its settings.
fn kept(folder: &Folder) -> (String, Value) {
    let session: Value = serde_json::from_str(&folder.read("s.json")).unwrap();
    let tokens = session["tokens"].as_object().unwrap();
    assert_eq!(tokens.len(), 1, "{session}");
    tokens.iter().map(|(key, token)| (key.clone(), token.clone())).next().unwrap()
}

/// A collection whose steps log in as `ann`, and what a first run of it left.
fn after_a_run(server: &Server, steps: &str) -> (Folder, String, Value) {
    let settings = format!("grant: password, {APP}, username: ann, password: swordfish");
    let folder = server.collection(&settings, steps);
    passes(&folder.runner(&SESSION));
    assert_eq!(server.asked(), ["password by basic"]);
    let (key, token) = kept(&folder);
    (folder, key, token)
}

const ME: &str = "  - {name: me, url: /me, assert: {jsonpath: {$.user: ann}}}\n";

#[test]
fn the_next_run_has_the_token_of_a_session_and_shows_none() {
    let server = Server::start();
    let (folder, key, token) = after_a_run(&server, ME);
    assert!(key.len() == 64 && key.chars().all(|c| c.is_ascii_hexdigit()), "{key}");
    let file = folder.read("s.json");
    assert!(!file.contains("swordfish") && !file.contains("open-sesame"), "{file}");
    let finished = folder.runner(&[&SESSION[..], &["--report", "json=report.json"]].concat());
    passes(&finished);
    assert_eq!(server.asked().len(), 1);
    let report = folder.read("report.json");
    let shown = format!("{}{}{report}", finished.stdout, finished.stderr);
    assert!(shown.contains("Bearer ***") && !shown.contains("/token"), "{shown}");
    for secret in [&token["access"], &token["refresh"]] {
        assert!(!shown.contains(secret.as_str().unwrap()), "{shown}");
    }
    assert_eq!(kept(&folder), (key, token), "it is left as it was");
}

#[test]
fn a_token_of_a_session_that_has_run_out_is_renewed() {
    let server = Server::start();
    let (folder, key, token) = after_a_run(&server, ME);
    let until = token["until"].to_string();
    folder.write("s.json", folder.read("s.json").replace(&until, "1"));
    passes(&folder.runner(&SESSION));
    assert_eq!(server.asked(), ["password by basic", "refresh_token by basic"]);
    let (renewed_key, renewed) = kept(&folder);
    assert_eq!(renewed_key, key);
    assert!(renewed["access"] != token["access"] && renewed["refresh"] != token["refresh"]);
    passes(&folder.runner(&SESSION));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_token_of_a_session_that_is_refused_is_renewed() {
    let server = Server::start();
    let steps = format!("{ME}  - {{url: /revoke, method: POST, auth: null}}\n");
    let (folder, _, _) = after_a_run(&server, &steps);
    passes(&folder.runner(&SESSION));
    assert_eq!(server.asked(), ["password by basic", "refresh_token by basic"]);
}

#[test]
fn a_token_of_a_session_is_that_of_its_settings() {
    let server = Server::start();
    let (folder, _, _) = after_a_run(&server, ME);
    let other = folder.read("collection.yaml").replace("swordfish", "other");
    folder.write("collection.yaml", other);
    let finished = folder.runner(&SESSION);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(finished.stdout.contains("invalid_"), "{finished:?}");
    kept(&folder);
}
