//! What something must be.
//!
//! To add one: a file here with a [`PredicateKind`], a line in [`PREDICATES`], a spec in
//! `specs/predicates/KEY.yaml`.

mod all;
mod any;
mod between;
mod contains;
mod each;
mod empty;
mod ends_with;
pub(super) mod eq;
mod exists;
mod ge;
mod gt;
mod r#in;
mod includes;
mod is;
mod le;
mod length;
mod lt;
mod matches;
mod ne;
mod not;
mod not_contains;
mod not_in;
pub(super) mod schema;
mod some;
mod sorted;
mod starts_with;
mod unique;

pub use is::{TYPES, Type};
pub use matches::compile_regex;

use super::words::Show;
use super::{Argument, BuildError, View};
use crate::registry::Entry;
use std::fmt;
use std::sync::Arc;

/// A compiled predicate.
pub trait Predicate: Send + Sync + fmt::Debug {
    /// Whether it holds of what is there. Makes no words: most clauses hold.
    fn holds(&self, view: View<'_>) -> bool;

    /// Whether it holds of nothing at all; `None`, unknown, for all that speak of a value.
    fn missing(&self) -> Option<bool> {
        None
    }

    /// Why it does not hold: called only where [`Predicate::holds`] said no.
    fn explain(&self, view: View<'_>, show: Show) -> Explanation {
        let _ = (view, show);
        Explanation::default()
    }

    /// What it expects, in words that may follow "expected": `to contain "bug"`.
    fn describe(&self, show: Show) -> String;
}

/// A predicate ready to test, or every mistake in its argument.
pub type Compiled = Result<Arc<dyn Predicate>, Vec<BuildError>>;

/// More than "expected …, found …".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What was found, in better words than its value: `the string "1"`.
    pub found: Option<String>,
    /// The item of a list that failed, the first difference.
    pub detail: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// A unified diff.
    pub diff: Option<String>,
}

/// What a predicate takes: what the JSON Schema says of it, and which parts of an argument are
/// values of the subject (`500ms` in `{elapsed: {any: [{lt: 500ms}]}}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentShape {
    /// Any value; holes under `$` allowed.
    Pattern,
    /// Any value of the subject's kind, or a part of it.
    Value,
    /// A list of values.
    Values,
    /// A number, text or duration.
    Bound,
    /// A list of two bounds.
    Bounds,
    /// A regular expression.
    Regex,
    /// `true` or `false`.
    Flag,
    /// The name of a type.
    Type,
    /// `true`, `false`, `asc` or `desc`.
    Direction,
    /// A number or predicates about one.
    Length,
    /// A value or a mapping of predicates, about an item.
    OfItems,
    /// A value or a mapping of predicates, about the same thing.
    Expectation,
    /// A list of values or mappings of predicates, about the same thing.
    Expectations,
    /// A JSON Schema, or the file of one.
    Schema,
}

/// A predicate as written: `{KEY: ARGUMENT}`.
pub struct PredicateKind {
    /// The key.
    pub key: &'static str,
    /// What other tools call it: for "did you mean", never accepted.
    pub synonyms: &'static [&'static str],
    /// One line.
    pub summary: &'static str,
    /// `assert: …` as a step has it.
    pub example: &'static str,
    /// What its argument is.
    pub argument: ArgumentShape,
    /// Compiles the argument.
    pub compile: fn(&Argument) -> Compiled,
}

impl fmt::Debug for PredicateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PredicateKind({})", self.key)
    }
}

impl Entry for PredicateKind {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// Every predicate, in the order docs list them.
pub const PREDICATES: &[&PredicateKind] = &[
    &eq::KIND,
    &ne::KIND,
    &lt::KIND,
    &le::KIND,
    &gt::KIND,
    &ge::KIND,
    &between::KIND,
    &r#in::KIND,
    &not_in::KIND,
    &contains::KIND,
    &not_contains::KIND,
    &starts_with::KIND,
    &ends_with::KIND,
    &matches::KIND,
    &is::KIND,
    &length::KIND,
    &empty::KIND,
    &exists::KIND,
    &unique::KIND,
    &sorted::KIND,
    &includes::KIND,
    &schema::KIND,
    &each::KIND,
    &some::KIND,
    &not::KIND,
    &any::KIND,
    &all::KIND,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_predicate_is_described_and_its_example_uses_it() {
        let keys: BTreeSet<&str> = PREDICATES.iter().map(|kind| kind.key).collect();
        assert_eq!(keys.len(), PREDICATES.len());
        for kind in PREDICATES {
            assert!(!kind.summary.is_empty() && !kind.summary.ends_with('.'), "{kind:?}");
            assert!(kind.example.starts_with("assert:"), "{kind:?}");
            assert!(kind.example.contains(&format!("{}:", kind.key)), "{kind:?}");
            assert!(kind.synonyms.iter().all(|name| !keys.contains(name)), "{kind:?}");
        }
    }

    #[test]
    fn a_template_may_stand_for_every_argument() {
        for kind in PREDICATES {
            assert!((kind.compile)(&Argument::Pending).is_ok(), "{kind:?}");
        }
    }
}
