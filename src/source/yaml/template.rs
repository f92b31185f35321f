//! Templates without quotes: where one is, how far it reaches, and the line as it should be.
//!
//! YAML reads `{{ base }}` as a mapping whose key is a mapping, and what follows it as an error.

use super::{SyntaxError, SyntaxErrorKind};
use crate::source::Span;
use std::ops::Range;

/// What opens a template, and what closes it.
const BRACES: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// Whether what encloses a value is written in brackets, so that `,` and `]` end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Block,
    Flow,
}

/// How far a template's end is looked for, in bytes, so that a line of a million braces costs no
/// more than that many glances.
const REACH: usize = 500;

/// Whether a template begins at this byte and ends in the same line.
pub(super) fn begins(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| template_length(rest).is_some())
}

/// The first template in `line` (a range of `text`) that stands where a value may begin.
pub(super) fn find(text: &str, line: Range<usize>) -> Option<usize> {
    let written = text.get(line.clone())?;
    let starts = written.match_indices('{').map(|(index, _)| index);
    starts
        .filter(|index| opens_a_value(written.get(..*index).unwrap_or("")))
        .map(|index| line.start + index)
        .find(|at| begins(text, *at))
}

/// Whether a value may begin after this part of a line.
fn opens_a_value(before: &str) -> bool {
    let trimmed = before.trim_end();
    let is_apart = trimmed.len() < before.len();
    match trimmed.chars().next_back() {
        None | Some('[' | ',') => true,
        Some(':' | '-' | '?' | '{') => is_apart,
        Some(_) => false,
    }
}

/// The value that begins with a template: to the end of its line, without a comment, and in
/// brackets only as far as `,`, `]` or `}`.
pub(super) fn extent(text: &str, at: usize, style: Style) -> Range<usize> {
    let line = rest_of_line(text, at);
    let mut end = 0;
    while let Some(rest) = line.get(end..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = template_length(rest) {
            end += length;
            continue;
        }
        let is_over = match style {
            Style::Block => rest.starts_with(" #") || is_key_end(rest),
            Style::Flow => {
                rest.starts_with([',', ']', '}']) || rest.starts_with(" #") || is_key_end(rest)
            }
        };
        if is_over {
            break;
        }
        end += rest.chars().next().map_or(1, char::len_utf8);
    }
    let length = line.get(..end).unwrap_or(line).trim_end().len();
    at..at + length
}

/// Whether a `:` here ends a key, as in `{{ name }}: value`.
fn is_key_end(rest: &str) -> bool {
    rest == ":" || rest.starts_with(": ")
}

/// How long the template is that `rest` begins with.
fn template_length(rest: &str) -> Option<usize> {
    let (open, close) = BRACES.iter().find(|(open, _)| rest.starts_with(open))?;
    let reach = rest.floor_char_boundary(REACH);
    let body = rest_of_line(rest.get(..reach)?, open.len());
    body.find(close).map(|at| open.len() + at + close.len())
}

/// The mistake at `span`, which `value` is the range of in `text`, with the line as it should be.
pub(super) fn mistake(text: &str, value: Range<usize>, span: Span) -> SyntaxError {
    let start = line_start(text, value.start);
    let before = text.get(start..value.start).unwrap_or("").trim_start();
    let after = rest_of_line(text, value.end).trim_end();
    let written = text.get(value).unwrap_or("");
    let line = format!("{before}{}{after}", quote(written));
    SyntaxError::new(
        SyntaxErrorKind::UnquotedTemplate,
        span,
        "a template must be quoted",
        "YAML reads `{` as the beginning of a mapping",
    )
    .help(format!("write `{line}`"))
}

/// A value in the quotes that need the least escaping.
pub(super) fn quote(value: &str) -> String {
    match (value.contains(['"', '\\']), value.contains('\'')) {
        (false, _) => format!("\"{value}\""),
        (true, false) => format!("'{value}'"),
        (true, true) => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// The text from a byte to the end of its line, the line break not included.
pub(super) fn rest_of_line(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    rest.split(['\n', '\r']).next().unwrap_or(rest)
}

/// Where the line of a byte begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}
