//! Variables in the order they can be rendered in, and their values.

use super::{Choices, Frame, Plan};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::Variable;
use crate::template::{ReferenceKind, Scope, Variables, qualified};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every variable that has a value before any step captures it, of every frame.
pub(super) fn names(frames: &[Frame], choices: &Choices) -> BTreeSet<String> {
    let of_frame = |(index, frame): (usize, &Frame)| -> Vec<String> {
        let written = frame.passed.iter().chain(&frame.variables);
        let written = written.map(|variable| variable.name.value.as_str());
        let names = written.chain(choices.variables.iter().map(|(name, _)| name.as_str()));
        names.map(|name| qualified(index, name).into_owned()).collect()
    };
    frames.iter().enumerate().flat_map(of_frame).collect()
}

/// The same, and what the folders around the collection capture before it begins.
pub(super) fn with_captured(
    early: &BTreeSet<String>,
    frames: &[Frame],
    captured: &BTreeSet<String>,
) -> BTreeSet<String> {
    let of_frame = |frame| captured.iter().map(move |name| qualified(frame, name).into_owned());
    early.iter().cloned().chain((0..frames.len()).flat_map(of_frame)).collect()
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
        marks: vec![Mark::New; latest.len()],
        order: Vec::new(),
        diagnostics,
    };
    for index in 0..latest.len() {
        sorter.visit(index);
    }
    let order = sorter.order;
    let mut slots: Vec<Option<Variable>> = latest.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| slots.get_mut(index).and_then(Option::take)).collect()
}

/// How far a variable's sorting has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

struct Sorter<'s> {
    variables: &'s [Variable],
    places: &'s BTreeMap<String, usize>,
    marks: Vec<Mark>,
    order: Vec<usize>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl Sorter<'_> {
    /// Puts a variable behind those it uses. Without recursion: a chain may be longer than the
    /// stack is deep.
    fn visit(&mut self, index: usize) {
        // Each with the variables it uses that are still to be looked at, last first.
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut next = Some(index);
        loop {
            if let Some(index) = next.take() {
                match self.marks.get(index) {
                    Some(Mark::New) => {
                        self.mark(index, Mark::Open);
                        path.push((index, self.uses(index)));
                    }
                    Some(Mark::Open) => self.refuse(index, &path),
                    _ => {}
                }
            }
            let Some((index, uses)) = path.last_mut() else { return };
            next = uses.pop();
            if next.is_none() {
                let index = *index;
                path.pop();
                self.mark(index, Mark::Done);
                self.order.push(index);
            }
        }
    }

    fn mark(&mut self, index: usize, mark: Mark) {
        if let Some(slot) = self.marks.get_mut(index) {
            *slot = mark;
        }
    }

    fn uses(&self, index: usize) -> Vec<usize> {
        let mut references = Vec::new();
        if let Some(variable) = self.variables.get(index) {
            variable.data.references(&mut references);
        }
        let used = references.iter().rev().filter_map(|reference| match &reference.kind {
            ReferenceKind::Variable(name) => self.places.get(name).copied(),
            _ => None,
        });
        used.collect()
    }

    fn refuse(&mut self, index: usize, path: &[(usize, Vec<usize>)]) {
        let circle = path.iter().map(|(index, _)| *index).skip_while(|open| *open != index);
        let names: Vec<&str> = circle
            .chain([index])
            .filter_map(|index| self.variables.get(index))
            .map(|variable| variable.name.as_str())
            .collect();
        let message = format!("variables use each other in a circle: `{}`", names.join("` → `"));
        let Some(variable) = self.variables.get(index) else { return };
        let (code, span) = (&codes::plan::VARIABLE_CIRCLE, variable.name.span);
        self.diagnostics.push(Diagnostic::error(code, span, message, "has no value to begin with"));
    }
}

/// The values a frame's steps begin with: what is `passed` in, over what is given from outside,
/// over its own variables. `scope` has everything but those.
///
/// # Errors
/// Every variable whose template fails.
pub fn render_variables(
    plan: &Plan,
    frame: usize,
    passed: Vec<(String, Value)>,
    scope: &Scope,
) -> Result<Variables, Vec<Diagnostic>> {
    let mut scope = scope.clone();
    let mut diagnostics = Vec::new();
    let mut given = Variables::default();
    // What was captured before the collection began lies over all but what is passed in.
    let captured: BTreeSet<&str> = match frame {
        0 => BTreeSet::new(),
        _ => plan.begun_with.iter().map(String::as_str).collect(),
    };
    let is_captured =
        |name: &str, scope: &Scope| captured.contains(name) && scope.vars.get(name).is_some();
    let from_outside = plan.given.iter().filter(|(name, _)| !is_captured(name, &scope)).cloned();
    let given_now: Vec<(String, Value)> = from_outside.chain(passed).collect();
    for (name, value) in given_now {
        given.set(&name, value.clone());
        scope.vars.set(&name, value);
    }
    for variable in plan.frames.get(frame).map(|frame| &frame.variables).into_iter().flatten() {
        if given.get(&variable.name).is_some() || is_captured(&variable.name, &scope) {
            continue;
        }
        match variable.data.render(&scope) {
            Ok(value) => scope.vars.set(&variable.name, value),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if diagnostics.is_empty() { Ok(scope.vars) } else { Err(diagnostics) }
}
