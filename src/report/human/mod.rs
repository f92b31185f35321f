//! What people see: a line a step as it ends, failures at length, a summary; on a terminal also
//! what is running now.
//!
//! ```text
//! StepFinished ─▶ line ─▶ failure ─▶ stdout        StepStarted ─▶ progress ─▶ stderr
//! RunFinished ──▶ summary ─────────▶ stdout        Warning ─────────────────▶ stderr
//! ```
//!
//! Only what the summary needs is kept: memory does not grow with the run.

mod coverage;
mod failure;
mod hooks;
mod line;
mod message;
mod paint;
mod progress;
mod reporter;
mod summary;

pub use reporter::Human;

use crate::diagnostic::Color;

/// How much to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// `-q`: failures and the summary.
    Quiet,
    /// A line a step too, and warnings.
    #[default]
    Normal,
    /// `-v`: the request's and the response's line too, the response's headers of failures.
    Verbose,
    /// `-vv`: headers and bodies too, as far as the records have them.
    VeryVerbose,
}

/// Whether to show what is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No: stderr is not a terminal, or nobody wants it.
    Off,
    /// Live, on stderr.
    Live,
}

/// How to show a run to people; resolved once from the terminal, the environment and the
/// command line.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub color: Color,
    /// Whether to show what is running.
    pub progress: Progress,
    /// How much to say.
    pub verbosity: Verbosity,
}
