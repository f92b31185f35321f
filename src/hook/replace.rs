//! `replace: {text: …}`: what captures and assertions see instead.

use super::argument::{Headers, headers, members, put, text};
use super::{Action, ActionKind, Bench, Fault, Mistake, Occasion};
use crate::http::{Content, Exchange, Response};
use crate::value::{Map, Value};
use std::sync::Arc;

const KEYS: &[&str] = &["status", "reason", "headers", "text", "json", "bytes"];

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "replace",
    summary: "changes what captures and assertions see: status, reason, headers, and text, json or bytes",
    example: "hooks: {response: [{replace: {text: \"{{ response.text | upper }}\"}}]}",
    occasions: &[Occasion::Response],
    reads_body: true,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
        "status": {"type": "integer", "minimum": 100, "maximum": 999}, "reason": {"$ref": "#/$defs/scalar"},
        "headers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}},
        "text": {"$ref": "#/$defs/scalar"}, "json": true, "bytes": {"type": "string"}}}"##,
    build: |argument, _| Ok(Arc::new(Replacement::read(argument)?)),
};

/// What is put in place; `None` leaves what came.
#[derive(Debug, Default)]
pub(super) struct Replacement {
    pub(super) status: Option<u16>,
    pub(super) reason: Option<String>,
    pub(super) headers: Headers,
    pub(super) body: Option<Vec<u8>>,
    /// Whether the body is our own text, in UTF-8.
    pub(super) is_text: bool,
}

impl Replacement {
    fn read(argument: &Value) -> Result<Replacement, Mistake> {
        let members = members(argument, "a mapping with `status`, `headers`, `text`, …", KEYS)?;
        let bodies: Vec<&str> = ["text", "json", "bytes"]
            .into_iter()
            .filter(|key| members.contains_key(*key))
            .collect();
        if let [first, second, ..] = bodies.as_slice() {
            return Err(Mistake::new("one of `text`, `json` and `bytes`")
                .found(format!("`{first}` and `{second}`")));
        }
        if members.is_empty() {
            return Err(Mistake::new(format!("one of `{}`", KEYS.join("`, `"))).found("none"));
        }
        let (body, is_text) = body(members)?;
        let reason = members.get("reason").map(|reason| text(reason, "text")).transpose();
        Ok(Replacement {
            status: members.get("status").map(status).transpose()?,
            reason: reason.map_err(|mistake| mistake.under("reason"))?,
            headers: match members.get("headers") {
                Some(value) => headers(value, "a mapping of headers to values")
                    .map_err(|mistake| mistake.under("headers"))?,
                None => Vec::new(),
            },
            body,
            is_text,
        })
    }

    /// Puts it into a response.
    pub(super) fn apply(&self, response: &mut Response) {
        response.status = self.status.unwrap_or(response.status);
        if let Some(reason) = &self.reason {
            response.reason.clone_from(reason);
        }
        put(&self.headers, &mut response.headers);
        if let Some(body) = &self.body {
            let mut content = Content::whole(body.as_slice());
            content.saved = response.content.saved.take();
            response.set_content(content);
            if self.is_text {
                response.declared_encoding = Some("utf-8".to_owned());
            }
        }
    }
}

fn status(value: &Value) -> Result<u16, Mistake> {
    let number = value.as_number().and_then(|number| number.as_u64());
    let status = number.and_then(|number| u16::try_from(number).ok());
    let status = status.filter(|status| (100..1000).contains(status));
    status.ok_or_else(|| Mistake::new("a status from 100 to 999").under("status"))
}

fn body(members: &Map) -> Result<(Option<Vec<u8>>, bool), Mistake> {
    if let Some(value) = members.get("json") {
        return Ok((Some(value.to_json().into_bytes()), true));
    }
    match (members.get("text"), members.get("bytes")) {
        (Some(value), _) => {
            let text = text(value, "text").map_err(|mistake| mistake.under("text"))?;
            Ok((Some(text.into_bytes()), true))
        }
        (None, Some(Value::Bytes(bytes))) => Ok((Some(bytes.clone()), false)),
        (None, Some(value)) => {
            let text = text(value, "bytes, or text").map_err(|mistake| mistake.under("bytes"))?;
            Ok((Some(text.into_bytes()), false))
        }
        (None, None) => Ok((None, false)),
    }
}

impl Action for Replacement {
    fn on_response(&self, exchange: &mut Exchange, _: &mut Bench<'_>) -> Result<(), Fault> {
        self.apply(&mut exchange.response);
        Ok(())
    }
}
