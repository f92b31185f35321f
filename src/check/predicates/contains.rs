//! `contains`: text in text, an item in a list, a key in a mapping, bytes in bytes.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::part::Part;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, View};
use std::sync::Arc;

/// Containing.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "contains",
    synonyms: &["contain", "has", "include", "substring", "toContain"],
    summary: "text contains this text, a list an item equal to this, a mapping this key",
    example: "assert: {headers: {content-type: {contains: json}}}",
    argument: ArgumentShape::Value,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Contains(Part::compile(argument)?)))
}

#[derive(Debug)]
struct Contains(Part);

impl Predicate for Contains {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.is_in(view) == Some(true)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.0.explain(view)
    }

    fn describe(&self, _: Show) -> String {
        format!("to contain {}", self.0.describe())
    }
}

#[cfg(test)]
mod tests {
    use crate::check::Found;
    use crate::check::probe::{judge, judge_found, judge_nodes};

    #[test]
    fn text_contains_text() {
        assert_eq!(judge(r#"{"contains": "tok"}"#, r#""octokit""#), "holds");
        assert_eq!(
            judge(r#"{"contains": "tak"}"#, r#""octokit""#),
            "expected to contain \"tak\"\nfound \"octokit\""
        );
        assert_eq!(
            judge(r#"{"contains": 4}"#, r#""40""#),
            "expected to contain 4\nfound the string \"40\"\nhelp: text contains text: write `contains: \"4\"`"
        );
    }

    #[test]
    fn a_list_contains_items() {
        assert_eq!(judge(r#"{"contains": {"a": 1}}"#, r#"[{"a": 1.0}]"#), "holds");
        assert_eq!(judge_nodes(r#"{"contains": "bug"}"#, r#"["ui", "bug"]"#), "holds");
        assert_eq!(
            judge(r#"{"contains": 1}"#, r#"["1"]"#),
            "expected to contain 1\nfound [\"1\"]\nthere is the string \"1\""
        );
        assert_eq!(judge(r#"{"contains": {"id": {"$": {"gt": 3}}}}"#, r#"[{"id": 4}]"#), "holds");
    }

    #[test]
    fn a_mapping_contains_keys() {
        assert_eq!(judge(r#"{"contains": "id"}"#, r#"{"id": 1}"#), "holds");
        assert_eq!(
            judge(r#"{"contains": {"id": 1}}"#, r#"{"id": 1}"#),
            "expected to contain {\"id\": 1}\nfound the mapping {\"id\": 1}\nhelp: a mapping contains keys; to compare values use `includes`"
        );
    }

    #[test]
    fn bytes_contain_bytes_and_text() {
        let found = Found::Bytes(b"\x00PNG");
        assert_eq!(judge_found(r#"{"contains": {"$hex": "0050"}}"#, &found), "holds");
        assert_eq!(judge_found(r#"{"contains": "PNG"}"#, &found), "holds");
    }

    #[test]
    fn nothing_else_contains() {
        assert_eq!(
            judge(r#"{"contains": 4}"#, "44"),
            "expected to contain 4\nfound the integer 44\nhelp: only text, lists, mappings and bytes contain something"
        );
    }
}
