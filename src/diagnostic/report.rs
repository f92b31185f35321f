//! Many diagnostics as one report.

use super::{Diagnostic, Severity};
use crate::source::Span;

/// Sorts by place (those without one first), errors before warnings at one place, and drops
/// what is said twice. What is said of one place in one severity keeps its order.
#[must_use]
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |one: &Diagnostic| -> Option<Span> { one.primary.as_ref().map(|label| label.span) };
    diagnostics.sort_by_key(|one| (place(one), one.severity == Severity::Warning));
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for one in diagnostics {
        let here = kept.iter().rev().take_while(|other| place(other) == place(&one));
        if !here.into_iter().any(|other| *other == one) {
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes::model::{UNKNOWN_KEY, WRONG_TYPE};
    use crate::source::FileId;

    #[test]
    fn a_report_follows_the_file_and_says_a_thing_once() {
        let at = |code, start, message: &str| {
            Diagnostic::error(code, Span::new(FileId(0), start, start + 1), message, "")
        };
        let (a, b) = (at(&UNKNOWN_KEY, 9, "late"), at(&WRONG_TYPE, 2, "early"));
        let c = at(&UNKNOWN_KEY, 2, "also early");
        let none = Diagnostic::placeless(&UNKNOWN_KEY, "no place");
        let all = vec![a.clone(), b.clone(), c.clone(), none.clone(), b.clone(), a.clone()];
        assert_eq!(in_order(all), [none, b, c, a]);
    }
}
