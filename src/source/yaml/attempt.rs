//! One reading of a text: the parser's events, with bytes for characters, into a [`Builder`].

use super::build::{Builder, Open, Start};
use super::offset::Offsets;
use super::surrogate::Joined;
use super::{Limits, SyntaxError};
use crate::source::{FileId, Node, ScalarStyle};
use saphyr_parser::{Event, Parser, ScalarStyle as Style, ScanError, Span};
use std::ops::Range;

/// What one reading gave.
pub(super) struct Attempt {
    /// A node a document, as far as it was read.
    pub(super) documents: Vec<Node>,
    /// Mistakes that did not stop the reading.
    pub(super) mistakes: Vec<SyntaxError>,
    /// What stopped it.
    pub(super) stop: Option<Stop>,
}

/// Where the text stopped being YAML.
pub(super) struct Stop {
    /// The byte the parser names.
    pub(super) at: usize,
    /// The parser's own words.
    pub(super) info: String,
    /// The lists and mappings not yet closed, outermost first.
    pub(super) open: Vec<Open>,
    /// The anchors known.
    pub(super) anchors: Vec<String>,
}

/// Reads `joined.text` from its beginning to its end or to the first thing that is not YAML.
/// Spans are those of the text as written.
pub(super) fn read(file: FileId, joined: &Joined, limits: &Limits) -> Attempt {
    let text = &joined.text;
    let offsets = Offsets::new(text);
    let mut builder = Builder::new(file, text, joined, limits);
    let mut parser = Parser::new_from_str(text);
    let mut stop = None;
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => feed(&mut builder, event, bytes(&offsets, span), joined),
            Err(error) => {
                stop = Some(stopped(&offsets, &error, &builder));
                break;
            }
        }
        if builder.is_over_limit() {
            break;
        }
    }
    let (documents, mistakes) = builder.finish();
    Attempt { documents, mistakes, stop }
}

fn bytes(offsets: &Offsets, span: Span) -> Range<usize> {
    offsets.byte(span.start.index())..offsets.byte(span.end.index())
}

fn stopped(offsets: &Offsets, error: &ScanError, builder: &Builder) -> Stop {
    Stop {
        at: offsets.byte(error.marker().index()),
        info: error.info().to_owned(),
        open: builder.open(),
        anchors: builder.anchor_names(),
    }
}

fn feed(builder: &mut Builder, event: Event, range: Range<usize>, joined: &Joined) {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let style = style_of(style);
            let restored = (style != ScalarStyle::DoubleQuoted)
                .then(|| joined.restore(&text, range.clone()))
                .flatten();
            let text = restored.as_deref().unwrap_or(&text);
            builder.scalar(text, style, &Start { range, anchor, is_tagged: tag.is_some() });
        }
        Event::SequenceStart(anchor, tag) => {
            builder.sequence(&Start { range, anchor, is_tagged: tag.is_some() });
        }
        Event::MappingStart(anchor, tag) => {
            builder.mapping(&Start { range, anchor, is_tagged: tag.is_some() });
        }
        Event::SequenceEnd | Event::MappingEnd => builder.end(&range),
        Event::Alias(anchor) => builder.alias(anchor, range),
        Event::DocumentStart(_) => builder.document(),
        Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
    }
}

fn style_of(style: Style) -> ScalarStyle {
    match style {
        Style::Plain => ScalarStyle::Plain,
        Style::SingleQuoted => ScalarStyle::SingleQuoted,
        Style::DoubleQuoted => ScalarStyle::DoubleQuoted,
        Style::Literal => ScalarStyle::Literal,
        Style::Folded => ScalarStyle::Folded,
    }
}
