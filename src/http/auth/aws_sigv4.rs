//! `auth: {aws_sigv4: {access_key, secret_key, region, service}}`: AWS Signature Version 4.
//!
//! As AWS's own clients do: S3 is told the payload's hash and its paths are signed as they are,
//! every other service's are made normal and encoded twice. The path and the query go out encoded
//! as strictly as they are signed, so that no server reads them otherwise.

use super::mistake::{members, optional};
use super::sigv4::{Scope, Signable, hex, signature, signed_headers, strict_path, strict_query};
use super::{Auth, AuthKind, AuthMistake, AuthTakes, Seal, Sealing};
use crate::http::{Body, Environment, Error, ErrorKind, PreparedRequest};
use crate::value::Value;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::sync::Arc;

/// The kind.
pub(super) const AWS_SIGV4: AuthKind = AuthKind {
    key: "aws_sigv4",
    summary: "AWS Signature Version 4 of the whole request, put on behind the hooks and anew for each redirect",
    example: "auth: {aws_sigv4: {access_key: \"{{ key }}\", secret_key: \"{{ secret }}\", region: eu-west-1, service: s3}}",
    takes: AuthTakes::Members(
        r##"{"type": "object", "additionalProperties": false, "required": ["service"],
            "patternProperties": {"^x-": true},
            "properties": {
             "access_key": {"description": "the access key's id", "type": ["string", "null"]},
             "secret_key": {"description": "the secret access key", "type": ["string", "null"]},
             "session_token": {"description": "of temporary credentials", "type": ["string", "null"]},
             "region": {"description": "as `eu-west-1`", "type": ["string", "null"]},
             "service": {"description": "as `s3` or `execute-api`", "type": "string"},
             "env": {"description": "whether what is not given is read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, and AWS_REGION or AWS_DEFAULT_REGION; false unless given", "type": ["boolean", "null"]},
             "sign_payload": {"description": "whether the body is signed; true unless given, false where the service takes `UNSIGNED-PAYLOAD`, as S3 does", "type": ["boolean", "null"]}}}"##,
    ),
    build: |argument| Ok(Arc::new(build(argument)?)),
};

const KEYS: &[&str] =
    &["access_key", "secret_key", "session_token", "region", "service", "env", "sign_payload"];

/// The header that says the payload's hash.
const CONTENT_HASH: &str = "X-Amz-Content-Sha256";

/// What stands there for a payload that is not signed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The headers it makes.
const MADE: &[&str] =
    &["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

/// Headers that a proxy or a connection may change, which are not signed: those AWS's clients
/// leave out, and what is said of the connection alone.
const UNSIGNED_HEADERS: &[&str] = &[
    "accept-encoding",
    "content-length",
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-amzn-trace-id",
];

/// Who signs, and for what.
#[derive(Debug)]
struct AwsSigv4 {
    access_key: Option<String>,
    secret_key: Option<String>,
    session_token: Option<String>,
    region: Option<String>,
    service: String,
    /// Whether what is not given is read from the environment.
    reads_environment: bool,
    is_body_signed: bool,
}

/// What it signs with, the environment's variables read.
struct Credentials<'c> {
    access_key: &'c str,
    secret_key: &'c str,
    session_token: Option<&'c str>,
    region: &'c str,
}

