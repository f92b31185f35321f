//! A diagnostic as people read it: rustc's layout, by annotate-snippets.

use super::Diagnostic;
use crate::source::Files;

/// Whether to write ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// One diagnostic with its source lines, ending in a newline.
#[must_use]
pub fn render(diagnostic: &Diagnostic, files: &Files, color: Color) -> String {
    let _ = (diagnostic, files, color);
    todo!("annotate-snippets")
}

/// All of them, a blank line between two.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], files: &Files, color: Color) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|one| render(one, files, color)).collect();
    texts.join("\n")
}
