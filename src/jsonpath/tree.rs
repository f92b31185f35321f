//! A query as it is evaluated: what is wrong by type cannot be written down here.

use crate::value::Value;
use regex::Regex;

/// One step from nodes to nodes.
#[derive(Debug)]
pub(super) enum Segment {
    /// `.name`, `[…]`
    Child(Vec<Selector>),
    /// `..name`, `..[…]`
    Descendant(Vec<Selector>),
}

/// What is chosen of one node's children.
#[derive(Debug)]
pub(super) enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Filter(Filter),
}

/// A condition on a child: RFC 9535's `LogicalType`.
#[derive(Debug)]
pub(super) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    /// A query that finds something.
    Exists(Path),
    Compare(Operand, Comparison, Operand),
    Matches(Operand, Pattern),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One value or nothing: RFC 9535's `ValueType`.
#[derive(Debug)]
pub(super) enum Operand {
    Literal(Value),
    /// A singular query.
    Node(Path),
    /// `length(…)`
    Length(Box<Operand>),
    /// `count(…)`
    Count(Path),
    /// `value(…)`
    Value(Path),
}

/// A query inside a filter.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) from: From,
    pub(super) segments: Vec<Segment>,
}

/// Where a query inside a filter begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// `$`
    Root,
    /// `@`
    Current,
}

/// The second argument of `match` and `search`.
#[derive(Debug)]
pub(super) enum Pattern {
    /// A literal, compiled with the query.
    Compiled(Regex),
    /// Taken from the data at each use.
    Computed(Operand, Extent),
}

/// How much of the text a pattern must match.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extent {
    /// All of it: `match`.
    Whole,
    /// Any part: `search`.
    Part,
}

impl Path {
    /// Whether it gives one node at most (RFC 9535, section 2.3.5.1).
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }
}

impl Segment {
    /// Whether it is one name or one index.
    pub(super) fn is_singular(&self) -> bool {
        match self {
            Segment::Child(selectors) => {
                matches!(selectors.as_slice(), [Selector::Name(_) | Selector::Index(_)])
            }
            Segment::Descendant(_) => false,
        }
    }
}
