//! Functions and filters of templates.
//!
//! To add one: a file here, a line in [`FUNCTIONS`], a spec in `specs/functions/KEY.yaml`.

use crate::registry::Entry;

/// A function or filter.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub key: &'static str,
    /// One line.
    pub summary: &'static str,
    /// A template that uses it.
    pub example: &'static str,
}

impl Entry for Function {
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

/// Every function and filter that is ours.
pub const FUNCTIONS: &[&Function] = &[];
