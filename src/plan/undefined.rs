//! Variables that nobody sets, found before anything is sent.

use super::edges::{References, providers, references};
use super::frames::{local, within};
use super::{Frame, PlannedSession, PlannedStep};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::DefaultReference;
use crate::registry::suggest;
use crate::source::Span;
use crate::template::{RESERVED, Reference, ReferenceKind, qualified, unqualified};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is planned so far.
#[derive(Clone, Copy)]
pub(super) struct Planned<'p> {
    pub(super) steps: &'p [PlannedStep],
    pub(super) sessions: &'p [PlannedSession],
    pub(super) frames: &'p [Frame],
}

impl Planned<'_> {
    /// Every name that variables use, of every frame.
    pub(super) fn of_variables(&self) -> Vec<Reference> {
        let mut all = Vec::new();
        for (index, frame) in self.frames.iter().enumerate() {
            let mut references = Vec::new();
            frame.variables.iter().for_each(|variable| variable.data.references(&mut references));
            all.extend(references.into_iter().map(|reference| within(reference, index)));
        }
        all
    }

    /// The same, each with the frame it is of.
    pub(super) fn of_frames(&self) -> Vec<(usize, Reference)> {
        let mut all = Vec::new();
        for (index, frame) in self.frames.iter().enumerate() {
            let mut references = Vec::new();
            frame.variables.iter().for_each(|variable| variable.data.references(&mut references));
            all.extend(references.into_iter().map(|reference| (index, reference)));
        }
        all
    }

    fn references(&self, step: &PlannedStep) -> References {
        references(step, self.sessions, self.frames)
    }
}

/// Refuses every use of a variable that is neither known from the start nor captured before. `vars`
/// are rendered `early`, when no step has captured anything.
pub(super) fn check(
    planned: Planned<'_>,
    early: &BTreeSet<String>,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let steps = planned.steps;
    let providers = providers(steps, planned.frames);
    let mut refused = BTreeSet::new();
    let references = planned.of_variables();
    for (reference, name) in references.iter().filter_map(|reference| unset(reference, early)) {
        if refused.insert(reference.span) {
            diagnostics.push(match known.contains(name) {
                true => not_early(reference, name),
                false => refuse(reference, name, known, &providers, steps),
            });
        }
    }
    let mut checking = Checking { planned, known, providers, refused, diagnostics };
    checking.level(steps, &mut Vec::new());
}

struct Checking<'c> {
    planned: Planned<'c>,
    known: &'c BTreeSet<String>,
    providers: BTreeMap<String, Arc<[usize]>>,
    /// The places of mistakes told.
    refused: BTreeSet<Span>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl<'c> Checking<'c> {
    /// Steps side by side in these loops.
    fn level(&mut self, steps: &'c [PlannedStep], loops: &mut Vec<&'c PlannedStep>) {
        for step in steps {
            self.step(step, loops);
            if let Some(body) = &step.body {
                loops.push(step);
                self.level(&body.steps, loops);
                loops.pop();
            }
        }
    }

    fn step(&mut self, step: &PlannedStep, loops: &[&PlannedStep]) {
        let captured = |name: &str| {
            let around = loops.iter().copied().chain([step]);
            around.flat_map(|step| &step.uses).any(|used| used.name == name)
        };
        let own = |name: &str| {
            let (frame, name) = unqualified(name);
            frame == step.frame && step.provides().any(|own| own == name)
        };
        let References { before, defaults, after } = self.planned.references(step);
        let unset = |reference| unset(reference, self.known);
        let unknown = before.iter().filter_map(unset).filter(|(_, name)| !captured(name));
        let unknown = unknown.chain(
            after.iter().filter_map(unset).filter(|(_, name)| !captured(name) && !own(name)),
        );
        for (reference, name) in unknown.collect::<Vec<_>>() {
            if self.refused.insert(reference.span) {
                let steps = self.planned.steps;
                let refused = refuse(reference, name, self.known, &self.providers, steps);
                self.diagnostics.push(refused);
            }
        }
        let sent = before.iter().chain(defaults.iter().map(|default| &default.reference));
        let while_read = while_read(step);
        for reference in sent {
            if reference.kind == ReferenceKind::Response
                && !reference.is_guarded
                && !while_read.contains(&reference.span)
                && self.refused.insert(reference.span)
            {
                self.diagnostics.push(no_response(reference));
            }
        }
        let of_row = before.iter().chain(&after);
        for reference in of_row.chain(defaults.iter().map(|default| &default.reference)) {
            if let Some(name) = row_name(reference)
                && self.refused.insert(reference.span)
            {
                self.diagnostics.push(outside_loops(reference, name));
            }
        }
        for default in &defaults {
            let Some((reference, name)) = unset(&default.reference) else { continue };
            if !captured(name) && self.refused.insert(reference.span) {
                let steps = self.planned.steps;
                let capturing = self.providers.get(name).and_then(|steps| steps.first());
                let capturing = capturing.and_then(|index| steps.get(*index));
                self.diagnostics.push(match capturing {
                    Some(capturing) => not_yet(default, name, step, capturing),
                    None => refuse(reference, name, self.known, &self.providers, steps),
                });
            }
        }
    }
}

