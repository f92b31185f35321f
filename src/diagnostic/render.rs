//! A diagnostic as people read it, in rustc's layout by annotate-snippets, and as programs do.

mod machine;
mod window;

pub use machine::{github, json};

use super::{Diagnostic, Severity};
use crate::source::Files;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
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
    let mut group = Group::with_title(title).elements(windows.iter().map(snippet));
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
    group = group.elements(notes.chain(help));
    let renderer = match color {
        Color::Never => Renderer::plain(),
        Color::Always => Renderer::styled(),
    };
    let mut text = renderer.term_width(WIDTH).render(&[group]);
    text.push('\n');
    // annotate-snippets counts the columns of a cut line from the cut.
    for (shown, true_place) in windows.iter().filter_map(Window::moved) {
        text = text.replacen(&shown, &true_place, 1);
    }
    text
}

fn snippet(window: &Window) -> Snippet<'_, Annotation<'_>> {
    let marks = window.marks.iter().map(|mark| {
        let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.range.clone()).label((!mark.label.is_empty()).then_some(&*mark.label))
    });
    Snippet::source(&*window.text)
        .line_start(window.line)
        .path(&*window.path)
        .fold(true)
        .annotations(marks)
}

/// All of them, a blank line between two.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], files: &Files, color: Color) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|one| render(one, files, color)).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests;
