//! What stopped the parser, in words that say what to write instead.
//!
//! The parser names a place and a rule of YAML's grammar. People make a dozen mistakes: each
//! is one function here, asked in turn, that looks at the text around the place. A mistake that
//! is confined to a few characters comes with a patch, so that reading can go on.

mod flow;
mod indentation;
mod quotes;
mod value;

use super::attempt::Stop;
use super::surrogate::Joined;
use super::template::{self, Style, line_start, rest_of_line};
use super::{SyntaxError, SyntaxErrorKind};
use crate::source::{FileId, Span};
use std::ops::Range;

/// What was found, and the text to go on with when there is one.
pub(super) struct Found {
    pub(super) mistake: SyntaxError,
    pub(super) patched: Option<Joined>,
}

/// A mistake and the bytes to overwrite.
struct Diagnosis {
    mistake: SyntaxError,
    patch: Option<(Range<usize>, String)>,
}

impl From<SyntaxError> for Diagnosis {
    fn from(mistake: SyntaxError) -> Diagnosis {
        Diagnosis { mistake, patch: None }
    }
}

/// The place at which the parser stopped, and what is around it.
struct Scene<'s> {
    file: FileId,
    joined: &'s Joined,
    stop: &'s Stop,
    text: &'s str,
    at: usize,
}

/// The mistakes, most telling first. Each says `None` when it is another.
const DIAGNOSES: &[fn(&Scene) -> Option<Diagnosis>] = &[
    flow::bare_path,
    value::unknown_alias,
    value::reserved_character,
    value::unprintable,
    value::too_deep,
    indentation::tab,
    quotes::unknown_escape,
    quotes::half_character,
    quotes::text_after_quote,
    quotes::unclosed,
    value::missing_space,
    flow::unclosed_bracket,
    value::colon_in_value,
    indentation::too_deep,
    indentation::list_beside_mapping,
    indentation::between_levels,
];

/// Says what stopped the parser. `gets_further` tries a patched text: a template is only to
/// blame when without it the parser gets past this place.
pub(super) fn explain(
    file: FileId,
    joined: &Joined,
    stop: &Stop,
    gets_further: impl Fn(&Joined) -> bool,
) -> Found {
    let text = &joined.text;
    let scene = Scene { file, joined, stop, text, at: stop.at.min(text.len()) };
    if let Some(Diagnosis { mistake, patch: Some((range, with)) }) = scene.template() {
        let patched = joined.overwritten(range, &with);
        if gets_further(&patched) {
            return Found { mistake, patched: Some(patched) };
        }
    }
    let diagnosis = DIAGNOSES.iter().find_map(|diagnose| diagnose(&scene));
    let Diagnosis { mistake, patch } = diagnosis.unwrap_or_else(|| scene.plain().into());
    Found { mistake, patched: patch.map(|(range, with)| joined.overwritten(range, &with)) }
}

impl Scene<'_> {
    fn says(&self, part: &str) -> bool {
        self.stop.info.contains(part)
    }

    fn span(&self, range: Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(self.joined.original(at)).unwrap_or(u32::MAX);
        Span::new(self.file, byte(range.start), byte(range.end.max(range.start)))
    }

    fn error(
        &self,
        range: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError::new(SyntaxErrorKind::Syntax, self.span(range), message, label)
    }

    /// The line of a byte, without its line break.
    fn line(&self, at: usize) -> Range<usize> {
        let start = line_start(self.text, at);
        start..start + rest_of_line(self.text, start).len()
    }

    fn written(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    /// The line the parser stopped in and the two written lines before it, nearest first.
    fn lines_before(&self) -> impl Iterator<Item = Range<usize>> {
        let mut next = Some(self.line(self.at));
        let lines = std::iter::from_fn(move || {
            let line = next.take()?;
            next = line.start.checked_sub(1).map(|before| self.line(before));
            Some(line)
        });
        lines.take(50).filter(|line| !self.written(line.clone()).trim().is_empty()).take(3)
    }

    /// A template without quotes in this line or shortly before it.
    fn template(&self) -> Option<Diagnosis> {
        let at = self.lines_before().find_map(|line| template::find(self.text, line))?;
        let style = self
            .stop
            .open
            .iter()
            .rfind(|open| open.start < at)
            .map_or(Style::Block, |open| open.style);
        let value = template::extent(self.text, at, style);
        let mistake = template::mistake(self.text, value.clone(), self.span(value.clone()));
        let filler = "_".repeat(value.len().saturating_sub(2));
        Some(Diagnosis { mistake, patch: Some((value, format!("\"{filler}\""))) })
    }

    /// The parser's own words, for what no function here knows.
    fn plain(&self) -> SyntaxError {
        let info = self.stop.info.trim_start_matches("while ");
        let rest = rest_of_line(self.text, self.at);
        let end = self.at + rest.chars().next().map_or(0, char::len_utf8);
        let message = format!("not YAML: {}", info.replace('`', "'"));
        self.error(self.at..end, message, "the text cannot be read from here on")
    }

    /// How many characters a byte is from the beginning of its line.
    fn column(&self, at: usize) -> usize {
        self.written(line_start(self.text, at)..at).chars().count()
    }
}

/// A line's first word when it is a key: `  - url: x` gives the range of `url`.
fn key_of(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(line.clone())?;
    let body = written.trim_start_matches([' ', '\t', '-']);
    let start = line.start + written.len() - body.len();
    let length = body.find(|c: char| !(c.is_alphanumeric() || "_-.$/".contains(c)))?;
    (length > 0 && body.get(length..)?.starts_with(':')).then_some(start..start + length)
}
