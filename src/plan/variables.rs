//! Variables in the order they can be rendered in, and their values.

use super::{Choices, Plan};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Variable;
use crate::template::{ReferenceKind, Scope, Variables};
use std::collections::{BTreeMap, BTreeSet};

/// Every variable known before the run.
pub(super) fn names(variables: &[Variable], choices: &Choices) -> BTreeSet<String> {
    let written = variables.iter().map(|variable| variable.name.value.clone());
    written.chain(choices.variables.iter().map(|(name, _)| name.clone())).collect()
}

/// The last of each name, each after those it uses, file order otherwise.
pub(super) fn order(variables: Vec<Variable>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Variable> {
    let mut latest: Vec<Variable> = Vec::with_capacity(variables.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for variable in variables {
        match places.get(&variable.name.value) {
            Some(place) => {
                if let Some(slot) = latest.get_mut(*place) {
                    *slot = variable;
                }
            }
            None => {
                places.insert(variable.name.value.clone(), latest.len());
                latest.push(variable);
            }
        }
    }
    let mut sorter = Sorter {
        variables: &latest,
        places: &places,
        order: Vec::new(),
        open: Vec::new(),
        diagnostics,
    };
    for index in 0..latest.len() {
        sorter.visit(index);
    }
    let order = sorter.order;
    let mut slots: Vec<Option<Variable>> = latest.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| slots.get_mut(index).and_then(Option::take)).collect()
}

struct Sorter<'s> {
    variables: &'s [Variable],
    places: &'s BTreeMap<String, usize>,
    order: Vec<usize>,
    open: Vec<usize>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl Sorter<'_> {
    fn visit(&mut self, index: usize) {
        if self.order.contains(&index) {
            return;
        }
        let Some(variable) = self.variables.get(index) else { return };
        if let Some(from) = self.open.iter().position(|open| *open == index) {
            let names: Vec<&str> = self
                .open
                .iter()
                .skip(from)
                .chain([&index])
                .filter_map(|index| self.variables.get(*index))
                .map(|variable| variable.name.as_str())
                .collect();
            let message =
                format!("variables use each other in a circle: `{}`", names.join("` → `"));
            let code = &codes::plan::VARIABLE_CIRCLE;
            let span = variable.name.span;
            self.diagnostics.push(Diagnostic::error(
                code,
                span,
                message,
                "has no value to begin with",
            ));
            return;
        }
        self.open.push(index);
        let mut references = Vec::new();
        variable.data.references(&mut references);
        for reference in references {
            if let ReferenceKind::Variable(name) = &reference.kind
                && let Some(place) = self.places.get(name)
            {
                self.visit(*place);
            }
        }
        self.open.pop();
        if !self.order.contains(&index) {
            self.order.push(index);
        }
    }
}

/// The values the steps begin with. `scope` has everything but variables.
///
/// # Errors
/// Every variable whose template fails.
pub fn render_variables(plan: &Plan, scope: &Scope) -> Result<Variables, Vec<Diagnostic>> {
    let mut scope = scope.clone();
    let mut diagnostics = Vec::new();
    let mut given = Variables::default();
    for (name, value) in &plan.given {
        given.set(name, value.clone());
        scope.vars.set(name, value.clone());
    }
    for variable in &plan.variables {
        if given.get(&variable.name).is_some() {
            continue;
        }
        match variable.data.render(&scope) {
            Ok(value) => scope.vars.set(&variable.name, value),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if diagnostics.is_empty() { Ok(scope.vars) } else { Err(diagnostics) }
}
