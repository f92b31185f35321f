//! The bytes of prepared requests that hooks edit, as `record_hooks.py` recorded them. What its response
//! hooks saw is held in `tests/run/hooks.rs`.

use crate::call::request;
use crate::golden::wire;
use runner::hook::{ACTIONS, Bench};
use runner::http::{CookieJar, Environment, PreparedRequest, prepare};
use runner::registry::find;
use runner::value::Value as Argument;
use runner::world::{Folder, Outside, Programs};
use serde_json::{Value, json};
use std::path::Path;
use std::time::UNIX_EPOCH;

const RECORDED: &str = include_str!("hooks.json");

#[test]
fn every_edited_request_is_the_same_bytes() {
    let mut wrong = Vec::new();
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let Some(edits) = case["edits"].as_array() else { continue };
        let mut call = json!({"url": "http://h.example/a"});
        for (key, value) in case["call"].as_object().expect("a call") {
            call[key] = value.clone();
        }
        let session = json!({"headers": {"User-Agent": "UA"}});
        let mut prepared = prepare(
            &request(&call),
            &request(&session),
            &CookieJar::default(),
            &Environment::default(),
            UNIX_EPOCH,
        )
        .expect("a request");
        for edit in edits {
            edited(&mut prepared, edit);
        }
        prepared.settle().expect("a request that can go out");
        let bytes = wire(&prepared).expect("a body that can be read");
        let found = String::from_utf8(bytes).expect("text");
        if found != case["wire"] {
            wrong.push(format!("{line}\n  found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// One hook's edit, as a collection writes it.
fn edited(prepared: &mut PreparedRequest, edit: &Value) {
    let (key, argument) = edit.as_object().unwrap().iter().next().unwrap();
    let kind = find(ACTIONS, key).expect("an action");
    let argument = Argument::from_json(argument.to_string().as_bytes()).expect("JSON");
    let action = (kind.build)(&argument, Path::new("")).expect("an argument");
    let files = Folder::new("/nowhere", Outside::Refused);
    let programs = Programs::default();
    let mut bench = Bench {
        files: &files,
        programs: &programs,
        step: ("", ""),
        log: Vec::new(),
        set: Vec::new(),
        secrets: Vec::new(),
        now: std::time::UNIX_EPOCH,
    };
    action.on_request(prepared, &mut bench).expect("an edit");
}
