//! `log: text`.

use super::{Action, ActionKind, Bench, Failed, Fault, Mistake, OCCASIONS};
use crate::http::{Exchange, PreparedRequest};
use crate::value::Value;
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "log",
    summary: "says something beneath the step and in reports, secrets masked",
    example: "hooks: {response: [{log: \"{{ response.status }} {{ response.url }}\"}]}",
    occasions: &OCCASIONS,
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r#"{"type": ["string", "number", "boolean", "array", "object"]}"#,
    build: |argument, _| match argument {
        Value::Null => Err(Mistake::new("text")),
        value => Ok(Arc::new(Log { text: value.to_text() })),
    },
};

#[derive(Debug)]
struct Log {
    text: String,
}

impl Log {
    fn say(&self, bench: &mut Bench<'_>) {
        bench.log.push(self.text.clone());
    }
}

impl Action for Log {
    fn on_request(&self, _: &mut PreparedRequest, bench: &mut Bench<'_>) -> Result<(), Fault> {
        self.say(bench);
        Ok(())
    }

    fn on_response(&self, _: &mut Exchange, bench: &mut Bench<'_>) -> Result<(), Fault> {
        self.say(bench);
        Ok(())
    }

    fn on_failure(&self, _: Failed<'_>, bench: &mut Bench<'_>) -> Result<(), Fault> {
        self.say(bench);
        Ok(())
    }
}
