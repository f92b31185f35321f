//! What goes out, against what botocore and AWS's documentation say, and what is refused.

use super::*;
use crate::http::{Chunks, CookieJar, Data, Request, Upload, prepare};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What botocore signs, recorded by `tests/wire/record_botocore.py`; the first four are the
/// documentation's examples or like them.
const RECORDED: &str = include_str!("../../../tests/wire/botocore.json");

/// 2013-05-24T00:00:00Z, the day of the documentation's examples.
fn then() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_369_353_600)
}

fn sigv4(json: &str) -> Arc<dyn Auth> {
    (AWS_SIGV4.build)(&Value::from_json(json.as_bytes()).unwrap()).unwrap()
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Environment::new(Arc::new(variables.collect::<BTreeMap<String, String>>()))
}

fn sealed(
    mut request: Request,
    auth: Arc<dyn Auth>,
    environment: &Environment,
) -> Result<PreparedRequest, Error> {
    request.auth = Some(Some(auth));
    request.headers.push(("Accept".to_owned(), None));
    let jar = CookieJar::default();
    let mut prepared = prepare(&request, &Request::default(), &jar, environment, then())?;
    prepared.seal(environment, then(), None)?;
    Ok(prepared)
}

/// A body that a program would write.
#[derive(Debug)]
struct Once;

impl Upload for Once {
    fn open(
        &self,
        _: Option<std::time::Instant>,
    ) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        Ok(Box::new(std::io::empty()))
    }

    fn is_rewindable(&self) -> bool {
        false
    }

    fn length(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        "a stream".to_owned()
    }
}

#[test]
fn it_signs_as_botocore_does() {
    for line in RECORDED.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        let auth = serde_json::json!({
            "access_key": "AKIAIOSFODNN7EXAMPLE",
            "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "session_token": case["token"],
            "region": "us-east-1",
            "service": case["service"],
        });
        let headers = case["headers"].as_object().unwrap().iter();
        let request = Request {
            method: Some(text("method")),
            url: text("url"),
            headers: headers
                .map(|(name, value)| (name.clone(), Some(vec![value.as_str().unwrap().into()])))
                .collect(),
            data: Some(text("body")).filter(|body| !body.is_empty()).map(Data::Text),
            ..Request::default()
        };
        let sealed = sealed(request, sigv4(&auth.to_string()), &environment(&[])).unwrap();
        assert_eq!(sealed.headers.get("authorization").unwrap(), text("authorization"), "{line}");
        let hash = sealed.headers.get(CONTENT_HASH);
        assert_eq!(hash.as_deref(), case["content_hash"].as_str(), "{line}");
    }
}

#[test]
fn the_url_goes_out_as_it_is_signed() {
    let auth = sigv4(r#"{"access_key": "a", "secret_key": "b", "region": "r", "service": "s3"}"#);
    let url = "https://h/a b/(1)?x=1 2&y=é*".to_owned();
    let request = Request { url, ..Request::default() };
    let sealed = sealed(request, auth, &environment(&[])).unwrap();
    assert_eq!(sealed.url.request_target(), "/a%20b/%281%29?x=1%202&y=%C3%A9%2A");
}

#[test]
fn the_environment_is_read_only_when_told() {
    let variables = environment(&[
        ("AWS_ACCESS_KEY_ID", "AKENV"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "t"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ]);
    let request = || Request { url: "https://h/".to_owned(), ..Request::default() };
    let told = sigv4(r#"{"env": true, "service": "sqs"}"#);
    let signed = sealed(request(), Arc::clone(&told), &variables).unwrap();
    let authorization = signed.headers.get("authorization").unwrap();
    assert!(authorization.contains("AKENV/20130524/eu-west-1/sqs"), "{authorization}");
    assert_eq!(signed.headers.get("x-amz-security-token").as_deref(), Some("t"));
    assert_eq!(told.secrets(&variables), ["s", "t"]);
    let error = sealed(request(), told, &environment(&[])).unwrap_err();
    assert_eq!(
        error.message,
        "`aws_sigv4` has no `access_key`, and `AWS_ACCESS_KEY_ID` is not set"
    );
    let untold = r#"{"access_key": "a", "secret_key": "b", "region": "r", "service": "s3"}"#;
    let signed = sealed(request(), sigv4(untold), &variables).unwrap();
    assert_eq!(signed.headers.get("x-amz-security-token"), None);
}

#[test]
fn a_body_that_is_read_only_once_is_signed_by_nobody() {
    let auth = |more: &str| {
        sigv4(&format!(
            r#"{{"access_key": "a", "secret_key": "b", "region": "r", "service": "s3"{more}}}"#
        ))
    };
    let request = |upload: Arc<dyn Upload>| Request {
        method: Some("PUT".to_owned()),
        url: "https://h/".to_owned(),
        data: Some(Data::Stream(upload)),
        ..Request::default()
    };
    let error = sealed(request(Arc::new(Once)), auth(""), &environment(&[])).unwrap_err();
    assert_eq!(error.message, "`aws_sigv4` cannot sign a body that is read only once");
    let unsigned = auth(r#", "sign_payload": false"#);
    let signed = sealed(request(Arc::new(Once)), unsigned, &environment(&[])).unwrap();
    assert_eq!(signed.headers.get(CONTENT_HASH).as_deref(), Some(UNSIGNED));
    let chunks = Arc::new(Chunks(vec![b"ab".to_vec(), b"c".to_vec()]));
    let signed = sealed(request(chunks), auth(""), &environment(&[])).unwrap();
    // The SHA-256 of `abc`.
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(signed.headers.get(CONTENT_HASH).as_deref(), Some(hash));
}
