//! Mistakes inside one value: characters YAML keeps for itself, a `:` too many or too tight.

use super::flow::unquoted_path;
use super::{Diagnosis, Scene, key_of};
use crate::registry::suggest;
use crate::source::yaml::template::{line_start, quote, rest_of_line};
use crate::source::yaml::{SyntaxError, SyntaxErrorKind};

/// `*name` without `&name` before it, or `*.json` meant as text.
pub(super) fn unknown_alias(scene: &Scene) -> Option<Diagnosis> {
    let rest = rest_of_line(scene.text, scene.at);
    let is_alias = scene.says("unknown anchor") || scene.says("an anchor or alias");
    if !is_alias || !rest.starts_with(['*', '&']) {
        return None;
    }
    let before = scene.written(line_start(scene.text, scene.at)..scene.at);
    if before.contains('{')
        && let Some(path) = unquoted_path(scene)
    {
        return Some(path);
    }
    let end = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
    let alias = rest.get(..end)?;
    let name = alias.get(1..).unwrap_or("");
    let known = suggest(scene.stop.anchors.iter().map(String::as_str), name);
    let help = match known {
        Some(anchor) => format!("did you mean `*{anchor}`?"),
        None => format!("quote it when it is text: `{}`", quote(alias)),
    };
    let message = if scene.says("unknown anchor") {
        format!("no anchor `&{name}` stands before the alias `{alias}`")
    } else {
        format!("`{alias}` cannot begin a value")
    };
    let span = scene.span(scene.at..scene.at + end);
    let mistake =
        SyntaxError::new(SyntaxErrorKind::Alias, span, message, "YAML reads this as an alias")
            .help(help);
    Some(Diagnosis { mistake, patch: Some((scene.at..scene.at + 1, "_".to_owned())) })
}

/// A value that begins with `@`, a backquote or `%`.
pub(super) fn reserved_character(scene: &Scene) -> Option<Diagnosis> {
    let rest = rest_of_line(scene.text, scene.at);
    let first = rest.chars().next().filter(|c| matches!(c, '@' | '`' | '%'))?;
    if !scene.says("unexpected character") {
        return None;
    }
    let value = rest.split(" #").next().unwrap_or(rest).trim_end();
    let range = scene.at..scene.at + value.len();
    let shown = if first == '`' { "a backquote".to_owned() } else { format!("`{first}`") };
    let mistake = scene
        .error(range, format!("an unquoted value cannot begin with {shown}"), "quote this")
        .help(format!("write `{}`", quote(value)));
    Some(Diagnosis { mistake, patch: Some((scene.at..scene.at + 1, "_".to_owned())) })
}

/// A control character, or a byte order mark in the middle.
pub(super) fn unprintable(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("unprintable") && !scene.says("byte order mark") {
        return None;
    }
    let found = scene.text.get(scene.at..)?.chars().next()?;
    let range = scene.at..scene.at + found.len_utf8();
    let message = format!("the character U+{:04X} cannot stand in YAML", u32::from(found));
    let help = format!("write `\"\\u{:04X}\"` in double quotes, or remove it", u32::from(found));
    Some(scene.error(range, message, "an invisible character").help(help).into())
}

/// Nesting that the parser itself refuses.
pub(super) fn too_deep(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("recursion limit") {
        return None;
    }
    let span = scene.span(scene.at..scene.at);
    let message = "the file is nested too deeply";
    let label = "the limit is passed here";
    Some(SyntaxError::new(SyntaxErrorKind::Limit, span, message, label).into())
}

/// `url:http://x`, which YAML reads as one word.
pub(super) fn missing_space(scene: &Scene) -> Option<Diagnosis> {
    let concerned = ["simple key", "did not find expected key", "mapping values", "'-' indicator"];
    if !concerned.iter().any(|part| scene.says(part)) {
        return None;
    }
    scene.lines_before().find_map(|line| {
        let key = key_of(scene.text, line.clone())?;
        let value = key.end + 1..line.end;
        let written = scene.written(value.clone());
        if written.is_empty() || written.starts_with([' ', '/', ':']) {
            return None;
        }
        let name = scene.written(key.clone());
        let mistake = scene
            .error(
                key.start..key.end + 1,
                format!("a space is missing after `{name}:`"),
                "read as text, not as a key",
            )
            .help(format!("write `{name}: {}`", written.trim_end()));
        let blank = " ".repeat(written.chars().next().map_or(1, char::len_utf8));
        Some(Diagnosis { mistake, patch: Some((value.start..value.start + blank.len(), blank)) })
    })
}

/// `a: b: c`, in one line.
pub(super) fn colon_in_value(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("mapping values are not allowed") {
        return None;
    }
    let line = scene.line(scene.at);
    let key = key_of(scene.text, line.clone())?;
    let after = scene.written(key.end + 1..line.end);
    let start = line.end - after.trim_start().len();
    if scene.at < start {
        return None;
    }
    let value = scene.written(start..line.end);
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let name = scene.written(key.clone());
    let mistake = scene
        .error(scene.at..scene.at + 1, "`: ` inside an unquoted value", "ends a key here")
        .help(format!("write `{name}: {}`", quote(value)));
    Some(Diagnosis { mistake, patch: Some((scene.at..scene.at + 1, "_".to_owned())) })
}
