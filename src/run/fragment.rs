//! Secrets that were cut before they were masked: messages shorten what they found, and what is
//! left of a secret at such a cut is not the whole secret that is looked for.
//!
//! `disguises` finds a beginning too, with ways of writing mixed in it, of at most 200 letters.
//! Here a part may be of any length, and an end or a middle as well, in one way of writing.

use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;

/// The fewest characters of a secret that are worth hiding.
const LEAST: usize = 3;

/// What stands where a text was cut at its end.
const CUT: char = '…';

/// What stands before a text that may have been cut at its beginning.
const QUOTED: [&str; 2] = ["expected \"", "found \""];

/// What a line says that shows a text from where it differs on.
const BEHIND: &str = ", column ";

/// The places in `text` where a part of one of `forms` stands beside a cut, in order, none
/// within another.
pub(super) fn fragments<'f>(
    text: &str,
    forms: impl Iterator<Item = &'f str> + Clone,
) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(CUT) {
        let before = text.get(..at).unwrap_or("");
        let before = before.strip_suffix('"').unwrap_or(before);
        let longest = forms.clone().filter_map(|form| beginning_of(form, before)).max();
        found.extend(longest.map(|length| before.len() - length..before.len()));
    }
    for (at, quoted) in QUOTED.iter().flat_map(|quoted| text.match_indices(quoted)) {
        let line = text.get(..at).and_then(|before| before.lines().last()).unwrap_or("");
        if !line.contains(BEHIND) {
            continue;
        }
        let start = at + quoted.len();
        let after = text.get(start..).unwrap_or("");
        let longest = forms.clone().filter_map(|form| end_of(form, after)).max();
        found.extend(longest.map(|length| start..start + length));
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// How many bytes at the end of `before` are the beginning of `form`.
fn beginning_of(form: &str, before: &str) -> Option<usize> {
    let ends = form.char_indices().map(|(at, _)| at).skip(LEAST);
    ends.filter(|end| form.get(..*end).is_some_and(|part| before.ends_with(part))).last()
}

/// How many bytes at the beginning of `after` are the end of `form`, or, when `after` is cut
/// too, its middle.
fn end_of(form: &str, after: &str) -> Option<usize> {
    let shown = after.split([CUT, '"']).next().unwrap_or(after);
    let is_cut =
        after.get(shown.len()..).is_some_and(|rest| rest.trim_start_matches('"').starts_with(CUT));
    if is_cut && shown.chars().count() >= LEAST && form.contains(shown) {
        return Some(shown.len());
    }
    let starts = form.char_indices().map(|(at, _)| at).skip(1);
    let ends = starts.filter_map(|start| form.get(start..));
    let mut long = ends.filter(|part| part.chars().count() >= LEAST);
    long.find(|part| after.starts_with(part)).map(str::len)
}

/// What is left as it is in a form (`quote_plus`), and in a URL (RFC 3986's unreserved and
/// reserved characters, which Requests does not quote again).
const KEPT: [&AsciiSet; 5] = [
    NON_ALPHANUMERIC,
    &NON_ALPHANUMERIC.remove(b'/'),
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~'),
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/'),
    &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'\\')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}'),
];

/// How a secret may look when one way of writing holds throughout: as it is, in a URL, in a form,
/// in JSON, in base64. A part of one of them is what a cut leaves.
pub(super) fn whole_forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    for kept in KEPT {
        let quoted = utf8_percent_encode(secret, kept).to_string();
        forms.extend([quoted.to_lowercase(), quoted.replace("%20", "+")]);
        forms.push(quoted);
    }
    let in_json = Value::from(secret).to_json();
    let in_json = in_json.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    if let Some(in_json) = in_json {
        let ascii = ascii(in_json);
        forms.extend([in_json.to_owned(), in_json.replace('/', "\\/"), ascii.replace(' ', "+")]);
        forms.push(ascii);
    }
    let bytes = secret.as_bytes();
    forms.extend([STANDARD.encode(bytes), STANDARD_NO_PAD.encode(bytes)]);
    forms.extend([URL_SAFE.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]);
    forms
}

/// JSON's text as Python's `json.dumps` writes it: `\u00e9` for `é`.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\u{unit:04x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::fragments;

    fn hidden(text: &str, secret: &str) -> String {
        let mut masked = text.to_owned();
        for range in fragments(text, std::iter::once(secret)).into_iter().rev() {
            masked.replace_range(range, "***");
        }
        masked
    }

    #[test]
    fn the_beginning_of_a_secret_before_a_cut_is_hidden() {
        assert_eq!(
            hidden("found \"x s3cr3t-val\"… (300 characters)", "s3cr3t-value"),
            "found \"x ***\"… (300 characters)"
        );
        assert_eq!(hidden("-x s3cr…", "s3cr3t-value"), "-x ***…");
        assert_eq!(hidden("x s3…", "s3cr3t-value"), "x s3…");
    }

    #[test]
    fn the_end_and_the_middle_of_a_secret_behind_a_cut_are_hidden() {
        let text = "at line 1, column 3: expected \"value\", found \"t-value!\"";
        assert_eq!(
            hidden(text, "s3cr3t-value"),
            "at line 1, column 3: expected \"***\", found \"***!\""
        );
        assert_eq!(
            hidden("at line 1, column 9: found \"cr3t-v…\"", "s3cr3t-value"),
            "at line 1, column 9: found \"***…\""
        );
    }

    #[test]
    fn what_is_whole_stays() {
        assert_eq!(hidden("found \"values\"", "s3cr3t-value"), "found \"values\"");
        assert_eq!(
            hidden("found \"other\"… and s3cr", "s3cr3t-value"),
            "found \"other\"… and s3cr"
        );
    }
}
