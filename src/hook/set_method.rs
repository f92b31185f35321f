//! `set_method: PUT`.

use super::argument::text;
use super::{Action, ActionKind, Bench, Fault, Occasion};
use crate::http::PreparedRequest;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "set_method",
    summary: "sends the request with another method, in the case it is written in",
    example: "hooks: {request: [{set_method: PROPFIND}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r#"{"type": "string"}"#,
    build: |argument, _| Ok(Arc::new(SetMethod { method: text(argument, "a method")? })),
};

#[derive(Debug)]
struct SetMethod {
    method: String,
}

impl Action for SetMethod {
    fn on_request(&self, request: &mut PreparedRequest, _: &mut Bench<'_>) -> Result<(), Fault> {
        request.method.clone_from(&self.method);
        Ok(())
    }
}