fn build(argument: &Value) -> Result<AwsSigv4, AuthMistake> {
    let members = members(
        argument,
        "a mapping such as {access_key: …, secret_key: …, region: …, service: …}",
        KEYS,
    )?;
    let flag = |key: &str, default: bool| match members.get(key) {
        None | Some(Value::Null) => Ok(default),
        // What a template will give is not known yet.
        Some(Value::String(text)) if text.is_empty() => Ok(default),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(AuthMistake::new("true or false").under(key)),
    };
    let reads_environment = flag("env", false)?;
    let text = |key: &str, what: &str| {
        let given = optional(members, key, what)?;
        match given {
            None if !reads_environment && key != "session_token" => {
                let mistake = AuthMistake::new(format!("`{key}`, {what}"));
                Err(mistake.found(format!("no `{key}`")).help(
                    "`env: true` reads what is not given from the environment: `AWS_ACCESS_KEY_ID` and so on",
                ))
            }
            given => Ok(given),
        }
    };
    let Some(service) = optional(members, "service", "a service")? else {
        let mistake = AuthMistake::new("`service`, as `s3` or `execute-api`");
        return Err(mistake.found("no `service`"));
    };
    Ok(AwsSigv4 {
        access_key: text("access_key", "the id of an access key")?,
        secret_key: text("secret_key", "a secret access key")?,
        session_token: text("session_token", "a session token")?,
        region: text("region", "a region")?,
        service,
        reads_environment,
        is_body_signed: flag("sign_payload", true)?,
    })
}

impl Auth for AwsSigv4 {
    fn sign(&self, _: &mut PreparedRequest, _: &Environment) {}

    fn seal(&self) -> Option<&dyn Seal> {
        Some(self)
    }

    fn secrets(&self, environment: &Environment) -> Vec<String> {
        let key = self.given(self.secret_key.as_ref(), &["AWS_SECRET_ACCESS_KEY"], environment);
        let token = self.given(self.session_token.as_ref(), &["AWS_SESSION_TOKEN"], environment);
        key.into_iter().chain(token).map(ToOwned::to_owned).collect()
    }
}

impl Seal for AwsSigv4 {
    fn put(&self, request: &mut PreparedRequest, sealing: &Sealing<'_>) -> Result<(), Error> {
        self.lift(request);
        let credentials = self.credentials(sealing.environment)?;
        write_strictly(request)?;
        let payload = self.payload(&request.body, sealing)?;
        let time = Timestamp::try_from(sealing.now)
            .map(|now| now.strftime("%Y%m%dT%H%M%SZ").to_string())
            .unwrap_or_default();
        request.headers.set("X-Amz-Date", time.as_str());
        if let Some(token) = credentials.session_token {
            request.headers.set("X-Amz-Security-Token", token);
        }
        if self.is_s3() || payload == UNSIGNED {
            request.headers.set(CONTENT_HASH, payload.as_str());
        }
        let is_signed = |name: &str| !UNSIGNED_HEADERS.contains(&&*name.to_ascii_lowercase());
        let headers = request.headers.iter().filter(|(name, _)| is_signed(name));
        let headers: Vec<(String, String)> =
            headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let scope = Scope { time: &time, region: credentials.region, service: &self.service };
        let signable = Signable {
            method: &request.method,
            path: request.url.path(),
            query: request.url.query().unwrap_or_default(),
            headers: &headers,
            payload: &payload,
            is_path_verbatim: self.is_s3(),
            is_path_encoded_again: !self.is_s3(),
        };
        let signature = signature(&signable, &scope, credentials.secret_key);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={signature}",
            credentials.access_key,
            scope.text(),
            signed_headers(&headers),
        );
        request.headers.set("Authorization", authorization);
        Ok(())
    }

    fn lift(&self, request: &mut PreparedRequest) {
        for name in MADE {
            request.headers.remove(name);
        }
    }

    fn headers(&self) -> &'static [&'static str] {
        MADE
    }

    fn curl(&self, environment: &Environment) -> Vec<String> {
        let region = self.region(environment).unwrap_or_default();
        let mut words = vec![
            "--aws-sigv4".to_owned(),
            format!("aws:amz:{region}:{}", self.service),
            "--user".to_owned(),
            "***:***".to_owned(),
        ];
        let token = self.given(self.session_token.as_ref(), &["AWS_SESSION_TOKEN"], environment);
        if token.is_some() {
            words.extend(["-H".to_owned(), "X-Amz-Security-Token: ***".to_owned()]);
        }
        if !self.is_body_signed {
            words.extend(["-H".to_owned(), format!("x-amz-content-sha256: {UNSIGNED}")]);
        }
        words
    }

    fn python(&self, environment: &Environment) -> (String, String) {
        let quote = |text: &str| Value::from(text).to_json();
        let region = quote(self.region(environment).unwrap_or_default());
        let token = self.given(self.session_token.as_ref(), &["AWS_SESSION_TOKEN"], environment);
        let token = if token.is_some() { ", session_token=\"***\"" } else { "" };
        let auth = format!("AWS4Auth(\"***\", \"***\", {region}, {}{token})", quote(&self.service));
        ("from requests_aws4auth import AWS4Auth".to_owned(), auth)
    }
}

