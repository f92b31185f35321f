//! `--report json=PATH`: the whole run as one JSON document (`schema/report.schema.json`).

use super::destination::Whole;
use super::{Destination, Gather, Report, ReportKind};
use crate::event::{Detail, Event};
use std::io;

/// The JSON report.
pub const JSON: ReportKind = ReportKind {
    key: "json",
    summary: "the whole run as one JSON document",
    example: "--report json=report.json",
    wants: Detail::Heads,
    open,
};

fn open(destination: &Destination) -> io::Result<Box<dyn Report>> {
    Ok(Box::new(Json { gather: Gather::default(), whole: Some(destination.whole()?) }))
}

struct Json {
    gather: Gather,
    /// `None` once written.
    whole: Option<Whole>,
}

impl Report for Json {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.gather.event(event);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(whole) = self.whole.take() else { return Ok(()) };
        let run = std::mem::take(&mut self.gather).finish();
        let mut text = serde_json::to_vec_pretty(&run)?;
        text.push(b'\n');
        whole.write(&text)
    }
}
