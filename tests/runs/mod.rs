//! Runs built by hand, as the events they would send.

use runner::event::{
    AssertionRecord, AttemptRecord, CaptureRecord, CollectionFinished, CollectionStarted, Counts,
    ErrorRecord, Event, HopRecord, Location, MoveRecord, Outcome, PageRecord, PagesRecord, Phase,
    RequestRecord, ResponseRecord, RunFinished, RunStarted, SocketRecord, StepRecord, StepStarted,
    TimingsRecord, UntilRecord, Warning,
};
use runner::value::{Map, Value};

/// Every run, with its name.
pub(crate) fn all() -> [(&'static str, Vec<Event>); 4] {
    [
        ("passed", passed()),
        ("everything", everything()),
        ("interrupted", interrupted()),
        ("sockets", sockets()),
    ]
}

/// One collection whose two steps pass; of the second nothing wanted the details.
pub(crate) fn passed() -> Vec<Event> {
    let first = step(0, 0, "fetch commit", vec![answered("GET", 200, "OK")]);
    let answered = answered("DELETE", 204, "No Content");
    let brief = AttemptRecord { request: None, response: None, curl: None, ..answered };
    let second = step(0, 1, "delete comment", vec![brief]);
    let mut events =
        vec![run_started(1, 2), collection_started(0, "Walkthrough", "orders.yaml", 2)];
    events.extend(ended([first, second]));
    events.push(collection_finished(0, Outcome::Passed));
    let counts = Counts { passed: 2, requests: 2, assertions: 2, ..Counts::default() };
    events.push(run_finished(Outcome::Passed, counts, 0));
    events
}

/// Two collections in which everything happens that can.
pub(crate) fn everything() -> Vec<Event> {
    let mut events = vec![run_started(2, 13)];
    events.push(collection_started(0, "Commit walkthrough", "orders.yaml", 10));
    events.push(warning(
        Some(0),
        "hook `log` failed: no such variable",
        Some(at("orders.yaml", 9)),
    ));
    events.extend(ended(walkthrough()));
    events.push(collection_finished(0, Outcome::Failed));
    events.push(collection_started(1, "Hostile\u{1b}[2J", "-", 3));
    events.extend(ended(hostile()));
    events.push(warning(None, "`HTTP_PROXY` is set\u{7}", None));
    events.push(collection_finished(1, Outcome::Failed));
    let counts = Counts {
        passed: 6,
        flaky: 1,
        failed: 4,
        errored: 2,
        skipped: 1,
        requests: 14,
        assertions: 18,
    };
    events.push(run_finished(Outcome::Failed, counts, 1));
    events
}

/// A server, its client, and a client of a server that says what no terminal should.
pub(crate) fn sockets() -> Vec<Event> {
    let hostile = talked(
        "tcp://redis.example:6379",
        &[("send", Some("PING\\r\\n")), ("recv", Some("\u{1b}[2J")), ("closed", None)],
    );
    let kind = "ConnectionError";
    let message = "the other side closed the connection before `\\r\\n` came, after 4 bytes";
    let hostile =
        AttemptRecord { error: Some(error(kind, message, at("sockets.yaml", 9))), ..hostile };
    let outcome = Outcome::Errored;
    let steps = [
        step(0, 0, "server", vec![talked("tcp://127.0.0.1:49152", SERVED)]),
        step(0, 1, "client", vec![talked("tcp://127.0.0.1:49152", ASKED)]),
        StepRecord { outcome, ..step(0, 2, "redis says PONG", vec![hostile]) },
    ];
    let mut events = vec![run_started(1, 3), collection_started(0, "Sockets", "sockets.yaml", 3)];
    events.extend(ended(steps));
    events.push(collection_finished(0, outcome));
    let counts = Counts { passed: 2, errored: 1, ..Counts::default() };
    events.push(run_finished(outcome, counts, 3));
    events
}

const SERVED: &[(&str, Option<&str>)] =
    &[("accept", None), ("recv", Some("hello\\n")), ("send", Some("\\x00\\xff"))];

const ASKED: &[(&str, Option<&str>)] = &[
    ("send", Some("hello\\n")),
    ("shutdown", None),
    ("recv", Some("\\x00\\xff")),
    ("recv", Some("")),
];

/// A try over a socket: what was done, and the bytes of what was said.
fn talked(address: &str, moves: &[(&str, Option<&str>)]) -> AttemptRecord {
    let moves = moves.iter().map(|(action, bytes)| MoveRecord {
        action: (*action).to_owned(),
        peer: (*action == "accept").then(|| "127.0.0.1:49153".to_owned()),
        bytes: bytes.map(str::to_owned),
        size: bytes.map(|bytes| bytes.len() as u64),
    });
    let socket = SocketRecord {
        address: address.to_owned(),
        peer: Some("127.0.0.1:49152".to_owned()),
        local: Some("127.0.0.1:49153".to_owned()),
        sent: 6,
        received: 2,
        moves: moves.collect(),
    };
    AttemptRecord { duration: 0.004, socket: Some(socket), ..AttemptRecord::default() }
}

/// A run that Ctrl-C ended: the second step was under way, the third never ran.
pub(crate) fn interrupted() -> Vec<Event> {
    let mut cut = step(0, 1, "slow", vec![]);
    cut.outcome = Outcome::Errored;
    cut.attempts = vec![AttemptRecord {
        error: Some(error("Interrupted", "the run was interrupted", cut.location.clone())),
        ..AttemptRecord::default()
    }];
    let first = step(0, 0, "fetch commit", vec![answered("GET", 200, "OK")]);
    let third = skipped(0, 2, "never", "the run was interrupted");
    let mut events =
        vec![run_started(1, 3), collection_started(0, "Walkthrough", "orders.yaml", 3)];
    events.extend(ended([first, cut, third]));
    let counts = Counts {
        passed: 1,
        errored: 1,
        skipped: 1,
        requests: 2,
        assertions: 1,
        ..Counts::default()
    };
    events.push(collection_finished(0, Outcome::Errored));
    let mut finished = run_finished(Outcome::Errored, counts, 130);
    if let Event::RunFinished(run) = &mut finished {
        run.interrupted = true;
    }
    events.push(finished);
    events
}

fn walkthrough() -> Vec<StepRecord> {
    let mut login = step(0, 0, "log in", vec![redirected()]);
    login.phase = Phase::Setup;
    login.tags = vec!["auth".to_owned()];
    let fetch = step(0, 1, "fetch commit", vec![answered("GET", 200, "OK")]);
    let create = failed(step(0, 2, "create comment", vec![refused()]));
    let mut unreachable = step(0, 3, "unreachable", vec![not_connected()]);
    unreachable.outcome = Outcome::Errored;
    unreachable.duration = 3.05;
    let later = skipped(0, 4, "edit comment", "needs `create comment`, which failed");
    let mut poll = step(0, 5, "poll", vec![not_yet(), not_connected(), answered("GET", 200, "OK")]);
    poll.flaky = true;
    let mut grouped = step(0, 6, "été 漢字 👍🏽", vec![paged()]);
    grouped.groups = vec!["burst".to_owned(), "inner".to_owned()];
    let mut give_up = failed(step(0, 7, "wait for it", vec![polled(), polled(), never_true()]));
    give_up.duration = 72.4;
    // A step that sends nothing: `set`, `sleep`.
    let timeout = step(0, 8, "slow on purpose", vec![timed_out_as_asked()]);
    let mut clean = step(0, 9, "clean up", vec![AttemptRecord::default()]);
    clean.phase = Phase::Teardown;
    vec![login, fetch, create, unreachable, later, poll, grouped, give_up, timeout, clean]
}

fn hostile() -> Vec<StepRecord> {
    let mut attempt = answered("GET", 500, "Oh\u{1b}]0;title\u{7} no");
    attempt.assertions = vec![assertion_failed(
        "text",
        "nothing\u{1b}[31m red",
        "a\u{0}b]]>&<\u{202e}",
        "error: `text` is not empty\u{1b}[31m\n --> -:3:5\n  |\n3 |     text: \"\"\n  |           ^^ found \u{9b}1m\n",
    )];
    let response = attempt.response.as_mut().unwrap();
    response.headers.push(("x-evil\t".to_owned(), "\u{1b}[2J\u{9b}1mé".to_owned()));
    response.headers.push(("x-long".to_owned(), "v".repeat(300)));
    let many: String = (1..=20).map(|line| format!("line {line}\r\n")).collect();
    response.body =
        Some(format!("\u{1b}[31mred\u{fffe}\r\n\ttab\rreturn\n{}\n{many}", "漢".repeat(250)));
    let evil = failed(step(1, 0, "evil\nname \u{1b}[1m\u{202e}", vec![attempt]));

    let mut not_utf8 = not_connected();
    not_utf8.curl = Some("curl 'http://127.0.0.1:1/'\u{1b}[0m \\\n  -H 'a: b'".to_owned());
    let mut broken = step(1, 1, "broken", vec![not_utf8]);
    broken.outcome = Outcome::Errored;

    let mut uncaptured = answered("GET", 200, "OK");
    uncaptured.captures = vec![missed("id", at("-", 30))];
    vec![evil, broken, failed(step(1, 2, "capture only", vec![uncaptured]))]
}

fn run_started(collections: usize, steps: usize) -> Event {
    Event::RunStarted(RunStarted {
        version: "0.1.0".to_owned(),
        started: "2026-11-20T21:00:00Z".to_owned(),
        seed: 42,
        jobs: 1,
        collections,
        steps,
    })
}

fn run_finished(outcome: Outcome, counts: Counts, exit_code: u8) -> Event {
    let (interrupted, randomness) = (false, true);
    let duration = 0.314;
    Event::RunFinished(RunFinished {
        coverage: Vec::new(),
        snapshots: Vec::new(),
        outcome,
        interrupted,
        counts,
        duration,
        exit_code,
        randomness,
    })
}

fn collection_started(collection: usize, name: &str, file: &str, steps: usize) -> Event {
    Event::CollectionStarted(CollectionStarted {
        collection,
        name: name.to_owned(),
        file: file.to_owned(),
        description: (collection == 0).then(|| "Finds a commit.".to_owned()),
        tags: if collection == 0 { vec!["smoke".to_owned()] } else { Vec::new() },
        steps,
    })
}

fn collection_finished(collection: usize, outcome: Outcome) -> Event {
    Event::CollectionFinished(CollectionFinished { collection, outcome, duration: 0.3 })
}

fn warning(collection: Option<usize>, message: &str, location: Option<Location>) -> Event {
    Event::Warning(Warning { collection, message: message.to_owned(), location })
}

/// The start and the end of each step, one after the other.
fn ended(steps: impl IntoIterator<Item = StepRecord>) -> Vec<Event> {
    let mut events = Vec::new();
    for step in steps {
        events.push(Event::StepStarted(StepStarted {
            collection: step.collection,
            index: step.index,
            within: step.within.clone(),
            id: step.id.clone(),
            name: step.name.clone(),
        }));
        events.push(Event::StepFinished(Box::new(step)));
    }
    events
}

fn at(file: &str, line: u32) -> Location {
    Location { file: file.to_owned(), line, column: 5 }
}

fn step(collection: usize, index: usize, name: &str, attempts: Vec<AttemptRecord>) -> StepRecord {
    let file = if collection == 0 { "orders.yaml" } else { "-" };
    StepRecord {
        collection,
        index,
        within: Vec::new(),
        id: format!("step-{index}"),
        name: name.to_owned(),
        groups: Vec::new(),
        phase: Phase::Requests,
        tags: Vec::new(),
        location: at(file, 10 + 10 * u32::try_from(index).unwrap()),
        outcome: Outcome::Passed,
        reason: None,
        once: None,
        duration: 0.012,
        flaky: false,
        attempts,
    }
}

fn failed(step: StepRecord) -> StepRecord {
    StepRecord { outcome: Outcome::Failed, ..step }
}

fn skipped(collection: usize, index: usize, name: &str, reason: &str) -> StepRecord {
    let step = step(collection, index, name, Vec::new());
    StepRecord { outcome: Outcome::Skipped, reason: Some(reason.to_owned()), duration: 0.0, ..step }
}

/// A try that was answered and whose status held.
fn answered(method: &str, status: u16, reason: &str) -> AttemptRecord {
    AttemptRecord {
        duration: 0.012,
        request: Some(request(method)),
        status: Some(status),
        response: Some(response(status, reason)),
        assertions: vec![assertion_held(status)],
        curl: Some(format!("curl -X {method} 'http://127.0.0.1:8080/commits'")),
        ..AttemptRecord::default()
    }
}

fn redirected() -> AttemptRecord {
    let hop = HopRecord {
        method: "POST".to_owned(),
        url: "http://127.0.0.1:8080/login".to_owned(),
        status: 303,
        location: Some("/home".to_owned()),
    };
    let token = CaptureRecord {
        name: "token".to_owned(),
        value: "***".into(),
        found: true,
        message: None,
        location: at("orders.yaml", 12),
        diagnostic: None,
    };
    let last = HopRecord { location: None, ..hop.clone() };
    let mut attempt = answered("GET", 200, "OK");
    let response = attempt.response.as_mut().unwrap();
    response.cookies = vec![("session".to_owned(), "***".to_owned())];
    response.links = vec![("next".to_owned(), "http://127.0.0.1:8080/2".to_owned())];
    response.saved = Some("out/home.html".to_owned());
    AttemptRecord { history: vec![hop, last], captures: vec![token], ..attempt }
}

/// Two assertions that do not hold, one of them with a diff, and a capture that found nothing.
fn refused() -> AttemptRecord {
    let mut attempt = answered("POST", 422, "Unprocessable Entity");
    attempt.response.as_mut().unwrap().body =
        Some("{\"message\":\"Validation failed\",\"errors\":[]}".to_owned());
    let status = assertion_failed(
        "status",
        "201",
        "422",
        "error[E0401]: `status` is not what was expected\n  --> orders.yaml:34:15\n   |\n34 |       status: 201\n   |               ^^^ expected 201, found 422\n",
    );
    let mut json = assertion_failed(
        "json",
        "the body below",
        "another one",
        "error[E0401]: `json` is not what was expected\n  --> orders.yaml:35:13\n   |\n35 |       json: {message: ok}\n   |             ^^^^^^^^^^^^^\n   |\n   = note: expected and found differ\n   @@ -1,3 +1,3 @@\n    {\n   -  \"message\": \"ok\"\n   +  \"message\": \"Validation failed\"\n    }\n",
    );
    json.predicate = "eq".to_owned();
    json.expected = Value::Object(Map::from_iter([("message".to_owned(), "ok".into())]));
    json.diff = Some("-  \"message\": \"ok\"\n+  \"message\": \"Validation failed\"\n".to_owned());
    attempt.assertions = vec![status, json];
    attempt.captures = vec![missed("comment", at("orders.yaml", 37))];
    attempt
}

fn not_yet() -> AttemptRecord {
    let mut attempt = answered("GET", 202, "Accepted");
    let mut state = assertion_failed("$.state", "", "", "");
    state.missing = true;
    state.expected_text = None;
    state.found_text = None;
    state.diagnostic = None;
    attempt.assertions.push(state);
    attempt
}

/// The second of two pages, behind which there are more.
fn paged() -> AttemptRecord {
    let page = |number: u32, status: u16| PageRecord {
        method: "PUT".to_owned(),
        url: format!("http://127.0.0.1:8080/commits?page={number}"),
        status,
        items: Some(30),
        duration: 0.01,
    };
    let pages = vec![page(1, 200), page(2, 201)];
    let pages = PagesRecord { pages, items: Some(60), more: true };
    AttemptRecord { pages: Some(pages), ..answered("PUT", 201, "Created") }
}

/// A try after which `until` was false, and another followed.
fn polled() -> AttemptRecord {
    let until = UntilRecord {
        holds: false,
        location: at("orders.yaml", 83),
        message: None,
        diagnostic: None,
    };
    let attempt = answered("GET", 202, "Accepted");
    AttemptRecord { assertions: Vec::new(), until: Some(until), waited: Some(1.0), ..attempt }
}

/// The last of such tries.
fn never_true() -> AttemptRecord {
    let mut attempt = AttemptRecord { waited: Some(2.0), ..not_yet() };
    let message = "`until` was still false after 3 attempts";
    attempt.until = Some(UntilRecord {
        holds: false,
        location: at("orders.yaml", 83),
        message: Some(message.to_owned()),
        diagnostic: Some(format!("error[F0004]: {message}\n --> orders.yaml:83:5\n")),
    });
    attempt
}

fn not_connected() -> AttemptRecord {
    AttemptRecord {
        duration: 0.001,
        request: Some(request("GET")),
        error: Some(error(
            "ConnectionError",
            "connection refused (127.0.0.1:1)",
            at("orders.yaml", 41),
        )),
        curl: Some("curl 'http://127.0.0.1:1/'".to_owned()),
        ..AttemptRecord::default()
    }
}

fn timed_out_as_asked() -> AttemptRecord {
    let mut attempt = not_connected();
    attempt.error = Some(error("ReadTimeout", "no answer in 1 s", at("orders.yaml", 91)));
    attempt.assertions = vec![AssertionRecord { subject: "error".to_owned(), ..assertion_held(0) }];
    attempt
}

fn error(kind: &str, message: &str, location: Location) -> ErrorRecord {
    let place = format!("{}:{}:{}", location.file, location.line, location.column);
    ErrorRecord {
        kind: kind.to_owned(),
        message: message.to_owned(),
        help: Some("is the server running?".to_owned()),
        location,
        diagnostic: format!("error: {message}\n --> {place}\n  = help: is the server running?\n"),
    }
}

fn assertion_held(status: u16) -> AssertionRecord {
    AssertionRecord {
        subject: "status".to_owned(),
        predicate: "eq".to_owned(),
        expected: i64::from(status).into(),
        actual: i64::from(status).into(),
        missing: false,
        passed: true,
        expected_text: None,
        found_text: None,
        diff: None,
        location: at("orders.yaml", 14),
        diagnostic: None,
    }
}

fn assertion_failed(
    subject: &str,
    expected: &str,
    found: &str,
    diagnostic: &str,
) -> AssertionRecord {
    AssertionRecord {
        subject: subject.to_owned(),
        expected: expected.into(),
        actual: Value::Null,
        passed: false,
        expected_text: Some(expected.to_owned()),
        found_text: Some(found.to_owned()),
        diagnostic: Some(diagnostic.to_owned()),
        ..assertion_held(0)
    }
}

fn missed(name: &str, location: Location) -> CaptureRecord {
    let message = "`$.id` found nothing".to_owned();
    let place = format!("{}:{}:{}", location.file, location.line, location.column);
    CaptureRecord {
        name: name.to_owned(),
        value: Value::Null,
        found: false,
        diagnostic: Some(format!("error: `{name}` was not captured: {message}\n --> {place}\n")),
        message: Some(message),
        location,
    }
}

fn request(method: &str) -> RequestRecord {
    RequestRecord {
        method: method.to_owned(),
        url: "http://127.0.0.1:8080/commits".to_owned(),
        headers: vec![
            ("Accept".to_owned(), "*/*".to_owned()),
            ("Authorization".to_owned(), "***".to_owned()),
        ],
        body: matches!(method, "POST" | "PUT").then(|| "{\"body\":\"Bon été\"}".to_owned()),
    }
}

fn response(status: u16, reason: &str) -> ResponseRecord {
    ResponseRecord {
        status,
        reason: reason.to_owned(),
        version: "HTTP/1.1".to_owned(),
        url: "http://127.0.0.1:8080/commits".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        size: 42,
        saved: None,
        body: None,
        cookies: Vec::new(),
        links: Vec::new(),
        elapsed: 0.01,
        timings: TimingsRecord {
            wait: Some(0.009),
            receive: Some(0.001),
            ..TimingsRecord::default()
        },
    }
}
