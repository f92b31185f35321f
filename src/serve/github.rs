//! A little of GitHub's REST API under `/github`: the commit, issue and comments that Requests'
//! documentation walks through under "HTTP verbs". What is written stays in the server's memory.

use super::auth::basic_credentials;
use super::reply::Reply;
use super::request::Request;
use base64::Engine as _;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use std::sync::{MutexGuard, PoisonError};
use std::time::SystemTime;

pub(super) const COMMIT: &str = "/github/repos/{owner}/{repo}/git/commits/{sha}";
pub(super) const ISSUE: &str = "/github/repos/{owner}/{repo}/issues/{number:int}";
pub(super) const COMMENTS: &str = "/github/repos/{owner}/{repo}/issues/{number:int}/comments";
pub(super) const COMMENT: &str = "/github/repos/{owner}/{repo}/issues/comments/{id:int}";

const REPOSITORY: (&str, &str) = ("psf", "requests");
const SHA: &str = "a050faf084662f3a352dd1a941f2c7c9f886d4ad";
const ISSUE_NUMBER: u64 = 482;
const RATE_LIMIT: u64 = 5000;
const DEFAULT_PAGE: u64 = 30;
const LARGEST_PAGE: u64 = 100;
const LONGEST_COMMENT: usize = 65_536;
/// So that a long-running server's memory is bounded.
const MOST_COMMENTS: usize = 10_000;

/// What has been written, and how often was asked.
#[derive(Debug)]
pub(super) struct Fixture {
    comments: Vec<Comment>,
    next_id: u64,
    asked: u64,
}

#[derive(Clone, Debug)]
struct Comment {
    id: u64,
    login: String,
    body: String,
    created_at: String,
    updated_at: String,
}

impl Default for Fixture {
    fn default() -> Fixture {
        let comment = |id, login: &str, body: &str, at: &str| Comment {
            id,
            login: login.to_owned(),
            body: body.to_owned(),
            created_at: at.to_owned(),
            updated_at: at.to_owned(),
        };
        let comments = vec![
            comment(5_288_004, "rafalp", "Where should it go?", "2012-04-23T16:02:18Z"),
            comment(5_288_065, "kennethreitz", "In the documentation.", "2012-04-23T16:04:40Z"),
            comment(
                5_288_130,
                "kennethreitz",
                "Probably in the \"advanced\" section",
                "2012-04-23T16:07:09Z",
            ),
        ];
        Fixture { comments, next_id: 5_804_413, asked: 0 }
    }
}

pub(super) fn commit(request: &Request<'_>) -> Reply {
    if !is_ours(request) || request.part(2) != SHA {
        return missing(request);
    }
    let base = base(request);
    let person = json!({
        "name": "Kenneth Reitz",
        "email": "me@kennethreitz.com",
        "date": "2012-05-10T18:10:50Z",
    });
    let tree = "2e2b5d3f4a5b1d5d1ad7dc53ab5d77e5e3d4b1a7";
    ok(
        request,
        json!({
            "sha": SHA,
            "url": format!("{base}/git/commits/{SHA}"),
            "author": person,
            "committer": person,
            "tree": {"sha": tree, "url": format!("{base}/git/trees/{tree}")},
            "message": "makin' history",
            "parents": [],
        }),
    )
}

pub(super) fn issue(request: &Request<'_>) -> Reply {
    if !is_our_issue(request) {
        return missing(request);
    }
    let base = base(request);
    let count = fixture(request).comments.len();
    ok(
        request,
        json!({
            "number": ISSUE_NUMBER,
            "title": "Feature any http verb in docs",
            "state": "closed",
            "user": {"login": "rafalp"},
            "comments": count,
            "url": format!("{base}/issues/{ISSUE_NUMBER}"),
            "comments_url": format!("{base}/issues/{ISSUE_NUMBER}/comments"),
            "created_at": "2012-03-06T19:16:15Z",
        }),
    )
}

/// A page of comments, with links to the others.
pub(super) fn comments(request: &Request<'_>) -> Reply {
    if !is_our_issue(request) {
        return missing(request);
    }
    let number = |name: &str, otherwise: u64| {
        let given = request.arg(name).and_then(|value| value.parse().ok());
        given.filter(|&number| number > 0).unwrap_or(otherwise)
    };
    let size = number("per_page", DEFAULT_PAGE).min(LARGEST_PAGE);
    let page = number("page", 1);
    let all = fixture(request).comments.clone();
    let skipped = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let taken = usize::try_from(size).unwrap_or(usize::MAX);
    let shown: Vec<Value> =
        all.iter().skip(skipped).take(taken).map(|comment| comment.show(request)).collect();
    let last = (all.len() as u64).div_ceil(size).max(1);
    let reply = ok(request, Value::Array(shown));
    match links(request, page, size, last) {
        links if links.is_empty() => reply,
        links => reply.with("Link", &links),
    }
}

pub(super) fn create(request: &Request<'_>) -> Reply {
    let Some(login) = login(request) else { return unauthorized(request) };
    if !is_our_issue(request) {
        return missing(request);
    }
    let Some(body) = body(request) else { return invalid(request) };
    let mut fixture = fixture(request);
    if fixture.comments.len() >= MOST_COMMENTS {
        return forbidden(request);
    }
    let now = now();
    let comment =
        Comment { id: fixture.next_id, login, body, created_at: now.clone(), updated_at: now };
    fixture.next_id += 1;
    fixture.comments.push(comment.clone());
    drop(fixture);
    let shown = comment.show(request);
    let url = format!("{}/issues/comments/{}", base(request), comment.id);
    ok(request, shown).status(201).with("Location", &url)
}

