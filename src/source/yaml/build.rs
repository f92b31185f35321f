//! Events to nodes: a stack of what is not yet closed, and what was found wrong on the way.

use super::surrogate::Joined;
use super::{Limits, SyntaxError, SyntaxErrorKind, template};
use crate::source::{FileId, Node, NodeKind, Scalar, ScalarStyle, Span};
use mapping::Mapping;
use std::collections::HashMap;
use std::ops::Range;
use template::Style;

mod mapping;

/// How a node begins: where, with which anchor (0 is none), whether with a tag.
pub(super) struct Start {
    pub(super) range: Range<usize>,
    pub(super) anchor: usize,
    pub(super) is_tagged: bool,
}

/// A list or mapping not yet closed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Its first byte.
    pub(super) start: usize,
    /// In brackets or by indentation.
    pub(super) style: Style,
    /// Whether it is a mapping.
    pub(super) is_mapping: bool,
}

/// What a node weighs once its aliases are expanded.
#[derive(Clone, Copy, Debug)]
struct Weight {
    height: usize,
    nodes: usize,
    bytes: usize,
}

struct Frame {
    open: Open,
    anchor: usize,
    weight: Weight,
    /// The end of the last thing inside.
    end: usize,
    /// How many mistakes had been found before it began.
    mistakes: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping(Mapping),
}

pub(super) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    joined: &'t Joined,
    limits: &'t Limits,
    frames: Vec<Frame>,
    documents: Vec<Node>,
    mistakes: Vec<SyntaxError>,
    anchors: HashMap<usize, (Node, Weight)>,
    anchor_names: Vec<String>,
    total: Weight,
    is_over_limit: bool,
}

