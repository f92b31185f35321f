//! Which of two values comes first.

use super::argument::wrong;
use super::words::{self, Show};
use super::{Argument, BuildError, Explanation, View};
use crate::value::{Number, Value};
use std::cmp::Ordering;

/// What `lt le gt ge between` compare with.
#[derive(Clone, Debug)]
pub(super) struct Bound(Value);

impl Bound {
    /// A number or text.
    pub(super) fn compile(key: &str, argument: &Argument) -> Result<Bound, Vec<BuildError>> {
        match argument {
            Argument::Pending => Ok(Bound(Value::Null)),
            Argument::Scalar(value) | Argument::Opaque(value)
                if value.as_number().is_some() || value.as_str().is_some() =>
            {
                Ok(Bound(value.clone()))
            }
            other => Err(wrong(key, "a number or text", other)),
        }
    }

    /// How what was found compares with the bound: numbers by value, text by code points,
    /// anything else not at all.
    pub(super) fn compare(&self, view: View<'_>) -> Option<Ordering> {
        compare(view, View::Value(&self.0))
    }

    pub(super) fn describe(&self, show: Show) -> String {
        show(View::Value(&self.0))
    }

    /// Why the two cannot be compared; nothing when they can.
    pub(super) fn explain(&self, view: View<'_>) -> Explanation {
        if self.compare(view).is_some() {
            return Explanation::default();
        }
        let help = match (view.items().is_some(), self.0.as_number().is_some()) {
            (true, _) => "to compare the items use `each` or `some`",
            (_, true) if is_numeral(view) => {
                "a text is no number: compare in an `expr`, with `| int` behind the text"
            }
            (_, true) => "only a number is less or more than a number",
            (_, false) => "only text comes before or after text",
        };
        Explanation {
            found: Some(words::named(view)),
            help: Some(help.to_owned()),
            ..Explanation::default()
        }
    }
}

/// Numbers by value, text by code points; `None` for anything else.
pub(super) fn compare(a: View<'_>, b: View<'_>) -> Option<Ordering> {
    match (a.number(), b.number(), a.text(), b.text()) {
        (Some(a), Some(b), _, _) => Some(Number::cmp(a, b)),
        (_, _, Some(a), Some(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// An order of all values in which equal ones, by JSON's equality, stand beside each other: to
/// find repetitions among many.
pub(super) fn total(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => {
            let unequal = a.iter().zip(b).map(|(a, b)| total(a, b)).find(|order| order.is_ne());
            unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (by_key(a), by_key(b));
            let unequal = a
                .iter()
                .zip(&b)
                .map(|(a, b)| a.0.cmp(b.0).then_with(|| total(a.1, b.1)))
                .find(|order| order.is_ne());
            unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

fn by_key(members: &crate::value::Map) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    members
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Bytes(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

/// Whether a text is written as a number is, as headers have them.
fn is_numeral(view: View<'_>) -> bool {
    view.text().is_some_and(|text| text.trim().parse::<f64>().is_ok())
}
