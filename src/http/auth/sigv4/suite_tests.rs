//! AWS's own test suite, and a second opinion on it: botocore.

use super::canonical::{Scope, Signable, hex, signature, string_to_sign};
use super::{strict_path, strict_query};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The suite, recorded by `tests/wire/record_aws_sigv4.py`.
const SUITE: &str = include_str!("../../../../tests/wire/aws_sigv4.json");

struct Written {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// A request as the suite writes it: a header's value goes on in lines that begin with a space.
fn read(text: &str) -> Written {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    let (method, rest) = first.split_once(' ').unwrap();
    let (target, _) = rest.rsplit_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match line.split_once(':').filter(|_| !line.starts_with(' ')) {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => headers.last_mut().unwrap().1.push_str(line),
        }
    }
    let (path, query) = (strict_path(path), strict_query(query));
    Written { method: method.to_owned(), path, query, headers, body: body.to_owned() }
}

#[test]
fn the_suite_of_aws_comes_out() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in SUITE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let context = &case["context"];
        let given = |key: &str| context["credentials"][key].as_str();
        let mut request = read(text("request"));
        let time = context["timestamp"].as_str().unwrap().replace(['-', ':'], "");
        request.headers.push(("X-Amz-Date".to_owned(), time.clone()));
        let payload = hex(&Sha256::digest(request.body.as_bytes()));
        let is_token_signed = context["omit_session_token"] != Value::Bool(true);
        if let Some(token) = given("token").filter(|_| is_token_signed) {
            request.headers.push(("X-Amz-Security-Token".to_owned(), token.to_owned()));
        }
        if context["sign_body"] == Value::Bool(true) {
            request.headers.push(("X-Amz-Content-Sha256".to_owned(), payload.clone()));
        }
        let scope = Scope {
            time: &time,
            region: context["region"].as_str().unwrap(),
            service: context["service"].as_str().unwrap(),
        };
        let signable = Signable {
            method: &request.method,
            path: &request.path,
            query: &request.query,
            headers: &request.headers,
            payload: &payload,
            is_path_verbatim: context["normalize"] == Value::Bool(false),
            is_path_encoded_again: false,
        };
        let found = [
            signable.canonical(),
            string_to_sign(&signable, &scope),
            signature(&signable, &scope, given("secret_access_key").unwrap()),
        ];
        for (found, key) in found.iter().zip(["canonical", "to_sign", "signature"]) {
            if found != text(key).trim_end_matches('\n') {
                wrong.push(format!("{}: {key}\n{found}\nexpected\n{}", text("name"), text(key)));
            }
        }
        count += 1;
    }
    assert_eq!(count, 38);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
