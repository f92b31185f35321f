//! Names and ids: unique in a collection, found by either.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{Located, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is numbered to be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Numbered {
    Name,
    Id,
}

/// Where a step stands: its index in the plan; of a step in a loop the loop's, then its own in the
/// loop's body.
pub(super) type Path = Vec<usize>;

/// What a name stands for: one step, or all steps of a group.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<String, Vec<Path>>,
    by_id: HashMap<String, Vec<Path>>,
    /// How far the numbering of a name has come.
    counts: HashMap<(Numbered, String), usize>,
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
            Some(_) => {
                let places = &self.places;
                let is_taken = |candidate: &str| places.contains_key(candidate);
                let next = self.counts.entry((Numbered::Name, name.value.clone())).or_insert(2);
                free(next, is_taken, |n| format!("{} ({n})", name.value))
            }
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
                match self.ids.contains(&slug) {
                    true => {
                        let ids = &self.ids;
                        let next = self.counts.entry((Numbered::Id, slug.clone())).or_insert(2);
                        let is_taken = |candidate: &str| ids.contains(candidate);
                        free(next, is_taken, |n| format!("{slug}-{n}"))
                    }
                    false => slug,
                }
            }
        };
        self.ids.insert(id.clone());
        (unique.into(), id.into())
    }

    /// A name and an id stand for this step (too).
    pub(super) fn stands_for(&mut self, name: &str, id: &str, step: &[usize]) {
        for (names, name) in [(&mut self.by_name, name), (&mut self.by_id, id)] {
            let steps = names.entry(name.to_owned()).or_default();
            if steps.last().is_none_or(|last| last != step) {
                steps.push(step.to_vec());
            }
        }
    }

    /// The steps a name stands for, else those an id does: an id made from one step's name may
    /// be another's name.
    pub(super) fn find(&self, name: &str) -> Option<&[Path]> {
        self.by_name.get(name).or_else(|| self.by_id.get(name)).map(Vec::as_slice)
    }

    /// Every name, for suggestions, sorted.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.by_name.keys().chain(self.by_id.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The first free one, numbered from `next` on, which goes past it.
fn free(
    next: &mut usize,
    is_taken: impl Fn(&str) -> bool,
    numbered: impl Fn(usize) -> String,
) -> String {
    loop {
        let candidate = numbered(*next);
        *next += 1;
        if !is_taken(&candidate) {
            return candidate;
        }
    }
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
