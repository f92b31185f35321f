//! `remove_header: Content-Type`.

use super::argument::text;
use super::{Action, ActionKind, Bench, Fault, Mistake, Occasion};
use crate::http::PreparedRequest;
use crate::value::Value;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "remove_header",
    summary: "takes headers away, whoever set them: a name, or a list of names",
    example: "hooks: {request: [{remove_header: Content-Type}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": ["string", "array"], "items": {"$ref": "#/$defs/scalar"}}"##,
    build: |argument, _| {
        const EXPECTED: &str = "a header's name, or a list of names";
        let names = match argument {
            Value::Array(items) => items.iter().map(|item| text(item, EXPECTED)).collect(),
            Value::String(name) => Ok(vec![name.clone()]),
            _ => Err(Mistake::new(EXPECTED)),
        };
        Ok(Arc::new(RemoveHeader { names: names? }))
    },
};

#[derive(Debug)]
struct RemoveHeader {
    names: Vec<String>,
}

impl Action for RemoveHeader {
    fn on_request(&self, request: &mut PreparedRequest, _: &mut Bench<'_>) -> Result<(), Fault> {
        self.names.iter().for_each(|name| request.headers.remove(name));
        Ok(())
    }
}
