//! What a command says about files, on stderr.

use super::ColorChoice;
use super::start::Output;
use crate::diagnostic::{Diagnostic, Severity, render_all};
use crate::run::Masker;
use crate::source::Files;
use std::io::Write as _;

/// Prints diagnostics to stderr, with how many there are, secrets masked.
pub(super) fn print(
    diagnostics: &[Diagnostic],
    files: &Files,
    color: ColorChoice,
    masker: &Masker,
) {
    let text = render_all(diagnostics, files, color.on(Output::Stderr));
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    let summary = match errors {
        0 | 1 => String::new(),
        many => format!("\n{many} errors; nothing was sent\n"),
    };
    write(Output::Stderr, &format!("{}{summary}", masker.mask(&text)));
}

/// Writes text as it is. What cannot be written to a closed pipe is wanted by nobody.
pub(super) fn write(output: Output, text: &str) {
    let _ = match output {
        Output::Stdout => std::io::stdout().write_all(text.as_bytes()),
        Output::Stderr => std::io::stderr().write_all(text.as_bytes()),
    };
}

/// `error: …` and what to do, where no file is concerned.
pub(super) fn error(message: &str, help: Option<&str>) {
    let help = help.map(|help| format!("  = help: {help}\n")).unwrap_or_default();
    write(Output::Stderr, &format!("error: {message}\n{help}"));
}
