//! An exchange for tests, and what subjects see of it.

use super::find_subject;
use crate::check::Found;
use crate::http::{
    Body, Content, Cookie, CookieJar, Exchange, Headers, Hop, PreparedRequest, Proxies, Response,
    Timeout, Transport, Url, Verify,
};
use std::time::{Duration, SystemTime};

fn headers(lines: &[(&str, &str)]) -> Headers {
    lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn request(url: &Url) -> PreparedRequest {
    PreparedRequest {
        method: "GET".to_owned(),
        url: url.clone(),
        headers: Headers::default(),
        is_host_given: false,
        body: Body::Empty,
        transport: Transport {
            timeout: Timeout::default(),
            max_redirects: None,
            proxies: Proxies::default(),
            session_proxies: Proxies::default(),
            verify: Verify::Default,
            cert: None,
            encoding: None,
            trust_env: false,
            mounts: std::sync::Arc::default(),
            secrets: Vec::new().into(),
        },
        auth: None,
        cookies: CookieJar::default(),
    }
}

fn cookies(url: &Url, lines: &[(&str, &str)]) -> Vec<Cookie> {
    CookieJar::default().extract(&headers(lines), url, SystemTime::UNIX_EPOCH)
}

/// A redirect from `/a` to `/b`, which answers with `body`. Both set the cookie `session`.
pub(super) fn exchange(body: &str) -> Exchange {
    let first = Url::parse("http://h.example/a").unwrap();
    let second = Url::parse("http://h.example/b").unwrap();
    let mut redirect = Response::new(302, headers(&[("Location", "/b")]), Content::default());
    redirect.reason = "Found".to_owned();
    redirect.url = first.as_str().to_owned();
    redirect.cookies =
        cookies(&first, &[("Set-Cookie", "session=old"), ("Set-Cookie", "theme=dark")]);
    let lines = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("ETag", "\"1\""),
        ("Vary", "Accept"),
        ("vary", "Cookie"),
    ];
    let mut response = Response::new(201, headers(&lines), Content::whole(body.as_bytes()));
    response.reason = "Created".to_owned();
    response.url = second.as_str().to_owned();
    response.declared_encoding = Some("utf-8".to_owned());
    response.elapsed = Duration::from_millis(250);
    response.cookies = cookies(&second, &[("Set-Cookie", "session=new")]);
    Exchange {
        request: request(&second),
        response,
        retried: Vec::new(),
        history: vec![Hop { request: request(&first), response: redirect }],
        duration: Duration::from_millis(1500),
    }
}

/// What a subject finds, as JSON; why nothing, when it finds none.
fn look(key: &str, selector: Option<&str>, exchange: &Exchange) -> String {
    let kind = find_subject(key).unwrap();
    match (kind.compile)(selector).unwrap().look(Ok(exchange.into())) {
        Found::Missing(reason) => reason,
        found => found.into_value().unwrap().to_json(),
    }
}

#[test]
fn the_head_is_looked_at() {
    let exchange = exchange("");
    let table = [
        ("status", "201"),
        ("reason", r#""Created""#),
        ("ok", "true"),
        ("next", "no redirect left to follow: the status is 201 and there is no `Location`"),
        ("url", r#""http://h.example/b""#),
        ("history", r#"[{"status":302,"url":"http://h.example/a","reason":"Found"}]"#),
        ("elapsed", "0.25"),
        ("duration", "1.5"),
        ("encoding", r#""utf-8""#),
        ("error", "no error: the request succeeded with status 201"),
    ];
    for (key, expected) in table {
        assert_eq!(look(key, None, &exchange), expected, "{key}");
    }
}

#[test]
fn headers_are_found_in_any_case_and_joined() {
    let exchange = exchange("");
    let header = |name| look("headers", Some(name), &exchange);
    assert_eq!(header("etag"), r#""\"1\"""#);
    assert_eq!(header("VARY"), r#""Accept, Cookie""#);
    assert_eq!(header("content-tpye"), "no header `content-tpye`; there is `Content-Type`");
    assert_eq!(
        header("x-gone"),
        "no header `x-gone`; there are `Content-Type`, `ETag`, `Vary`, `vary`"
    );
}

#[test]
fn of_cookies_the_last_set_wins() {
    let exchange = exchange("");
    let cookie = |name| look("cookies", Some(name), &exchange);
    assert_eq!(cookie("session"), r#""new""#);
    assert_eq!(cookie("theme"), r#""dark""#);
    assert_eq!(cookie("sid"), "no cookie `sid`; there are `session`, `theme`, `session`");
}

#[test]
fn links_are_found_by_relation() {
    let mut exchange = exchange("");
    let value =
        "<https://h.example/?page=2>; rel=\"next\", <https://h.example/?page=9>; rel=\"last\"";
    exchange.response.headers.push("Link", value);
    let link = |name| look("links", Some(name), &exchange);
    assert_eq!(link("next"), r#""https://h.example/?page=2""#);
    assert_eq!(link("prev"), "no link `prev`; there are `next`, `last`");
}

#[test]
fn the_body_is_looked_at() {
    let exchange = exchange("[1,\r\n\"é\"]\n");
    let table = [
        ("text", r#""[1,\r\n\"é\"]\n""#),
        ("lines", r#"["[1,","\"é\"]"]"#),
        ("json", r#"[1,"é"]"#),
        ("bytes", r#""WzEsDQoiw6kiXQo=""#),
        ("size", "11"),
        ("sha256", r#""855a88c24c0868499d06c54fd1373f55d8af0510eef778aed6013e70b19867c9""#),
    ];
    for (key, expected) in table {
        assert_eq!(look(key, None, &exchange), expected, "{key}");
    }
}

#[test]
fn a_body_that_is_no_json_says_where_it_stops_and_how_it_begins() {
    assert_eq!(
        look("json", None, &exchange("<html><body>Bad Gateway</body></html>")),
        "no JSON: expected value at line 1 column 1; the body begins \
         \"<html><body>Bad Gateway</body></html>\""
    );
    assert_eq!(look("json", None, &exchange("")), "no JSON: the body is empty");
}

#[test]
fn a_body_cut_short_is_not_compared() {
    let mut exchange = exchange("");
    exchange.response.content = Content::beginning(b"ab".to_vec(), 5, None);
    assert_eq!(look("text", None, &exchange), "no whole body: 2 of its 5 bytes were kept");
    assert_eq!(look("size", None, &exchange), "5");
    assert_eq!(look("sha256", None, &exchange), "no digest: the body went by without one");
}
