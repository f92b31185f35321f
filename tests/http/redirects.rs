//! Where redirects lead and what they take along: against an adapter that answers from a script.

use crate::request::{get, options, post, request, text};
use runner::http::adapter::{Adapter, Ends, RawResponse};
use runner::http::{
    Auth, Body, Client, Cookie, CookieJar, Environment, Error, Exchange, Failure, Headers,
    PreparedRequest, Response, Sink, Timings, Upload, Url,
};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A status and header lines.
type Head = (u16, Vec<(&'static str, String)>);

/// Answers each request with the next of its heads, and keeps what was asked.
#[derive(Clone, Debug)]
struct Scripted {
    heads: Arc<Mutex<VecDeque<Head>>>,
    asked: Arc<Mutex<Vec<PreparedRequest>>>,
}

impl Adapter for Scripted {
    fn send(
        &self,
        request: &PreparedRequest,
        _: Option<&Url>,
        _: Option<Instant>,
    ) -> Result<RawResponse, Error> {
        if let Body::Stream(upload) = &request.body {
            upload.open(None).map_err(|error| {
                error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
            })?;
        }
        self.asked.lock().unwrap().push(request.clone());
        let (status, lines) = self.heads.lock().unwrap().pop_front().unwrap_or((200, Vec::new()));
        let headers = lines.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(RawResponse {
            peer_certificate: None,
            status,
            reason: String::new(),
            version: 11,
            headers,
            body: Box::new(io::Cursor::new(format!("{status}").into_bytes())),
            length: Some(3),
            timings: Timings::default(),
            ends: Ends::default(),
        })
    }
}

/// What came of a request, and all that was asked.
struct Story {
    outcome: Result<Exchange, Box<Failure>>,
    asked: Vec<PreparedRequest>,
    jar: CookieJar,
}

fn tell(request: PreparedRequest, heads: &[(u16, &[(&'static str, &str)])]) -> Story {
    let heads = heads.iter().map(|(status, lines)| {
        (*status, lines.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    });
    let adapter = Scripted { heads: Arc::new(Mutex::new(heads.collect())), asked: Arc::default() };
    let client = Client::with_adapter(options(), Box::new(adapter.clone()));
    let mut jar = CookieJar::default();
    let outcome = client.send(request, &mut jar, &Sink::Memory);
    let asked = adapter.asked.lock().unwrap().clone();
    Story { outcome, asked, jar }
}

fn lines(headers: &Headers) -> Vec<String> {
    headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

#[test]
fn each_status_changes_each_method_as_in_requests() {
    let mut table = String::new();
    for status in [301, 302, 303, 307, 308] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
            let mut request = post("http://a.test/", b"body");
            request.method = method.to_owned();
            request.headers.push("Content-Type", "text/plain");
            let story = tell(request, &[(status, &[("Location", "/next")])]);
            let next = &story.asked[1];
            let kept = matches!(next.body, Body::Bytes(_));
            table += &format!(
                "{status} {method} {} {kept} {}\n",
                next.method,
                lines(&next.headers)[1..].join("; ")
            );
        }
    }
    let kept = "true Content-Length: 4; Content-Type: text/plain";
    let mut expected = String::new();
    for (status, methods) in [
        (301, ["GET", "HEAD", "GET", "PUT", "DELETE"]),
        (302, ["GET", "HEAD", "GET", "GET", "GET"]),
        (303, ["GET", "HEAD", "GET", "GET", "GET"]),
        (307, ["GET", "HEAD", "POST", "PUT", "DELETE"]),
        (308, ["GET", "HEAD", "POST", "PUT", "DELETE"]),
    ] {
        for (method, next) in ["GET", "HEAD", "POST", "PUT", "DELETE"].iter().zip(methods) {
            let rest = match (status, next) {
                (307 | 308, _) => kept,
                (_, "PUT") => "false Content-Length: 0",
                _ => "false ",
            };
            expected += &format!("{status} {method} {next} {rest}\n");
        }
    }
    assert_eq!(table, expected);
}

#[test]
fn the_history_is_oldest_first_and_the_url_is_the_last_hops() {
    let story = tell(
        get("http://a.test/1#part"),
        &[(302, &[("Location", "2")]), (301, &[("Location", "//b.test/3")])],
    );
    let exchange = story.outcome.unwrap();
    let urls: Vec<_> = exchange.history.iter().map(|hop| hop.response.url.as_str()).collect();
    assert_eq!(urls, ["http://a.test/1#part", "http://a.test/2#part"]);
    assert_eq!(exchange.response.url, "http://b.test/3#part");
    assert_eq!(text(&exchange.history[1].response.content), "301");
    assert_eq!(story.asked[2].headers.first("host"), Some("b.test"));
}

#[test]
fn redirects_are_followed_only_when_asked_and_when_they_lead_somewhere() {
    let mut request = get("http://a.test/");
    request.transport.max_redirects = None;
    let exchange = tell(request, &[(302, &[("Location", "/x")])]).outcome.unwrap();
    assert_eq!((exchange.response.status, exchange.history.len()), (302, 0));
    for (status, lines) in
        [(302, &[][..]), (304, &[("Location", "/x")][..]), (201, &[("Location", "/x")][..])]
    {
        assert_eq!(
            tell(get("http://a.test/"), &[(status, lines)]).outcome.unwrap().response.status,
            status
        );
    }
}

#[test]
fn too_many_are_an_error_with_all_of_them() {
    let mut request = get("http://a.test/");
    request.transport.max_redirects = Some(2);
    let failure = tell(request, &[(302, &[("Location", "/x")][..]); 5]).outcome.unwrap_err();
    assert_eq!(failure.error.to_string(), "TooManyRedirects: exceeded 2 redirects");
    assert_eq!(failure.history.len(), 3);
}

#[test]
fn other_schemes_are_not_followed() {
    let failure = tell(get("http://a.test/"), &[(302, &[("Location", "ftp://a.test/")])])
        .outcome
        .unwrap_err();
    assert_eq!(failure.error.kind.name(), "InvalidSchema");
    assert_eq!(failure.history.len(), 1);
}

/// What of these headers arrives where a redirect from one URL to another leads.
fn carried(from: &str, to: &str) -> Vec<String> {
    let mut request = get(from);
    for line in
        ["Authorization: Basic x", "Proxy-Authorization: y", "X-Key: the k3y itself", "X-Plain: z"]
    {
        let (name, value) = line.split_once(": ").unwrap();
        request.headers.push(name, value);
    }
    request.headers.push("Cookie", "own=1");
    request.transport.secrets = Arc::new(["k3y".to_owned(), String::new()]);
    let story = tell(request, &[(302, &[("Location", to)])]);
    lines(&story.asked[1].headers)[1..]
        .iter()
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_secret_stays_with_its_host() {
    let all = ["Authorization", "X-Key", "X-Plain"];
    assert_eq!(carried("http://a.test/", "/b"), all);
    assert_eq!(carried("http://a.test/", "http://A.test:80/b"), all);
    assert_eq!(carried("http://a.test/", "https://a.test/"), all);
    assert_eq!(carried("https://a.test/", "http://a.test/"), ["X-Key", "X-Plain"]);
    assert_eq!(carried("http://a.test/", "http://a.test:8080/"), ["X-Key", "X-Plain"]);
    assert_eq!(carried("http://a.test/", "http://b.test/"), ["X-Plain"]);
    assert_eq!(carried("http://a.test/", "http://sub.a.test/"), ["X-Plain"]);
}

fn cookie(name: &str, domain: &str) -> Cookie {
    Cookie {
        name: name.to_owned(),
        value: "1".to_owned(),
        is_bare: false,
        domain: domain.to_owned(),
        domain_specified: !domain.is_empty(),
        path: "/".to_owned(),
        secure: false,
        http_only: false,
        expires: None,
        rest: Vec::new(),
    }
}

#[test]
fn cookies_are_chosen_anew_for_every_hop() {
    let mut request = get("http://a.test/");
    request.cookies.set(cookie("own", ""));
    request.headers.push("Cookie", "own=1");
    let story = tell(
        request,
        &[
            (302, &[("Location", "/b"), ("Set-Cookie", "seen=a")]),
            (302, &[("Location", "http://b.test/"), ("Set-Cookie", "seen=b")]),
            (302, &[("Location", "http://a.test/c"), ("Set-Cookie", "other=1")]),
        ],
    );
    let sent: Vec<_> = story.asked.iter().map(|request| request.headers.get("cookie")).collect();
    assert_eq!(
        sent,
        [
            Some("own=1".to_owned()),
            Some("own=1; seen=a".to_owned()),
            None,
            Some("seen=b".to_owned())
        ]
    );
    let kept: Vec<_> =
        story.jar.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
    assert_eq!(kept, ["seen=b", "other=1"]);
    let exchange = story.outcome.unwrap();
    assert_eq!(exchange.history[0].response.cookies.len(), 1);
}

/// A body that can be read once.
#[derive(Debug, Default)]
struct Once(Mutex<bool>);

impl Upload for Once {
    fn open(&self, _: Option<std::time::Instant>) -> io::Result<Box<dyn io::Read + Send>> {
        match std::mem::replace(&mut *self.0.lock().unwrap(), true) {
            false => Ok(Box::new(io::empty())),
            true => Err(io::Error::other("it was read already")),
        }
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        "a stream".to_owned()
    }
}

#[test]
fn a_body_that_cannot_be_read_again_is_told() {
    let mut request = request("POST", "http://a.test/");
    request.body = Body::Stream(Arc::new(Once::default()));
    let failure = tell(request, &[(307, &[("Location", "/x")])]).outcome.unwrap_err();
    assert_eq!(
        failure.error.to_string(),
        "UnrewindableBodyError: the body a stream cannot be sent again for the redirect: it was read already"
    );
}

/// Answers a refusal once.
#[derive(Debug)]
struct Answering;

impl Auth for Answering {
    fn sign(&self, _: &mut PreparedRequest, _: &Environment) {}

    fn answer(&self, request: &PreparedRequest, response: &Response) -> Option<PreparedRequest> {
        let mut again = request.clone();
        again.add_cookies(&response.cookies);
        again.headers.set("Authorization", "answered");
        (response.status == 401).then_some(again)
    }
}

#[test]
fn a_refusal_that_auth_answers_is_history() {
    let mut request = get("http://a.test/");
    request.auth = Some(Arc::new(Answering));
    let story = tell(request, &[(401, &[("Set-Cookie", "a=b")])]);
    let exchange = story.outcome.unwrap();
    assert_eq!((exchange.response.status, exchange.history[0].response.status), (200, 401));
    assert_eq!(
        lines(&story.asked[1].headers),
        ["Host: a.test", "Cookie: a=b", "Authorization: answered"]
    );
}

#[test]
fn a_refusal_is_answered_once_a_hop_and_not_on_another_host() {
    let mut request = get("http://a.test/");
    request.auth = Some(Arc::new(Answering));
    let story = tell(request.clone(), &[(401, &[]), (401, &[])]);
    assert_eq!((story.asked.len(), story.outcome.unwrap().response.status), (2, 401));
    let story = tell(request, &[(302, &[("Location", "http://b.test/")]), (401, &[])]);
    assert_eq!((story.asked.len(), story.outcome.unwrap().response.status), (2, 401));
}
