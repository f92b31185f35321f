//! The bytes on the wire are those of Requests, call by call, as `tests/wire/record.py` recorded
//! them. What differs on purpose: the User-Agent; compact JSON is already in the recording.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a recording that cannot be read fails the test"
)]

use runner::hook::{ACTIONS, Bench};
use runner::http::{
    AUTH_KINDS, Chunks, CookieJar, CookieSpec, Data, Environment, FilePart, Files, HeaderLines,
    Mapping, Params, PartContent, PreparedRequest, Request, Upload, prepare,
};
use runner::registry::find;
use runner::value::Value as Argument;
use runner::world::{Folder, Outside, Programs};
use serde_json::{Value, json};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

const GOLDEN: &str = include_str!("wire/golden.json");
const BOUNDARY: &str = "0123456789abcdef0123456789abcdef";

/// How much Requests reads of a file at once.
const BLOCK: usize = 16384;

/// A file of known length.
#[derive(Debug)]
struct Text(String);

impl Upload for Text {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.0.clone().into_bytes())))
    }

    fn length(&self) -> Option<u64> {
        u64::try_from(self.0.len()).ok()
    }

    fn describe(&self) -> String {
        "a file".to_owned()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn optional(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn members(value: &Value) -> Vec<(String, Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let pairs = value.as_array().expect("pairs").iter();
    pairs.map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn params(value: &Value) -> Option<Params> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Params::Text(text.clone())),
        Value::Array(_) => Some(Params::Pairs(pairs(value))),
        _ => {
            let values = |value: Value| match value {
                Value::Null => None,
                Value::Array(items) => Some(items.iter().map(text).collect()),
                one => Some(vec![text(&one)]),
            };
            Some(Params::Mapping(
                members(value).into_iter().map(|(key, value)| (key, values(value))).collect(),
            ))
        }
    }
}

fn headers(value: &Value) -> Mapping<HeaderLines> {
    let line = |(name, value): (String, Value)| (name, optional(&value).map(|value| vec![value]));
    members(value).into_iter().map(line).collect()
}

fn cookies(value: &Value) -> Vec<CookieSpec> {
    let spec = |(name, value): (String, Value)| CookieSpec {
        name,
        value: optional(&value),
        domain: None,
        path: None,
        secure: false,
    };
    members(value).into_iter().map(spec).collect()
}

fn data(value: &Value) -> Option<Data> {
    let (kind, value) = members(value).into_iter().next()?;
    Some(match kind.as_str() {
        "text" => Data::Text(text(&value)),
        "form" => Data::Form(pairs(&value)),
        "file" => Data::Stream(Arc::new(Text(text(&value)))),
        "chunks" => {
            let chunks = value.as_array().expect("chunks").iter();
            Data::Stream(Arc::new(Chunks(chunks.map(|chunk| text(chunk).into_bytes()).collect())))
        }
        _ => {
            use base64::Engine as _;
            let engine = base64::engine::general_purpose::STANDARD;
            Data::Bytes(engine.decode(text(&value)).expect("base64"))
        }
    })
}

fn files(value: &Value) -> Option<Files> {
    let part = |spec: &Value| FilePart {
        filename: optional(&spec["filename"]),
        content: match (&spec["content"], &spec["stream"]) {
            (Value::String(content), _) => PartContent::Bytes(content.clone().into_bytes()),
            (_, stream) => PartContent::Stream(Arc::new(Text(text(stream)))),
        },
        content_type: optional(&spec["content_type"]),
        headers: members(&spec["headers"])
            .into_iter()
            .map(|(name, value)| (name, text(&value)))
            .collect(),
    };
    let files = value.as_array()?.iter();
    Some(files.map(|file| (text(&file[0]), part(&file[1]))).collect())
}

/// The arguments of one recorded call, or its session's.
fn request(call: &Value) -> Request {
    let auth = |value: &Value| {
        let basic = find(AUTH_KINDS, "basic").expect("basic");
        let argument = Argument::from_json(value.to_string().as_bytes()).expect("JSON");
        (basic.build)(&argument).expect("a user and a password")
    };
    Request {
        method: optional(&call["method"]),
        url: optional(&call["url"]).unwrap_or_default(),
        params: params(&call["params"]),
        headers: headers(&call["headers"]),
        cookies: cookies(&call["cookies"]),
        data: data(&call["data"]),
        json: Some(&call["json"]).filter(|json| !json.is_null()).map(|j| j.to_string().into()),
        files: files(&call["files"]),
        auth: Some(&call["auth"]).filter(|value| !value.is_null()).map(|value| Some(auth(value))),
        boundary: Some(BOUNDARY.to_owned()),
        ..Request::default()
    }
}

/// Head and body as they go out.
fn wire(request: &PreparedRequest) -> io::Result<Vec<u8>> {
    let mut bytes = request.head_bytes();
    let mut body = request.body.open()?;
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

/// What Requests sends of a prepared request that was edited, recorded by `tests/wire/record_hooks.py`.
const HOOKS: &str = include_str!("wire/hooks.json");

#[test]
fn every_edited_request_is_the_same_bytes() {
    let mut wrong = Vec::new();
    for line in HOOKS.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let Some(edits) = case["edits"].as_array() else { continue };
        let mut call = json!({"url": "http://h.example/a"});
        for (key, value) in members(&case["call"]) {
            call[key] = value;
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
    let (key, argument) = members(edit).remove(0);
    let kind = find(ACTIONS, &key).expect("an action");
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
    };
    action.on_request(prepared, &mut bench).expect("an edit");
}
