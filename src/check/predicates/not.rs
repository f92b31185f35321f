//! `not`: the opposite.

use super::{ArgumentShape, Predicate, PredicateKind};
use crate::check::expectation::compile_argument;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, Expectation, View};
use std::sync::Arc;

/// Negation.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "not",
    synonyms: &["isnt", "negate"],
    summary: "there, and not this value, or not satisfying all of these predicates",
    example: "assert: {text: {not: {matches: 'error|exception'}}}",
    argument: ArgumentShape::Expectation,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Not(compile_argument(argument)?)))
}

#[derive(Debug)]
struct Not(Expectation);

impl Predicate for Not {
    fn holds(&self, view: View<'_>) -> bool {
        !self.0.holds(view)
    }

    /// The opposite of what is known; unknown stays unknown, so that a misspelt path fails.
    fn missing(&self) -> Option<bool> {
        self.0.missing().map(|holds| !holds)
    }

    fn describe(&self, show: Show) -> String {
        format!("not {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing};

    #[test]
    fn the_opposite_holds() {
        assert_eq!(judge(r#"{"not": {"contains": "a"}}"#, r#""b""#), "holds");
        assert_eq!(judge(r#"{"not": 4}"#, "4"), "expected not 4\nfound 4");
        assert_eq!(judge(r#"{"not": {"gt": 1, "lt": 3}}"#, "3"), "holds");
        assert_eq!(
            judge(r#"{"not": {"gt": 1, "lt": 3}}"#, "2"),
            "expected not more than 1 and less than 3\nfound 2"
        );
    }

    #[test]
    fn of_nothing_only_existence_is_denied() {
        assert_eq!(judge_missing(r#"{"not": {"exists": true}}"#), "holds");
        assert_eq!(judge_missing(r#"{"not": 4}"#), "expected not 4\nfound no header `x-gone`");
        assert_eq!(
            judge_missing(r#"{"not": {"exists": false}}"#),
            "expected not nothing there\nfound no header `x-gone`"
        );
    }
}
