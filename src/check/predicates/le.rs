//! `le`: less than or equal.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::order::Bound;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::cmp::Ordering;
use std::sync::Arc;

/// Less than or equal.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "le",
    synonyms: &["lte", "max", "<=", "at_most"],
    summary: "at most this number, text or duration",
    example: "assert: {size: {le: 1024}}",
    argument: ArgumentShape::Bound,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Le(Bound::compile("le", argument)?)))
}

#[derive(Debug)]
struct Le(Bound);

impl Predicate for Le {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.compare(view).is_some_and(Ordering::is_le)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("at most {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::judge;

    #[test]
    fn numbers_are_compared_by_value_and_text_by_code_points() {
        assert_eq!(judge(r#"{"le": 4}"#, "4"), "holds");
        assert_eq!(judge(r#"{"le": 4}"#, "5"), "expected at most 4\nfound 5");
        assert_eq!(judge(r#"{"le": "4"}"#, r#""4""#), "holds");
        assert_eq!(judge(r#"{"le": "4"}"#, r#""5""#), "expected at most \"4\"\nfound \"5\"");
    }
}
