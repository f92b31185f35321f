//! `ge`: more than or equal.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::order::Bound;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::cmp::Ordering;
use std::sync::Arc;

/// More than or equal.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "ge",
    synonyms: &["gte", "min", ">=", "at_least"],
    summary: "at least this number, text or duration",
    example: "assert: {jsonpath: {$.total: {ge: 1}}}",
    argument: ArgumentShape::Bound,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Ge(Bound::compile("ge", argument)?)))
}

#[derive(Debug)]
struct Ge(Bound);

impl Predicate for Ge {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.compare(view).is_some_and(Ordering::is_ge)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("at least {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::judge;

    #[test]
    fn numbers_are_compared_by_value_and_text_by_code_points() {
        assert_eq!(judge(r#"{"ge": 4}"#, "4"), "holds");
        assert_eq!(judge(r#"{"ge": 4}"#, "3"), "expected at least 4\nfound 3");
        assert_eq!(judge(r#"{"ge": "4"}"#, r#""4""#), "holds");
        assert_eq!(judge(r#"{"ge": "4"}"#, r#""3""#), "expected at least \"4\"\nfound \"3\"");
    }
}
