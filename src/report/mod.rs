//! Shows what running tells: to people as it happens, to programs as files.
//!
//! ```text
//! Event ─┬─▶ human ──▶ stdout (results), stderr (progress, warnings)
//!        ├─▶ events ─▶ a line each, as it happens
//!        └─▶ model ──▶ json, junit: the run's tree, written at the end
//! ```
//!
//! To add a report: one file that makes a [`Report`] and a [`ReportKind`], one line in
//! [`REPORTS`]. Events hold no secrets any more; text in them may be hostile all the same, so
//! whatever a terminal shows goes through `text`.

mod argument;
mod destination;
mod duration;
mod events;
mod exchange;
mod human;
mod json;
mod junit;
mod kind;
mod model;
mod problem;
mod text;

pub use argument::{ArgumentError, ReportArgument, parse_report_argument};
pub use destination::Destination;
pub use events::EVENTS;
pub use human::{Human, Progress, Style, Verbosity};
pub use json::JSON;
pub use junit::JUNIT;
pub use kind::ReportKind;
pub use model::{CollectionReport, Gather, RunReport};

use crate::event::Event;
use std::io;

/// Takes a run's events in the order they happen, from one thread.
pub trait Report: Send {
    /// Takes one event.
    ///
    /// # Errors
    /// When it could not be written.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// Writes what is left; nothing comes after it. Without it a report that is written at the
    /// end leaves no file.
    ///
    /// # Errors
    /// When it could not be written.
    fn finish(&mut self) -> io::Result<()>;
}

/// Every kind of report that `--report KIND=PATH` takes.
pub const REPORTS: &[&ReportKind] = &[&JSON, &JUNIT, &EVENTS];
