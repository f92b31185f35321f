//! `ends_with`: how text or bytes end.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::text::Affix;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// How text or bytes end.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "ends_with",
    synonyms: &["endsWith", "suffix"],
    summary: "ends with this text, or these bytes",
    example: "assert: {url: {ends_with: /login}}",
    argument: ArgumentShape::Value,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(EndsWith(Affix::compile("ends_with", argument)?)))
}

#[derive(Debug)]
struct EndsWith(Affix);

impl Predicate for EndsWith {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.bytes_of(view).is_some_and(|bytes| bytes.ends_with(self.0.bytes()))
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, _: Show) -> String {
        format!("to end with {}", self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use crate::check::Found;
    use crate::check::probe::{judge, judge_found, mistakes};

    #[test]
    fn text_and_bytes_end_with() {
        assert_eq!(judge(r#"{"ends_with": "kit"}"#, r#""octokit""#), "holds");
        assert_eq!(
            judge(r#"{"ends_with": "octo"}"#, r#""octokit""#),
            r#"expected to end with "octo"
found "octokit""#
        );
        let found = Found::Bytes(b"\xffoct\xff");
        assert_eq!(judge_found(r#"{"ends_with": {"$hex": "ff"}}"#, &found), "holds");
    }

    #[test]
    fn other_types_have_no_text() {
        assert_eq!(
            judge(r#"{"ends_with": "4"}"#, "44"),
            "expected to end with \"4\"\nfound the integer 44\nhelp: only text and bytes end with something"
        );
        assert_eq!(
            mistakes(r#"{"ends_with": 4}"#),
            "`ends_with` takes text, found the integer 4; write `\"4\"`"
        );
    }
}
