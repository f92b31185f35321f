//! How much of a response a step reads, so that no more of it is kept than that.

use super::PlannedHooks;
use crate::check::subjects::Needs;
use crate::model::{Action, Assertion, CaptureSource, Compare, PaginateSpec, Step};
use crate::source::{Member, Node};
use crate::template::ReferenceKind;

/// Whether only the number of lines is asked for, which is known when none is kept.
fn is_count(assertion: &Assertion, expected: &Node) -> bool {
    let counts = |member: &Member| matches!(&*member.key, "length" | "empty" | "exists");
    assertion.kind.key == "lines"
        && expected.as_mapping().is_some_and(|members| members.iter().all(counts))
}

/// What a step's captures, assertions, hooks and templates read of its response.
pub(super) fn reads(step: &Step, hooks: &PlannedHooks) -> Needs {
    let Action::Request(request) = &step.action else { return Needs::Head };
    let asserted = request.checks.assertions.iter().map(|assertion| match &assertion.compare {
        Compare::Subject { node, .. } if request.lines.is_some() && is_count(assertion, node) => {
            Needs::Head
        }
        Compare::Subject { .. } | Compare::Snapshot { .. } | Compare::Contract(_) => {
            assertion.kind.needs
        }
        Compare::Expression(_) => Needs::Head,
    });
    let captured = request.checks.captures.iter().map(|capture| match &capture.source {
        CaptureSource::Subject { kind, .. } => kind.needs,
        CaptureSource::Expression(_) => Needs::Head,
    });
    let paged = request.paginate.as_deref().map_or(Needs::Head, pages);
    let mut references = Vec::new();
    request.references_after(&mut references);
    // Which part of `response` a template reads is known only when it is rendered.
    let by_template = references.iter().any(|one| one.kind == ReferenceKind::Response);
    let templates = if by_template || hooks.read_body() { Needs::Body } else { Needs::Head };
    let replied = if request.graphql.is_some() { Needs::Body } else { Needs::Head };
    asserted.chain(captured).chain([templates, paged, replied]).max().unwrap_or(Needs::Head)
}

/// What leads from page to page.
fn pages(paginate: &PaginateSpec) -> Needs {
    match paginate.next.as_ref().map(|next| &next.source) {
        _ if paginate.items.is_some() => Needs::Body,
        Some(CaptureSource::Subject { kind, .. }) => kind.needs,
        // What a template reads is seen in its references.
        _ => Needs::Head,
    }
}
