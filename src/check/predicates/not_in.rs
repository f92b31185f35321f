//! `not_in`: equal to none of a list.

use super::{ArgumentShape, Predicate, PredicateKind};
use crate::check::choice::Choice;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// None of a list.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "not_in",
    synonyms: &["none_of", "notIn", "nin"],
    summary: "there, and equal to none of these",
    example: "assert: {jsonpath: {$.state: {not_in: [closed, locked]}}}",
    argument: ArgumentShape::Values,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(NotIn(Choice::compile("not_in", argument)?)))
}

#[derive(Debug)]
struct NotIn(Choice);

impl Predicate for NotIn {
    fn holds(&self, view: View<'_>) -> bool {
        !self.0.has(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("none of {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing};

    #[test]
    fn what_is_there_must_be_none_of_them() {
        assert_eq!(judge(r#"{"not_in": [1, "a"]}"#, r#""1""#), "holds");
        assert_eq!(judge(r#"{"not_in": [1, 2]}"#, "2.0"), "expected none of 1, 2\nfound 2.0");
        assert_eq!(
            judge_missing(r#"{"not_in": [1]}"#),
            "expected none of 1\nfound no header `x-gone`"
        );
    }
}
