//! `save: trace/step.json`.

use super::argument::text;
use super::{Action, ActionKind, Bench, Failed, Fault, Occasion};
use crate::http::Exchange;
use crate::world::{is_outside, reason};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "save",
    summary: "writes the response's body to a file; of a failure without a response nothing",
    example: "hooks: {response: [{save: \"trace/{{ step.id }}.json\"}]}",
    occasions: &[Occasion::Response, Occasion::Failure],
    reads_body: true,
    runs_program: false,
    writes_files: true,
    schema: r#"{"type": "string"}"#,
    build: |argument, folder| {
        let path = text(argument, "the path of a file")?;
        Ok(Arc::new(Save { path: folder.join(path) }))
    },
};

#[derive(Debug)]
struct Save {
    path: PathBuf,
}

impl Save {
    fn write(&self, exchange: &Exchange, bench: &Bench<'_>) -> Result<(), Fault> {
        let written = bench.files.create(&self.path).and_then(|mut file| {
            file.write_all(&exchange.response.content.bytes)?;
            file.flush()
        });
        written.map_err(|error| match is_outside(&error) {
            true => Fault::new(error.to_string())
                .help("`--allow-outside` lets a collection use files outside its folder"),
            false => {
                let (path, why) = (self.path.display(), reason(&error));
                Fault::new(format!("cannot write `{path}`: {why}"))
            }
        })
    }
}

impl Action for Save {
    fn writes(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn on_response(&self, exchange: &mut Exchange, bench: &mut Bench<'_>) -> Result<(), Fault> {
        self.write(exchange, bench)
    }

    fn on_failure(&self, failed: Failed<'_>, bench: &mut Bench<'_>) -> Result<(), Fault> {
        failed.exchange.map_or(Ok(()), |exchange| self.write(exchange, bench))
    }
}
