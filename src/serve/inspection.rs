//! Parts of the request, and headers made from it.

use super::echo;
use super::json;
use super::reply::Reply;
use super::request::Request;
use serde_json::{Map, Value, json};

/// Headers that frame the answer: ours to write.
const FRAMING: &[&str] = &["content-length", "transfer-encoding", "connection", "trailer"];

pub(super) fn headers(request: &Request<'_>) -> Reply {
    Reply::json(&json!({"headers": echo::headers(request)}))
}

pub(super) fn ip(request: &Request<'_>) -> Reply {
    Reply::json(&json!({"origin": request.origin()}))
}

pub(super) fn user_agent(request: &Request<'_>) -> Reply {
    Reply::json(&json!({"user-agent": request.header("User-Agent")}))
}

/// The query as headers, and as a body the headers this very answer has, its length among them.
pub(super) fn response_headers(request: &Request<'_>) -> Reply {
    let mut args = request.args();
    args.retain(|(name, _)| !FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)));
    if args.iter().any(|(name, value)| !is_sendable(name, value)) {
        return Reply::error(500);
    }
    let mut length = String::new();
    loop {
        let body = json::pretty(&described(&args, &length));
        if body.len().to_string() == length {
            let reply = Reply::bytes(200, "application/json", body);
            return args.into_iter().fold(reply, |reply, (name, value)| reply.with(name, &value));
        }
        length = body.len().to_string();
    }
}

fn is_sendable(name: &str, value: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token) && !value.contains(['\r', '\n', '\0'])
}

/// Every header under each spelling of its name, with the values of all spellings.
fn described(args: &[(String, String)], length: &str) -> Value {
    let own = [("Content-Type", "application/json"), ("Content-Length", length)];
    let args = args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<(&str, &str)> = own.into_iter().chain(args).collect();
    let mut object = Map::new();
    for (name, _) in &all {
        let same = all.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let mut values: Vec<Value> = same.map(|(_, value)| Value::from(*value)).collect();
        let value =
            if values.len() == 1 { values.pop().unwrap_or_default() } else { values.into() };
        object.insert((*name).to_owned(), value);
    }
    Value::Object(object)
}
