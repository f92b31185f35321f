//! `empty`: text, bytes, a list or a mapping with nothing in it.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::flag;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Emptiness.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "empty",
    synonyms: &["is_empty", "isEmpty", "blank"],
    summary: "whether text, bytes, a list or a mapping has nothing in it",
    example: "assert: {jsonpath: {$.errors: {empty: true}}}",
    argument: ArgumentShape::Flag,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Empty(flag("empty", argument)?)))
}

#[derive(Debug)]
struct Empty(bool);

impl Predicate for Empty {
    fn holds(&self, view: View<'_>) -> bool {
        super::length::of(view).is_some_and(|length| (length == 0) == self.0)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        if super::length::of(view).is_some() {
            return Explanation::default();
        }
        let help = Some("only text, lists, mappings and bytes are empty or not".to_owned());
        Explanation { found: Some(words::named(view)), help, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        if self.0 { "to be empty".to_owned() } else { "not to be empty".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, judge_nodes};

    #[test]
    fn nothing_in_it() {
        for found in ["\"\"", "[]", "{}"] {
            assert_eq!(judge(r#"{"empty": true}"#, found), "holds");
        }
        assert_eq!(judge(r#"{"empty": true}"#, "[0]"), "expected to be empty\nfound [0]");
        assert_eq!(judge_nodes(r#"{"empty": false}"#, "[]"), "expected not to be empty\nfound []");
    }

    #[test]
    fn null_and_numbers_are_neither() {
        for argument in [r#"{"empty": true}"#, r#"{"empty": false}"#] {
            let told = judge(argument, "null");
            assert_eq!(
                told.lines().skip(1).collect::<Vec<_>>(),
                ["found null", "help: only text, lists, mappings and bytes are empty or not"]
            );
        }
    }
}
