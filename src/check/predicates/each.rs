//! `each`: every item of a list.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::expectation::compile_argument;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, Expectation, View};
use std::sync::Arc;

/// Every item.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "each",
    synonyms: &["every", "all_items", "forEach"],
    summary: "every item of the list is this value or satisfies these predicates; so of none it holds",
    example: "assert: {jsonpath: {'$.items[*].id': {each: {is: integer}}}}",
    argument: ArgumentShape::OfItems,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Each(compile_argument(argument)?)))
}

#[derive(Debug)]
struct Each(Expectation);

impl Predicate for Each {
    fn holds(&self, view: View<'_>) -> bool {
        view.items().is_some_and(|items| items.iter().all(|item| self.0.holds(View::Value(item))))
    }

    fn explain(&self, view: View<'_>, show: Show) -> Explanation {
        let Some(items) = view.items() else {
            let help = Some("`each` looks at the items of a list".to_owned());
            return Explanation { found: Some(words::named(view)), help, ..Explanation::default() };
        };
        let mut failing =
            items.iter().enumerate().filter(|(_, item)| !self.0.holds(View::Value(item)));
        let Some((index, item)) = failing.next() else { return Explanation::default() };
        let why = self.0.explain(View::Value(item), show);
        let found = why.found.unwrap_or_else(|| show(View::Value(item)));
        let inner = why.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        let more = match failing.count() {
            0 => String::new(),
            more => format!("; {more} more of {} fail", items.len()),
        };
        let detail = Some(format!("item {index} is {found}{inner}{more}"));
        Explanation { detail, help: why.help, ..Explanation::default() }
    }

    fn describe(&self, show: Show) -> String {
        format!("each item: {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing, judge_nodes};

    #[test]
    fn every_item_counts() {
        assert_eq!(judge_nodes(r#"{"each": {"is": "integer"}}"#, "[1, 2]"), "holds");
        assert_eq!(judge(r#"{"each": 1}"#, "[1, 1.0]"), "holds");
        assert_eq!(
            judge(r#"{"each": {"ge": 2}}"#, r#"[2, 1, "3"]"#),
            "expected each item: at least 2\nfound [2, 1, \"3\"]\nitem 1 is 1; 1 more of 3 fail"
        );
    }

    #[test]
    fn of_no_items_it_holds_of_nothing_it_does_not() {
        assert_eq!(judge(r#"{"each": 1}"#, "[]"), "holds");
        assert_eq!(
            judge_missing(r#"{"each": {"exists": false}}"#),
            "expected each item: nothing there\nfound no header `x-gone`"
        );
    }

    #[test]
    fn a_list_is_looked_at() {
        assert_eq!(
            judge(r#"{"each": 1}"#, "1"),
            "expected each item: 1\nfound the integer 1\nhelp: `each` looks at the items of a list"
        );
    }
}
