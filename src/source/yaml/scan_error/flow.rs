//! Brackets and braces.

use super::{Diagnosis, Scene};
use crate::source::yaml::template::{Style, rest_of_line};

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
    let (bracket, close) = if open.is_mapping { ("{", "}") } else { ("[", "]") };
    let mistake = scene
        .error(scene.at..end, format!("expected `,` or `{close}`"), "found this")
        .also(scene.span(open.start..open.start + 1), format!("`{bracket}` opened here"))
        .help(format!("close `{bracket}` with `{close}`, or put a `,` between two items"));
    Some(mistake.into())
}
