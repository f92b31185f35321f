//! The command line: one file a command, each with its `Args` and its `run`.
//!
//! ```text
//! argv ──clap──▶ Args ──open──▶ Opened (files, plans) ──▶ run | check | show | list
//! ```
//!
//! Results go to stdout, progress and messages to stderr. Every command ends in an [`Exit`].
//! To add a command: one file, one variant of [`Command`].

mod check;
mod exit;
mod explain;
mod given;
mod hidden;
mod inputs;
mod list;
mod logs;
mod message;
mod open;
mod run;
mod schema;
mod serve;
mod show;
mod start;

pub use exit::Exit;
pub use start::main;

use clap::{Parser, Subcommand};

/// Runs API scripts written as plain YAML, in the vocabulary of Python's Requests.
#[derive(Debug, Parser)]
#[command(name = "runner", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour: `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    #[arg(long, global = true, value_enum, default_value_t, hide_possible_values = false)]
    pub color: ColorChoice,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run collections: files, folders, globs, or `-` for stdin.
    Run(Box<run::Args>),
    /// Refuse what `run` would refuse before the first byte is sent, and send nothing.
    Check(Box<check::Args>),
    /// Print the prepared requests, exact bytes, without sending them.
    Show(Box<show::Args>),
    /// List steps, tags and needs.
    List(Box<list::Args>),
    /// Serve the embedded httpbin-compatible server.
    Serve(serve::Args),
    /// Print a JSON Schema: of collections, of the JSON report, of events.
    Schema(schema::Args),
    /// Say what a message's code means and how to mend it.
    Explain(explain::Args),
}
