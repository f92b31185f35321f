//! `eq`: equality with JSON's types. What a plain value means.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::pattern::{Extent, Pattern};
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, View, diff};
use crate::value::{Kind, Value};
use std::sync::Arc;

/// Equality.
pub(in crate::check) const KIND: PredicateKind = PredicateKind {
    key: "eq",
    synonyms: &["equals", "equal", "equal_to", "==", "equalTo", "toBe", "shouldEqual"],
    summary: "equal, with JSON's types: 1 equals 1.0, never \"1\"; a leaf may be `{$: predicates}`",
    example: "assert: {json: {eq: {id: {$: {is: integer}}, name: octokit}}}",
    argument: ArgumentShape::Pattern,
    compile,
};

/// How large both sides of a diff may be.
const DIFFED: usize = 512 * 1024;

/// How long a list or mapping may be in words before a diff helps.
const SHORT: usize = 60;

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    Ok(Arc::new(Eq(Pattern::compile(argument)?)))
}

#[derive(Debug)]
struct Eq(Pattern);

impl Predicate for Eq {
    fn holds(&self, view: View<'_>) -> bool {
        self.0.fits(view, Extent::Exact)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let expected = self.0.filled(Some(view));
        if let (Value::String(expected), Some(found)) = (&expected, view.text()) {
            return texts(expected, found);
        }
        let are_numbers = is_number(expected.kind()) && is_number(view.kind());
        if expected.kind() != view.kind() && !are_numbers {
            let found = Some(words::named(view));
            let help = another_kind(&expected, view);
            return Explanation { found, help, ..Explanation::default() };
        }
        if view.items().is_none() && view.members().is_none() {
            return Explanation::default();
        }
        let difference = self.0.difference(view, Extent::Exact);
        let detail = difference.map(|difference| difference.tell());
        Explanation { detail, diff: json_diff(&expected, view), ..Explanation::default() }
    }

    fn describe(&self, show: Show) -> String {
        match self.0.literal() {
            Some(value) => show(View::Value(&value)),
            None => self.0.describe(),
        }
    }
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Number)
}

/// What to do when the same is written as another type, or a list found for a scalar.
fn another_kind(expected: &Value, found: View<'_>) -> Option<String> {
    if found.items().is_some() && !matches!(expected, Value::Array(_) | Value::Object(_)) {
        let help = "a list equals a list only; of its items speak `each`, `some` and `contains`";
        return Some(help.to_owned());
    }
    match (expected, found.text()) {
        (Value::String(expected), None) => {
            let is_same = found.items().is_none()
                && found.members().is_none()
                && found.to_value().to_text() == *expected;
            is_same.then(|| format!("the types differ: write `{expected}` without quotes"))
        }
        (Value::Number(_) | Value::Bool(_), Some(found)) => (expected.to_text() == found)
            .then(|| format!("the types differ: the text is written `\"{found}\"`, in quotes")),
        _ => None,
    }
}

/// Two texts that differ: where, in what, and line by line.
fn texts(expected: &str, found: &str) -> Explanation {
    let help = if expected.trim() == found.trim() {
        Some("they differ in white space at the ends only")
    } else if expected.to_lowercase() == found.to_lowercase() {
        Some("they differ in upper and lower case only")
    } else {
        None
    };
    let has_lines = |text: &str| text.trim_end_matches('\n').contains('\n');
    let small = expected.len() <= DIFFED && found.len() <= DIFFED;
    let diffed = small && (has_lines(expected) || has_lines(found));
    Explanation {
        found: None,
        detail: (expected.len() > SHORT || found.len() > SHORT)
            .then(|| first_difference(expected, found)),
        help: help.map(str::to_owned),
        diff: diffed.then(|| diff(expected, found)),
    }
}

/// `at line 3, column 14: expected "…", found "…"`.
fn first_difference(expected: &str, found: &str) -> String {
    let same: usize = expected
        .chars()
        .zip(found.chars())
        .take_while(|(a, b)| a == b)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    let before = expected.get(..same).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let side = |text: &str| match text.get(same..) {
        Some("") | None => "the end".to_owned(),
        Some(rest) => {
            words::value(&Value::from(words::cut(rest.split('\n').next().unwrap_or(rest), 40)))
        }
    };
    let (expected, found) = (side(expected), side(found));
    format!("at line {line}, column {column}: expected {expected}, found {found}")
}

fn json_diff(expected: &Value, view: View<'_>) -> Option<String> {
    let small = |view: View<'_>| view.weight(DIFFED) <= DIFFED;
    let short = |view: View<'_>| words::plain(view).len() <= SHORT;
    let expected_view = View::Value(expected);
    if !small(view) || !small(expected_view) || (short(view) && short(expected_view)) {
        return None;
    }
    let found = in_order_of(expected, &view.to_value());
    Some(diff(
        &format!("{}\n", expected.to_json_pretty()),
        &format!("{}\n", found.to_json_pretty()),
    ))
}

