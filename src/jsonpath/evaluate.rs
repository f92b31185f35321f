//! A query's nodes, in the order RFC 9535 gives them.
//!
//! Descending keeps its own stack. Values that were read as JSON nest at most 128 deep, so each
//! `..` multiplies the work by at most that.

use super::functions::{integer, length, regex};
use super::tree::{Comparison, Filter, From, Operand, Path, Pattern, Segment, Selector};
use super::{Query, QueryError, compile, mistake};
use crate::value::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

impl Query {
    /// Compiles a query.
    ///
    /// # Errors
    /// When it is not well-formed and valid by RFC 9535 (section 2.1), or asks what cannot be
    /// answered rightly.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        mistake::refuse_space_around(text)?;
        let parsed = jsonpath_rust::parser::parse_json_path(text)
            .map_err(|error| mistake::explain(text, &error))?;
        let segments =
            compile::segments(&parsed.segments).map_err(|error| mistake::place(text, error))?;
        Ok(Query { text: text.into(), segments: segments.into() })
    }

    /// The query as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has only names and indexes, and so gives one node or none (RFC 9535 section 2.3.5).
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }

    /// The nodes, in the order RFC 9535 gives them.
    #[must_use]
    pub fn select<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        Scene { root }.follow(&self.segments, root)
    }
}

impl Query {
    /// The one node of a singular query, to change it; `None` when it is not there, and for
    /// every other query.
    pub fn find_mut<'v>(&self, root: &'v mut Value) -> Option<&'v mut Value> {
        self.segments.iter().try_fold(root, |node, segment| {
            let Segment::Child(selectors) = segment else { return None };
            match (selectors.as_slice(), node) {
                ([Selector::Name(name)], Value::Object(members)) => members.get_mut(name),
                ([Selector::Index(index)], Value::Array(items)) => {
                    let from_end = || items.len().checked_sub(index.unsigned_abs() as usize);
                    let at = usize::try_from(*index).ok().or_else(from_end)?;
                    items.get_mut(at)
                }
                _ => None,
            }
        })
    }
}

/// What filters may look back at.
#[derive(Clone, Copy)]
struct Scene<'v> {
    root: &'v Value,
}

impl<'v> Scene<'v> {
    fn follow(self, segments: &[Segment], from: &'v Value) -> Vec<&'v Value> {
        let mut nodes = vec![from];
        for segment in segments {
            let mut found = Vec::new();
            for node in nodes {
                match segment {
                    Segment::Child(selectors) => self.choose_all(selectors, node, &mut found),
                    Segment::Descendant(selectors) => self.descend(selectors, node, &mut found),
                }
            }
            nodes = found;
        }
        nodes
    }

    /// Applies the selectors to a node and to everything in it, a parent before its children.
    fn descend(self, selectors: &[Selector], from: &'v Value, found: &mut Vec<&'v Value>) {
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            self.choose_all(selectors, node, found);
            match node {
                Value::Array(items) => left.extend(items.iter().rev()),
                Value::Object(members) => left.extend(members.values().rev()),
                _ => {}
            }
        }
    }

    fn choose_all(self, selectors: &[Selector], node: &'v Value, found: &mut Vec<&'v Value>) {
        for selector in selectors {
            self.choose(selector, node, found);
        }
    }

    fn choose(self, selector: &Selector, node: &'v Value, found: &mut Vec<&'v Value>) {
        match (selector, node) {
            (Selector::Name(name), Value::Object(members)) => found.extend(members.get(name)),
            (Selector::Wildcard, Value::Object(members)) => found.extend(members.values()),
            (Selector::Wildcard, Value::Array(items)) => found.extend(items),
            (Selector::Index(index), Value::Array(items)) => {
                found.extend(position(*index, items.len()).and_then(|at| items.get(at)));
            }
            (Selector::Slice { start, end, step }, Value::Array(items)) => {
                slice(items, *start, *end, *step, found);
            }
            (Selector::Filter(filter), Value::Object(members)) => {
                found.extend(members.values().filter(|child| self.holds(filter, child)));
            }
            (Selector::Filter(filter), Value::Array(items)) => {
                found.extend(items.iter().filter(|child| self.holds(filter, child)));
            }
            _ => {}
        }
    }

