//! `runner explain`: what a code means and how to mend it.

use super::start::Output;
use super::{Exit, message};
use crate::diagnostic::CODES;
use crate::registry::suggest;
use std::fmt::Write as _;

/// Arguments of `runner explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner explain E0107")]
pub struct Args {
    /// A message's code; without one all of them are listed.
    #[arg(value_name = "CODE")]
    code: Option<String>,
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
pub(super) fn run(args: &Args) -> Exit {
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
