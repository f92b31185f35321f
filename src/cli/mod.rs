//! The command line: one file a command, each with its `Args` and its `run`.
//!
//! ```text
//! argv ──clap──▶ Args ──open──▶ Opened (files, plans) ──▶ run | check | show | list
//! ```
//!
//! Results go to stdout, progress and messages to stderr. Every command ends in an [`Exit`].
//! To add a command: one file, one variant of [`Command`].

mod beside;
mod check;
mod chosen;
mod cookie_jar;
mod exit;
mod explain;
mod explain_vars;
mod folders;
mod given;
mod hidden;
mod inputs;
mod list;
mod logs;
mod message;
mod network;
mod open;
mod private;
mod python;
mod run;
mod schema;
mod serve;
mod session_file;
mod settings;
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
    /// When to colour: `auto` (on a terminal, unless `NO_COLOR` is set), `always` or `never`.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        hide_default_value = true,
        display_order = 900
    )]
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
    /// Find every mistake that would keep collections from running; nothing is sent.
    Check(Box<check::Args>),
    /// Print the requests as they would be sent, to the byte; nothing is sent.
    Show(Box<show::Args>),
    /// List the steps, with their tags and what they need.
    List(Box<list::Args>),
    /// Start the embedded httpbin-compatible server, until Ctrl-C.
    Serve(serve::Args),
    /// Print a JSON Schema: of collections (for editors), of reports, of events.
    Schema(schema::Args),
    /// Explain a message's code, or `vars`: where each variable has its value from.
    Explain(Box<explain::Args>),
}
