//! `sorted`: items in ascending or descending order.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::wrong;
use crate::check::order::compare;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, Items, View};
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// Order.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "sorted",
    synonyms: &["ordered", "order", "is_sorted"],
    summary: "whether the items, all numbers or all text, ascend (`true`, `asc`) or descend (`desc`)",
    example: "assert: {jsonpath: {'$.commits[*].date': {sorted: desc}}}",
    argument: ArgumentShape::Direction,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    let takes = "`true`, `false`, `asc` or `desc`";
    let sorted = match argument {
        Argument::Pending => Sorted::Ascending,
        other => match other.scalar() {
            Some(Value::Bool(true)) => Sorted::Ascending,
            Some(Value::Bool(false)) => Sorted::Not,
            Some(Value::String(word)) if word == "asc" => Sorted::Ascending,
            Some(Value::String(word)) if word == "desc" => Sorted::Descending,
            _ => return Err(wrong("sorted", takes, other)),
        },
    };
    Ok(Arc::new(sorted))
}

#[derive(Debug)]
enum Sorted {
    Ascending,
    Descending,
    /// `sorted: false`: somewhere the order does not ascend.
    Not,
}

/// Items that do not follow each other, by the index of the second.
enum Break {
    Order(usize),
    Types(usize),
}

impl Sorted {
    fn break_of(&self, items: Items<'_>) -> Option<Break> {
        let wrong = match self {
            Sorted::Descending => Ordering::Less,
            Sorted::Ascending | Sorted::Not => Ordering::Greater,
        };
        let only = items.get(0).filter(|_| items.len() == 1);
        if only.is_some_and(|item| compare(View::Value(item), View::Value(item)).is_none()) {
            return Some(Break::Types(0));
        }
        items.iter().zip(items.iter().skip(1)).enumerate().find_map(
            |(index, (a, b))| match compare(View::Value(a), View::Value(b)) {
                None => Some(Break::Types(index + 1)),
                Some(order) if order == wrong => Some(Break::Order(index + 1)),
                Some(_) => None,
            },
        )
    }
}

impl Predicate for Sorted {
    fn holds(&self, view: View<'_>) -> bool {
        let Some(items) = view.items() else { return false };
        match (self, self.break_of(items)) {
            (Sorted::Not, Some(Break::Order(_))) => true,
            (Sorted::Not, _) => false,
            (_, found) => found.is_none(),
        }
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let Some(items) = view.items() else {
            let help = Some("`sorted` looks at the items of a list".to_owned());
            return Explanation { found: Some(words::named(view)), help, ..Explanation::default() };
        };
        let item = |index: usize| items.get(index).map(View::Value);
        let detail = match self.break_of(items) {
            Some(Break::Order(second)) => {
                item(second - 1).zip(item(second)).map(|(before, after)| {
                    let (before, after) = (words::plain(before), words::plain(after));
                    format!("item {} is {before}, item {second} is {after}", second - 1)
                })
            }
            Some(Break::Types(at)) => item(at).map(|item| {
                format!("item {at} is {}: only numbers or text are in order", words::named(item))
            }),
            None => None,
        };
        Explanation { detail, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        match self {
            Sorted::Ascending => "ascending order",
            Sorted::Descending => "descending order",
            Sorted::Not => "another than ascending order",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes, mistakes};

    #[test]
    fn numbers_and_text_ascend_or_descend() {
        assert_eq!(judge(r#"{"sorted": true}"#, "[1, 1.0, 10]"), "holds");
        assert_eq!(judge_nodes(r#"{"sorted": "desc"}"#, r#"["b", "a", "a"]"#), "holds");
        assert_eq!(judge(r#"{"sorted": true}"#, "[]"), "holds");
        assert_eq!(judge(r#"{"sorted": false}"#, "[2, 1]"), "holds");
        assert_eq!(
            judge(r#"{"sorted": "asc"}"#, "[1, 3, 2]"),
            "expected ascending order\nfound [1, 3, 2]\nitem 1 is 3, item 2 is 2"
        );
    }

    #[test]
    fn mixed_items_have_no_order() {
        assert_eq!(
            judge(r#"{"sorted": true}"#, r#"[1, "2"]"#),
            "expected ascending order\nfound [1, \"2\"]\n\
             item 1 is the string \"2\": only numbers or text are in order"
        );
        assert_eq!(
            judge(r#"{"sorted": true}"#, "1"),
            "expected ascending order\nfound the integer 1\nhelp: `sorted` looks at the items of a list"
        );
    }

    #[test]
    fn a_direction_is_asked_for() {
        assert_eq!(
            mistakes(r#"{"sorted": "up"}"#),
            "`sorted` takes `true`, `false`, `asc` or `desc`, found the string \"up\""
        );
    }
}
