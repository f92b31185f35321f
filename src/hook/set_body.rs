//! `set_body: text`.

use super::argument::text;
use super::{Action, ActionKind, Bench, Fault, Mistake, Occasion};
use crate::http::{Body, PreparedRequest};
use crate::value::Value;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "set_body",
    summary: "sends this text (or bytes) instead, `Content-Length` recomputed; null sends none",
    example: "hooks: {request: [{set_body: \"exactly this\"}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": ["string", "number", "boolean", "null"]}"##,
    build: |argument, _| {
        let body = match argument {
            Value::Null => Body::Empty,
            Value::Bytes(bytes) => Body::Bytes(bytes.as_slice().into()),
            Value::Array(_) | Value::Object(_) => {
                let help = "write the text itself: a template's `| tojson` makes it from data";
                return Err(Mistake::new("text").help(help));
            }
            scalar => Body::Bytes(text(scalar, "text")?.as_bytes().into()),
        };
        Ok(Arc::new(SetBody { body }))
    },
};

#[derive(Debug)]
struct SetBody {
    body: Body,
}

impl Action for SetBody {
    fn on_request(&self, request: &mut PreparedRequest, _: &mut Bench<'_>) -> Result<(), Fault> {
        request.set_body(self.body.clone());
        Ok(())
    }
}
