//! `unique`: no item twice.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::flag;
use crate::check::order::total;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, Items, View};
use std::sync::Arc;

/// No repetition.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "unique",
    synonyms: &["distinct", "uniqueItems"],
    summary: "whether no two items of the list are equal",
    example: "assert: {jsonpath: {'$.items[*].id': {unique: true}}}",
    argument: ArgumentShape::Flag,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Unique(flag("unique", argument)?)))
}

/// The indexes of the first item that repeats an earlier one, and of that one.
fn repetition(items: Items<'_>) -> Option<(usize, usize)> {
    let mut sorted: Vec<_> = items.iter().enumerate().collect();
    // The sort is stable: of equal items the earlier stays first.
    sorted.sort_by(|(_, a), (_, b)| total(a, b));
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs
        .filter(|((_, a), (_, b))| total(a, b).is_eq())
        .map(|((first, _), (second, _))| (*second, *first))
        .min()
}

#[derive(Debug)]
struct Unique(bool);

impl Predicate for Unique {
    fn holds(&self, view: View<'_>) -> bool {
        view.items().is_some_and(|items| repetition(items).is_none() == self.0)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let Some(items) = view.items() else {
            let help = Some("`unique` looks at the items of a list".to_owned());
            return Explanation { found: Some(words::named(view)), help, ..Explanation::default() };
        };
        let detail = repetition(items).and_then(|(second, first)| {
            let item = words::value(items.get(first)?);
            Some(format!("items {first} and {second} are both {item}"))
        });
        Explanation { detail, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        if self.0 { "no item twice".to_owned() } else { "some item twice".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes};

    #[test]
    fn equality_is_jsons() {
        assert_eq!(judge(r#"{"unique": true}"#, r#"[1, "1", true, null, [1], {}]"#), "holds");
        assert_eq!(
            judge_nodes(r#"{"unique": true}"#, r#"[{"a": 1, "b": 2}, 3, {"b": 2, "a": 1.0}]"#),
            "expected no item twice\nfound [{\"a\": 1, \"b\": 2}, 3, {\"b\": 2, \"a\": 1.0}]\n\
             items 0 and 2 are both {\"a\": 1, \"b\": 2}"
        );
        assert_eq!(judge(r#"{"unique": false}"#, "[1, 1]"), "holds");
    }

    #[test]
    fn a_list_is_looked_at() {
        assert_eq!(
            judge(r#"{"unique": true}"#, "1"),
            "expected no item twice\nfound the integer 1\nhelp: `unique` looks at the items of a list"
        );
    }
}
