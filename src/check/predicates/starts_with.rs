//! `starts_with`: how text or bytes start.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::text::Affix;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// How text or bytes start.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "starts_with",
    synonyms: &["startsWith", "prefix", "begins_with"],
    summary: "starts with this text, or these bytes",
    example: "assert: {text: {starts_with: \"<!DOCTYPE html>\"}}",
    argument: ArgumentShape::Value,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(StartsWith(Affix::compile("starts_with", argument)?)))
}

#[derive(Debug)]
struct StartsWith(Affix);

impl Predicate for StartsWith {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.bytes_of(view).is_some_and(|bytes| bytes.starts_with(self.0.bytes()))
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, _: Show) -> String {
        format!("to start with {}", self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use crate::check::Found;
    use crate::check::probe::{judge, judge_found, mistakes};

    #[test]
    fn text_and_bytes_start_with() {
        assert_eq!(judge(r#"{"starts_with": "octo"}"#, r#""octokit""#), "holds");
        assert_eq!(
            judge(r#"{"starts_with": "kit"}"#, r#""octokit""#),
            r#"expected to start with "kit"
found "octokit""#
        );
        let found = Found::Bytes(b"\xffoct\xff");
        assert_eq!(judge_found(r#"{"starts_with": {"$hex": "ff"}}"#, &found), "holds");
    }

    #[test]
    fn other_types_have_no_text() {
        assert_eq!(
            judge(r#"{"starts_with": "4"}"#, "44"),
            "expected to start with \"4\"\nfound the integer 44\nhelp: only text and bytes start with something"
        );
        assert_eq!(
            mistakes(r#"{"starts_with": 4}"#),
            "`starts_with` takes text, found the integer 4; write `\"4\"`"
        );
    }
}
