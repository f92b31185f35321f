//! Mistakes with quotes: not closed, closed too early, escapes that do not exist.

use super::{Diagnosis, Scene};
use crate::source::yaml::template::rest_of_line;
use std::ops::Range;

/// What may follow a backslash in double quotes (YAML 1.2, section 5.7).
const ESCAPES: &str = "0abt\tnvfre \"/\\N_LPxuU\n\r";

/// A quote without its partner.
pub(super) fn unclosed(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("quoted scalar") {
        return None;
    }
    let line = scene.line(scene.at);
    let at = scene.written(scene.at..line.end).find(['"', '\''])? + scene.at;
    let quote = scene.written(at..at + 1);
    let shown = if quote == "'" { "''" } else { "\\\"" };
    let mistake = scene
        .error(at..line.end, format!("`{quote}` is never closed"), "opened here")
        .help(format!("close it with `{quote}`; inside, write `{shown}`"));
    Some(mistake.into())
}

/// `"a" b`.
pub(super) fn text_after_quote(scene: &Scene) -> Option<Diagnosis> {
    let line = scene.line(scene.at);
    let before = scene.written(line.start..scene.at);
    let is_after_single = before.trim_end().ends_with('\'') && scene.says("did not find expected");
    let is_after_double = before.trim_end().ends_with('"') && scene.says("did not find expected");
    if !scene.says("trailing content") && !is_after_single && !is_after_double {
        return None;
    }
    let end = line.start + scene.written(line.clone()).trim_end().len();
    let mistake = scene
        .error(scene.at.min(end)..end, "text after a closing quote", "outside the quotes")
        .help("quote the whole value; a quote inside is `\\\"` in double, `''` in single quotes");
    Some(mistake.into())
}

/// `"\d"`.
pub(super) fn unknown_escape(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("unknown escape") {
        return None;
    }
    let (at, escape) =
        escapes(scene).find(|(_, escape)| !escape.chars().nth(1).is_some_and(known))?;
    let help = format!("write `\\{escape}`, or use single quotes, which have no escapes");
    let mistake = scene
        .error(at..at + escape.len(), format!("`{escape}` is no escape"), "in double quotes")
        .help(help);
    Some(Diagnosis { mistake, patch: Some((at..at + 1, "_".to_owned())) })
}

fn known(character: char) -> bool {
    ESCAPES.contains(character)
}

/// `"\uD834"`, or `\x` and `\u` without enough digits.
pub(super) fn half_character(scene: &Scene) -> Option<Diagnosis> {
    if !scene.says("hexadecimal") && !scene.says("invalid Unicode character") {
        return None;
    }
    let (range, is_digits) =
        escapes(scene).find_map(|(at, escape)| wrong_code(scene, at, escape))?;
    let shown = scene.written(range.clone());
    let (message, help) = if is_digits {
        let message = format!("`{shown}` is no character on its own");
        (message, "write both halves of the pair, or the character itself")
    } else {
        let message = format!("`{shown}` has too few hexadecimal digits");
        (message, "`\\x` takes 2 digits, `\\u` 4, `\\U` 8; a backslash itself is `\\\\`")
    };
    let patch = Some((range.start..range.start + 1, "_".to_owned()));
    Some(Diagnosis { mistake: scene.error(range, message, "no character").help(help), patch })
}

/// The range of a numeric escape that gives no character; whether its digits are complete.
fn wrong_code(scene: &Scene, at: usize, escape: &str) -> Option<(Range<usize>, bool)> {
    let digits = match escape.chars().nth(1)? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let rest = scene.written(at + 2..scene.line(at).end);
    let length = rest.chars().take(digits).take_while(char::is_ascii_hexdigit).count();
    let code = u32::from_str_radix(rest.get(..length)?, 16).ok();
    if length == digits && code.and_then(char::from_u32).is_some() {
        return None;
    }
    Some((at..at + 2 + length, length == digits))
}

/// Every backslash with the character behind it, from the place of the double quote on.
fn escapes<'s>(scene: &'s Scene) -> impl Iterator<Item = (usize, &'s str)> {
    let mut at = scene.at + rest_of_line(scene.text, scene.at).find('"').unwrap_or(0) + 1;
    std::iter::from_fn(move || {
        let rest = scene.text.get(at..)?;
        let offset = rest.find(['\\', '"'])?;
        let escape = rest.get(offset..)?.strip_prefix('\\')?;
        let length = 1 + escape.chars().next()?.len_utf8();
        let found = (at + offset, rest.get(offset..offset + length)?);
        at += offset + length;
        Some(found)
    })
}
