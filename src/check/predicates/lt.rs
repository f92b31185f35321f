//! `lt`: less than.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::order::Bound;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::cmp::Ordering;
use std::sync::Arc;

/// Less than.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "lt",
    synonyms: &["less_than", "<"],
    summary: "less than this number, text or duration",
    example: "assert: {status: {lt: 400}}",
    argument: ArgumentShape::Bound,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Lt(Bound::compile("lt", argument)?)))
}

#[derive(Debug)]
struct Lt(Bound);

impl Predicate for Lt {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.compare(view).is_some_and(Ordering::is_lt)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("less than {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes, mistakes};

    #[test]
    fn numbers_are_compared_by_value_and_text_by_code_points() {
        assert_eq!(judge(r#"{"lt": 4}"#, "3"), "holds");
        assert_eq!(judge(r#"{"lt": 4}"#, "4"), "expected less than 4\nfound 4");
        assert_eq!(judge(r#"{"lt": "4"}"#, r#""3""#), "holds");
        assert_eq!(judge(r#"{"lt": "4"}"#, r#""4""#), "expected less than \"4\"\nfound \"4\"");
    }

    #[test]
    fn other_types_do_not_compare() {
        assert_eq!(
            judge(r#"{"lt": 4}"#, r#""3""#),
            "expected less than 4\nfound the string \"3\"\nhelp: a text is no number: compare in an `expr`, with `| int` behind the text"
        );
        assert_eq!(
            judge_nodes(r#"{"lt": 4}"#, "[1, 2]"),
            "expected less than 4\nfound the list [1, 2]\nhelp: to compare the items use `each` or `some`"
        );
        assert_eq!(mistakes(r#"{"lt": [1]}"#), "`lt` takes a number or text, found a list");
    }

    #[test]
    fn digits_beyond_a_float_count() {
        assert_eq!(judge(r#"{"lt": 9007199254740993}"#, "9007199254740992"), "holds");
    }
}
