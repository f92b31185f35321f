//! The hooks of a step: its own, its session's, the collection's.
//!
//! ```text
//! request:  the step's or its session's ─▶ the collection's ─▶ sent
//! response: received ─▶ the collection's ─▶ the step's or its session's
//! failure:  the step's or its session's ─▶ the collection's
//! ```
//!
//! A step's list replaces its session's (`merge_hooks`), occasion by occasion, and of a session's
//! layers the highest that has one holds. The collection's stand nearest the wire, and nothing
//! replaces them: they see what goes out and what came.

use crate::hook::Occasion;
use crate::model::{DefaultReference, Hook, Hooks, RequestSpec, SessionSpec};
use crate::template::{Reference, ReferenceKind};
use std::sync::Arc;

/// What runs around a step's request, in order.
#[derive(Debug, Default)]
pub struct PlannedHooks {
    /// On the prepared request.
    pub request: Vec<Arc<Hook>>,
    /// On every response.
    pub response: Vec<Arc<Hook>>,
    /// When the step failed.
    pub failure: Vec<Arc<Hook>>,
    /// How many of the first of `request` are a session's.
    of_session: usize,
}

/// What templates of `hooks.failure` see beside all else; no variable.
pub const ERROR: &str = "error";

pub(super) fn hooks(
    request: &RequestSpec,
    layers: &[Arc<SessionSpec>],
    collection: &Hooks,
) -> PlannedHooks {
    let own = |occasion: Occasion| -> Vec<Arc<Hook>> {
        let below = layers.iter().rev().map(|layer| &layer.arguments.hooks);
        let mut lists = std::iter::once(&request.arguments.hooks).chain(below);
        let list = lists.find_map(|hooks| {
            let list = hooks.of(occasion);
            (!list.is_empty()).then_some(list)
        });
        list.unwrap_or_default().to_vec()
    };
    let all =
        |occasion: Occasion| own(occasion).iter().chain(collection.of(occasion)).cloned().collect();
    let outer = collection.response.iter().cloned();
    let response = outer.chain(own(Occasion::Response)).collect();
    let of_session = match request.arguments.hooks.request.is_empty() {
        true => own(Occasion::Request).len(),
        false => 0,
    };
    PlannedHooks {
        request: all(Occasion::Request),
        response,
        failure: all(Occasion::Failure),
        of_session,
    }
}

impl PlannedHooks {
    /// Those of an occasion, in the order they run.
    #[must_use]
    pub fn of(&self, occasion: Occasion) -> &[Arc<Hook>] {
        match occasion {
            Occasion::Request => &self.request,
            Occasion::Response => &self.response,
            Occasion::Failure => &self.failure,
        }
    }

    /// The variables that responses set.
    pub(super) fn sets(&self) -> impl Iterator<Item = &str> {
        self.response.iter().flat_map(|hook| &hook.sets).map(|name| name.as_str())
    }

    /// Names used before the request is sent, but for its session's.
    pub(super) fn references_before(&self, into: &mut Vec<Reference>) {
        self.request.iter().skip(self.of_session).for_each(|hook| hook.references(into));
    }

    /// Names used before the request is sent, of its session's.
    pub(super) fn defaults(&self, into: &mut Vec<DefaultReference>) {
        let mut references = Vec::new();
        self.request.iter().take(self.of_session).for_each(|hook| hook.references(&mut references));
        let instead = "`hooks: {request: […]}` of its own";
        into.extend(
            references
                .into_iter()
                .map(|reference| DefaultReference { reference, instead: instead.to_owned() }),
        );
    }

    /// Names used once there is a response, or a failure.
    pub(super) fn references_after(&self, into: &mut Vec<Reference>) {
        self.response.iter().for_each(|hook| hook.references(into));
        let mut failure = Vec::new();
        self.failure.iter().for_each(|hook| hook.references(&mut failure));
        let is_error = |one: &Reference| one.kind == ReferenceKind::Variable(ERROR.to_owned());
        into.extend(failure.into_iter().filter(|one| !is_error(one)));
    }

    /// Whether a hook looks at a response's body.
    pub(super) fn read_body(&self) -> bool {
        self.response
            .iter()
            .chain(&self.failure)
            .any(|hook| hook.looks_at(&ReferenceKind::Response))
    }

    /// Whether a hook looks at the body of the request before it is sent: a stream is read into
    /// memory for it.
    #[must_use]
    pub fn read_request(&self) -> bool {
        self.request.iter().any(|hook| hook.looks_at(&ReferenceKind::Request))
    }
}
