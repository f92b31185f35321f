//! What a step that exchanges something does with what came, whatever it was exchanged with.

use super::{Assertion, Capture, RetrySpec};
use crate::template::Reference;

/// `retry`, `capture` and `assert`.
#[derive(Debug, Default)]
pub struct Checks {
    /// `retry`
    pub retry: Option<RetrySpec>,
    /// `capture`
    pub captures: Vec<Capture>,
    /// `assert`
    pub assertions: Vec<Assertion>,
}

impl Checks {
    /// Every name that must be known before anything is sent.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        // These are looked at while the response is being read.
        for assertion in self.assertions.iter().filter(|one| one.is_of_each_line()) {
            assertion.references(into);
        }
        if let Some(retry) = &self.retry {
            retry.references_before(into);
        }
    }

    /// Every name used once something came: by captures, assertions and `until`.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        for capture in &self.captures {
            capture.references(into);
        }
        for assertion in self.assertions.iter().filter(|one| !one.is_of_each_line()) {
            assertion.references(into);
        }
        if let Some(retry) = &self.retry {
            retry.references_after(into);
        }
    }

    /// Whether a kind of error is what is expected.
    #[must_use]
    pub fn expect_error(&self) -> bool {
        self.assertions.iter().any(|one| one.kind.key == "error")
    }
}
