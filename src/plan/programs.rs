//! The programs a plan would run: refused before anything is sent unless they are allowed.

use super::{Plan, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Hook;
use crate::source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Plan {
    /// A mistake for each place that names a program.
    #[must_use]
    pub fn refuse_programs(&self) -> Vec<Diagnostic> {
        // A session's hook is one of every step.
        let spans: BTreeSet<Span> = self.leaves().into_iter().flat_map(named).collect();
        spans.into_iter().map(refuse).collect()
    }
}

impl PlannedStep {
    /// A mistake when its request cannot be shown without running a program.
    #[must_use]
    pub fn refuse_programs_of_request(&self) -> Option<Diagnostic> {
        programs(&self.hooks.request).next().map(refuse)
    }
}

/// Where a step names programs.
pub(super) fn named(step: &PlannedStep) -> Vec<Span> {
    let hooks = &step.hooks;
    let lists = [&hooks.request, &hooks.response, &hooks.failure];
    let mut spans: Vec<Span> = lists.into_iter().flat_map(|list| programs(list)).collect();
    let data = step.request().and_then(|request| request.data.as_ref());
    let members = data.and_then(|data| data.node().as_mapping()).unwrap_or_default();
    let command = members.iter().find(|member| &*member.key == "$command");
    spans.extend(command.map(|member| member.key_span));
    spans
}

fn programs(hooks: &[Arc<Hook>]) -> impl Iterator<Item = Span> {
    hooks.iter().filter(|hook| hook.kind.runs_program).map(|hook| hook.span)
}

fn refuse(span: Span) -> Diagnostic {
    let message = "the collection runs a program";
    Diagnostic::error(&codes::cli::NOT_ALLOWED, span, message, "not without `--allow-exec`")
        .help("`--allow-exec` lets a collection run programs: as you, outside any sandbox")
}
