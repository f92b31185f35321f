//! The examples of RFC 9421, appendix B.2: compared where a signature is always the same, verified
//! where it is another each time.

use super::KIND;
use super::base::base;
use super::components::Component;
use crate::crypto::{Key, Scheme, verify};
use crate::hook::{Action, Bench, Fault};
use crate::http::{CookieJar, Data, Environment, PreparedRequest, Request, prepare};
use crate::value::Value;
use crate::world::{Folder, Outside, Programs};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// Recorded by `tests/wire/record_signatures.py`.
const RECORDED: &str = include_str!("../../../tests/wire/signatures.json");

/// The request of appendix B.2.
fn request() -> PreparedRequest {
    let header = |name: &str, value: &str| (name.to_owned(), Some(vec![value.to_owned()]));
    let request = Request {
        method: Some("POST".to_owned()),
        url: "https://example.com/foo?param=Value&Pet=dog".to_owned(),
        headers: vec![
            header("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            header("Content-Type", "application/json"),
            header(
                "Content-Digest",
                "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
            ),
        ],
        data: Some(Data::Text("{\"hello\": \"world\"}".to_owned())),
        ..Request::default()
    };
    let jar = CookieJar::default();
    prepare(&request, &Request::default(), &jar, &Environment::default(), UNIX_EPOCH).unwrap()
}

fn action(argument: &Value) -> Arc<dyn Action> {
    (KIND.build)(argument, Path::new("")).unwrap_or_else(|mistake| panic!("{mistake:?}"))
}

fn signed(argument: &Value, mut request: PreparedRequest) -> Result<PreparedRequest, Fault> {
    let files = Folder::new(std::env::temp_dir(), Outside::Refused);
    let mut bench = Bench {
        files: &files,
        programs: &Programs::default(),
        step: ("", ""),
        now: UNIX_EPOCH + Duration::from_secs(1_618_884_473),
        log: Vec::new(),
        set: Vec::new(),
        secrets: Vec::new(),
    };
    action(argument).on_request(&mut request, &mut bench)?;
    Ok(request)
}

fn json(text: &str) -> Value {
    Value::from_json(text.as_bytes()).unwrap()
}

/// The components of a `Signature-Input`, as a collection has them.
fn components(input: &str) -> Vec<String> {
    let inside = input.split_once('(').unwrap().1.split_once(')').unwrap().0;
    let pieces = inside.split(' ').filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.replacen('"', "", 2)).collect()
}

/// A parameter of a `Signature-Input`.
fn parameter(input: &str, name: &str) -> Value {
    let found = input.split_once(&format!(";{name}=\"")).map(|(_, rest)| rest.split('"').next());
    found.flatten().map_or(Value::Null, Value::from)
}

#[test]
fn the_examples_of_rfc_9421_come_out() {
    let mut count = 0;
    for line in RECORDED.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let (input, label) = (text("input"), text("label"));
        let secret = STANDARD.decode(text("secret")).unwrap();
        let key = match case["private"].as_str() {
            Some(pem) => Value::from(pem),
            None => Value::Bytes(secret),
        };
        let members = [
            ("key", key.clone()),
            ("alg", Value::from(text("alg"))),
            ("label", Value::from(label)),
            ("keyid", parameter(input, "keyid")),
            ("nonce", parameter(input, "nonce")),
            ("tag", parameter(input, "tag")),
            (
                "components",
                components(input).into_iter().map(Value::from).collect::<Vec<_>>().into(),
            ),
        ];
        let argument = Value::Object(
            members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        );
        let request = signed(&argument, request()).unwrap();
        assert_eq!(request.headers.get("signature-input").as_deref(), Some(input));
        let found = request.headers.get("signature").unwrap();
        let expected = format!("{label}=:{}:", text("signature"));
        let is_drawn = text("alg") == "rsa-pss-sha512";
        assert_eq!(found == expected, !is_drawn, "{label}: {found}");
        // The RFC's own signature fits our base, whoever made it.
        let read: Vec<Component> =
            components(input).iter().map(|it| Component::read(it).unwrap()).collect();
        let (_, said) = input.split_once('=').unwrap();
        let base = base(&request, &read, said).unwrap();
        let public = case["public"].as_str().map_or(key, Value::from);
        let scheme = match text("alg") {
            "hmac-sha256" => Scheme::HmacSha256,
            "ed25519" => Scheme::Ed25519,
            _ => Scheme::RsaPssSha512,
        };
        let signature = STANDARD.decode(text("signature")).unwrap();
        let key = Key::read(&public).unwrap();
        assert_eq!(verify(scheme, &key, base.as_bytes(), &signature), Ok(true), "{label}");
        let own = found.split(':').nth(1).and_then(|it| STANDARD.decode(it).ok()).unwrap();
        assert_eq!(verify(scheme, &key, base.as_bytes(), &own), Ok(true), "{label}");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn every_component_has_its_value() {
    // RFC 9421, section 2.2, of the request of appendix B.2.
    let written = [
        "@method",
        "@target-uri",
        "@authority",
        "@scheme",
        "@request-target",
        "@path",
        "@query",
        "@query-param;name=\"Pet\"",
        "Content-Length",
    ];
    let read: Vec<Component> = written.iter().map(|it| Component::read(it).unwrap()).collect();
    assert_eq!(
        base(&request(), &read, "()").unwrap(),
        "\"@method\": POST\n\"@target-uri\": https://example.com/foo?param=Value&Pet=dog\n\"@authority\": example.com\n\"@scheme\": https\n\"@request-target\": /foo?param=Value&Pet=dog\n\"@path\": /foo\n\"@query\": ?param=Value&Pet=dog\n\"@query-param\";name=\"Pet\": dog\n\"content-length\": 18\n\"@signature-params\": ()"
    );
}

#[test]
fn a_second_signature_stands_beside_the_first_and_a_digest_is_made() {
    let mut bare = request();
    bare.headers.remove("content-digest");
    let one = json(
        r#"{"key": "a secret", "components": ["content-digest"], "created": false, "digest": "sha-512"}"#,
    );
    let signed_once = signed(&one, bare).unwrap();
    // The digest of appendix B.2.
    assert_eq!(
        signed_once.headers.get("content-digest").as_deref(),
        Some(
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
        )
    );
    let two = json(
        r#"{"key": "another", "label": "proxy", "components": ["signature"], "expires": "5m"}"#,
    );
    let signed_twice = signed(&two, signed_once).unwrap();
    let input = signed_twice.headers.get("signature-input").unwrap();
    assert_eq!(
        input,
        "sig1=(\"content-digest\"), proxy=(\"signature\");created=1618884473;expires=1618884773"
    );
    assert!(signed_twice.headers.get("signature").unwrap().contains(":, proxy=:"));
}
