//! Logs on stderr, by `RUNNER_LOG`: off unless it is set.

use super::ColorChoice;
use super::start::Output;
use crate::diagnostic::Color;
use tracing_subscriber::EnvFilter;

/// Starts logging as `RUNNER_LOG` says (`debug`, `runner::http=debug`), coloured as messages are.
pub(super) fn start(color: ColorChoice) {
    let Ok(filter) = EnvFilter::try_from_env("RUNNER_LOG") else { return };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(color.on(Output::Stderr) == Color::Always)
        .with_writer(std::io::stderr);
    // A subscriber that is already there serves as well.
    let _ = subscriber.try_init();
}
