//! Lines that stand too far to the left or right, and tabs.

use super::{Diagnosis, Scene, key_of};
use crate::source::yaml::template::{Style, rest_of_line};

/// A tab where indentation is.
pub(super) fn tab(scene: &Scene) -> Option<Diagnosis> {
    let is_about_tabs = scene.says("tab");
    let line = scene.line(scene.at);
    let next = scene.line((line.end + 1).min(scene.text.len()));
    let indented = |line: &std::ops::Range<usize>| {
        let written = scene.written(line.clone());
        let indentation = written.len() - written.trim_start_matches([' ', '\t']).len();
        let offset = written.get(..indentation)?.find('\t')?;
        Some(line.start + offset..line.start + indentation)
    };
    let range =
        if is_about_tabs { indented(&line).or_else(|| indented(&next))? } else { indented(&line)? };
    let tabs = scene.written(range.clone()).trim_end_matches(' ').len();
    let mistake = scene
        .error(range.start..range.start + tabs, "a tab cannot indent YAML", "a tab")
        .help("indent with spaces");
    Some(mistake.into())
}

/// A key further to the right than the one before it, whose value is already there.
pub(super) fn too_deep(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("mapping values are not allowed") {
        return None;
    }
    let key = key_of(scene.text, scene.line(scene.at))?;
    let parent = scene.stop.open.iter().rfind(|open| open.style == Style::Block)?;
    let (found, expected) = (scene.column(key.start), scene.column(parent.start));
    if found <= expected {
        return None;
    }
    let name = scene.written(key.clone());
    let mistake = scene
        .error(
            key.clone(),
            format!("`{name}` is indented by {found}, the keys before it by {expected}"),
            "continues the value above",
        )
        .help(format!("indent it by {expected} spaces to stand beside them"));
    Some(mistake.into())
}

/// A key at the indentation of a list's dashes.
pub(super) fn list_beside_mapping(scene: &Scene) -> Option<Diagnosis> {
    let rest = rest_of_line(scene.text, scene.at);
    let end = scene.at + rest.trim_end().len();
    let (message, label, help) = if scene.says("'-' indicator") {
        ("a list goes on with `- `", "not an item", "begin the line with `- `, or indent it")
    } else if scene.says("did not find expected key") && rest.starts_with('-') {
        (
            "a list item among the keys of a mapping",
            "expected `key:`",
            "give the list a key of its own, and indent it under that",
        )
    } else if scene.says("block sequence entries are not allowed") {
        (
            "a list cannot begin here",
            "an item in the line of its key",
            "write the list in lines of its own, or in brackets",
        )
    } else {
        return None;
    };
    Some(scene.error(scene.at..end, message, label).help(help).into())
}

/// `key: value` for a line `key value` or `key = value`.
fn with_colon(line: &str) -> Option<String> {
    let (key, value) = line.split_once([' ', '='])?;
    let is_equal = line.get(key.len()..)?.trim_start().starts_with('=');
    let value = value.trim_start_matches([' ', '=']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_value = !value.is_empty() && (is_equal || !value.contains(' '));
    (is_key && is_value).then(|| format!("{key}: {value}"))
}

/// A line that is neither as far in as the mapping before it nor as far out as one around it.
pub(super) fn between_levels(scene: &Scene) -> Option<Diagnosis> {
    let concerned =
        ["did not find expected key", "simple key expect", "invalid indentation", "document start"];
    if !concerned.iter().any(|part| scene.says(part)) {
        return None;
    }
    let line = scene
        .lines_before()
        .find(|line| scene.at >= line.start && !scene.written(line.clone()).trim().is_empty())?;
    let written = scene.written(line.clone());
    let found = written.len() - written.trim_start_matches(' ').len();
    let mut levels: Vec<usize> = scene
        .stop
        .open
        .iter()
        .filter(|open| open.style == Style::Block)
        .map(|open| scene.column(open.start))
        .collect();
    levels.dedup();
    let start = line.start + found;
    let range = start..line.start + written.trim_end().len();
    if levels.contains(&found) || levels.is_empty() {
        let mistake = scene
            .error(range, "expected `key: value`", "neither a key nor a list item")
            .help(match with_colon(written.trim()) {
                Some(line) => format!("write `{line}`"),
                None => "a key is followed by `: `, an item stands behind `- `".to_owned(),
            });
        return Some(mistake.into());
    }
    let choices: Vec<String> = levels.iter().map(ToString::to_string).collect();
    let mistake = scene
        .error(
            range,
            format!("this line is indented by {found}, which fits nothing before it"),
            "belongs to nothing",
        )
        .help(format!("what is open is indented by {}", choices.join(", ")));
    Some(mistake.into())
}
