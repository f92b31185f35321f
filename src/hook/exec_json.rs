//! What a program is told, and the edits it answers: `specs/exec.schema.json`.

use super::argument::{Headers, headers, members, text};
use super::replace::Replacement;
use crate::http::{
    Body, Error, ErrorKind, Headers as Lines, PreparedRequest, Response, Url, refuse_cut,
};
use crate::value::{Map, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// `request`.
pub(super) fn request_told(request: &PreparedRequest) -> Value {
    let mut told = vec![
        ("method", Value::from(request.method.as_str())),
        ("url", Value::from(request.url.as_str())),
        ("headers", lines(&request.headers)),
    ];
    match &request.body {
        // A stream that nobody read: a redirect's copy of one.
        Body::Empty | Body::Stream(_) => told.push(("body", Value::Null)),
        Body::Bytes(bytes) => told.push(body(bytes)),
    }
    object(told)
}

/// `response`.
pub(super) fn response_told(response: &Response) -> Value {
    object(vec![
        ("status", Value::from(i64::from(response.status))),
        ("reason", Value::from(response.reason.as_str())),
        ("url", Value::from(response.url.as_str())),
        ("headers", lines(&response.headers)),
        body(&response.content.bytes),
    ])
}

/// `error`, as templates see it.
pub(super) fn error_told(error: &Value) -> Value {
    error.clone()
}

fn object(members: Vec<(&str, Value)>) -> Value {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect())
}

fn lines(headers: &Lines) -> Value {
    let lines = headers.iter().map(|(name, value)| Value::Array(vec![name.into(), value.into()]));
    Value::Array(lines.collect())
}

/// A body as text when it is UTF-8, else in base64.
fn body(bytes: &[u8]) -> (&'static str, Value) {
    match std::str::from_utf8(bytes) {
        Ok(text) => ("body", Value::from(text)),
        Err(_) => ("body_base64", Value::from(STANDARD.encode(bytes))),
    }
}

/// Edits of a request; `None` leaves what is there.
#[derive(Debug, Default)]
pub(super) struct RequestEdits {
    method: Option<String>,
    url: Option<String>,
    headers: Headers,
    body: Option<Body>,
}

impl RequestEdits {
    /// Reads an answer; the error says what it had.
    pub(super) fn read(answer: &Map) -> Result<RequestEdits, String> {
        known(answer, &["method", "url", "headers", "body", "body_base64"])?;
        Ok(RequestEdits {
            method: optional(answer, "method")?,
            url: optional(answer, "url")?,
            headers: edited_headers(answer)?,
            body: edited_body(answer)?.map(|bytes| match bytes {
                Some(bytes) => Body::Bytes(bytes.into()),
                None => Body::Empty,
            }),
        })
    }

    pub(super) fn apply(self, request: &mut PreparedRequest) -> Result<(), Error> {
        if let Some(method) = self.method {
            request.method = method;
        }
        if let Some(url) = &self.url {
            refuse_cut(url, &request.transport.secrets, ErrorKind::InvalidURL)?;
            request.retarget(Url::parse(url)?);
        }
        if let Some(body) = self.body {
            request.set_body(body);
        }
        request.set_headers(&self.headers);
        Ok(())
    }
}

/// Edits of a response.
#[derive(Debug, Default)]
pub(super) struct ResponseEdits(Replacement);

impl ResponseEdits {
    /// Reads an answer; the error says what it had.
    pub(super) fn read(answer: &Map) -> Result<ResponseEdits, String> {
        known(answer, &["status", "reason", "headers", "body", "body_base64"])?;
        let status = match answer.get("status") {
            None => None,
            Some(value) => Some(
                value
                    .as_number()
                    .and_then(|number| number.as_u64())
                    .and_then(|number| u16::try_from(number).ok())
                    .filter(|status| (100..1000).contains(status))
                    .ok_or("a `status` that is no number from 100 to 999")?,
            ),
        };
        Ok(ResponseEdits(Replacement {
            status,
            reason: optional(answer, "reason")?,
            headers: edited_headers(answer)?,
            body: edited_body(answer)?.map(Option::unwrap_or_default),
            is_text: answer.contains_key("body"),
        }))
    }

    pub(super) fn apply(self, response: &mut Response) {
        self.0.apply(response);
    }
}

fn known(answer: &Map, keys: &[&str]) -> Result<(), String> {
    let value = Value::Object(answer.clone());
    members(&value, "", keys).map(|_| ()).map_err(|mistake| {
        let found = mistake.found.unwrap_or_default();
        format!("{found}, where {} is read", mistake.expected)
    })
}

fn optional(answer: &Map, key: &str) -> Result<Option<String>, String> {
    let value = answer.get(key).map(|value| text(value, "text")).transpose();
    value.map_err(|_| format!("a `{key}` that is no text"))
}

fn edited_headers(answer: &Map) -> Result<Headers, String> {
    let Some(value) = answer.get("headers") else { return Ok(Vec::new()) };
    headers(value, "a mapping").map_err(|mistake| match mistake.under {
        Some(name) => format!("a header `{name}` that is no text, list of texts or null"),
        None => "`headers` that are no mapping of names to values".to_owned(),
    })
}

/// The body answered, if one was: null is none.
fn edited_body(answer: &Map) -> Result<Option<Option<Vec<u8>>>, String> {
    match (answer.get("body"), answer.get("body_base64")) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("both `body` and `body_base64`".to_owned()),
        (Some(Value::Null), None) => Ok(Some(None)),
        (Some(Value::String(text)), None) => Ok(Some(Some(text.clone().into_bytes()))),
        (Some(_), None) => Err("a `body` that is no text".to_owned()),
        (None, Some(value)) => {
            let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok());
            bytes
                .map(|bytes| Some(Some(bytes)))
                .ok_or("a `body_base64` that is no base64".to_owned())
        }
    }
}
