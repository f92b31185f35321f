//! The source lines that are shown: those of the places and few between, long ones cut.

use crate::diagnostic::{Diagnostic, Label};
use crate::source::{File, Files, Position};
use std::ops::Range;
use std::sync::Arc;

/// Places so many lines apart are shown in one piece.
const NEAR: u32 = 6;
/// A longer line is cut, in bytes.
const LONG: usize = 300;
/// What is shown of a cut line before the place, in bytes.
const BEFORE: usize = 40;
/// What is shown of a cut line from the place on, in bytes.
const AFTER: usize = 70;
/// Stands where something was left out.
const ELLIPSIS: &str = "…";

/// Consecutive lines of a file with the places marked in them.
pub(super) struct Window {
    pub(super) path: String,
    /// The first line's number.
    pub(super) line: usize,
    /// The first place's own column, when its line is cut and cannot tell it.
    pub(super) column: Option<usize>,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

/// A place in [`Window::text`].
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) is_primary: bool,
}

/// A label and where it stands.
struct Place<'d> {
    file: &'d Arc<File>,
    label: &'d Label,
    is_primary: bool,
    position: Position,
    is_long: bool,
}

impl Window {
    /// The windows of a diagnostic, the one with the primary place first.
    pub(super) fn all(diagnostic: &Diagnostic, files: &Files) -> Vec<Window> {
        let primary = diagnostic.primary.iter().map(|label| (&**label, true));
        let secondary = diagnostic.secondary.iter().map(|label| (label, false));
        let places = primary.chain(secondary).filter_map(|(label, is_primary)| {
            let file = files.get(label.span.file)?;
            let position = file.position(label.span.start);
            let is_long = file.line(position.line).len() > LONG;
            Some(Place { file, label, is_primary, position, is_long })
        });
        let mut groups: Vec<Vec<Place>> = Vec::new();
        for place in places {
            match groups.iter_mut().find(|group| group.iter().any(|other| other.is_near(&place))) {
                Some(group) => group.push(place),
                None => groups.push(vec![place]),
            }
        }
        groups.iter().filter_map(|group| Window::of(group)).collect()
    }

    /// `path:line:column` as counted in the cut line, and in the line as it is.
    pub(super) fn moved(&self) -> Option<(String, String)> {
        let column = self.column?;
        let before = self.text.get(..self.marks.first()?.range.start)?;
        let cut = before.chars().count() + 1;
        let Window { path, line, .. } = self;
        Some((format!("{path}:{line}:{cut}\n"), format!("{path}:{line}:{column}\n")))
    }

    fn of(group: &[Place]) -> Option<Window> {
        let first = group.iter().map(|place| place.position.line).min()?;
        let last = group.iter().map(|place| place.position.line).max()?;
        let leader = group.first()?;
        let mut window = Window {
            path: leader.file.name().to_owned(),
            line: first as usize,
            column: leader.is_long.then_some(leader.position.column as usize),
            text: String::new(),
            marks: Vec::new(),
        };
        for number in first..=last {
            let line = leader.file.line(number);
            let here = || group.iter().filter(|place| place.position.line == number);
            let shown = match here().find(|place| place.is_long) {
                Some(place) => around(line, place.offset()),
                None => 0..line.len().min(line.floor_char_boundary(LONG)),
            };
            if shown.start > 0 {
                window.text.push_str(ELLIPSIS);
            }
            let at = window.text.len();
            window.text.push_str(line.get(shown.clone()).unwrap_or(""));
            let end = window.text.len();
            window.marks.extend(here().map(|place| place.mark(at, end, shown.start)));
            if shown.end < line.len() {
                window.text.push_str(ELLIPSIS);
            }
            window.text.push('\n');
        }
        Some(window)
    }
}

impl Place<'_> {
    fn is_near(&self, other: &Place) -> bool {
        Arc::ptr_eq(self.file, other.file)
            && !self.is_long
            && !other.is_long
            && self.position.line.abs_diff(other.position.line) <= NEAR
    }

    /// The byte in its line.
    fn offset(&self) -> usize {
        (self.label.span.start as usize)
            .saturating_sub(self.file.line_start(self.position.line) as usize)
    }

    /// The mark in a window whose text has this line, from its byte `from` on, at `at..end`.
    fn mark(&self, at: usize, end: usize, from: usize) -> Mark {
        let start = (at + self.offset().saturating_sub(from)).min(end);
        let length =
            (self.label.span.end - self.label.span.start.min(self.label.span.end)) as usize;
        Mark {
            range: start..(start + length).min(end),
            label: self.label.text.clone(),
            is_primary: self.is_primary,
        }
    }
}

/// The part of a long line around a byte.
fn around(line: &str, at: usize) -> Range<usize> {
    let at = at.min(line.len());
    line.floor_char_boundary(at.saturating_sub(BEFORE))..line.ceil_char_boundary(at + AFTER)
}
