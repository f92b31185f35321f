//! A diagnostic as people read it, in rustc's layout by annotate-snippets, and as programs do.

mod machine;
mod window;

pub use machine::{github, json};

use super::{Diagnostic, Severity};
use crate::source::Files;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use window::Window;

/// Whether to write ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// How wide the source lines are shown.
const WIDTH: usize = 120;

/// One diagnostic with its source lines, ending in a newline. Of a place of several lines the
/// first is shown, of a long line a part around the place.
#[must_use]
pub fn render(diagnostic: &Diagnostic, files: &Files, color: Color) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let windows = Window::all(diagnostic, files);
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.id);
    let mut group = Group::with_title(title).elements(windows.iter().flat_map(elements));
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
    group = group.elements(notes.chain(help));
    let renderer = match color {
        Color::Never => Renderer::plain(),
        Color::Always => Renderer::styled(),
    };
    let mut text = renderer.term_width(WIDTH).render(&[group]);
    text.push('\n');
    text
}

/// A window's lines; a cut line's own column is named apart, because the cut moves it.
fn elements(window: &Window) -> Vec<Element<'_>> {
    let marks = window.marks.iter().map(|mark| {
        let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.range.clone()).label((!mark.label.is_empty()).then_some(&*mark.label))
    });
    let snippet =
        Snippet::source(&*window.text).line_start(window.line).fold(true).annotations(marks);
    match window.column {
        Some(column) => {
            let origin = Origin::path(&*window.path).line(window.line).char_column(column);
            vec![origin.into(), snippet.into()]
        }
        None => vec![snippet.path(&*window.path).into()],
    }
}

/// All of them, a blank line between two.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], files: &Files, color: Color) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|one| render(one, files, color)).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests;
