//! The bytes of single requests, as `record.py` recorded them. What differs on purpose: the
//! User-Agent; compact JSON is already in the recording.

use crate::call::request;
use runner::http::{CookieJar, Environment, PreparedRequest, prepare};
use serde_json::{Value, json};
use std::io::{self, Read};
use std::time::UNIX_EPOCH;

const GOLDEN: &str = include_str!("golden.json");

/// How much Requests reads of a file at once.
const BLOCK: usize = 16384;

/// Head and body as they go out.
pub(crate) fn wire(request: &PreparedRequest) -> io::Result<Vec<u8>> {
    let mut bytes = request.head_bytes();
    let mut body = request.body.open(None)?;
    if !request.is_chunked() {
        body.read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut block = vec![0; BLOCK];
    loop {
        let count = body.read(&mut block)?;
        bytes.extend(format!("{count:x}\r\n").bytes());
        bytes.extend(&block[..count]);
        bytes.extend(b"\r\n");
        if count == 0 {
            return Ok(bytes);
        }
    }
}

/// One call as the recording shows it.
fn view(call: &Value) -> Value {
    let prepared = prepare(
        &request(call),
        &request(&call["session"]),
        &CookieJar::default(),
        &Environment::default(),
        UNIX_EPOCH,
    );
    match prepared {
        Err(error) => json!({"error": error.kind.name()}),
        Ok(request) => {
            let bytes = wire(&request).expect("a body that can be read");
            let text: String = bytes.into_iter().map(char::from).collect();
            let ours = concat!("runner/", env!("CARGO_PKG_VERSION"));
            json!({"wire": text.replace(ours, "python-requests/2.34.2")})
        }
    }
}

#[test]
fn every_recorded_call_is_the_same_bytes() {
    let mut wrong = Vec::new();
    for line in GOLDEN.lines() {
        let mut recorded: Value = serde_json::from_str(line).expect("JSON");
        recorded["is"].as_object_mut().expect("a result").remove("raised");
        let found = view(&recorded["call"]);
        if found != recorded["is"] {
            let call = &recorded["call"];
            wrong.push(format!("{call}\n  expected {}\n  found    {found}", recorded["is"]));
        }
    }
    let count = wrong.len();
    // The first ones tell enough.
    wrong.truncate(8);
    assert!(wrong.is_empty(), "{count} calls differ, among them:\n{}", wrong.join("\n"));
}
