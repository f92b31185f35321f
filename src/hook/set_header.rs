//! `set_header: {X-Sig: abc}`.

use super::argument::{Headers, headers};
use super::{Action, ActionKind, Bench, Fault, Occasion};
use crate::http::PreparedRequest;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "set_header",
    summary: "sets headers: a text, a list for repeated lines, null to take one away",
    example: "hooks: {request: [{set_header: {X-Signature: \"{{ request.body | sha256 }}\"}}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}}"##,
    build: |argument, _| {
        let headers = headers(argument, "a mapping of headers to values")?;
        Ok(Arc::new(SetHeader { headers }))
    },
};

#[derive(Debug)]
struct SetHeader {
    headers: Headers,
}

impl Action for SetHeader {
    fn on_request(&self, request: &mut PreparedRequest, _: &mut Bench<'_>) -> Result<(), Fault> {
        request.set_headers(&self.headers);
        Ok(())
    }
}
