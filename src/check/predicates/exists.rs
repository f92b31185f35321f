//! `exists`: whether it is there at all.

use super::{ArgumentShape, Predicate, PredicateKind};
use crate::check::argument::flag;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Being there.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "exists",
    synonyms: &["present", "exist", "defined"],
    summary: "whether it is there; null is, and of a query's nodes at least one must be",
    example: "assert: {headers: {x-powered-by: {exists: false}}}",
    argument: ArgumentShape::Flag,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Exists(flag("exists", argument)?)))
}

#[derive(Debug)]
struct Exists(bool);

impl Predicate for Exists {
    fn holds(&self, view: View<'_>) -> bool {
        let none = matches!(view, View::Nodes(nodes) if nodes.is_empty());
        self.0 != none
    }

    fn missing(&self) -> Option<bool> {
        Some(!self.0)
    }

    fn describe(&self, _: Show) -> String {
        if self.0 { "something there".to_owned() } else { "nothing there".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_missing, judge_nodes, mistakes};

    #[test]
    fn null_is_there() {
        assert_eq!(judge(r#"{"exists": true}"#, "null"), "holds");
        assert_eq!(judge(r#"{"exists": false}"#, "1"), "expected nothing there\nfound 1");
    }

    #[test]
    fn nothing_is_not() {
        assert_eq!(judge_missing(r#"{"exists": false}"#), "holds");
        assert_eq!(
            judge_missing(r#"{"exists": true}"#),
            "expected something there\nfound no header `x-gone`"
        );
    }

    #[test]
    fn a_query_needs_one_node() {
        assert_eq!(judge_nodes(r#"{"exists": true}"#, "[null]"), "holds");
        assert_eq!(judge_nodes(r#"{"exists": true}"#, "[]"), "expected something there\nfound []");
        assert_eq!(judge_nodes(r#"{"exists": false}"#, "[]"), "holds");
        assert_eq!(judge(r#"{"exists": true}"#, "[]"), "holds");
    }

    #[test]
    fn a_flag_is_asked_for() {
        assert_eq!(
            mistakes(r#"{"exists": "yes"}"#),
            "`exists` takes `true` or `false`, found the string \"yes\""
        );
    }
}