impl AwsSigv4 {
    fn is_s3(&self) -> bool {
        matches!(self.service.as_str(), "s3" | "s3-object-lambda" | "s3-outposts" | "s3express")
    }

    fn credentials<'c>(&'c self, environment: &'c Environment) -> Result<Credentials<'c>, Error> {
        let need = |given: Option<&'c str>, key: &str, variable: &str| {
            given.filter(|text| !text.is_empty()).ok_or_else(|| {
                let message = format!("`aws_sigv4` has no `{key}`, and `{variable}` is not set");
                Error::new(ErrorKind::RequestException, message)
                    .help(format!("set `{variable}`, or write `{key}: …`"))
            })
        };
        let key = self.given(self.access_key.as_ref(), &["AWS_ACCESS_KEY_ID"], environment);
        let secret = self.given(self.secret_key.as_ref(), &["AWS_SECRET_ACCESS_KEY"], environment);
        let token = self.given(self.session_token.as_ref(), &["AWS_SESSION_TOKEN"], environment);
        // The token belongs to the environment's key, not to one that is written.
        let is_own = self.session_token.is_some() || self.access_key.is_none();
        Ok(Credentials {
            access_key: need(key, "access_key", "AWS_ACCESS_KEY_ID")?,
            secret_key: need(secret, "secret_key", "AWS_SECRET_ACCESS_KEY")?,
            session_token: token.filter(|token| is_own && !token.is_empty()),
            region: need(self.region(environment), "region", "AWS_REGION")?,
        })
    }

    fn region<'c>(&'c self, environment: &'c Environment) -> Option<&'c str> {
        self.given(self.region.as_ref(), &["AWS_REGION", "AWS_DEFAULT_REGION"], environment)
    }

    /// What is written, else the first of these variables.
    fn given<'c>(
        &self,
        written: Option<&'c String>,
        variables: &[&str],
        environment: &'c Environment,
    ) -> Option<&'c str> {
        let read = || variables.iter().find_map(|name| environment.variables.get(*name));
        written.or_else(|| self.reads_environment.then(read).flatten()).map(String::as_str)
    }

    /// The payload's hash. A body that can be sent only once is not read for it.
    fn payload(&self, body: &Body, sealing: &Sealing<'_>) -> Result<String, Error> {
        if !self.is_body_signed {
            return Ok(UNSIGNED.to_owned());
        }
        if !body.is_rewindable() {
            let message = "`aws_sigv4` cannot sign a body that is read only once";
            let help = "write `sign_payload: false` where the service takes an unsigned payload, as S3 does";
            return Err(Error::new(ErrorKind::RequestException, message).help(help));
        }
        hash(body, sealing).map_err(|error| {
            let known = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            known.cloned().unwrap_or_else(|| {
                let message = format!("cannot read the body to sign it: {error}");
                Error::new(ErrorKind::RequestException, message)
            })
        })
    }
}

fn hash(body: &Body, sealing: &Sealing<'_>) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    let mut reader = body.open(sealing.deadline)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = reader.read(&mut buffer)?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(hex(&digest.finalize()));
        };
        digest.update(read);
    }
}

/// Writes the URL as it will be signed.
fn write_strictly(request: &mut PreparedRequest) -> Result<(), Error> {
    let url = &request.url;
    let path = strict_path(url.path());
    let query = url.query().map(strict_query);
    request.retarget(url.with_target(&path, query.as_deref())?);
    Ok(())
}

#[cfg(test)]
#[path = "aws_sigv4_tests.rs"]
mod tests;
