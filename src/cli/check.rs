//! `runner check`: everything `run` refuses before the first byte is sent, and nothing else.

use super::given::Given;
use super::hidden::masker;
use super::open::{Servers, quiet_options, try_open};
use super::start::Output;
use super::{ColorChoice, Exit, message};
use crate::diagnostic::{self, Diagnostic};
use crate::run::Masker;
use crate::source::Files;
use crate::value::Value;
use std::sync::Arc;

/// Arguments of `runner check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner check smoke.yaml --format github")]
pub struct Args {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// How to say what is wrong: `human`, `json`, or `github` (annotations on the lines).
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    given: Given,
}

/// How to say what is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people, with the line and a caret.
    #[default]
    Human,
    /// One JSON document on stdout.
    Json,
    /// GitHub annotations on stdout.
    Github,
}

/// Checks.
pub(super) fn run(args: Args, color: ColorChoice) -> Exit {
    let mut files = Files::default();
    let opened = try_open(&args.paths, &args.given, &mut files);
    let files = Arc::new(files);
    let found = opened.and_then(|mut opened| {
        opened.files = Arc::clone(&files);
        opened.ready(&quiet_options(crate::world::Exec::Refused), Servers::Named).map(|_| opened)
    });
    let (diagnostics, steps) = match found {
        Ok(opened) => {
            let counts =
                opened.plans.iter().map(|one| (one.plan.collection.name.clone(), one.plan.count()));
            (Vec::new(), counts.collect())
        }
        Err(diagnostics) => (diagnostic::in_order(diagnostics), Vec::new()),
    };
    let masker = masker(&files, &args.given);
    let told = Told { diagnostics: &diagnostics, files: &files, masker: &masker };
    print(args.format, &told, &steps, color);
    if diagnostics.is_empty() { Exit::Passed } else { Exit::Refused }
}

/// What is wrong, and what is needed to tell it.
struct Told<'t> {
    diagnostics: &'t [Diagnostic],
    files: &'t Files,
    masker: &'t Masker,
}

fn print(format: Format, told: &Told<'_>, collections: &[(String, usize)], color: ColorChoice) {
    let Told { diagnostics, files, masker } = *told;
    match format {
        Format::Human if diagnostics.is_empty() => {
            for (name, steps) in collections {
                let plural = if *steps == 1 { "" } else { "s" };
                message::write(Output::Stdout, &format!("ok: {name} ({steps} step{plural})\n"));
            }
        }
        Format::Human => message::print(diagnostics, files, color, masker),
        Format::Json => {
            let list = diagnostics.iter().map(|one| diagnostic::json(one, files));
            let text = masker.mask(&Value::Array(list.collect()).to_json_pretty());
            message::write(Output::Stdout, &format!("{text}\n"));
        }
        Format::Github => {
            for one in diagnostics {
                let line = masker.mask(&diagnostic::github(one, files));
                message::write(Output::Stdout, &format!("{}\n", line.trim_end()));
            }
        }
    }
}