/// `item` or `loop`, where the template does not say what holds without.
fn row_name(reference: &Reference) -> Option<&'static str> {
    match reference.kind {
        ReferenceKind::Item if !reference.is_guarded => Some("item"),
        ReferenceKind::Loop if !reference.is_guarded => Some("loop"),
        _ => None,
    }
}

/// The places of names used while the response is being read: `load/` has judged them.
fn while_read(step: &PlannedStep) -> BTreeSet<Span> {
    let mut references = Vec::new();
    if let Some(request) = step.request() {
        request.lines.iter().for_each(|lines| lines.references(&mut references));
        let of_lines = request.checks.assertions.iter().filter(|one| one.is_of_each_line());
        of_lines.for_each(|assertion| assertion.references(&mut references));
    }
    references.into_iter().map(|reference| reference.span).collect()
}

/// `response` in what is rendered before there is one.
fn no_response(reference: &Reference) -> Diagnostic {
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let message = "`response` is undefined";
    Diagnostic::error(code, reference.span, message, "rendered before there is a response").help(
        "`capture` the value in a step before, or look at that step: `steps['name'].response`",
    )
}

fn outside_loops(reference: &Reference, name: &str) -> Diagnostic {
    let message = format!("`{name}` is undefined");
    let label = format!("only a step with `foreach` or `repeat` has `{name}`");
    Diagnostic::error(&codes::plan::UNDEFINED_VARIABLE, reference.span, message, label)
        .help("add `foreach: […]` to this step, or to a group around it")
}

/// A variable that the folder's `setup` captures, in `vars`.
fn not_early(reference: &Reference, name: &str) -> Diagnostic {
    let message = format!("`{}` is undefined", local(name));
    let code = &codes::plan::UNDEFINED_VARIABLE;
    Diagnostic::error(code, reference.span, message, "not captured yet when `vars` are rendered")
        .note(format!("the `setup` of the folder's `runner.yaml` captures `{}`", local(name)))
        .help("use it in the steps themselves, or in `session`")
}

/// A session's default that a step would be sent with before its variable is captured.
fn not_yet(
    default: &DefaultReference,
    name: &str,
    step: &PlannedStep,
    capturing: &PlannedStep,
) -> Diagnostic {
    let who = match step.id == capturing.id {
        true => {
            format!("`{}`, which {} it, has this default too", step.name, step.gives())
        }
        false => {
            format!(
                "`{}` has this default and comes before `{}`, which {} it",
                step.name,
                capturing.name,
                capturing.gives()
            )
        }
    };
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let message = format!("`{}` is undefined in `{}`", local(name), step.name);
    let label = "not captured yet when that step is sent";
    Diagnostic::error(code, default.reference.span, message, label)
        .note(who)
        .help(format!("give that step {}", default.instead))
}

/// Refuses `server` where the collection starts none.
pub(super) fn check_server(planned: Planned<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut used = planned.of_variables();
    for step in all(planned.steps) {
        let References { before, defaults, after } = planned.references(step);
        used.extend(before);
        used.extend(defaults.into_iter().map(|default| default.reference));
        used.extend(after);
    }
    let mut refused = BTreeSet::new();
    for reference in used {
        if reference.kind == ReferenceKind::Server
            && !reference.is_guarded
            && refused.insert(reference.span)
        {
            let code = &codes::plan::UNDEFINED_VARIABLE;
            let message = "`server` is undefined: the collection starts none";
            let diagnostic = Diagnostic::error(code, reference.span, message, "no `server` here");
            diagnostics.push(
                diagnostic
                    .help("add `server: httpbin` to the collection, or write the URL of your own"),
            );
        }
    }
}

