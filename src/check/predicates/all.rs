//! `all`: every one of several, where a mapping cannot hold the same key twice.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::expectation::{Expectation, all_of, compile_list};
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Conjunction.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "all",
    synonyms: &["and", "allOf"],
    summary: "all of these hold, each a value or a mapping of predicates",
    example: "assert: {text: {all: [{contains: octokit}, {contains: octocat}]}}",
    argument: ArgumentShape::Expectations,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(All(compile_list("all", argument)?)))
}

#[derive(Debug)]
struct All(Vec<Expectation>);

impl Predicate for All {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.iter().all(|expectation| expectation.holds(view))
    }

    fn missing(&self) -> Option<bool> {
        all_of(self.0.iter().map(Expectation::missing))
    }

    fn explain(&self, view: View<'_>, show: Show) -> Explanation {
        let Some(failing) = self.0.iter().find(|part| !part.holds(view)) else {
            return Explanation::default();
        };
        let why = failing.explain(view, show);
        let inner = why.detail.map(|detail| format!(": {detail}")).unwrap_or_default();
        let detail = Some(format!("fails: {}{inner}", failing.describe(show)));
        Explanation { detail, ..why }
    }

    fn describe(&self, show: Show) -> String {
        let parts: Vec<String> = self.0.iter().map(|part| part.describe(show)).collect();
        parts.join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::judge;

    #[test]
    fn the_first_that_fails_is_named() {
        let argument = r#"{"all": [{"contains": "a"}, {"contains": "b"}]}"#;
        assert_eq!(judge(argument, r#""ab""#), "holds");
        assert_eq!(
            judge(argument, r#""a""#),
            "expected to contain \"a\" and to contain \"b\"\nfound \"a\"\nfails: to contain \"b\""
        );
    }
}
