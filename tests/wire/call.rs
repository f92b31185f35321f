//! A recorded call's arguments as ours.

use runner::http::{
    AUTH_KINDS, Chunks, CookieSpec, Data, Environment, FilePart, Files, HeaderLines, Mapping,
    Params, PartContent, Proxies, Request, Timeout, Upload,
};
use runner::registry::find;
use runner::value::Value as Argument;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What every multipart body is divided by.
const BOUNDARY: &str = "0123456789abcdef0123456789abcdef";

/// A file of known length.
#[derive(Debug)]
struct Text(String);

impl Upload for Text {
    fn open(&self, _: Option<std::time::Instant>) -> io::Result<Box<dyn Read + Send>> {
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

fn proxies(value: &Value) -> Proxies {
    members(value).into_iter().map(|(key, value)| (key, optional(&value))).collect()
}

/// The variables of a case, its files in `home`.
pub(crate) fn environment(case: &Value, home: &Path) -> Environment {
    let mut variables = BTreeMap::from([("HOME".to_owned(), home.display().to_string())]);
    for (name, value) in members(&case["env"]) {
        let value = text(&value);
        let value = if name == "NETRC" { home.join(value).display().to_string() } else { value };
        variables.insert(name, value);
    }
    for (name, content) in members(&case["home"]) {
        std::fs::write(home.join(name), text(&content)).unwrap();
    }
    Environment::new(Arc::new(variables))
}

/// The arguments of one recorded call, or its session's.
pub(crate) fn request(call: &Value) -> Request {
    let auth = |value: &Value| {
        let (kind, value) = match value.get("digest") {
            Some(digest) => ("digest", digest),
            None => ("basic", value),
        };
        let kind = find(AUTH_KINDS, kind).expect("a kind of auth");
        let argument = Argument::from_json(value.to_string().as_bytes()).expect("JSON");
        (kind.build)(&argument).expect("a user and a password")
    };
    let timeout = |value: f64| {
        let time = Some(Duration::from_secs_f64(value));
        Timeout { connect: time, read: time, total: None }
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
        timeout: call["timeout"].as_f64().map(timeout),
        allow_redirects: call["allow_redirects"].as_bool(),
        max_redirects: call["max_redirects"].as_u64().and_then(|max| u32::try_from(max).ok()),
        proxies: proxies(&call["proxies"]),
        trust_env: call["trust_env"].as_bool(),
        boundary: Some(BOUNDARY.to_owned()),
        ..Request::default()
    }
}
