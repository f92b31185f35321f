//! YAML text to nodes, by saphyr-parser's events. The only door to the YAML parser.
//!
//! ```text
//! text ──attempt──▶ nodes, mistakes, and where the parser gave up
//!   ▲                                          │
//!   └── patched, same length ◀── scan_error ◀──┘
//! ```
//!
//! saphyr-parser ends at the first thing that is not YAML. Where we know what was meant (a
//! template without quotes, an unknown alias), that stretch is overwritten with something
//! harmless of the same length and the text is read again, so that one run finds every mistake.

mod attempt;
mod build;
mod offset;
mod parse;
mod scan_error;
mod surrogate;
mod template;

pub use parse::parse;

use super::Span;

/// Bounds that a file may not pass.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file, in bytes; also the most text its scalars may have once aliases are
    /// expanded.
    pub bytes: usize,
    /// How deep lists and mappings may nest, aliases expanded.
    pub depth: usize,
    /// How many nodes a file may have once its aliases are expanded.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 64 << 20, depth: 128, nodes: 5_000_000 }
    }
}

/// What kind of mistake makes a file unreadable as YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyntaxErrorKind {
    /// The text is not YAML.
    Syntax,
    /// A key stands twice in one mapping.
    DuplicateKey,
    /// `{{ … }}` without quotes, which YAML reads as mappings.
    UnquotedTemplate,
    /// An alias without an anchor, or inside its own anchor.
    Alias,
    /// A tag, which collections do not have.
    Tag,
    /// A key that is no scalar, or a merge of something that is no mapping.
    Key,
    /// Too large, too deep, too many nodes.
    Limit,
    /// The bytes are not text in UTF-8 or UTF-16.
    Encoding,
}

/// One mistake in the text, in the words of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which mistake.
    pub kind: SyntaxErrorKind,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to write beside the caret.
    pub label: String,
    /// Another place that matters, with its label: where the first of two keys stands.
    pub other: Option<Box<(Span, String)>>,
    /// What to do.
    pub help: Option<String>,
}

impl SyntaxError {
    /// A mistake with no second place and no help.
    pub(super) fn new(
        kind: SyntaxErrorKind,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> SyntaxError {
        let (message, label) = (message.into(), label.into());
        SyntaxError { kind, message, span, label, other: None, help: None }
    }

    /// Adds what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> SyntaxError {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    pub(super) fn also(mut self, span: Span, label: impl Into<String>) -> SyntaxError {
        self.other = Some(Box::new((span, label.into())));
        self
    }
}
