//! `ne`: not equal.

use super::{ArgumentShape, Predicate, PredicateKind};
use crate::check::pattern::{Extent, Pattern};
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Inequality.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "ne",
    synonyms: &["not_eq", "neq", "not_equal", "not_equals", "!="],
    summary: "there, and not equal to this",
    example: "assert: {jsonpath: {$.state: {ne: closed}}}",
    argument: ArgumentShape::Pattern,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Ne(Pattern::compile(argument)?)))
}

#[derive(Debug)]
struct Ne(Pattern);

impl Predicate for Ne {
    fn holds(&self, view: View<'_>) -> bool {
        !self.0.fits(view, Extent::Exact)
    }

    fn describe(&self, show: Show) -> String {
        match self.0.literal() {
            Some(value) => format!("anything but {}", show(View::Value(&value))),
            None => format!("anything but {}", self.0.describe()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing};

    #[test]
    fn what_is_there_must_differ() {
        assert_eq!(judge(r#"{"ne": 1}"#, r#""1""#), "holds");
        assert_eq!(judge(r#"{"ne": 1}"#, "1.0"), "expected anything but 1\nfound 1.0");
        assert_eq!(
            judge_missing(r#"{"ne": 1}"#),
            "expected anything but 1\nfound no header `x-gone`"
        );
    }
}