    fn holds(self, filter: &Filter, current: &'v Value) -> bool {
        match filter {
            Filter::Or(filters) => filters.iter().any(|one| self.holds(one, current)),
            Filter::And(filters) => filters.iter().all(|one| self.holds(one, current)),
            Filter::Not(one) => !self.holds(one, current),
            Filter::Exists(path) => !self.nodes(path, current).is_empty(),
            Filter::Compare(left, comparison, right) => {
                let (left, right) = (self.operand(left, current), self.operand(right, current));
                compare(left.as_deref(), *comparison, right.as_deref())
            }
            Filter::Matches(text, pattern) => self.matches(text, pattern, current),
        }
    }

    fn matches(self, text: &Operand, pattern: &Pattern, current: &'v Value) -> bool {
        let text = self.operand(text, current);
        let Some(text) = text.as_deref().and_then(Value::as_str) else { return false };
        match pattern {
            Pattern::Compiled(regex) => regex.is_match(text),
            Pattern::Computed(operand, extent) => self
                .operand(operand, current)
                .as_deref()
                .and_then(Value::as_str)
                .and_then(|pattern| regex(pattern, *extent))
                .is_some_and(|regex| regex.is_match(text)),
        }
    }

    fn nodes(self, path: &Path, current: &'v Value) -> Vec<&'v Value> {
        let from = match path.from {
            From::Root => self.root,
            From::Current => current,
        };
        self.follow(&path.segments, from)
    }

    /// One value, or `None` for RFC 9535's `Nothing`.
    fn operand<'q>(self, operand: &'q Operand, current: &'v Value) -> Option<Cow<'q, Value>>
    where
        'v: 'q,
    {
        match operand {
            Operand::Literal(value) => Some(Cow::Borrowed(value)),
            Operand::Node(path) => self.singular(path, current).map(Cow::Borrowed),
            Operand::Length(inner) => {
                length(self.operand(inner, current)?.as_ref()).map(Cow::Owned)
            }
            Operand::Count(path) => Some(Cow::Owned(integer(self.nodes(path, current).len()))),
            Operand::Value(path) => match self.nodes(path, current).as_slice() {
                [one] => Some(Cow::Borrowed(*one)),
                _ => None,
            },
        }
    }

    /// The one node of a singular query, without a list for it.
    fn singular(self, path: &Path, current: &'v Value) -> Option<&'v Value> {
        let from = match path.from {
            From::Root => self.root,
            From::Current => current,
        };
        path.segments.iter().try_fold(from, |node, segment| {
            let (Segment::Child(selectors) | Segment::Descendant(selectors)) = segment;
            match (selectors.first()?, node) {
                (Selector::Name(name), Value::Object(members)) => members.get(name),
                (Selector::Index(index), Value::Array(items)) => {
                    items.get(position(*index, items.len())?)
                }
                _ => None,
            }
        })
    }
}

/// RFC 9535, section 2.3.5.2.2.
fn compare(left: Option<&Value>, comparison: Comparison, right: Option<&Value>) -> bool {
    let is_equal = || match (left, right) {
        (Some(left), Some(right)) => left == right,
        (None, None) => true,
        _ => false,
    };
    let order = || match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match comparison {
        Comparison::Equal => is_equal(),
        Comparison::NotEqual => !is_equal(),
        Comparison::Less => order() == Some(Ordering::Less),
        Comparison::Greater => order() == Some(Ordering::Greater),
        Comparison::LessOrEqual => order() == Some(Ordering::Less) || is_equal(),
        Comparison::GreaterOrEqual => order() == Some(Ordering::Greater) || is_equal(),
    }
}

/// An index from the beginning, or when negative from the end.
fn position(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

/// RFC 9535, section 2.3.4.2.2.
fn slice<'v>(
    items: &'v [Value],
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
    found: &mut Vec<&'v Value>,
) {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let normal = |index: i64| if index >= 0 { index } else { length.saturating_add(index) };
    let item = |index: i64| usize::try_from(index).ok().and_then(|index| items.get(index));
    if step > 0 {
        let lower = normal(start.unwrap_or(0)).clamp(0, length);
        let upper = normal(end.unwrap_or(length)).clamp(0, length);
        let mut at = lower;
        while at < upper {
            found.extend(item(at));
            at = at.saturating_add(step);
        }
    } else if step < 0 {
        let upper = start.map_or(length - 1, normal).clamp(-1, length - 1);
        let lower = end.map_or(-1, normal).clamp(-1, length - 1);
        let mut at = upper;
        while at > lower {
            found.extend(item(at));
            at = at.saturating_add(step);
        }
    }
}
