//! `in`: equal to one of a list.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::choice::Choice;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// One of a list.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "in",
    synonyms: &["one_of", "any_of", "enum"],
    summary: "equal to one of these",
    example: "assert: {jsonpath: {$.state: {in: [open, merged]}}}",
    argument: ArgumentShape::Values,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(In(Choice::compile("in", argument)?)))
}

#[derive(Debug)]
struct In(Choice);

impl Predicate for In {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.has(view)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("one of {}", self.0.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, mistakes};

    #[test]
    fn equality_decides() {
        assert_eq!(judge(r#"{"in": [1, "a"]}"#, r#""a""#), "holds");
        assert_eq!(
            judge(r#"{"in": [1, "a"]}"#, r#""1""#),
            "expected one of 1, \"a\"\nfound the string \"1\""
        );
        assert_eq!(judge(r#"{"in": [1, 2]}"#, "3"), "expected one of 1, 2\nfound 3");
    }

    #[test]
    fn a_list_is_asked_for() {
        assert_eq!(
            mistakes(r#"{"in": 1}"#),
            "`in` takes a list, found the integer 1; write `in: [1]`"
        );
        assert_eq!(mistakes(r#"{"in": []}"#), "the list of `in` is empty");
    }
}
