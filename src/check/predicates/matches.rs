//! `matches`: a regular expression somewhere in text.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::wrong;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, View};
use crate::diagnostic::codes::check::BAD_REGEX;
use regex::Regex;
use std::sync::Arc;

/// A regular expression.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "matches",
    synonyms: &["regex", "regexp", "match", "pattern", "like", "=~"],
    summary: "this regular expression is found somewhere in the text; anchor it with ^ and $",
    example: "assert: {headers: {location: {matches: '/issues/\\d+$'}}}",
    argument: ArgumentShape::Regex,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    let text = match argument {
        Argument::Pending => "",
        other => other
            .scalar()
            .and_then(|value| value.as_str())
            .ok_or_else(|| wrong("matches", "a regular expression as text", other))?,
    };
    Ok(Arc::new(Matches(compile_regex(text).map_err(|error| vec![error])?)))
}

/// Compiles a regular expression, for whoever takes one: captures do.
///
/// # Errors
/// What is wrong with it, and at which character.
pub fn compile_regex(text: &str) -> Result<Regex, BuildError> {
    Regex::new(text).map_err(|error| {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or_default();
        let what = last.strip_prefix("error: ").unwrap_or(last).trim_end_matches('.').to_owned();
        // The crate shows the expression indented by four and a caret beneath.
        let at = error
            .lines()
            .find(|line| !line.trim().is_empty() && line.trim_start().starts_with('^'))
            .and_then(|line| line.find('^'))
            .filter(|_| !text.contains('\n'))
            .map(|column| format!(" (at character {})", column.saturating_sub(3)))
            .unwrap_or_default();
        let written = words::cut(text, 80);
        let message = format!("`{written}` is not a regular expression: {what}{at}");
        let error = BuildError::new(&BAD_REGEX, message, what.clone());
        if what.starts_with("look-around") {
            return error.help("combine two assertions with `all`, `any` and `not` instead");
        }
        error
    })
}

#[derive(Debug)]
struct Matches(Regex);

impl Predicate for Matches {
    fn holds(&self, view: View<'_>) -> bool {
        view.text().is_some_and(|text| self.0.is_match(text))
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        if view.text().is_some() {
            return Explanation::default();
        }
        let help = match (view.items(), view.bytes()) {
            (Some(_), _) => "to look at the items use `each` or `some`",
            (_, Some(_)) => "`matches` looks at text: assert on `text` instead of `bytes`",
            _ => "`matches` looks at text",
        };
        let found = Some(words::named(view));
        Explanation { found, help: Some(help.to_owned()), ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        format!("to match `{}`", words::cut(self.0.as_str(), 200))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, mistakes};

    #[test]
    fn a_match_anywhere_is_enough() {
        assert_eq!(judge(r#"{"matches": "\\d+$"}"#, r#""/issues/482""#), "holds");
        assert_eq!(
            judge(r#"{"matches": "^\\d"}"#, r#""/issues/482""#),
            "expected to match `^\\d`\nfound \"/issues/482\""
        );
        assert_eq!(
            judge(r#"{"matches": "4"}"#, "4"),
            "expected to match `4`\nfound the integer 4\nhelp: `matches` looks at text"
        );
    }

    #[test]
    fn a_mistake_is_said_with_its_place() {
        assert_eq!(
            mistakes(r#"{"matches": "a(b"}"#),
            "`a(b` is not a regular expression: unclosed group (at character 2)"
        );
        assert_eq!(
            mistakes(r#"{"matches": "(?=a)"}"#),
            "`(?=a)` is not a regular expression: look-around, including look-ahead and \
             look-behind, is not supported (at character 1); combine two assertions with `all`, \
             `any` and `not` instead"
        );
        assert_eq!(
            mistakes(r#"{"matches": 1}"#),
            "`matches` takes a regular expression as text, found the integer 1"
        );
    }
}
