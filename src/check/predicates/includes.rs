//! `includes`: at least these keys and items, at any depth.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::pattern::{Extent, Pattern};
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Inclusion.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "includes",
    synonyms: &["superset", "subset", "match_object", "toMatchObject", "containsObject"],
    summary: "at least these keys and items at any depth, lists as sets of matches; \
              a leaf may be `{$: predicates}`",
    example: "assert: {json: {includes: {user: {login: octokit}, labels: [{name: bug}]}}}",
    argument: ArgumentShape::Pattern,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Includes(Pattern::compile(argument)?)))
}

#[derive(Debug)]
struct Includes(Pattern);

impl Predicate for Includes {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.fits(view, Extent::AtLeast)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let expected = self.0.filled(None).kind();
        let same = expected == view.kind();
        let detail = self.0.difference(view, Extent::AtLeast).filter(|_| same);
        let help = match (view.text(), view.items()) {
            (Some(_), _) => Some("to look inside text use `contains`"),
            (_, Some(_)) if !same => Some("to ask for an item use `contains` or write a list"),
            _ => None,
        };
        Explanation {
            found: (!same).then(|| words::named(view)),
            detail: detail
                .filter(|_| view.items().is_some() || view.members().is_some())
                .map(|difference| difference.tell()),
            help: help.map(str::to_owned),
            diff: None,
        }
    }

    fn describe(&self, _: Show) -> String {
        format!("to include {}", self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes};

    #[test]
    fn more_than_is_asked_for_may_be_there() {
        let found = r#"{"id": 1, "labels": [{"name": "ui", "x": 1}, {"name": "bug"}]}"#;
        assert_eq!(judge(r#"{"includes": {"labels": [{"name": "bug"}]}}"#, found), "holds");
        assert_eq!(
            judge(r#"{"includes": {"id": 2}}"#, r#"{"id": 1}"#),
            "expected to include {\"id\": 2}\nfound {\"id\": 1}\nat $.id: expected 2, found 1"
        );
        assert_eq!(judge_nodes(r#"{"includes": [2]}"#, "[1, 2]"), "holds");
    }

    #[test]
    fn other_types_do_not_include() {
        assert_eq!(
            judge(r#"{"includes": "a"}"#, r#""abc""#),
            "expected to include \"a\"\nfound \"abc\"\nhelp: to look inside text use `contains`"
        );
        assert_eq!(
            judge(r#"{"includes": 1}"#, "[1]"),
            "expected to include 1\nfound the list [1]\nhelp: to ask for an item use `contains` or write a list"
        );
    }
}