/// The found value with its keys in the order of the expected one's: order is no difference.
fn in_order_of(expected: &Value, found: &Value) -> Value {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let known = expected
                .iter()
                .filter_map(|(key, value)| Some((key, in_order_of(value, found.get(key)?))));
            let more = found
                .iter()
                .filter(|(key, _)| !expected.contains_key(*key))
                .map(|(key, value)| (key, value.clone()));
            Value::Object(known.chain(more).map(|(key, value)| (key.clone(), value)).collect())
        }
        (Value::Array(expected), Value::Array(found)) => {
            let items = found.iter().enumerate().map(|(index, item)| match expected.get(index) {
                Some(value) => in_order_of(value, item),
                None => item.clone(),
            });
            Value::Array(items.collect())
        }
        (_, found) => found.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::Found;
    use crate::check::probe::{judge, judge_found, judge_missing, judge_nodes};

    #[test]
    fn types_are_jsons() {
        assert_eq!(judge("1", "1.0"), "holds");
        assert_eq!(
            judge("1", r#""1""#),
            "expected 1\nfound the string \"1\"\nhelp: the types differ: the text is written `\"1\"`, in quotes"
        );
        assert_eq!(
            judge(r#""1""#, "1"),
            "expected \"1\"\nfound the integer 1\nhelp: the types differ: write `1` without quotes"
        );
        assert_eq!(
            judge(r#""a""#, "[\"a\"]"),
            "expected \"a\"\nfound the list [\"a\"]\nhelp: a list equals a list only; of its items speak `each`, `some` and `contains`"
        );
        assert_eq!(judge("1", "1.5"), "expected 1\nfound 1.5");
        assert_eq!(judge("null", "0"), "expected null\nfound the integer 0");
        assert_eq!(judge("true", "false"), "expected true\nfound false");
        assert_eq!(judge(r#"{"eq": {"a": 1}}"#, r#"{"a": 1}"#), "holds");
    }

    #[test]
    fn a_list_is_list_equality() {
        assert_eq!(judge("[1, 2]", "[1, 2]"), "holds");
        assert_eq!(
            judge("[1, 2]", "[1, 3]"),
            "expected [1, 2]\nfound [1, 3]\nat $[1]: expected 2, found 3"
        );
        assert_eq!(judge_nodes("[1, 2]", "[1, 2]"), "holds");
        assert_eq!(judge("[1]", "1"), "expected [1]\nfound the integer 1");
    }

    #[test]
    fn missing_is_not_null() {
        assert_eq!(
            judge_missing("null"),
            "expected null\nfound no header `x-gone`\n\
             help: to ask that it is not there write `exists: false`"
        );
    }

    #[test]
    fn texts_that_nearly_agree_say_so() {
        assert_eq!(
            judge(r#""OK""#, r#""ok""#),
            "expected \"OK\"\nfound \"ok\"\nhelp: they differ in upper and lower case only"
        );
        assert_eq!(
            judge(r#""ok""#, r#""ok\n""#),
            "expected \"ok\"\nfound \"ok\\n\"\nhelp: they differ in white space at the ends only"
        );
    }

    #[test]
    fn lines_are_compared_in_a_diff() {
        assert_eq!(
            judge_found(r#""a\nb\n""#, &Found::Text("a\nc\n")),
            "expected \"a\\nb\\n\"\nfound \"a\\nc\\n\"\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
    }

    #[test]
    fn long_texts_say_where_they_part() {
        let long = "x".repeat(500);
        let told = judge(&format!("\"{long}a\""), &format!("\"{long}\""));
        assert_eq!(
            told.lines().last(),
            Some("at line 1, column 501: expected \"a\", found the end")
        );
    }

    #[test]
    fn mappings_have_a_path_and_a_diff_in_which_order_is_no_difference() {
        let expected = r#"{"eq": {"id": {"$": {"gt": 0}}, "user": {"login": "octokit", "name": "The Octokit"}}}"#;
        let found = r#"{"user": {"name": "The Octokit", "login": "octocat"}, "id": 7, "more": "and even more"}"#;
        assert_eq!(
            judge(expected, found),
            r#"expected {"id": "<more than 0>", "user": {"login": "octokit", "name": "The Octokit"}}
found {"user": {"name": "The Octokit", "login": "octocat"}, "id": 7, "more": "and even more"}
at $.user.login: expected "octokit", found "octocat"
@@ -1,7 +1,8 @@
 {
   "id": 7,
   "user": {
-    "login": "octokit",
+    "login": "octocat",
     "name": "The Octokit"
-  }
+  },
+  "more": "and even more"
 }
"#
        );
    }
}
