//! `gt`: more than.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::order::Bound;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::cmp::Ordering;
use std::sync::Arc;

/// More than.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "gt",
    synonyms: &["greater_than", ">"],
    summary: "more than this number, text or duration",
    example: "assert: {jsonpath: {$.total: {gt: 0}}}",
    argument: ArgumentShape::Bound,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Gt(Bound::compile("gt", argument)?)))
}

#[derive(Debug)]
struct Gt(Bound);

impl Predicate for Gt {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.compare(view).is_some_and(Ordering::is_gt)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("more than {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::judge;

    #[test]
    fn numbers_are_compared_by_value_and_text_by_code_points() {
        assert_eq!(judge(r#"{"gt": 4}"#, "5"), "holds");
        assert_eq!(judge(r#"{"gt": 4}"#, "4"), "expected more than 4\nfound 4");
        assert_eq!(judge(r#"{"gt": "4"}"#, r#""5""#), "holds");
        assert_eq!(judge(r#"{"gt": "4"}"#, r#""4""#), "expected more than \"4\"\nfound \"4\"");
    }
}
