//! How much of a response a step reads, so that no more of it is kept than that.

use super::PlannedHooks;
use crate::check::subjects::Needs;
use crate::model::{Action, CaptureSource, Compare, Step};
use crate::template::ReferenceKind;

/// What a step's captures, assertions, hooks and templates read of its response.
pub(super) fn reads(step: &Step, hooks: &PlannedHooks) -> Needs {
    let Action::Request(request) = &step.action else { return Needs::Head };
    let asserted = request.assertions.iter().map(|assertion| match &assertion.compare {
        Compare::Subject { .. } | Compare::Snapshot { .. } | Compare::Contract(_) => {
            assertion.kind.needs
        }
        Compare::Expression(_) => Needs::Head,
    });
    let captured = request.captures.iter().map(|capture| match &capture.source {
        CaptureSource::Subject { kind, .. } => kind.needs,
        CaptureSource::Expression(_) => Needs::Head,
    });
    let mut references = Vec::new();
    request.references_after(&mut references);
    // Which part of `response` a template reads is known only when it is rendered.
    let by_template = references.iter().any(|one| one.kind == ReferenceKind::Response);
    let templates = if by_template || hooks.read_body() { Needs::Body } else { Needs::Head };
    asserted.chain(captured).chain([templates]).max().unwrap_or(Needs::Head)
}