impl<'t> Builder<'t> {
    pub(super) fn new(
        file: FileId,
        text: &'t str,
        joined: &'t Joined,
        limits: &'t Limits,
    ) -> Builder<'t> {
        Builder {
            file,
            text,
            joined,
            limits,
            frames: Vec::new(),
            documents: Vec::new(),
            mistakes: Vec::new(),
            anchors: HashMap::new(),
            anchor_names: Vec::new(),
            total: Weight { height: 0, nodes: 0, bytes: 0 },
            is_over_limit: false,
        }
    }

    /// Whether a limit is passed, and reading on is of no use.
    pub(super) fn is_over_limit(&self) -> bool {
        self.is_over_limit
    }

    /// The lists and mappings not yet closed, outermost first.
    pub(super) fn open(&self) -> Vec<Open> {
        self.frames.iter().map(|frame| frame.open).collect()
    }

    /// The anchors seen in this document.
    pub(super) fn anchor_names(&self) -> Vec<String> {
        self.anchor_names.clone()
    }

    /// The documents and the mistakes.
    pub(super) fn finish(self) -> (Vec<Node>, Vec<SyntaxError>) {
        (self.documents, self.mistakes)
    }

    pub(super) fn document(&mut self) {
        self.anchors.clear();
        self.anchor_names.clear();
    }

    pub(super) fn scalar(&mut self, text: &str, style: ScalarStyle, start: &Start) {
        let first = self.properties(start).min(start.range.end);
        let range = first..start.range.end;
        let range = if text.is_empty() && style == ScalarStyle::Plain {
            start.range.start..start.range.start
        } else {
            range.start..self.trimmed_end(&range, style)
        };
        let scalar = Scalar { text: text.into(), style };
        let node = Node { span: self.span(range.clone()), kind: NodeKind::Scalar(scalar) };
        let weight = Weight { height: 0, nodes: 1, bytes: text.len() };
        self.complete(node, weight, start.anchor, range.end);
    }

    pub(super) fn sequence(&mut self, start: &Start) {
        self.begin(start, "[", Content::Sequence(Vec::new()));
    }

    pub(super) fn mapping(&mut self, start: &Start) {
        self.begin(start, "{", Content::Mapping(Mapping::default()));
    }

    fn begin(&mut self, start: &Start, bracket: &str, content: Content) {
        let mistakes = self.mistakes.len();
        let first = self.properties(start);
        let rest = self.text.get(first..).unwrap_or("");
        // A block mapping whose first key is in braces begins where the braces do, without length.
        let is_flow = rest.starts_with(bracket) && !start.range.is_empty();
        let style = if is_flow { Style::Flow } else { Style::Block };
        let is_mapping = matches!(content, Content::Mapping(_));
        self.frames.push(Frame {
            open: Open { start: first, style, is_mapping },
            anchor: start.anchor,
            weight: Weight { height: 1, nodes: 1, bytes: 0 },
            end: start.range.end,
            mistakes,
            content,
        });
        if self.frames.len() > self.limits.depth {
            let span = self.span(first..first + 1);
            self.over_limit(span, format!("nested more than {} deep", self.limits.depth));
        }
    }

    pub(super) fn end(&mut self, range: &Range<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        let end = match frame.open.style {
            Style::Flow => self.bracket_end(range),
            Style::Block => frame.end,
        };
        let start = frame.open.start;
        if frame.open.style == Style::Flow && template::begins(self.text, start) {
            self.mistakes.truncate(frame.mistakes);
            return self.unquoted_template(start, end);
        }
        let span = self.span(start..end);
        let kind = match frame.content {
            Content::Sequence(items) => NodeKind::Sequence(items.into()),
            Content::Mapping(mapping) => {
                NodeKind::Mapping(mapping.finish(&mut self.mistakes).into())
            }
        };
        self.complete(Node { span, kind }, frame.weight, frame.anchor, end);
    }

    /// Reports a template that was read as a mapping, and goes on as if it were text.
    fn unquoted_template(&mut self, start: usize, end: usize) {
        let style = self.frames.last().map_or(Style::Block, |frame| frame.open.style);
        let value = template::extent(self.text, start, style);
        let value = value.start..value.end.max(end);
        let span = self.span(value.clone());
        self.mistakes.push(template::mistake(self.text, value.clone(), span));
        let text = self.text.get(value).unwrap_or("").into();
        let scalar = Scalar { text, style: ScalarStyle::DoubleQuoted };
        let node = Node { span, kind: NodeKind::Scalar(scalar) };
        self.complete(node, Weight { height: 0, nodes: 1, bytes: 0 }, 0, end);
    }

    pub(super) fn alias(&mut self, anchor: usize, range: Range<usize>) {
        let span = self.span(range.clone());
        let name = self.text.get(range.clone()).unwrap_or("*").to_owned();
        let Some((node, weight)) = self.anchors.get(&anchor).cloned() else {
            let message = format!("the alias `{name}` stands inside its own anchor");
            let label = "would contain itself";
            self.mistakes.push(SyntaxError::new(SyntaxErrorKind::Alias, span, message, label));
            let scalar = Scalar { text: name.into(), style: ScalarStyle::DoubleQuoted };
            let node = Node { span, kind: NodeKind::Scalar(scalar) };
            return self.complete(node, Weight { height: 0, nodes: 1, bytes: 0 }, 0, range.end);
        };
        if self.frames.len() + weight.height > self.limits.depth {
            let message = format!("nested more than {} deep through aliases", self.limits.depth);
            return self.over_limit(span, message);
        }
        self.place_at(node, weight, span, range.end);
    }

    /// A complete node: remembered under its anchor, given to what encloses it.
    fn complete(&mut self, node: Node, weight: Weight, anchor: usize, end: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let span = node.span;
        // What is inside a list or mapping was counted when it was placed there.
        let own = if matches!(node.kind, NodeKind::Scalar(_)) {
            weight
        } else {
            Weight { height: 0, nodes: 1, bytes: 0 }
        };
        self.count(own, span);
        self.put(node, weight, span, end);
    }

    /// A node that stood elsewhere, placed once more.
    fn place_at(&mut self, node: Node, weight: Weight, span: Span, end: usize) {
        self.count(weight, span);
        self.put(node, weight, span, end);
    }

    fn count(&mut self, weight: Weight, span: Span) {
        self.total.nodes = self.total.nodes.saturating_add(weight.nodes);
        self.total.bytes = self.total.bytes.saturating_add(weight.bytes);
        if self.total.nodes > self.limits.nodes {
            let message = format!("more than {} values, aliases expanded", self.limits.nodes);
            self.over_limit(span, message);
        } else if self.total.bytes > self.limits.bytes {
            let message = format!("more than {} bytes, aliases expanded", self.limits.bytes);
            self.over_limit(span, message);
        }
    }

    fn put(&mut self, node: Node, weight: Weight, span: Span, end: usize) {
        let Some(frame) = self.frames.last_mut() else {
            self.documents.push(node);
            return;
        };
        frame.end = frame.end.max(end);
        frame.weight.height = frame.weight.height.max(weight.height + 1);
        frame.weight.nodes = frame.weight.nodes.saturating_add(weight.nodes);
        frame.weight.bytes = frame.weight.bytes.saturating_add(weight.bytes);
        match &mut frame.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(mapping) => mapping.put(node, span, &mut self.mistakes),
        }
    }

    fn over_limit(&mut self, span: Span, message: String) {
        if !self.is_over_limit {
            self.is_over_limit = true;
            self.mistakes.push(SyntaxError::new(
                SyntaxErrorKind::Limit,
                span,
                format!("the file has {message}"),
                "the limit is passed here",
            ));
        }
    }

    /// Skips a node's anchor and tag, reports the tag, gives the byte where the node itself is.
    fn properties(&mut self, start: &Start) -> usize {
        let mut at = start.range.start;
        if start.anchor == 0 && !start.is_tagged {
            return at;
        }
        while let Some(rest) = self.text.get(at..).filter(|rest| rest.starts_with(['&', '!'])) {
            let word = rest.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or(rest);
            if let Some(name) = word.strip_prefix('&') {
                self.anchor_names.push(name.to_owned());
            } else {
                self.tag(at..at + word.len(), start);
            }
            let after = rest.get(word.len()..).unwrap_or("");
            at += rest.len() - after.trim_start().len();
        }
        at
    }

    fn tag(&mut self, range: Range<usize>, start: &Start) {
        let tag = self.text.get(range.clone()).unwrap_or("!");
        let value = self.text.get(range.end..start.range.end).unwrap_or("").trim();
        let help = match tag {
            "!!str" if !value.is_empty() && !value.contains('\n') => {
                format!("quotes make text: `{}`", template::quote(value))
            }
            "!env" if !value.is_empty() && !value.contains(char::is_whitespace) => {
                format!("write `\"{{{{ env.{value} }}}}\"`")
            }
            "!!binary" => "write `{$base64: …}` where bytes are expected".to_owned(),
            _ => "leave the tag out; quote the value when it is text".to_owned(),
        };
        let message = format!("tag `{tag}`: collections have no tags");
        let span = self.span(range);
        let label = "not part of the format";
        self.mistakes.push(SyntaxError::new(SyntaxErrorKind::Tag, span, message, label).help(help));
    }

    /// The end of a scalar without what the parser counts in: the line breaks and spaces after it,
    /// and behind quotes a comment.
    fn trimmed_end(&self, range: &Range<usize>, style: ScalarStyle) -> usize {
        let written = self.text.get(range.clone()).unwrap_or("");
        let length = match style {
            ScalarStyle::SingleQuoted => quotes_length(written, '\'', None),
            ScalarStyle::DoubleQuoted => quotes_length(written, '"', Some('\\')),
            _ => None,
        };
        range.start + length.unwrap_or(written.trim_end().len())
    }

    /// The end of a flow collection: behind its bracket, where the parser counts in a comment too.
    fn bracket_end(&self, range: &Range<usize>) -> usize {
        let rest = self.text.get(range.start..range.end).unwrap_or("");
        if rest.starts_with(['}', ']']) { range.start + 1 } else { range.end }
    }

    fn span(&self, range: Range<usize>) -> Span {
        let byte = |at| u32::try_from(self.joined.original(at)).unwrap_or(u32::MAX);
        Span::new(self.file, byte(range.start), byte(range.end.max(range.start)))
    }
}

/// How long a quoted scalar is in bytes, its quotes included; `None` when it does not begin or end
/// in quotes. A quote inside is escaped, or doubled when there is no `escape`.
fn quotes_length(text: &str, quote: char, escape: Option<char>) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    characters.next().filter(|(_, first)| *first == quote)?;
    while let Some((at, character)) = characters.next() {
        if Some(character) == escape {
            characters.next();
        } else if character == quote {
            let is_doubled = escape.is_none() && characters.next_if(|(_, c)| *c == quote).is_some();
            if !is_doubled {
                return Some(at + quote.len_utf8());
            }
        }
    }
    None
}
