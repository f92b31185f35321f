//! YAML as a tree in which everything knows its place.

use super::Span;
use crate::value::Value;
use std::sync::Arc;

/// A YAML value and where it was written. Cheap to clone: what an alias repeats is shared.
///
/// The span of an alias's node is the anchor's own place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The place: for a block mapping or list from its first key or dash to its last value.
    pub span: Span,
    /// What was written there.
    pub kind: NodeKind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Text, not yet typed.
    Scalar(Arc<Scalar>),
    /// A list.
    Sequence(Arc<[Node]>),
    /// A mapping: merge keys already applied, keys unique, in order.
    Mapping(Arc<[Member]>),
}

/// One key and its value.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key's text: `200` for the key `200`.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A scalar's text and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes and folding undone.
    pub text: Arc<str>,
    /// Its style; only a plain scalar can be anything but a string.
    pub style: ScalarStyle,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Scalar {
    /// The value by YAML 1.2's core schema (chapter 10.3): null, booleans, integers (decimal,
    /// `0o`, `0x`), floats; everything else, and everything quoted, is text. Digits are kept.
    #[must_use]
    pub fn to_value(&self) -> Value {
        todo!("core schema")
    }
}

impl Node {
    /// The scalar, when this is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items, when this is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The members, when this is a mapping.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&[Member]> {
        match &self.kind {
            NodeKind::Mapping(members) => Some(members),
            _ => None,
        }
    }

    /// The value under `key`, when this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.iter().find(|member| &*member.key == key).map(|member| &member.value)
    }

    /// Whether this is YAML's null, written plainly or left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.to_value().is_null())
    }

    /// The whole tree as data, templates left as text.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.to_value(),
            NodeKind::Sequence(items) => {
                items.iter().map(Node::to_value).collect::<Vec<_>>().into()
            }
            NodeKind::Mapping(members) => Value::Object(
                members
                    .iter()
                    .map(|member| (member.key.to_string(), member.value.to_value()))
                    .collect(),
            ),
        }
    }
}
