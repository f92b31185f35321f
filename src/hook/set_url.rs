//! `set_url: https://…`.

use super::argument::text;
use super::{Action, ActionKind, Bench, Fault, Occasion};
use crate::http::{ErrorKind, PreparedRequest, Url, refuse_cut};
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "set_url",
    summary: "sends the request to another URL; a `Host` that was not given follows",
    example: "hooks: {request: [{set_url: \"{{ request.url }}?signed=1\"}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r#"{"type": "string"}"#,
    build: |argument, _| Ok(Arc::new(SetUrl { url: text(argument, "a URL")? })),
};

#[derive(Debug)]
struct SetUrl {
    url: String,
}

impl Action for SetUrl {
    fn on_request(&self, request: &mut PreparedRequest, _: &mut Bench<'_>) -> Result<(), Fault> {
        refuse_cut(&self.url, &request.transport.secrets, ErrorKind::InvalidURL)?;
        request.retarget(Url::parse(&self.url)?);
        Ok(())
    }
}
