//! Whole exchanges: every request's bytes, and what is made of every answer, field by field.

use crate::call::{environment, request};
use crate::loopback::Loopback;
use crate::server::Server;
use regex::Regex;
use runner::http::{
    Client, ClientOptions, CookieJar, Error, Exchange, Link, Response, Sink, links_by_key, prepare,
};
use runner::world::SystemClock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

const RECORDED: &str = include_str!("exchanges.json");

/// How many cases there are of each family, so that none is dropped unseen.
const COUNTS: &[(&str, usize)] = &[
    ("auth", 112),
    ("errors", 99),
    ("links", 44),
    ("redirects", 278),
    ("responses", 231),
    ("sessions", 49),
];

/// What differs from Requests: the case, and why.
const DIFFERENT: &[(&str, &str)] = &[
    ("responses: header lines: carriage return", BARE_RETURN),
    ("responses: framing: chunked, prefix 0x", CHUNK_SIZES),
    ("responses: framing: chunked, plus", CHUNK_SIZES),
    ("responses: framing: 204 chunked", "a 204 has no body, chunked or not"),
    ("responses: framing: 103 first", INTERIM),
    ("responses: framing: 102, then 100", INTERIM),
    ("responses: charset: 'application/json' 'NaN'", "NaN is not JSON"),
    ("responses: charset: 'application/octet-stream' '\\x00ÿ'", GUESS),
    ("responses: charset: 'TEXT/PLAIN' 'café'", GUESS),
    ("responses: coding: identity, gzip", CODINGS),
    ("responses: coding: gzip, identity", CODINGS),
    ("responses: coding: gzip, unknown", CODINGS),
    ("responses: coding: unknown, gzip", CODINGS),
    ("responses: coding: zstd cut", "nothing can be had of half a block of zstd"),
    ("redirects: 307 of chunks", "a body of chunks is sent again, not an empty one"),
    ("redirects: cookies of the request to another host", "a request's cookies stay at its host"),
    ("redirects: no_proxy on a hop", "NO_PROXY holds on every hop"),
    ("errors: closed in the head", HALF_HEAD),
    ("errors: closed behind the status line", HALF_HEAD),
    ("errors: proxy 'ftp://p.example'", PROXY_URL),
    ("errors: proxy 'http://p.example:99999'", PROXY_URL),
    ("errors: proxy 'http://p.example:x'", PROXY_URL),
    ("errors: header {'X': '€'}", BEYOND_LATIN_1),
    ("auth: basic '€' 'x'", BEYOND_LATIN_1),
    ("auth: in the URL: http://%FC:x@a.example/", BEYOND_LATIN_1),
    ("auth: digest: a redirect to another host that asks", "a password stays at its host"),
];

const BARE_RETURN: &str = "a carriage return alone ends no line";
const CHUNK_SIZES: &str = "the size of a chunk is hexadecimal digits alone";
const INTERIM: &str = "interim responses are passed over, whichever they are";
const GUESS: &str = "a charset that nobody declares is guessed by another library";
const CODINGS: &str =
    "in a list, identity is nothing, and what is unknown leaves the body as it is";
const HALF_HEAD: &str = "a head that breaks off is none";
const PROXY_URL: &str = "a proxy's URL that is none is an InvalidProxyURL, which is an InvalidURL";
const BEYOND_LATIN_1: &str = "what Latin-1 does not have goes out in UTF-8";

/// What Requests' response shows.
fn seen(exchange: &Exchange) -> Value {
    let response = &exchange.response;
    let hop = |response: &Response| json!([response.status, response.url, &**response.text()]);
    let history = exchange.history.iter().map(|one| hop(&one.response));
    let cookies = response.cookies.iter().map(|cookie| json!([cookie.name, cookie.value]));
    let mut cookies: Vec<Value> = cookies.collect();
    cookies.dedup();
    json!({
        "status": response.status,
        "reason": response.reason,
        "version": response.version,
        "ok": response.ok(),
        "headers": headers(response),
        "encoding": response.declared_encoding,
        "text": &**response.text(),
        "content": response.content.bytes.iter().map(|byte| char::from(*byte)).collect::<String>(),
        "json": json_of(response),
        "url": response.url,
        "next": response.next,
        "history": history.collect::<Vec<Value>>(),
        "cookies": cookies,
        "links": links_by_key(response.links()).into_iter().map(|(key, link)| json!([key, link_of(link)])).collect::<Vec<Value>>(),
    })
}

/// Joined by name, which is spelt as it was first.
fn headers(response: &Response) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (name, _) in response.headers.iter() {
        if !joined.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            joined.push((name.to_owned(), response.headers.get(name).unwrap_or_default()));
        }
    }
    joined
}

fn json_of(response: &Response) -> Value {
    match response.json() {
        Ok(value) => json!({"is": plain(serde_json::from_str(&value.to_json()).unwrap())}),
        Err(_) => json!({"error": "JSONDecodeError"}),
    }
}

/// Numbers as Python has them: `1e3` is `1000.0`.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Number(number) if !number.is_i64() && !number.is_u64() => json!(number.as_f64()),
        other => other,
    }
}

fn link_of(link: Link) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = link.params.into_iter().collect();
    fields.insert("url".to_owned(), link.url);
    fields
}

