//! A list of which one is meant.

use super::argument::{all, under, wrong};
use super::pattern::{Extent, Pattern};
use super::words::{self, Show};
use super::{Argument, BuildError, Explanation, Segment, View};
use crate::diagnostic::codes::check::NO_PREDICATE;

/// What `in` and `not_in` compare with.
#[derive(Debug)]
pub(super) struct Choice(Vec<Pattern>);

impl Choice {
    pub(super) fn compile(key: &str, argument: &Argument) -> Result<Choice, Vec<BuildError>> {
        if *argument == Argument::Pending {
            return Ok(Choice(Vec::new()));
        }
        let items = argument.items().ok_or_else(|| {
            let mut errors = wrong(key, "a list", argument);
            if let (Some(value), Some(error)) = (argument.scalar(), errors.first_mut()) {
                error.help = Some(format!("write `{key}: [{}]`", words::value(value)));
            }
            errors
        })?;
        if items.is_empty() && matches!(argument, Argument::Array(_)) {
            let message = format!("the list of `{key}` is empty");
            return Err(vec![BuildError::new(&NO_PREDICATE, message, "no value here")]);
        }
        let patterns = items.iter().enumerate().map(|(index, item)| {
            Pattern::compile(item).map_err(|errors| under(errors, &Segment::Index(index)))
        });
        all(patterns).map(Choice)
    }

    pub(super) fn has(&self, view: View<'_>) -> bool {
        self.0.iter().any(|pattern| pattern.fits(view, Extent::Exact))
    }

    /// Names the kind where only that keeps it from being one of them.
    pub(super) fn explain(&self, view: View<'_>) -> Explanation {
        let kind = view.kind();
        let same = |pattern: &Pattern| pattern.literal().is_none_or(|value| value.kind() == kind);
        let text = |pattern: &Pattern| pattern.literal().map(|value| value.to_text());
        let lookalike = view.members().is_none()
            && view.items().is_none()
            && self
                .0
                .iter()
                .any(|pattern| text(pattern) == Some(view.to_value().to_text()) && !same(pattern));
        let named = lookalike || !self.0.iter().any(same);
        Explanation { found: named.then(|| words::named(view)), ..Explanation::default() }
    }

    pub(super) fn describe(&self, show: Show) -> String {
        let shown: Vec<String> = self
            .0
            .iter()
            .map(|pattern| match pattern.literal() {
                Some(value) => show(View::Value(&value)),
                None => pattern.describe(),
            })
            .collect();
        words::cut(&shown.join(", "), 400)
    }
}
