//! `any`: at least one of several.

use super::{ArgumentShape, Predicate, PredicateKind};
use crate::check::expectation::{Expectation, all_of, compile_list};
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Disjunction.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "any",
    synonyms: &["or", "anyOf", "either"],
    summary: "at least one of these holds, each a value or a mapping of predicates",
    example: "assert: {jsonpath: {$.email: {any: [null, {is: email}]}}}",
    argument: ArgumentShape::Expectations,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Any(compile_list("any", argument)?)))
}

#[derive(Debug)]
struct Any(Vec<Expectation>);

impl Predicate for Any {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.iter().any(|expectation| expectation.holds(view))
    }

    fn missing(&self) -> Option<bool> {
        let denied = self.0.iter().map(|expectation| expectation.missing().map(|holds| !holds));
        all_of(denied).map(|none| !none)
    }

    fn describe(&self, show: Show) -> String {
        let parts: Vec<String> = self.0.iter().map(|part| part.describe(show)).collect();
        parts.join(", or ")
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing, mistakes};

    #[test]
    fn one_is_enough() {
        assert_eq!(judge(r#"{"any": [null, {"is": "email"}]}"#, "null"), "holds");
        assert_eq!(judge(r#"{"any": [null, {"is": "email"}]}"#, r#""a@b.example""#), "holds");
        assert_eq!(
            judge(r#"{"any": [null, {"is": "email"}]}"#, "1"),
            "expected null, or an email address\nfound 1"
        );
    }

    #[test]
    fn one_may_ask_for_nothing() {
        assert_eq!(judge_missing(r#"{"any": [{"exists": false}, 4]}"#), "holds");
        assert_eq!(judge(r#"{"any": [{"exists": false}, 4]}"#, "4"), "holds");
        assert_eq!(
            judge_missing(r#"{"any": [3, 4]}"#),
            "expected 3, or 4\nfound no header `x-gone`"
        );
    }

    #[test]
    fn a_list_is_asked_for() {
        assert_eq!(
            mistakes(r#"{"any": {"gt": 1}}"#),
            "`any` takes a list of values or mappings of predicates, found a mapping"
        );
        assert_eq!(mistakes(r#"{"any": []}"#), "the list of `any` is empty");
    }
}