/// A case's calls, one behind the other: what was sent, what was made of the answers, and the
/// messages of those that failed.
fn perform(case: &Value) -> (Value, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(&case["answers"]);
    let environment = environment(case, home.path());
    let options = ClientOptions {
        network: runner::http::Network::default(),
        jobs: 1,
        environment: environment.clone(),
        clock: Arc::new(SystemClock),
    };
    let client = Client::with_adapter(options, Box::new(Loopback::new(server.address)));
    let session = request(&case["session"]);
    let mut jar = CookieJar::default();
    let mut auths = BTreeMap::new();
    let (mut got, mut messages) = (Vec::new(), Vec::new());
    for call in case["calls"].as_array().unwrap() {
        let mut request = request(call);
        // The same auth is the same object: a digest's remembers its nonce.
        if let Some(auth) = &mut request.auth {
            let key = call["auth"].to_string();
            *auth = auths.entry(key).or_insert_with(|| auth.clone()).clone();
        }
        let prepared = prepare(&request, &session, &jar, &environment, SystemTime::now());
        let exchange = prepared.and_then(|prepared| {
            let sent = client.send(prepared, &mut jar, &Sink::Memory);
            sent.map_err(|failure| failure.error)
        });
        got.push(match exchange {
            Ok(exchange) => seen(&exchange),
            Err(error) => {
                messages.push(told(&error));
                json!({"error": error.kind.name()})
            }
        });
    }
    let random = Regex::new("((?:cnonce|response)=\")[0-9a-f]+\"").unwrap();
    let ours = concat!("runner/", env!("CARGO_PKG_VERSION"));
    let sent = server.end().into_iter().map(|sent| {
        let sent = sent.replace(ours, "python-requests/2.34.2");
        random.replace_all(&sent, "${1}…\"").into_owned()
    });
    (json!({"sent": sent.collect::<Vec<String>>(), "got": got}), messages)
}

/// All that is told of an error, without its ports and what its system calls it.
fn told(error: &Error) -> String {
    let port = Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let unknown = Regex::new(r"(`unknown\.invalid`): .*").unwrap();
    let help = error.help.iter().map(|help| format!("\n  help: {help}"));
    let text = format!("{error}{}", help.collect::<String>());
    let text = port.replace_all(&text, "127.0.0.1:PORT");
    unknown.replace(&text, "$1: …").into_owned()
}

/// The recording without what only tells how Requests came to it.
fn expected(case: &Value) -> Value {
    let mut expected = case["is"].clone();
    for got in expected["got"].as_array_mut().unwrap() {
        got.as_object_mut().unwrap().remove("apparent");
    }
    expected
}

/// Whether Requests fell over an exception of Python's, which no error of ours is: any will do.
fn is_raw_exception(expected: &Value, found: &Value) -> bool {
    expected["raised"].is_string() && found["error"].is_string()
}

/// What differs, field by field.
fn difference(expected: &Value, found: &Value, path: &str, into: &mut Vec<String>) {
    match (expected, found) {
        _ if is_raw_exception(expected, found) => {}
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for (key, value) in one {
                difference(value, &other[key], &format!("{path}.{key}"), into);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (value, other)) in one.iter().zip(other).enumerate() {
                difference(value, other, &format!("{path}[{index}]"), into);
            }
        }
        _ if expected == found => {}
        _ => into.push(format!("    {path}\n      expected {expected}\n      found    {found}")),
    }
}

/// One case and what came of it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Compared {
    family: String,
    name: String,
    differences: Vec<String>,
    messages: Vec<String>,
}

fn compare(case: &Value) -> Compared {
    let family = case["family"].as_str().unwrap().to_owned();
    let name = format!("{family}: {}", case["it"].as_str().unwrap());
    let mut differences = Vec::new();
    let (found, messages) = perform(case);
    difference(&expected(case), &found, "", &mut differences);
    Compared { family, name, differences, messages }
}

/// Every case compared, a few at once: most of the time is servers that stall.
fn compared(cases: &[Value]) -> Vec<Compared> {
    let (todo, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(case) = cases.get(todo.fetch_add(1, Ordering::Relaxed)) {
                    let compared = compare(case);
                    done.lock().unwrap().push(compared);
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort();
    done
}

/// Whatever fails says what happened, and what to try: every message, held by `messages.txt`.
fn assert_messages(compared: &[Compared]) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/messages.txt");
    let told = compared.iter().filter(|case| !case.messages.is_empty());
    let texts = told.map(|case| format!("{}\n  {}\n", case.name, case.messages.join("\n  ")));
    let found: String = texts.collect();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(&expected, &found);
    assert_eq!(expected, found, "{}", diff.unified_diff().context_radius(1));
}

#[test]
fn every_recorded_exchange_is_the_same() {
    let cases: Vec<Value> =
        RECORDED.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let compared = compared(&cases);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &compared {
        *counts.entry(&case.family).or_default() += 1;
    }
    for (family, count) in &counts {
        println!("{count} exchanges: {family}");
    }
    let differs = |case: &&Compared| !case.differences.is_empty();
    let (different, wrong): (Vec<&Compared>, Vec<&Compared>) = compared
        .iter()
        .filter(differs)
        .partition(|case| DIFFERENT.iter().any(|(known, _)| *known == case.name));
    println!("{} exchanges, {} of them different on purpose", cases.len(), different.len());
    for (name, why) in DIFFERENT {
        println!("  {name}: {why}");
    }
    let shown = |case: &&Compared| format!("{}\n{}", case.name, case.differences.join("\n"));
    let wrong: Vec<String> = wrong.iter().map(shown).collect();
    assert!(wrong.is_empty(), "{} exchanges differ:\n{}", wrong.len(), wrong.join("\n"));
    let is_stale = |(known, _): &&(&str, &str)| !different.iter().any(|case| case.name == *known);
    let stale: Vec<_> = DIFFERENT.iter().filter(is_stale).collect();
    assert!(stale.is_empty(), "no longer different: {stale:?}");
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), COUNTS);
    assert_messages(&compared);
}