/// Every step: loops, and the steps in them.
pub(super) fn all(steps: &[PlannedStep]) -> Vec<&PlannedStep> {
    let mut every = Vec::with_capacity(steps.len());
    for step in steps {
        every.push(step);
        every.extend(step.body.iter().flat_map(|body| all(&body.steps)));
    }
    every
}

/// Refuses a name in `secrets` that was meant to be another: the value of that one would be shown.
/// A name that is like none may be set by another run's `--secret`.
pub(super) fn check_secrets(
    planned: Planned<'_>,
    known: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let providers = providers(planned.steps, planned.frames);
    for (index, frame) in planned.frames.iter().enumerate() {
        for name in &frame.secrets {
            let qualified = qualified(index, name);
            if known.contains(&*qualified) || providers.contains_key(&*qualified) {
                continue;
            }
            if let Some(near) = suggest(names_of(index, known, &providers), name) {
                let message = format!("`{}` is undefined", name.value);
                let code = &codes::plan::UNDEFINED_VARIABLE;
                let label = "nobody sets this secret";
                let diagnostic = Diagnostic::error(code, name.span, message, label);
                diagnostics.push(diagnostic.did_you_mean(Some(near)));
            }
        }
    }
}

/// Refuses what a collection should hand back and does not capture.
pub(super) fn check_handed(planned: Planned<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let providers = providers(planned.steps, planned.frames);
    let none = BTreeSet::new();
    for (index, frame) in planned.frames.iter().enumerate() {
        for (theirs, _) in &frame.handed {
            if providers.contains_key(&*qualified(index, theirs)) {
                continue;
            }
            let message = format!("the included collection captures no `{}`", theirs.value);
            let code = &codes::plan::UNDEFINED_VARIABLE;
            let diagnostic = Diagnostic::error(code, theirs.span, message, "not captured there");
            let names: Vec<&str> = names_of(index, &none, &providers).collect();
            diagnostics.push(match (suggest(names.iter().copied(), theirs), names.as_slice()) {
                (Some(near), _) => diagnostic.did_you_mean(Some(near)),
                (None, []) => diagnostic.help("it captures nothing"),
                (None, names) => diagnostic.help(format!("it captures `{}`", names.join("`, `"))),
            });
        }
    }
}

/// Names known in a frame, as its file writes them.
pub(super) fn names_of<'n>(
    frame: usize,
    known: &'n BTreeSet<String>,
    providers: &'n BTreeMap<String, Arc<[usize]>>,
) -> impl Iterator<Item = &'n str> {
    let all = known.iter().chain(providers.keys()).map(|name| unqualified(name));
    all.filter(move |(of, _)| *of == frame).map(|(_, name)| name)
}

/// The variable a reference names, when it is not known and the template does not say what then.
fn unset<'r>(
    reference: &'r Reference,
    known: &BTreeSet<String>,
) -> Option<(&'r Reference, &'r str)> {
    match &reference.kind {
        ReferenceKind::Variable(name) if !reference.is_guarded && !known.contains(name) => {
            Some((reference, name))
        }
        _ => None,
    }
}

fn refuse(
    reference: &Reference,
    name: &str,
    known: &BTreeSet<String>,
    providers: &BTreeMap<String, Arc<[usize]>>,
    steps: &[PlannedStep],
) -> Diagnostic {
    let capturing = providers.get(name).and_then(|steps| steps.first());
    let (frame, name) = unqualified(name);
    let message = format!("`{name}` is undefined");
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let diagnostic = Diagnostic::error(code, reference.span, message, "nobody sets it before this");
    if let Some(step) = capturing.and_then(|index| steps.get(*index)) {
        return diagnostic.help(format!(
            "`{}` {} it, but only later: move that step before this one",
            step.name,
            step.gives()
        ));
    }
    let names = names_of(frame, known, providers);
    let near = suggest(names.chain(RESERVED.iter().copied()), name);
    match near {
        Some(_) => diagnostic.did_you_mean(near),
        None if frame > 0 => diagnostic.help(format!(
            "set it in `vars`, or pass it in where this file is included: `vars: {{{name}: …}}`"
        )),
        None => diagnostic.help(format!(
            "set it in `vars`, `capture` it in a step before, or give `--var {name}=…`"
        )),
    }
}
