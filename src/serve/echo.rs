//! The request shown back: `/get`, `/post`, `/anything` and their like.

use super::form::Form;
use super::json;
use super::reply::Reply;
use super::request::{Request, flatten};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::time::Duration;

/// What proxies add to a request; hidden unless `?show_env` is given.
const PROXY_HEADERS: &[&str] = &[
    "X-Varnish",
    "X-Request-Start",
    "X-Heroku-Queue-Depth",
    "X-Real-Ip",
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Ssl",
    "X-Heroku-Queue-Wait-Time",
    "X-Forwarded-For",
    "X-Heroku-Dynos-In-Use",
    "X-Forwarded-Port",
    "X-Request-Id",
    "Via",
    "Total-Route-Time",
    "Connect-Time",
];

/// The longest `/delay`, in seconds.
const LONGEST_DELAY: f64 = 10.0;

pub(super) fn get(request: &Request<'_>) -> Reply {
    Reply::json(&Value::Object(outline(request)))
}

pub(super) fn body(request: &Request<'_>) -> Reply {
    let mut shown = outline(request);
    add_body(&mut shown, request);
    Reply::json(&Value::Object(shown))
}

pub(super) fn anything(request: &Request<'_>) -> Reply {
    let mut shown = outline(request);
    add_body(&mut shown, request);
    shown.insert("method".to_owned(), request.method.as_str().into());
    Reply::json(&Value::Object(shown))
}

pub(super) fn delay(request: &Request<'_>) -> Reply {
    let Ok(seconds) = request.part(0).trim().parse::<f64>() else { return Reply::error(500) };
    let Ok(delay) = Duration::try_from_secs_f64(seconds.min(LONGEST_DELAY)) else {
        return Reply::error(500);
    };
    if seconds.is_nan() {
        return Reply::error(500);
    }
    let mut shown = outline(request);
    add_body(&mut shown, request);
    shown.shift_remove("json");
    Reply::json(&Value::Object(shown)).after(delay)
}

/// `url`, `args`, `headers`, `origin`, in that order.
pub(super) fn outline(request: &Request<'_>) -> Map<String, Value> {
    let mut shown = Map::with_capacity(9);
    shown.insert("url".to_owned(), request.url().into());
    shown.insert("args".to_owned(), flatten(request.args()));
    shown.insert("headers".to_owned(), headers(request));
    shown.insert("origin".to_owned(), request.origin().into());
    shown
}

/// The headers, without those a proxy added.
pub(super) fn headers(request: &Request<'_>) -> Value {
    let shows_all = request.query.contains("show_env")
        && request.args().iter().any(|(name, _)| name == "show_env");
    let shown = |name: &str| shows_all || !PROXY_HEADERS.contains(&name);
    let headers = request.headers.iter().filter(|(name, _)| shown(name));
    Value::Object(headers.map(|(name, value)| (name.clone(), value.as_str().into())).collect())
}

fn add_body(shown: &mut Map<String, Value>, request: &Request<'_>) {
    let form = Form::read(request.header("Content-Type").unwrap_or_default(), &request.body);
    let parsed = std::str::from_utf8(form.data).map_or(Value::Null, json::parse);
    shown.insert("data".to_owned(), text_or_url(form.data, "application/octet-stream").into());
    shown.insert("json".to_owned(), parsed);
    let mut files = Map::new();
    for file in &form.files {
        // As in httpbin, the first of several files with one name is the one shown.
        let shown = || text_or_url(file.bytes, &file.content_type).into();
        files.entry(file.name.as_str()).or_insert_with(shown);
    }
    shown.insert("files".to_owned(), Value::Object(files));
    shown.insert("form".to_owned(), flatten(form.fields));
}

/// UTF-8 as it is, anything else as a `data:` URL.
fn text_or_url(bytes: &[u8], content_type: &str) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("data:{content_type};base64,{}", STANDARD.encode(bytes)),
    }
}
