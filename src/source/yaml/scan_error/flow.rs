//! Brackets and braces.

use super::{Diagnosis, Scene};
use crate::source::yaml::template::{Style, begins, extent, line_start, mistake, rest_of_line};
use std::ops::Range;

/// `[1, 2` without `]`, `]` without `[`, a forgotten comma.
pub(super) fn unclosed_bracket(scene: &Scene) -> Option<Diagnosis> {
    let concerned = [
        "illegal placement of ':'",
        "expected ','",
        "indentation in flow",
        "misplaced bracket",
        "only valid inside a block",
        "followed by ,[]{}",
        "unexpected end of plain",
        "did not find expected node content",
    ];
    if !concerned.iter().any(|part| scene.says(part)) {
        return None;
    }
    if begins(scene.text, scene.at) {
        let start = value_start(scene.text, scene.at);
        let value = start..extent(scene.text, scene.at, Style::Flow).end;
        let span = scene.span(value.clone());
        return Some(mistake(scene.text, value, span).into());
    }
    let rest = rest_of_line(scene.text, scene.at);
    let word = rest.split_inclusive(char::is_whitespace).next().unwrap_or(rest).trim_end();
    let end = scene.at + word.len();
    let Some(open) = scene.stop.open.iter().rfind(|open| open.style == Style::Flow) else {
        let mistake = scene.error(
            scene.at..end,
            format!("`{word}` cannot stand here"),
            "nothing was opened that this belongs to",
        );
        return Some(mistake.help("quote the value when it is text").into());
    };
    if let Some(diagnosis) = unquoted_path(scene) {
        return Some(diagnosis);
    }
    let (bracket, close) = if open.is_mapping { ("{", "}") } else { ("[", "]") };
    let mistake = scene
        .error(scene.at..end, format!("expected `,` or `{close}`"), "found this")
        .also(scene.span(open.start..open.start + 1), format!("`{bracket}` opened here"))
        .help(format!("close `{bracket}` with `{close}`, or put a `,` between two items"));
    Some(mistake.into())
}

/// A JSONPath with brackets of its own, as a key in braces: `{$.users[*].id: 1}`.
pub(super) fn unquoted_path(scene: &Scene) -> Option<Diagnosis> {
    let line = line_start(scene.text, scene.at);
    let before = scene.text.get(line..scene.at)?;
    let is_first = |at: usize| before.get(..at).is_some_and(|part| part.ends_with([' ', '{', ',']));
    let (at, _) = before.rmatch_indices('$').find(|(at, _)| is_first(*at))?;
    let start = line + at;
    let rest = rest_of_line(scene.text, start);
    let bracket = rest.find('[')?;
    let end = rest.get(bracket..)?.find([' ', '"', '\''])? + bracket;
    let path = rest.get(..end)?.trim_end_matches([':', ',', '}']);
    let range = start..start + path.len();
    let mistake = scene
        .error(
            range.clone(),
            "a JSONPath with brackets must be quoted here",
            "YAML reads `[` as a list",
        )
        .help(format!("write `\"{path}\"`"));
    let patch = Some((range, "_".repeat(path.len())));
    Some(Diagnosis { mistake, patch })
}

/// Where the unquoted value in brackets begins that a template at `at` is a part of.
fn value_start(text: &str, at: usize) -> usize {
    let line = line_start(text, at);
    let before = text.get(line..at).unwrap_or("");
    let begins = before
        .rmatch_indices([',', '[', '{', ':'])
        .find(|(index, found)| *found != ":" || before.get(index + 1..).is_some_and(is_apart))
        .map_or(0, |(index, _)| index + 1);
    let skipped = before.get(begins..).map_or(0, |value| value.len() - value.trim_start().len());
    line + begins + skipped
}

fn is_apart(after: &str) -> bool {
    after.starts_with(' ')
}

/// `{$.items[*].id: 1}`: in braces a bracket begins a list, even within a word.
pub(super) fn bare_path(scene: &Scene) -> Option<Diagnosis> {
    scene.stop.open.iter().rfind(|open| open.style == Style::Flow)?;
    let line = scene.line(scene.at);
    let path = scene
        .written(line.clone())
        .match_indices('$')
        .filter_map(|(at, _)| path_at(scene.text, line.start + at..line.end))
        .find(|path| path.contains(&scene.at))?;
    let written = scene.written(path.clone());
    let quote = ['"', '\'']
        .into_iter()
        .find(|quote| !written.contains(*quote) && (*quote == '\'' || !written.contains('\\')))?;
    let mistake = scene
        .error(
            path.clone(),
            "a JSONPath with `[` must be quoted in `{…}` and `[…]`",
            "YAML reads `[` as the beginning of a list",
        )
        .help(format!("write `{quote}{written}{quote}`"));
    // As long as before: the first and the last character make way for the quotes.
    let inner = scene.written(path.start + 1..path.end - 1);
    Some(Diagnosis { mistake, patch: Some((path, format!("{quote}{inner}{quote}"))) })
}

/// The JSONPath without quotes that begins where a range does, when it has a bracket in it.
fn path_at(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..range.start)?.trim_end_matches(' ');
    if !before.ends_with(['{', '[', ',', ':']) {
        return None;
    }
    let mut depth = 0_usize;
    let mut end = range.end;
    for (at, character) in text.get(range.clone())?.char_indices() {
        match character {
            '[' => depth += 1,
            ']' if depth > 0 => depth -= 1,
            ',' | '}' | ']' | ':' if depth == 0 => {
                end = range.start + at;
                break;
            }
            _ => {}
        }
    }
    let path = text.get(range.start..end)?.trim_end();
    let is_path = path.starts_with("$.") || path.starts_with("$[");
    (depth == 0
        && is_path
        && path.contains('[')
        && path.ends_with(|c: char| c.is_alphanumeric() || "]_*".contains(c)))
    .then(|| range.start..range.start + path.len())
}
