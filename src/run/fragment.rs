//! Secrets that were cut before they were masked: messages shorten what they found, and what is
//! left of a secret at such a cut is not the whole secret that is looked for.

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
