//! Reading a file: attempts until nothing stops the parser, or what stops it cannot be passed.

use super::attempt::{self, Attempt};
use super::scan_error::{self, Found};
use super::surrogate::Joined;
use super::{Limits, SyntaxError, SyntaxErrorKind};
use crate::source::{FileId, Node, NodeKind, Scalar, ScalarStyle, Span};

/// How many mistakes are read past.
const MAX_PATCHES: usize = 20;
/// How many bytes all attempts together may read, the first apart.
const PATCH_BUDGET: usize = 32 << 20;

/// Reads every document of a file: at least one node. Documents with nothing in them are left
/// out when there are others. All mistakes that can be told apart are reported.
///
/// # Errors
/// Every [`SyntaxError`] found, in file order; at least one.
pub fn parse(file: FileId, text: &str, limits: &Limits) -> Result<Vec<Node>, Vec<SyntaxError>> {
    if text.len() > limits.bytes.min(u32::MAX as usize / 2) {
        return Err(vec![too_large(file, text, limits)]);
    }
    let mut joined = Joined::none(text);
    let mut found: Vec<SyntaxError> = Vec::new();
    let mut attempt = attempt::read(file, &joined, limits);
    if is_surrogate(&attempt)
        && let Some(pairs) = Joined::all(text)
    {
        joined = pairs;
        attempt = attempt::read(file, &joined, limits);
    }
    let mut budget = PATCH_BUDGET;
    while let Some(stop) = &attempt.stop {
        let Found { mistake, patched } = scan_error::explain(file, &joined, stop, |patched| {
            attempt::read(file, patched, limits).stop.is_none_or(|next| next.at > stop.at)
        });
        found.push(mistake);
        let affordable = found.len() <= MAX_PATCHES && text.len() * 2 <= budget;
        let Some(patched) = patched.filter(|_| affordable) else { break };
        budget -= text.len() * 2;
        joined = patched;
        attempt = attempt::read(file, &joined, limits);
    }
    found.append(&mut attempt.mistakes);
    if found.is_empty() {
        return Ok(without_empty(file, attempt.documents));
    }
    found.sort_by_key(|mistake| (mistake.span, mistake.kind));
    found.dedup_by(|a, b| a.span.start == b.span.start && a.kind == b.kind);
    Err(found)
}

fn too_large(file: FileId, text: &str, limits: &Limits) -> SyntaxError {
    let message =
        format!("the file has {} bytes, more than the limit of {}", text.len(), limits.bytes);
    SyntaxError::new(SyntaxErrorKind::Limit, Span::new(file, 0, 0), message, "")
}

fn is_surrogate(attempt: &Attempt) -> bool {
    attempt.stop.as_ref().is_some_and(|stop| stop.info.contains("invalid Unicode character"))
}

/// The documents that hold something; when none does, the first, so that there is always one.
fn without_empty(file: FileId, documents: Vec<Node>) -> Vec<Node> {
    let is_empty = |node: &Node| {
        node.as_scalar()
            .is_some_and(|scalar| scalar.text.is_empty() && scalar.style == ScalarStyle::Plain)
    };
    let (empty, full): (Vec<Node>, Vec<Node>) = documents.into_iter().partition(is_empty);
    if !full.is_empty() {
        return full;
    }
    let nothing = || {
        let scalar = Scalar { text: "".into(), style: ScalarStyle::Plain };
        Node { span: Span::new(file, 0, 0), kind: NodeKind::Scalar(scalar) }
    };
    vec![empty.into_iter().next().unwrap_or_else(nothing)]
}

#[cfg(test)]
mod tests;
