//! `length`: how many characters, bytes, items or keys.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::wrong;
use crate::check::expectation::compile_argument;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, Expectation, View};
use crate::value::{Number, Value};
use std::sync::Arc;

/// Length.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "length",
    synonyms: &["len", "count", "size", "has_length"],
    summary: "how many characters, bytes, items or keys: a number, or predicates about one",
    example: "assert: {jsonpath: {$.items: {length: {ge: 3}}}}",
    argument: ArgumentShape::Length,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    let counts = |value: &Value| value.as_number().and_then(Number::as_u64).is_some();
    match argument {
        Argument::Object(_) | Argument::Pending => {}
        Argument::Scalar(value) | Argument::Opaque(value) if counts(value) => {}
        other => return Err(wrong("length", "a whole number or predicates about one", other)),
    }
    Ok(Arc::new(Length(compile_argument(argument)?)))
}

/// The length of what has one.
pub(super) fn of(view: View<'_>) -> Option<usize> {
    if let View::Count(count) = view {
        return Some(count);
    }
    view.text()
        .map(|text| text.chars().count())
        .or_else(|| view.bytes().map(<[u8]>::len))
        .or_else(|| view.items().map(|items| items.len()))
        .or_else(|| view.members().map(|members| members.len()))
}

fn as_value(length: usize) -> Value {
    u64::try_from(length).map_or(Value::Null, Value::from)
}

#[derive(Debug)]
struct Length(Expectation);

impl Predicate for Length {
    fn holds(&self, view: View<'_>) -> bool {
        of(view).is_some_and(|length| self.0.holds(View::Value(&as_value(length))))
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let (found, help) = match of(view) {
            Some(length) if matches!(view, View::Count(_)) => (length.to_string(), None),
            Some(length) => (format!("{length}: {}", words::plain(view)), None),
            None => (
                words::named(view),
                Some("only text, lists, mappings and bytes have a length".to_owned()),
            ),
        };
        Explanation { found: Some(found), help, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        format!("a length of {}", self.0.describe(words::plain))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::Found;
    use crate::check::probe::{judge, judge_found, judge_nodes, mistakes};

    #[test]
    fn characters_bytes_items_and_keys_are_counted() {
        assert_eq!(judge(r#"{"length": 2}"#, r#""éa""#), "holds");
        assert_eq!(judge_found(r#"{"length": 3}"#, &Found::Bytes("éa".as_bytes())), "holds");
        assert_eq!(judge(r#"{"length": {"ge": 1, "lt": 3}}"#, r#"{"a": 1}"#), "holds");
        assert_eq!(judge_nodes(r#"{"length": 0}"#, "[]"), "holds");
        assert_eq!(
            judge(r#"{"length": {"ge": 3}}"#, "[1, 2]"),
            "expected a length of at least 3\nfound 2: [1, 2]"
        );
    }

    #[test]
    fn a_number_has_none() {
        assert_eq!(
            judge(r#"{"length": 2}"#, "12"),
            "expected a length of 2\nfound the integer 12\nhelp: only text, lists, mappings and bytes have a length"
        );
    }

    #[test]
    fn a_count_is_asked_for() {
        assert_eq!(
            mistakes(r#"{"length": -1}"#),
            "`length` takes a whole number or predicates about one, found the integer -1"
        );
        assert_eq!(
            mistakes(r#"{"length": {"gte": 1}}"#),
            "`gte` is not a predicate; did you mean `ge`?"
        );
    }
}
