//! What is tried again: everything recorded from Requests, and what it has no words for.

use crate::request::{get, options, post, send};
use crate::support::script::{Server, Step, answer, ok};
use runner::http::{Client, Mounts, PreparedRequest, Timeout, Upload};
use runner::model::Shape;
use runner::model::shapes::AdaptersArgument;
use runner::value::Value;
use runner::world::{Alarm, Clock, SystemClock};
use serde_json::{Value as Json, json};
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What Requests did, recorded by `tests/wire/record_retries.py`.
const RECORDED: &str = include_str!("../wire/retries.json");

/// Notes what is slept, and does not sleep.
#[derive(Debug, Default)]
struct Sleepless {
    slept: Mutex<Vec<f64>>,
}

impl Clock for Sleepless {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration, _: &Alarm) {
        if !duration.is_zero() {
            self.slept.lock().unwrap().push(duration.as_secs_f64());
        }
    }
}

fn mounts(adapters: &Json) -> Arc<Mounts> {
    let value = Value::from_json(adapters.to_string().as_bytes()).unwrap();
    Arc::new(AdaptersArgument::read(&value, Path::new("")).unwrap().0)
}

fn with(retries: &Json, mut request: PreparedRequest) -> PreparedRequest {
    request.transport.mounts = mounts(&json!({ "http://": { "retries": retries } }));
    request
}

/// A case's `retries` as they are written.
fn written(case: &Json) -> Json {
    let mut retries = case["retries"].clone();
    let members = retries.as_object_mut().unwrap();
    match members.remove("number") {
        Some(number) if members.is_empty() => return number,
        Some(number) => {
            members.insert("attempts".to_owned(), json!(number.as_u64().unwrap() + 1));
        }
        None if members.is_empty() => return Json::Null,
        None => {}
    }
    retries
}

/// The connections of a case's script: a status leaves its connection open.
fn script(case: &Json) -> Vec<Vec<Step>> {
    let mut connections = vec![Vec::new()];
    for step in case["script"].as_array().unwrap() {
        let current = connections.last_mut().unwrap();
        let end = match step {
            Json::String(word) if word == "reset" => Some(Step::Reset),
            Json::String(word) if word == "silent" => Some(Step::Stall),
            Json::String(_) => Some(answer("")),
            _ => None,
        };
        if let Some(end) = end {
            current.push(end);
            connections.push(Vec::new());
            continue;
        }
        let (status, after) = match step {
            Json::Array(pair) => {
                (&pair[0], format!("Retry-After: {}\r\n", pair[1].as_str().unwrap()))
            }
            status => (status, String::new()),
        };
        let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n{after}\r\nhi");
        current.push(answer(head));
    }
    connections.retain(|steps| !steps.is_empty());
    connections
}

/// An address nothing listens at.
fn refused() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

/// What came of a case: the requests, the pauses, and a status or an error.
fn play(case: &Json) -> Json {
    let is_refused = case["script"] == json!(["refused"]);
    let server = (!is_refused).then(|| Server::start(script(case)));
    let url = server.as_ref().map_or_else(refused, |server| server.url("/"));
    let mut request = match case["body"].as_str() {
        Some(body) => post(&url, body.as_bytes()),
        None => get(&url),
    };
    request.method = case["method"].as_str().unwrap().to_uppercase();
    request.transport.max_redirects = None;
    request.transport.timeout = Timeout {
        connect: Some(Duration::from_secs(5)),
        read: Some(Duration::from_millis(300)),
        total: None,
    };
    let clock = Arc::new(Sleepless::default());
    let client = Client::new(runner::http::ClientOptions { clock: clock.clone(), ..options() });
    let (retried, outcome) = match send(&client, with(&written(case), request)) {
        Ok(exchange) => (exchange.retried.len(), json!(exchange.response.status)),
        Err(failure) => (failure.retried.len(), json!(failure.error.kind.name())),
    };
    // Of a refused connection no server knows.
    let sent = if is_refused { 0 } else { retried + 1 };
    let slept = clock.slept.lock().unwrap().clone();
    json!([sent, slept, outcome])
}

