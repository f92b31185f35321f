//! Differences between what was expected and what was found.

/// A unified diff, `-` expected and `+` found, with three lines of context; long parts cut.
#[must_use]
pub fn diff(expected: &str, found: &str) -> String {
    let _ = (expected, found);
    todo!()
}
