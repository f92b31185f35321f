//! `main`: arguments, logs, the command, its exit code.

use super::{
    Cli, ColorChoice, Command, Exit, check, explain, list, logs, run, schema, serve, show,
};
use crate::diagnostic::Color;
use clap::Parser as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Runs the command of the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is nobody's mistake.
            let _ = error.print();
            return if error.use_stderr() { Exit::Refused.into() } else { ExitCode::SUCCESS };
        }
    };
    let color = cli.color;
    logs::start(color);
    let exit = match cli.command {
        Command::Run(args) => run::run(*args, color),
        Command::Check(args) => check::run(*args, color),
        Command::Show(args) => show::run(*args, color),
        Command::List(args) => list::run(*args, color),
        Command::Serve(args) => serve::run(&args, color),
        Command::Schema(args) => schema::run(&args),
        Command::Explain(args) => explain::run(&args, color),
    };
    exit.into()
}

/// One of the process's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Output {
    /// Whether it is a terminal.
    pub(super) fn is_terminal(self) -> bool {
        match self {
            Output::Stdout => std::io::stdout().is_terminal(),
            Output::Stderr => std::io::stderr().is_terminal(),
        }
    }
}

impl ColorChoice {
    /// Whether to colour what goes to `output` (<https://no-color.org>, <https://bixense.com/clicolors>).
    pub(super) fn on(self, output: Output) -> Color {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let colored = match self {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if is_set("NO_COLOR") => false,
            ColorChoice::Auto if is_set("CLICOLOR_FORCE") => true,
            ColorChoice::Auto => output.is_terminal(),
        };
        if colored { Color::Always } else { Color::Never }
    }
}
