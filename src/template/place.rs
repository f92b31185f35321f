//! From a byte of a template to the byte of the file it was written at.

use crate::source::{Files, Span};
use std::ops::Range;

/// How a scalar's text lies in its file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The whole scalar.
    pub(super) span: Span,
    lines: Lines,
}

#[derive(Clone, Debug)]
enum Lines {
    /// Text from the first number on stands in the file from the second on; in order.
    Verbatim(Box<[(u32, u32)]>),
    /// Escapes or folding are in the way: a part is looked for in what was written.
    Rewritten { text: Box<str>, written: Box<str> },
}

impl Place {
    /// The place of `text`, which the file has at `span` in some style of scalar.
    #[must_use]
    pub fn new(text: &str, span: Span, files: &Files) -> Place {
        let written = files.text(span);
        let lines = verbatim(text, written, span.start).map_or_else(
            || Lines::Rewritten { text: text.into(), written: written.into() },
            Lines::Verbatim,
        );
        Place { span, lines }
    }

    /// The file's bytes of a part of the text; the whole scalar when it cannot be told.
    #[must_use]
    pub fn locate(&self, range: &Range<usize>) -> Span {
        self.find(range).unwrap_or(self.span)
    }

    fn find(&self, range: &Range<usize>) -> Option<Span> {
        match &self.lines {
            Lines::Verbatim(lines) => {
                let start = locate_byte(lines, u32::try_from(range.start).ok()?)?;
                let last = u32::try_from(range.end.checked_sub(1)?.max(range.start)).ok()?;
                let end = locate_byte(lines, last)? + 1;
                Some(Span::new(self.span.file, start, end))
            }
            Lines::Rewritten { text, written } => {
                let part = text.get(range.clone()).filter(|part| !part.is_empty())?;
                let mut found = written.match_indices(part);
                let (at, _) = found.next()?;
                if found.next().is_some() {
                    return None;
                }
                let start = self.span.start + u32::try_from(at).ok()?;
                Some(Span::new(self.span.file, start, start + u32::try_from(part.len()).ok()?))
            }
        }
    }
}

fn locate_byte(lines: &[(u32, u32)], byte: u32) -> Option<u32> {
    let after = lines.partition_point(|(start, _)| *start <= byte);
    let (start, file) = lines.get(after.checked_sub(1)?)?;
    Some(file + (byte - start))
}

/// Where each line of the text stands, when every line was written as it is.
fn verbatim(text: &str, written: &str, start: u32) -> Option<Box<[(u32, u32)]>> {
    let mut lines = Vec::new();
    let (mut in_text, mut in_file) = (0, 0);
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let at = in_file + written.get(in_file..)?.find(content)?;
        let between = written.get(in_file..at)?;
        let is_indentation = between.bytes().all(|byte| byte.is_ascii_whitespace());
        if !lines.is_empty() && !is_indentation {
            return None;
        }
        lines.push((u32::try_from(in_text).ok()?, start + u32::try_from(at).ok()?));
        in_text += line.len();
        in_file = at + content.len();
    }
    Some(lines.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::File;

    fn located(file: &str, scalar: &str, text: &str, part: &str) -> String {
        let mut files = Files::default();
        let id = files.add(File::new("a.yaml", None, file));
        let start = u32::try_from(file.find(scalar).unwrap()).unwrap();
        let span = Span::new(id, start, start + u32::try_from(scalar.len()).unwrap());
        let at = text.find(part).unwrap();
        let found = Place::new(text, span, &files).locate(&(at..at + part.len()));
        format!("{} {}", files.location(found), files.text(found))
    }

    #[test]
    fn a_part_of_a_quoted_scalar_is_found() {
        let file = "a: \"x {{ ownr }}\"\n";
        assert_eq!(located(file, "\"x {{ ownr }}\"", "x {{ ownr }}", "ownr"), "a.yaml:1:10 ownr");
    }

    #[test]
    fn a_part_of_a_block_scalar_is_found_in_its_line() {
        let file = "a: |\n  one\n  {{ two }}\n  three\n";
        let scalar = "|\n  one\n  {{ two }}\n  three\n";
        assert_eq!(located(file, scalar, "one\n{{ two }}\nthree\n", "two"), "a.yaml:3:6 two");
    }

    #[test]
    fn a_part_that_stands_once_among_escapes_is_found() {
        let file = r#"a: "{{ x or \"y\" }} {{ z }}""#;
        let scalar = r#""{{ x or \"y\" }} {{ z }}""#;
        assert_eq!(located(file, scalar, r#"{{ x or "y" }} {{ z }}"#, "z"), "a.yaml:1:25 z");
    }

    #[test]
    fn what_cannot_be_told_is_the_whole_scalar() {
        let file = r#"a: "\x41 {{ x }} {{ x }}""#;
        let scalar = r#""\x41 {{ x }} {{ x }}""#;
        assert_eq!(located(file, scalar, "A {{ x }} {{ x }}", "x"), format!("a.yaml:1:4 {scalar}"));
    }
}