pub(super) fn show(request: &Request<'_>) -> Reply {
    let found = fixture(request).comments.iter().find(|c| c.id == request.int_part(2)).cloned();
    match found.filter(|_| is_ours(request)) {
        Some(comment) => ok(request, comment.show(request)),
        None => missing(request),
    }
}

pub(super) fn edit(request: &Request<'_>) -> Reply {
    if login(request).is_none() {
        return unauthorized(request);
    }
    let Some(body) = body(request) else { return invalid(request) };
    let mut fixture = fixture(request);
    let mut comments = fixture.comments.iter_mut();
    let Some(comment) =
        comments.find(|comment| comment.id == request.int_part(2) && is_ours(request))
    else {
        drop(fixture);
        return missing(request);
    };
    comment.body = body;
    comment.updated_at = now();
    let shown = comment.show(request);
    drop(fixture);
    ok(request, shown)
}

pub(super) fn delete(request: &Request<'_>) -> Reply {
    if login(request).is_none() {
        return unauthorized(request);
    }
    let mut fixture = fixture(request);
    let before = fixture.comments.len();
    if is_ours(request) {
        fixture.comments.retain(|comment| comment.id != request.int_part(2));
    }
    let is_gone = fixture.comments.len() < before;
    drop(fixture);
    if is_gone { limited(request, Reply::bare(204, &[][..])) } else { missing(request) }
}

impl Comment {
    fn show(&self, request: &Request<'_>) -> Value {
        let page = format!(
            "https://github.com/{}/{}/issues/{ISSUE_NUMBER}#issuecomment-{}",
            REPOSITORY.0, REPOSITORY.1, self.id
        );
        json!({
            "id": self.id,
            "url": format!("{}/issues/comments/{}", base(request), self.id),
            "html_url": page,
            "issue_url": format!("{}/issues/{ISSUE_NUMBER}", base(request)),
            "user": {"login": self.login},
            "body": self.body,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        })
    }
}

fn fixture<'a>(request: &Request<'a>) -> MutexGuard<'a, Fixture> {
    request.shared.github.lock().unwrap_or_else(PoisonError::into_inner)
}

fn base(request: &Request<'_>) -> String {
    request.absolute(&format!("/github/repos/{}/{}", REPOSITORY.0, REPOSITORY.1))
}

fn is_ours(request: &Request<'_>) -> bool {
    (request.part(0), request.part(1)) == REPOSITORY
}

fn is_our_issue(request: &Request<'_>) -> bool {
    is_ours(request) && request.int_part(2) == ISSUE_NUMBER
}

/// Who asks: any user with a password, anyone with a token.
fn login(request: &Request<'_>) -> Option<String> {
    if let Some((user, password)) = basic_credentials(request) {
        return Some(user).filter(|user| !user.is_empty() && !password.is_empty());
    }
    let (scheme, token) = request.header("Authorization")?.split_once(' ')?;
    let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    (is_known && !token.trim().is_empty()).then(|| "octocat".to_owned())
}

/// The `body` of the JSON sent.
fn body(request: &Request<'_>) -> Option<String> {
    let sent: Value = serde_json::from_slice(&request.body).ok()?;
    let body = sent.get("body")?.as_str()?;
    (!body.is_empty() && body.len() <= LONGEST_COMMENT).then(|| body.to_owned())
}

fn now() -> String {
    jiff::Timestamp::try_from(SystemTime::now())
        .map(|now| now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

fn links(request: &Request<'_>, page: u64, size: u64, last: u64) -> String {
    let link = |to: u64, name: &str| {
        let url = request.absolute(&request.path);
        format!("<{url}?page={to}&per_page={size}>; rel=\"{name}\"")
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

/// 200 with an entity tag, or 304 when the client has it already.
fn ok(request: &Request<'_>, value: Value) -> Reply {
    let bytes = value.to_string().into_bytes();
    let tag = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Md5::digest(&bytes));
    let tag = format!("W/\"{tag}\"");
    if request.method == "GET" && request.header("If-None-Match") == Some(&*tag) {
        return limited(request, Reply::bare(304, &[][..]).with("ETag", &tag));
    }
    limited(request, Reply::bytes(200, "application/json; charset=utf-8", bytes)).with("ETag", &tag)
}

fn limited(request: &Request<'_>, reply: Reply) -> Reply {
    let mut fixture = fixture(request);
    fixture.asked += 1;
    let left = RATE_LIMIT.saturating_sub(fixture.asked);
    drop(fixture);
    reply
        .with("X-RateLimit-Limit", &RATE_LIMIT.to_string())
        .with("X-RateLimit-Remaining", &left.to_string())
}

fn failed(request: &Request<'_>, status: u16, message: &str) -> Reply {
    let value = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    });
    let bytes = value.to_string().into_bytes();
    limited(request, Reply::bytes(status, "application/json; charset=utf-8", bytes))
}

fn missing(request: &Request<'_>) -> Reply {
    failed(request, 404, "Not Found")
}

fn unauthorized(request: &Request<'_>) -> Reply {
    failed(request, 401, "Requires authentication")
}

fn forbidden(request: &Request<'_>) -> Reply {
    failed(request, 403, "Commenting is disabled on issues with more than 10000 comments")
}

fn invalid(request: &Request<'_>) -> Reply {
    failed(request, 422, "Validation Failed: `body` must be a text of 1 to 65536 bytes")
}