#[test]
fn what_is_tried_again_is_what_requests_tries_again() {
    let mut wrong = Vec::new();
    for line in RECORDED.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let slept: Vec<f64> =
            case["slept"].as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect();
        let found = play(&case);
        if found != json!([case["requests"], slept, case["outcome"]]) {
            wrong.push(format!("{line}\n  found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A status without a body.
fn status(code: u16, reason: &str) -> Step {
    answer(format!("HTTP/1.1 {code} {reason}\r\nContent-Length: 0\r\n\r\n"))
}

#[test]
fn a_retry_goes_over_the_same_connection_with_the_same_bytes() {
    let server = Server::start(vec![vec![status(503, "Busy"), status(503, "Busy"), ok("done")]]);
    let request = with(&json!({"on": [503], "methods": ["POST"]}), post(&server.url("/"), b"body"));
    let exchange = send(&Client::new(options()), request).unwrap();
    let retried: Vec<Option<u16>> = exchange.retried.iter().map(|one| one.status).collect();
    assert_eq!(retried, [Some(503), Some(503)]);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:?}");
}

#[test]
fn what_is_said_when_no_try_is_left() {
    let server = Server::start(vec![vec![status(503, "Busy"), status(503, "Busy")]]);
    let request = with(&json!({"on": [503], "attempts": 2}), get(&server.url("/")));
    let failure = send(&Client::new(options()), request).unwrap_err();
    assert_eq!(failure.error.to_string(), "RetryError: still `503 Busy` after 2 attempts");
    assert_eq!(
        failure.error.help.as_deref(),
        Some("look at why the server answers so, or allow more `retries` in `adapters`")
    );
    assert_eq!(failure.retried.len(), 1);
    let url = refused();
    let failure = send(&Client::new(options()), with(&json!(2), get(&url))).unwrap_err();
    let authority = url.trim_start_matches("http://").trim_end_matches('/');
    assert_eq!(
        failure.error.to_string(),
        format!(
            "ConnectionError: could not connect to `{authority}`: connection refused, after 3 attempts"
        )
    );
    assert_eq!(failure.retried.len(), 2);
}

#[test]
fn a_retry_after_that_says_nothing_is_told() {
    let busy = answer("HTTP/1.1 503 Busy\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n");
    let server = Server::start(vec![vec![busy]]);
    let failure =
        send(&Client::new(options()), with(&json!(2), get(&server.url("/")))).unwrap_err();
    assert_eq!(
        failure.error.to_string(),
        "InvalidHeader: the server's `Retry-After: soon` is neither seconds nor a date"
    );
    assert_eq!(
        failure.error.help.as_deref(),
        Some("leave it aside with `respect_retry_after: false`")
    );
}

#[test]
fn silence_stays_a_read_timeout_when_no_try_is_left() {
    let server = Server::start(vec![vec![Step::Stall], vec![Step::Stall]]);
    let mut request = with(&json!(1), get(&server.url("/")));
    request.transport.timeout.read = Some(Duration::from_millis(50));
    assert_eq!(
        send(&Client::new(options()), request).unwrap_err().error.to_string(),
        "ReadTimeout: no response for 50ms, after 2 attempts"
    );
}

/// A body that can be read once.
#[derive(Debug)]
struct Once;

impl Upload for Once {
    fn open(&self, _: Option<std::time::Instant>) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(&b"once"[..]))
    }

    fn is_rewindable(&self) -> bool {
        false
    }

    fn length(&self) -> Option<u64> {
        Some(4)
    }

    fn describe(&self) -> String {
        "once".to_owned()
    }
}

#[test]
fn a_body_that_can_be_read_once_is_not_sent_again() {
    let server = Server::start(vec![vec![status(503, "Busy")]]);
    let mut request = with(&json!({"on": [503], "methods": null}), post(&server.url("/"), b"once"));
    request.body = runner::http::Body::Stream(Arc::new(Once));
    assert_eq!(send(&Client::new(options()), request).unwrap().response.status, 503);
    let mut request = with(&json!({"methods": null}), post(&refused(), b"once"));
    request.body = runner::http::Body::Stream(Arc::new(Once));
    let failure = send(&Client::new(options()), request).unwrap_err();
    assert!(failure.error.message.ends_with("after 3 attempts"), "{}", failure.error);
}

#[test]
fn no_try_begins_behind_the_total() {
    let busy = answer("HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
    let server = Server::start(vec![vec![busy]]);
    let mut request = with(&json!(2), get(&server.url("/")));
    request.transport.timeout.total = Some(Duration::from_secs(60));
    assert_eq!(
        send(&Client::new(options()), request).unwrap_err().error.to_string(),
        "RetryError: still `503 Busy` after 1 attempt"
    );
}

#[test]
fn every_hop_has_all_its_tries() {
    let to = answer("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
    let server =
        Server::start(vec![vec![status(503, "Busy"), to, status(503, "Busy"), ok("done")]]);
    let request = with(&json!({"on": [503], "attempts": 2}), get(&server.url("/a")));
    let exchange = send(&Client::new(options()), request).unwrap();
    let urls: Vec<&str> = exchange.retried.iter().map(|one| one.url.as_str()).collect();
    assert_eq!(urls, [server.url("/a"), server.url("/b")]);
    assert_eq!(exchange.history.len(), 1);
}

/// Says when somebody begins to sleep.
#[derive(Debug)]
struct Telling(std::sync::mpsc::SyncSender<()>);

impl Clock for Telling {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration, alarm: &Alarm) {
        self.0.send(()).unwrap();
        SystemClock.sleep(duration, alarm);
    }
}

#[test]
fn an_interruption_ends_the_pause_and_sends_nothing_more() {
    let busy = answer("HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
    let server = Server::start(vec![vec![busy]]);
    let (sender, sleeping) = std::sync::mpsc::sync_channel(1);
    let clock = Arc::new(Telling(sender));
    let client = Arc::new(Client::new(runner::http::ClientOptions { clock, ..options() }));
    let request = with(&json!(2), get(&server.url("/")));
    let sender = {
        let client = Arc::clone(&client);
        std::thread::spawn(move || send(&client, request).unwrap_err().error.to_string())
    };
    sleeping.recv().unwrap();
    client.shutdown();
    assert_eq!(sender.join().unwrap(), "ConnectionError: interrupted");
}
