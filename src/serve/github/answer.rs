//! What a handler gives, and how it is spelt: JSON with an entity tag, pages with links, refusals,
//! and the rate limit on all of them.

use super::call::Call;
use super::refusal::Refusal;
use super::store::Store;
use crate::serve::percent;
use crate::serve::reply::Reply;
use crate::serve::request::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use std::sync::{MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const JSON: &str = "application/json; charset=utf-8";
const DEFAULT_PAGE: usize = 30;
const LARGEST_PAGE: usize = 100;
const HOUR: u64 = 3600;

pub(super) type Outcome = Result<Answer, Refusal>;

/// What a handler gives.
#[derive(Debug)]
pub(super) struct Answer {
    status: u16,
    content: Content,
    headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
enum Content {
    None,
    Json(Value),
    Bytes { content_type: String, bytes: Vec<u8> },
}

impl Answer {
    pub(super) fn ok(value: Value) -> Answer {
        Answer { status: 200, content: Content::Json(value), headers: Vec::new() }
    }

    /// 201, with the new thing's `url` as its place.
    pub(super) fn created(value: Value) -> Answer {
        let place = value.get("url").and_then(Value::as_str).map(str::to_owned);
        let headers = place.map(|url| ("Location", url)).into_iter().collect();
        Answer { status: 201, headers, ..Answer::ok(value) }
    }

    /// It will be there later.
    pub(super) fn accepted() -> Answer {
        Answer { status: 202, ..Answer::ok(json!({})) }
    }

    pub(super) fn empty() -> Answer {
        Answer { status: 204, content: Content::None, headers: Vec::new() }
    }

    pub(super) fn bytes(content_type: &str, bytes: Vec<u8>) -> Answer {
        let content = Content::Bytes { content_type: content_type.to_owned(), bytes };
        Answer { content, ..Answer::ok(Value::Null) }
    }

    /// The page of a list that was asked for, with links to the others.
    pub(super) fn page<T>(call: &Call<'_>, all: &[T], show: impl Fn(&T) -> Value) -> Answer {
        let number = |name: &str, otherwise: usize| {
            let given = call.request.arg(name).and_then(|value| value.parse().ok());
            given.filter(|&number| number > 0).unwrap_or(otherwise)
        };
        let size = number("per_page", DEFAULT_PAGE).min(LARGEST_PAGE);
        let page = number("page", 1);
        let shown = all.iter().skip((page - 1).saturating_mul(size)).take(size).map(show);
        let mut answer = Answer::ok(Value::Array(shown.collect()));
        let links = links(call, page, size, all.len().div_ceil(size).max(1));
        if !links.is_empty() {
            answer.headers.push(("Link", links));
        }
        answer
    }
}

fn links(call: &Call<'_>, page: usize, size: usize, last: usize) -> String {
    let url = call.request.absolute(&percent::quote(call.request.path.as_bytes(), b"/"));
    let mut others = String::new();
    for (name, value) in call.request.args() {
        if name != "page" && name != "per_page" {
            let value = percent::quote(value.as_bytes(), b"");
            others.push_str(&format!("&{}={value}", percent::quote(name.as_bytes(), b"")));
        }
    }
    let link = |to: usize, name: &str| {
        format!("<{url}?page={to}&per_page={size}{others}>; rel=\"{name}\"")
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(link((page - 1).min(last), "prev"));
    }
    if page < last {
        links.push(link(page + 1, "next"));
        links.push(link(last, "last"));
    }
    if page > 1 {
        links.push(link(1, "first"));
    }
    links.join(", ")
}

/// What a resource does with a request.
pub(super) type Handler = fn(&Call<'_>, &mut Store) -> Outcome;

/// Answers a request by a handler, which alone has the store meanwhile.
pub(super) fn by(request: &Request<'_>, handler: Handler) -> Reply {
    let call = Call::read(request);
    let asker = call.as_ref().ok().and_then(|call| call.asker()).map(str::to_owned);
    let outcome = call.and_then(|call| handler(&call, &mut store(request)));
    let reply = match outcome {
        Ok(answer) => spelt(request, answer),
        Err(refusal) => refused(&refusal),
    };
    let counts = u64::from(reply.status != 304);
    limited(request, asker.as_deref(), counts, reply)
}

/// The limit of whoever asks, which asking for it leaves as it is.
pub(super) fn rate_limit(request: &Request<'_>) -> Reply {
    let call = match Call::read(request) {
        Ok(call) => call,
        Err(refusal) => return limited(request, None, 1, refused(&refusal)),
    };
    let (limit, used) = store(request).limit(call.asker(), 0);
    let core = json!({
        "limit": limit,
        "used": used,
        "remaining": limit.saturating_sub(used),
        "reset": reset(),
    });
    let value = json!({"resources": {"core": core}, "rate": core});
    let reply = Reply::bytes(200, JSON, value.to_string().into_bytes());
    limited(request, call.asker(), 0, reply)
}

fn refused(refusal: &Refusal) -> Reply {
    Reply::bytes(refusal.status, JSON, refusal.show().to_string().into_bytes())
}

fn store<'a>(request: &Request<'a>) -> MutexGuard<'a, Store> {
    request.shared.github.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer with its entity tag; 304 when the client has it already.
fn spelt(request: &Request<'_>, answer: Answer) -> Reply {
    let reply = match answer.content {
        Content::None => Reply::bare(answer.status, &[][..]),
        Content::Bytes { content_type, bytes } => Reply::bytes(answer.status, &content_type, bytes),
        Content::Json(value) => {
            let tag = tag(&value);
            let has_it = request.header("If-None-Match") == Some(&*tag);
            let reply = match request.method == "GET" && has_it {
                true => Reply::bare(304, &[][..]),
                false => Reply::bytes(answer.status, JSON, value.to_string().into_bytes()),
            };
            reply.with("ETag", &tag)
        }
    };
    let headers = answer.headers.into_iter();
    headers.fold(reply, |reply, (name, value)| reply.with(name, &value))
}

fn tag(value: &Value) -> String {
    let mut digest = Md5::new();
    write(value, &mut digest);
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest.finalize()))
}

/// A value but for its times, and for its URLs, which say what the rest says.
fn write(value: &Value, digest: &mut Md5) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| !is_left_out(name)) {
                digest.update(name.as_bytes());
                write(value, digest);
            }
        }
        Value::Array(items) => {
            digest.update(b"[");
            items.iter().for_each(|item| write(item, digest));
        }
        value => digest.update(value.to_string().as_bytes()),
    }
}

fn is_left_out(name: &str) -> bool {
    name.ends_with("_at") || name == "date" || name.ends_with("url")
}

/// When the hour is over, in seconds since 1970.
fn reset() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    (now / HOUR + 1) * HOUR
}

/// An answer that counts so much against the limit.
fn limited(request: &Request<'_>, asker: Option<&str>, counts: u64, reply: Reply) -> Reply {
    let (limit, used) = store(request).limit(asker, counts);
    reply
        .with("X-RateLimit-Limit", &limit.to_string())
        .with("X-RateLimit-Remaining", &limit.saturating_sub(used).to_string())
        .with("X-RateLimit-Used", &used.to_string())
        .with("X-RateLimit-Reset", &reset().to_string())
        .with("X-RateLimit-Resource", "core")
        .with("X-GitHub-Media-Type", "github.v3; format=json")
}
