//! Groups flattened to steps in file order, each with the steps it comes after.

use super::names::Names;
use super::reads::reads;
use super::{PlannedSession, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::model::{Action, Collection, Mode, Step};
use crate::registry::suggest;
use crate::source::Located;
use crate::template::Template;
use std::sync::Arc;

pub(super) struct Expanded {
    pub(super) steps: Vec<PlannedStep>,
    pub(super) names: Names,
}

/// What a step has from the groups around it.
#[derive(Clone)]
struct Around {
    phase: Phase,
    groups: Vec<String>,
    tags: Vec<String>,
    session: Option<usize>,
    conditions: Vec<Arc<Template>>,
    needs: Vec<Located<String>>,
}

struct Expander<'e> {
    sessions: &'e [PlannedSession],
    diagnostics: &'e mut Vec<Diagnostic>,
    expanded: Expanded,
    /// `needs` as written, by step.
    needs: Vec<Vec<Located<String>>>,
}

/// Flattens the three phases. `setup` and `teardown` are sequences; `requests` come after the
/// whole of `setup`.
pub(super) fn expand(
    collection: &Collection,
    sessions: &[PlannedSession],
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let expanded = Expanded { steps: Vec::new(), names: Names::default() };
    let mut expander = Expander { sessions, diagnostics, expanded, needs: Vec::new() };
    let mut before = Vec::new();
    let phases = [
        (Phase::Setup, &collection.setup, Mode::Sequence),
        (Phase::Requests, &collection.requests, collection.mode),
        (Phase::Teardown, &collection.teardown, Mode::Sequence),
    ];
    for (phase, steps, mode) in phases {
        let around = Around {
            phase,
            groups: Vec::new(),
            tags: collection.tags.clone(),
            session: None,
            conditions: Vec::new(),
            needs: Vec::new(),
        };
        before = expander.all(steps, mode, &around, before);
    }
    expander.resolve_needs();
    expander.expanded
}

impl Expander<'_> {
    /// Adds steps that come after `before`; gives those that the next comes after.
    fn all(
        &mut self,
        steps: &[Arc<Step>],
        mode: Mode,
        around: &Around,
        before: Vec<usize>,
    ) -> Vec<usize> {
        match mode {
            Mode::Sequence => {
                steps.iter().fold(before, |before, step| self.one(step, around, before))
            }
            Mode::Parallel => {
                let mut ends = Vec::new();
                for step in steps {
                    ends.extend(self.one(step, around, before.clone()));
                }
                ends.sort_unstable();
                ends.dedup();
                if ends.is_empty() { before } else { ends }
            }
        }
    }

    fn one(&mut self, step: &Arc<Step>, around: &Around, before: Vec<usize>) -> Vec<usize> {
        let mut around = around.clone();
        around.tags.extend(step.tags.iter().cloned());
        around.conditions.extend(step.when.iter().map(Arc::clone));
        around.needs.extend(step.needs.iter().cloned());
        if let Some(name) = &step.session {
            around.session = self.session(name);
        }
        let is_written = step.name.span != step.span;
        let (name, id) =
            self.expanded.names.name(&step.name, is_written, step.id.as_ref(), self.diagnostics);
        let first = self.expanded.steps.len();
        let ends = match &step.action {
            Action::Request(_) => {
                self.request(step, (name.clone(), id.clone()), around, before);
                vec![first]
            }
            Action::Group(group) => {
                around.groups.push(name.to_string());
                self.all(&group.steps, group.mode, &around, before)
            }
        };
        for index in first..self.expanded.steps.len() {
            self.expanded.names.stands_for(&name, index);
            self.expanded.names.stands_for(&id, index);
        }
        ends
    }

    fn request(
        &mut self,
        step: &Arc<Step>,
        (name, id): (Arc<str>, Arc<str>),
        around: Around,
        after: Vec<usize>,
    ) {
        let Around { phase, groups, mut tags, session, conditions, needs } = around;
        tags.dedup();
        self.needs.push(needs);
        self.expanded.steps.push(PlannedStep {
            id,
            name,
            span: step.span,
            phase,
            groups,
            tags,
            session: session.unwrap_or(0),
            conditions,
            step: Arc::clone(step),
            after,
            needs: Vec::new(),
            uses: Vec::new(),
            is_looked_at: false,
            reads: reads(step),
        });
    }

    fn session(&mut self, name: &Located<String>) -> Option<usize> {
        let found = self.sessions.iter().position(|session| session.name == **name);
        if found.is_none() || name.is_empty() {
            let names = self
                .sessions
                .iter()
                .map(|session| session.name.as_str())
                .filter(|name| !name.is_empty());
            let message = format!("unknown session `{}`", name.value);
            let code = &codes::plan::UNKNOWN_SESSION;
            let diagnostic = Diagnostic::error(code, name.span, message, "not one of `sessions`");
            let all: Vec<&str> = names.clone().collect();
            self.diagnostics.push(match suggest(names, name) {
                Some(near) => diagnostic.did_you_mean(Some(near)),
                None if all.is_empty() => diagnostic.help("the collection has no `sessions`"),
                None => diagnostic.help(format!("there are `{}`", all.join("`, `"))),
            });
        }
        found
    }

    /// `needs` by name or id: steps that must have passed.
    fn resolve_needs(&mut self) {
        let needs = std::mem::take(&mut self.needs);
        let Expanded { steps, names } = &mut self.expanded;
        for (index, (step, needs)) in steps.iter_mut().zip(needs).enumerate() {
            for need in needs {
                match names.find(&need) {
                    Some([one]) if *one == index => {
                        let message = format!("`{}` needs itself", step.name);
                        let code = &codes::plan::CIRCLE;
                        let diagnostic = Diagnostic::error(code, need.span, message, "itself");
                        self.diagnostics.push(diagnostic);
                    }
                    Some(found) => step.needs.extend(found.iter().filter(|found| **found != index)),
                    None => {
                        let near = suggest(names.all(), &need);
                        let message = format!("unknown step `{}` in `needs`", need.value);
                        let code = &codes::plan::UNKNOWN_STEP;
                        let diagnostic = Diagnostic::error(
                            code,
                            need.span,
                            message,
                            "no step has this name or id",
                        );
                        self.diagnostics.push(diagnostic.did_you_mean(near));
                    }
                }
            }
        }
    }
}
