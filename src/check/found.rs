//! What was found, and how predicates see it.

use crate::value::{Kind, Map, Number, Value};
use std::borrow::Cow;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Nothing, and why: `no header \`x-gone\``.
    Missing(String),
    /// One value.
    Value(Cow<'a, Value>),
    /// Text, borrowed from the response.
    Text(&'a str),
    /// Bytes, borrowed from the response.
    Bytes(&'a [u8]),
    /// The nodes of a query that may give any number.
    Nodes(Vec<&'a Value>),
    /// A list of which only the length is known: so many lines went by.
    Count(usize),
}

impl Found<'_> {
    /// A value made for the occasion.
    #[must_use]
    pub fn value(value: impl Into<Value>) -> Found<'static> {
        Found::Value(Cow::Owned(value.into()))
    }

    /// What predicates look at; the reason when there is nothing.
    ///
    /// # Errors
    /// When it is missing: why.
    pub fn view(&self) -> Result<View<'_>, &str> {
        match self {
            Found::Missing(reason) => Err(reason),
            Found::Value(value) => Ok(View::Value(value)),
            Found::Text(text) => Ok(View::Text(text)),
            Found::Bytes(bytes) => Ok(View::Bytes(bytes)),
            Found::Nodes(nodes) => Ok(View::Nodes(nodes)),
            Found::Count(count) => Ok(View::Count(*count)),
        }
    }

    /// The value to keep, as a capture does: nodes are a list; `None` when missing.
    #[must_use]
    pub fn into_value(self) -> Option<Value> {
        match self {
            Found::Missing(_) => None,
            Found::Value(value) => Some(value.into_owned()),
            Found::Text(text) => Some(Value::from(text)),
            Found::Bytes(bytes) => Some(Value::Bytes(bytes.to_vec())),
            Found::Nodes(nodes) => Some(Value::Array(nodes.into_iter().cloned().collect())),
            Found::Count(_) => Some(Value::Array(Vec::new())),
        }
    }
}

/// Something present, borrowed: text is a string and nodes are a list, wherever they lie.
#[derive(Clone, Copy, Debug)]
pub enum View<'v> {
    /// A value.
    Value(&'v Value),
    /// A string.
    Text(&'v str),
    /// Bytes.
    Bytes(&'v [u8]),
    /// A list whose items lie elsewhere.
    Nodes(&'v [&'v Value]),
    /// A list of which only the length is known.
    Count(usize),
}

/// The items of a list.
#[derive(Clone, Copy, Debug)]
pub enum Items<'v> {
    /// Beside each other.
    Array(&'v [Value]),
    /// Each somewhere.
    Nodes(&'v [&'v Value]),
}

impl<'v> Items<'v> {
    /// How many.
    #[must_use]
    pub fn len(self) -> usize {
        match self {
            Items::Array(items) => items.len(),
            Items::Nodes(nodes) => nodes.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The item at an index from 0.
    #[must_use]
    pub fn get(self, index: usize) -> Option<&'v Value> {
        match self {
            Items::Array(items) => items.get(index),
            Items::Nodes(nodes) => nodes.get(index).copied(),
        }
    }

    /// In order.
    pub fn iter(self) -> impl Iterator<Item = &'v Value> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

impl<'v> View<'v> {
    /// The kind of value it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            View::Value(value) => value.kind(),
            View::Text(_) => Kind::String,
            View::Bytes(_) => Kind::Bytes,
            View::Nodes(_) | View::Count(_) => Kind::Array,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn text(self) -> Option<&'v str> {
        match self {
            View::Value(value) => value.as_str(),
            View::Text(text) => Some(text),
            View::Bytes(_) | View::Nodes(_) | View::Count(_) => None,
        }
    }

    /// The bytes of bytes.
    #[must_use]
    pub fn bytes(self) -> Option<&'v [u8]> {
        match self {
            View::Value(Value::Bytes(bytes)) => Some(bytes),
            View::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> Option<&'v Number> {
        match self {
            View::Value(value) => value.as_number(),
            _ => None,
        }
    }

    /// The items of a list or of nodes.
    #[must_use]
    pub fn items(self) -> Option<Items<'v>> {
        match self {
            View::Value(value) => value.as_array().map(Items::Array),
            View::Nodes(nodes) => Some(Items::Nodes(nodes)),
            _ => None,
        }
    }

    /// The members of a mapping.
    #[must_use]
    pub fn members(self) -> Option<&'v Map> {
        match self {
            View::Value(value) => value.as_object(),
            _ => None,
        }
    }

    /// Equality with JSON's types.
    #[must_use]
    pub fn equals(self, value: &Value) -> bool {
        match (self, value) {
            (View::Value(found), value) => found == value,
            (View::Text(found), Value::String(text)) => found == text,
            (View::Bytes(found), Value::Bytes(bytes)) => found == bytes,
            (View::Nodes(nodes), Value::Array(items)) => {
                nodes.len() == items.len()
                    && nodes.iter().zip(items).all(|(node, item)| *node == item)
            }
            _ => false,
        }
    }

    /// A copy.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            View::Value(value) => value.clone(),
            View::Text(text) => Value::from(text),
            View::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            View::Nodes(nodes) => Value::Array(nodes.iter().map(|node| (*node).clone()).collect()),
            View::Count(_) => Value::Array(Vec::new()),
        }
    }

    /// About how many bytes a copy takes, counted no further than `limit`: what is too large to
    /// keep or to compare line by line is known without reading all of it.
    #[must_use]
    pub fn weight(self, limit: usize) -> usize {
        match self {
            View::Value(value) => weigh(value, limit),
            View::Text(text) => text.len(),
            View::Bytes(bytes) => bytes.len(),
            View::Nodes(nodes) => weigh_all(nodes.iter().copied(), limit),
            View::Count(_) => 8,
        }
    }
}

fn weigh(value: &Value, limit: usize) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => 8 + text.len(),
        Value::Bytes(bytes) => 8 + bytes.len(),
        Value::Array(items) => weigh_all(items.iter(), limit),
        Value::Object(members) => {
            let keys: usize = members.keys().take(limit).map(|key| 8 + key.len()).sum();
            keys + weigh_all(members.values(), limit.saturating_sub(keys))
        }
    }
}

fn weigh_all<'v>(items: impl Iterator<Item = &'v Value>, limit: usize) -> usize {
    let mut sum = 8;
    for item in items {
        if sum > limit {
            break;
        }
        sum += weigh(item, limit - sum);
    }
    sum
}
