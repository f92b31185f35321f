//! `runner explain`: what a code means and how to mend it.

use super::given::Given;
use super::start::Output;
use super::{ColorChoice, Exit, explain_vars, message};
use crate::diagnostic::CODES;
use crate::registry::suggest;
use std::fmt::Write as _;

/// Arguments of `runner explain`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  runner explain E0107\n  runner explain vars smoke.yaml --env staging"
)]
pub struct Args {
    /// A message's code, or `vars`; without one all codes are listed.
    #[arg(value_name = "CODE|vars")]
    code: Option<String>,
    /// For `vars`: files, folders, globs, or `-` for stdin.
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// For `vars`: how to print them, `human` or `json`.
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: explain_vars::Format,
    #[command(flatten)]
    given: Given,
}

/// How wide the explanation is written.
const WIDTH: usize = 80;

/// A text with its words in lines of at most [`WIDTH`] characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// Explains.
pub(super) fn run(args: &Args, color: ColorChoice) -> Exit {
    if args.code.as_deref() == Some("vars") {
        if args.paths.is_empty() {
            let help = "write `runner explain vars PATH`";
            message::error("`vars` of which collection?", Some(help));
            return Exit::Refused;
        }
        return explain_vars::run(&args.paths, &args.given, args.format, color);
    }
    if !args.paths.is_empty() {
        let help = "give one code, or `vars` and paths";
        message::error("a code needs no path", Some(help));
        return Exit::Refused;
    }
    let all = || CODES.iter().flat_map(|table| table.iter());
    let Some(written) = &args.code else {
        let mut text = String::new();
        for code in all() {
            let _ = writeln!(text, "{}  {}", code.id, code.summary);
        }
        message::write(Output::Stdout, &text);
        return Exit::Passed;
    };
    let id = written.to_uppercase();
    match all().find(|code| code.id == id) {
        Some(code) => {
            let example: String =
                code.example.lines().map(|line| format!("    {line}\n")).collect();
            let text = format!(
                "{}: {}\n\n{}\n\nExample:\n\n{example}",
                code.id,
                code.summary,
                wrapped(code.explanation)
            );
            message::write(Output::Stdout, &text);
            Exit::Passed
        }
        None => {
            let near = suggest(all().map(|code| code.id), &id);
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let help = help.as_deref().or(Some("`runner explain` lists them all"));
            message::error(&format!("there is no code `{written}`"), help);
            Exit::Refused
        }
    }
}
