//! Names and ids: unique in a collection, found by either.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{Located, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a name stands for: one step, or all steps of a group.
#[derive(Debug, Default)]
pub(super) struct Names {
    steps: HashMap<String, Vec<usize>>,
    places: HashMap<String, Span>,
    ids: HashSet<String>,
}

impl Names {
    /// Gives a step its name and id. A name nobody wrote is made unique; a written one must be.
    pub(super) fn name(
        &mut self,
        name: &Located<String>,
        is_written: bool,
        id: Option<&Located<String>>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Arc<str>, Arc<str>) {
        let unique = match self.places.get(name.as_str()) {
            Some(first) if is_written => {
                diagnostics.push(duplicate("name", name, *first));
                name.value.clone()
            }
            Some(_) => unique(
                name,
                |candidate| self.places.contains_key(candidate),
                |name, n| format!("{name} ({n})"),
            ),
            None => name.value.clone(),
        };
        self.places.entry(unique.clone()).or_insert(name.span);
        let id = match id {
            Some(id) => {
                match self.places.get(id.as_str()) {
                    Some(first) if id.value != unique => {
                        diagnostics.push(duplicate("id", id, *first))
                    }
                    _ => {}
                }
                self.places.entry(id.value.clone()).or_insert(id.span);
                id.value.clone()
            }
            None => {
                let slug = slug(&unique);
                unique_id(&slug, &self.ids)
            }
        };
        self.ids.insert(id.clone());
        (unique.into(), id.into())
    }

    /// A name or id stands for this step (too).
    pub(super) fn stands_for(&mut self, name: &str, step: usize) {
        let steps = self.steps.entry(name.to_owned()).or_default();
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }

    /// The steps a name or id stands for.
    pub(super) fn find(&self, name: &str) -> Option<&[usize]> {
        self.steps.get(name).map(Vec::as_slice)
    }

    /// Every name, for suggestions, sorted.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.steps.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

fn unique_id(slug: &str, taken: &HashSet<String>) -> String {
    match taken.contains(slug) {
        true => {
            unique(slug, |candidate| taken.contains(candidate), |slug, n| format!("{slug}-{n}"))
        }
        false => slug.to_owned(),
    }
}

/// The first of `name 2`, `name 3`, … that is free.
fn unique(
    name: &str,
    is_taken: impl Fn(&str) -> bool,
    numbered: impl Fn(&str, usize) -> String,
) -> String {
    (2..).map(|n| numbered(name, n)).find(|candidate| !is_taken(candidate)).unwrap_or_default()
}

/// Lower case, everything but letters and digits to one `-`.
fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter.is_alphanumeric() {
            true => slug.push(letter),
            false if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            false => {}
        }
    }
    match slug.trim_end_matches('-') {
        "" => "step".to_owned(),
        slug => slug.to_owned(),
    }
}

fn duplicate(what: &str, name: &Located<String>, first: Span) -> Diagnostic {
    let message = format!("two steps have the {what} `{}`", name.value);
    Diagnostic::error(&codes::plan::DUPLICATE_NAME, name.span, message, "the second")
        .also(first, "the first")
        .help(format!(
            "a step's {what} is how `needs`, `steps` and reports find it: give it another"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_with_single_dashes() {
        assert_eq!(slug("Create a Comment!"), "create-a-comment");
        assert_eq!(slug("GET {{ base }}/items?x=1"), "get-base-items-x-1");
        assert_eq!(slug("---"), "step");
    }
}
