//! `some`: at least one item of a list.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::expectation::compile_argument;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, Expectation, View};
use std::sync::Arc;

/// At least one item.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "some",
    synonyms: &["any_item", "exists_item"],
    summary: "at least one item of the list is this value or satisfies these predicates",
    example: "assert: {jsonpath: {'$.items[*].size': {some: {gt: 100}}}}",
    argument: ArgumentShape::OfItems,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Some_(compile_argument(argument)?)))
}

#[derive(Debug)]
struct Some_(Expectation);

impl Predicate for Some_ {
    fn holds(&self, view: View<'_>) -> bool {
        view.items().is_some_and(|items| items.iter().any(|item| self.0.holds(View::Value(item))))
    }

    fn explain(&self, view: View<'_>, show: Show) -> Explanation {
        let Some(items) = view.items() else {
            let help = Some("`some` looks at the items of a list".to_owned());
            return Explanation { found: Some(words::named(view)), help, ..Explanation::default() };
        };
        let first = items.get(0).map(|item| self.0.explain(View::Value(item), show));
        let help = first.and_then(|why| why.help);
        let detail = Some(match items.len() {
            0 => "the list is empty".to_owned(),
            count => format!("none of {} satisfies that", words::count(count, "item")),
        });
        Explanation { detail, help, ..Explanation::default() }
    }

    fn describe(&self, show: Show) -> String {
        format!("some item: {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes};

    #[test]
    fn one_item_is_enough() {
        assert_eq!(judge_nodes(r#"{"some": {"gt": 1}}"#, "[1, 2]"), "holds");
        assert_eq!(
            judge(r#"{"some": {"gt": 5}}"#, "[1, 2]"),
            "expected some item: more than 5\nfound [1, 2]\nnone of 2 items satisfies that"
        );
        assert_eq!(
            judge(r#"{"some": 1}"#, "[]"),
            "expected some item: 1\nfound []\nthe list is empty"
        );
    }

    #[test]
    fn a_list_is_looked_at() {
        assert_eq!(
            judge(r#"{"some": 1}"#, "{}"),
            "expected some item: 1\nfound the mapping {}\nhelp: `some` looks at the items of a list"
        );
    }
}
