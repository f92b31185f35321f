//! `set: {name: value}`.

use super::argument::members;
use super::{Action, ActionKind, Bench, Fault, Occasion};
use crate::http::Exchange;
use crate::value::Value;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "set",
    summary: "sets variables for this step and later ones, as `capture` does",
    example: "hooks: {response: [{set: {remaining: \"{{ response.headers['x-ratelimit-remaining'] | int }}\"}}]}",
    occasions: &[Occasion::Response],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": "object"}"##,
    build: |argument, _| {
        let values = members(argument, "a mapping of names to values", &[])?;
        let values = values.iter().map(|(name, value)| (name.clone(), value.clone()));
        Ok(Arc::new(Set { values: values.collect() }))
    },
};

#[derive(Debug)]
struct Set {
    values: Vec<(String, Value)>,
}

impl Action for Set {
    fn on_response(&self, _: &mut Exchange, bench: &mut Bench<'_>) -> Result<(), Fault> {
        bench.set.extend(self.values.iter().cloned());
        Ok(())
    }
}
