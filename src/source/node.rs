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
    Scalar(Scalar),
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scalar {
    /// The text, escapes and folding undone.
    pub text: Arc<str>,
    /// Its style; only a plain scalar can be anything but a string.
    pub style: ScalarStyle,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// What this is, in the words of a message: ``the string `x` ``, `the number 5`, `null`,
    /// `a mapping`, `a list`. Long text is cut.
    #[must_use]
    pub fn describe(&self) -> String {
        let scalar = match &self.kind {
            NodeKind::Scalar(scalar) => scalar,
            NodeKind::Sequence(items) if items.is_empty() => return "an empty list".to_owned(),
            NodeKind::Sequence(_) => return "a list".to_owned(),
            NodeKind::Mapping(members) if members.is_empty() => {
                return "an empty mapping".to_owned();
            }
            NodeKind::Mapping(_) => return "a mapping".to_owned(),
        };
        match scalar.to_value() {
            Value::Null if scalar.text.is_empty() => "nothing".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => format!("the boolean `{flag}`"),
            Value::Number(_) => format!("the number `{}`", shortened(&scalar.text)),
            _ if scalar.text.is_empty() => "an empty string".to_owned(),
            _ => format!("the string `{}`", shortened(&scalar.text)),
        }
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

/// The first line of a text, at most 40 characters of it.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let shown: String = line.chars().take(40).collect();
    if shown.len() < text.trim_end().len() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use crate::source::{FileId, Limits, parse};

    #[test]
    fn a_node_is_described_as_a_message_names_it() {
        let text = "[{a: 1}, {}, [1], [], 5, '5', true, null, ~, '', word, \"two\\nlines\"]";
        let nodes = parse(FileId(0), text, &Limits::default()).unwrap();
        let described: Vec<String> =
            nodes[0].as_sequence().unwrap().iter().map(super::Node::describe).collect();
        let expected = [
            "a mapping",
            "an empty mapping",
            "a list",
            "an empty list",
            "the number `5`",
            "the string `5`",
            "the boolean `true`",
            "null",
            "null",
            "an empty string",
            "the string `word`",
            "the string `two…`",
        ];
        assert_eq!(described, expected);
    }
}
