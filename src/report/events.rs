//! `--report events=PATH`: every event as one line of JSON, written as it happens
//! (`schema/events.schema.json`).

use super::{Destination, Report, ReportKind};
use crate::event::{Detail, Event};
use std::io::{self, Write};

/// The event lines.
pub const EVENTS: ReportKind = ReportKind {
    key: "events",
    summary: "every event as one line of JSON, written as it happens",
    example: "--report events=events.jsonl",
    wants: Detail::Heads,
    open,
};

fn open(destination: &Destination) -> io::Result<Box<dyn Report>> {
    Ok(Box::new(Events { stream: destination.stream()? }))
}

struct Events {
    stream: Box<dyn Write + Send>,
}

impl Report for Events {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.stream.write_all(&line)?;
        self.stream.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
