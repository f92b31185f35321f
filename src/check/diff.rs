//! Differences between what was expected and what was found.

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};
use std::fmt::Write as _;

/// Lines of context on either side of a change.
const CONTEXT: usize = 3;

/// How many differing lines of each side are compared: keeps the worst case at milliseconds.
/// A count and not a deadline, so that the same inputs give the same diff everywhere.
const COMPARED: usize = 1_000;

/// How many lines a diff shows.
const SHOWN: usize = 120;

/// How many characters of a line are shown.
const WIDTH: usize = 200;

/// A unified diff, `-` expected and `+` found, with three lines of context; long parts cut.
#[must_use]
pub fn diff(expected: &str, found: &str) -> String {
    let old: Vec<&str> = expected.split_inclusive('\n').collect();
    let new: Vec<&str> = found.split_inclusive('\n').collect();
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let ending = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let ending = ending.min(old.len().min(new.len()) - same);
    let middle = |lines: &[&str]| (lines.len() - ending - same).min(COMPARED);
    let start = same.saturating_sub(CONTEXT);
    let window = |lines: &[&str]| {
        let end = same + middle(lines);
        if middle(lines) < COMPARED { (end + CONTEXT).min(lines.len()) } else { end }
    };
    let old_window = old.get(start..window(&old)).unwrap_or_default();
    let new_window = new.get(start..window(&new)).unwrap_or_default();
    let ops = capture_diff_slices(Algorithm::Myers, old_window, new_window);
    let mut lines = Vec::new();
    for group in group_diff_ops(ops, CONTEXT) {
        lines.push(heading(&group, start));
        for op in &group {
            for change in op.iter_changes(old_window, new_window) {
                lines.push(line(change.tag(), change.value()));
            }
        }
    }
    let cut = middle(&old) == COMPARED || middle(&new) == COMPARED;
    finish(lines, cut)
}

/// `@@ -1,3 +1,4 @@`, lines counted from 1.
fn heading(group: &[DiffOp], start: usize) -> String {
    let range = |ranges: Vec<std::ops::Range<usize>>| {
        let first = ranges.first().map_or(0, |range| range.start);
        let last = ranges.last().map_or(0, |range| range.end);
        let begin = start + first + usize::from(last > first);
        match last - first {
            1 => begin.to_string(),
            count => format!("{begin},{count}"),
        }
    };
    let old = range(group.iter().map(DiffOp::old_range).collect());
    let new = range(group.iter().map(DiffOp::new_range).collect());
    format!("@@ -{old} +{new} @@")
}

fn line(tag: ChangeTag, text: &str) -> String {
    let sign = match tag {
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
        ChangeTag::Equal => ' ',
    };
    let (text, ended) = match text.strip_suffix('\n') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let text = super::words::cut(text, WIDTH).replace('\r', "\\r");
    let note = if ended || tag == ChangeTag::Equal { "" } else { "\n\\ no newline at the end" };
    format!("{sign}{text}{note}")
}

fn finish(lines: Vec<String>, cut: bool) -> String {
    let total = lines.len();
    let mut text = String::new();
    for line in lines.into_iter().take(SHOWN) {
        text.push_str(&line);
        text.push('\n');
    }
    if total > SHOWN {
        let _ = writeln!(text, "… {} more lines", total - SHOWN);
    } else if cut {
        text.push_str("… and more\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_in_its_context() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nd\nE\nf\ng\nh\n";
        assert_eq!(diff(old, new), "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n");
    }

    #[test]
    fn a_missing_last_newline_is_seen() {
        assert_eq!(
            diff("a\nb\n", "a\nb"),
            "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ no newline at the end\n"
        );
    }

    #[test]
    fn an_added_line_is_seen_at_either_end() {
        assert_eq!(diff("a\n", "a\nb\n"), "@@ -1 +1,2 @@\n a\n+b\n");
        assert_eq!(diff("b\n", "a\nb\n"), "@@ -1 +1,2 @@\n+a\n b\n");
        assert_eq!(diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn huge_texts_give_a_short_diff() {
        let numbers = |step: usize| {
            (0..200_000).fold(String::new(), |mut text, number| {
                let _ = writeln!(text, "{}", number * step);
                text
            })
        };
        let (old, new) = (numbers(2), numbers(3));
        let text = diff(&old, &new);
        assert_eq!(text.lines().count(), SHOWN + 1);
        assert!(text.lines().last().unwrap().starts_with("… "));
    }

    #[test]
    fn long_lines_are_cut() {
        let long = "x".repeat(100_000);
        assert!(diff(&format!("{long}\nb\n"), &format!("{long}\nc\n")).len() < 300);
    }
}
