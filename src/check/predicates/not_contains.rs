//! `not_contains`: something that could contain this, and does not.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::part::Part;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Not containing.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "not_contains",
    synonyms: &["excludes", "notContains", "not_contain", "not_includes"],
    summary: "there, able to contain this, and without it",
    example: "assert: {text: {not_contains: Traceback}}",
    argument: ArgumentShape::Value,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(NotContains(Part::compile(argument)?)))
}

#[derive(Debug)]
struct NotContains(Part);

impl Predicate for NotContains {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.is_in(view) == Some(false)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        match self.0.is_in(view) {
            None => self.0.explain(view),
            Some(_) => self.0.place(view),
        }
    }

    fn describe(&self, _: Show) -> String {
        format!("not to contain {}", self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing};

    #[test]
    fn it_must_be_able_to_contain() {
        assert_eq!(judge(r#"{"not_contains": 5}"#, "[4]"), "holds");
        assert_eq!(
            judge(r#"{"not_contains": 4}"#, "[3, 4]"),
            "expected not to contain 4\nfound [3, 4]\nitem 1 is 4"
        );
        assert_eq!(
            judge(r#"{"not_contains": "b"}"#, r#""a\nabc""#),
            "expected not to contain \"b\"\nfound \"a\\nabc\"\nat line 2, column 2"
        );
        assert_eq!(
            judge(r#"{"not_contains": 4}"#, "5"),
            "expected not to contain 4\nfound the integer 5\nhelp: only text, lists, mappings and bytes contain something"
        );
        assert_eq!(
            judge_missing(r#"{"not_contains": "a"}"#),
            "expected not to contain \"a\"\nfound no header `x-gone`"
        );
    }
}
