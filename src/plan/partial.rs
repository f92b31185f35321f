//! What is wrong with the order and the names of a collection that could be read only in part.

use super::{Choices, plan};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::model::Collection;
use crate::source::Files;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Mistakes that a part left out cannot have caused, unless it has the name in question.
const CERTAIN: &[&Code] = &[
    &codes::plan::UNDEFINED_VARIABLE,
    &codes::plan::UNKNOWN_STEP,
    &codes::plan::DUPLICATE_NAME,
    &codes::plan::VARIABLE_CIRCLE,
];

/// The mistakes of planning that stand whatever the unread parts say. `unread` are the names that
/// may stand in them.
#[must_use]
pub fn mistakes_of_part(
    collection: Collection,
    choices: &Choices,
    unread: &BTreeSet<String>,
    files: &Files,
) -> Vec<Diagnostic> {
    let Err(mut mistakes) = plan(Arc::new(collection), choices) else { return Vec::new() };
    mistakes.retain(|mistake| {
        let named = mistake.primary.as_ref().map(|label| files.text(label.span));
        // The place of such a mistake is the name itself, quoted or in `steps['…']`.
        let is_unread = |text: &str| {
            let inside = text.trim_start_matches("steps").trim_matches(['[', ']', '.', '\'', '"']);
            unread.contains(inside)
        };
        CERTAIN.contains(&mistake.code) && !named.is_none_or(is_unread)
    });
    mistakes
}
