//! What says how long a body is, method by method, as Requests was seen to say it:
//! `tests/wire/record_streams.py`. Written in a file, sent over a socket.

use crate::program::Folder;
use crate::site::Site;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The recording's bodies as a collection writes them.
const BODIES: &[(&str, &str)] = &[
    ("nothing", ""),
    ("an empty string", ", data: ''"),
    ("empty bytes", ", data: {$hex: ''}"),
    ("an empty mapping", ", data: {}"),
    ("an empty file", ", data: {$file: empty}"),
    ("a file", ", data: {$file: abc}"),
    ("empty json", ", json: {}"),
    ("no json", ", json: null"),
    ("an empty list of files", ", files: {}"),
];

/// What differs on purpose: a file that says `json: null` means it, `specs/differences.md`.
fn expected(case: &Value) -> Value {
    match case["body"].as_str() {
        Some("no json") => json!({
            "headers": ["Content-Length: 4", "Content-Type: application/json"],
            "sent": "null",
        }),
        _ => json!({"headers": case["headers"], "sent": case["sent"]}),
    }
}

/// What a request says of its body, and the body.
fn said(request: &str) -> Value {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let says = |line: &&str| {
        let line = line.to_lowercase();
        ["content-", "transfer-", "expect"].iter().any(|start| line.starts_with(start))
    };
    json!({"headers": head.lines().filter(says).collect::<Vec<_>>(), "sent": body})
}

#[test]
fn every_body_says_its_length_as_in_requests() {
    let lines = include_str!("../wire/streams.json").lines();
    let cases = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let cases: Vec<Value> = cases.filter_map(|case| case.get("length").cloned()).collect();
    assert_eq!(cases.len(), 8 * BODIES.len());

    let site = Site::friendly();
    let mut collection = "requests:\n".to_owned();
    for case in &cases {
        let (_, body) = BODIES.iter().find(|(name, _)| case["body"] == *name).unwrap();
        let method = case["method"].as_str().unwrap();
        let url = site.url("/");
        writeln!(collection, "- {{method: {method}, url: '{url}'{body}}}").unwrap();
    }
    let folder = Folder::with(&collection);
    folder.write("empty", "");
    folder.write("abc", "abc");
    let finished = folder.runner(&["run", "-q", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");

    let requests = site.requests();
    assert_eq!(requests.len(), cases.len());
    for (case, request) in cases.iter().zip(&requests) {
        assert_eq!(said(request), expected(case), "{case}");
        assert!(request.starts_with(case["method"].as_str().unwrap()), "{request}");
    }
}
