//! YAML text to nodes, by saphyr-parser's events. The only door to the YAML parser.

use super::{FileId, Node, Span};

/// Bounds that a file may not pass.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file, in bytes.
    pub bytes: usize,
    /// How deep lists and mappings may nest.
    pub depth: usize,
    /// How many nodes a document may have once its aliases are expanded.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 64 << 20, depth: 128, nodes: 10_000_000 }
    }
}

/// What kind of mistake makes a file unreadable as YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    pub other: Option<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// Reads every document of a file. All mistakes that can be told apart are reported.
///
/// # Errors
/// Every [`SyntaxError`] found, in file order; at least one.
pub fn parse(file: FileId, text: &str, limits: &Limits) -> Result<Vec<Node>, Vec<SyntaxError>> {
    let _ = (file, text, limits);
    todo!("events to nodes")
}
