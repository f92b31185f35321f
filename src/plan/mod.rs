//! A collection and a person's choices to a plan: what runs, in which order, seeing what.
//!
//! ```text
//! Collection ─environment─▶ vars, sessions ─expand─▶ steps ─edges─▶ order ─select─▶ Plan
//! ```
//!
//! Everything that can be refused before the first byte is sent is refused here or earlier:
//! unknown names, circles, variables nobody sets. A plan holds no socket and no secret's value
//! that was not given on the command line.

mod edges;
mod environment;
mod expand;
mod names;
#[cfg(test)]
mod order_tests;
mod partial;
mod reads;
mod select;
mod undefined;
mod variables;

pub use partial::mistakes_of_part;
pub use select::Selection;
pub use variables::render_variables;

use crate::check::subjects::Needs;
use crate::diagnostic::Diagnostic;
use crate::event::Phase;
use crate::model::{Action, Collection, RequestSpec, SessionSpec, Variable};
use crate::source::{Located, Span};
use crate::template::Template;
use crate::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a person chose on the command line.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `--env`, in order: later ones win.
    pub environments: Vec<String>,
    /// Variables from `--env-file`, `--vars`, `--secret` and `--var`, lowest precedence first.
    pub variables: Vec<(String, Value)>,
    /// Names that `--secret` gave.
    pub secrets: BTreeSet<String>,
    /// What runs.
    pub selection: Selection,
}

/// One collection, ready to run.
#[derive(Debug)]
pub struct Plan {
    /// The collection.
    pub collection: Arc<Collection>,
    /// Its variables, each after those it uses.
    pub variables: Vec<Variable>,
    /// Variables given from outside, over the collection's.
    pub given: Vec<(String, Value)>,
    /// Names whose values are masked.
    pub secrets: BTreeSet<String>,
    /// Session defaults by session, lowest layer first; the first is the collection's own.
    pub sessions: Vec<PlannedSession>,
    /// The steps of all phases, in file order.
    pub steps: Vec<PlannedStep>,
    /// What the selection names that no step of this collection is; a mistake when it is said of
    /// every collection of the run.
    pub unmatched: Vec<Diagnostic>,
}

/// One session's defaults.
#[derive(Debug)]
pub struct PlannedSession {
    /// Its name; empty for the collection's own.
    pub name: String,
    /// Its layers, lowest first.
    pub layers: Vec<Arc<SessionSpec>>,
}

/// One step that does something, placed in its order.
#[derive(Debug)]
pub struct PlannedStep {
    /// Unique in the collection, stable between runs.
    pub id: Arc<str>,
    /// Unique in the collection.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// What it counts as: of the parts it stands in, teardown before setup before requests.
    pub phase: Phase,
    /// The parts it stands in, outermost first: the collection's, then those of the groups around
    /// it that have a setup or a teardown.
    pub parts: Vec<Part>,
    /// The names of the groups around it, outermost first.
    pub groups: Vec<String>,
    /// Its tags, its groups' and the collection's included.
    pub tags: Vec<String>,
    /// Its session: an index into [`Plan::sessions`].
    pub session: usize,
    /// Conditions that must hold, its groups' first.
    pub conditions: Vec<Arc<Template>>,
    /// The step as written; its action is not a group.
    pub step: Arc<crate::model::Step>,
    /// Steps that must have ended: indexes into [`Plan::steps`], ascending. What they and those
    /// before them captured, and their cookies, is what this step sees.
    pub after: Vec<usize>,
    /// Steps that must have passed; each in `after`, or before one that is.
    pub needs: Vec<usize>,
    /// Variables it uses that steps capture; one of the providers must have passed.
    pub uses: Vec<Use>,
    /// Whether another step looks at its request or response through `steps`.
    pub is_looked_at: bool,
    /// How much of the response its captures, assertions and templates read.
    pub reads: Needs,
}

/// Which part of a collection or a group a step stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The collection, 0, or the group: unique in the plan.
    pub whole: usize,
    /// The group's name; empty for the collection.
    pub name: Arc<str>,
    /// Its setup, its steps or its teardown.
    pub phase: Phase,
}

/// A captured variable that a step uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable.
    pub name: String,
    /// Whether it has a value before any step captures it.
    pub is_set: bool,
    /// Whether the step's templates say themselves what holds without it.
    pub is_guarded: bool,
    /// The steps that capture it, and how many of the first of them this step can mean.
    providers: Arc<[usize]>,
    count: usize,
}

impl Use {
    /// The steps that capture it, in file order; each in `after`, or before one that is.
    #[must_use]
    pub fn providers(&self) -> &[usize] {
        self.providers.get(..self.count).unwrap_or_default()
    }
}

impl PlannedStep {
    /// The request as written, of a step that is one.
    #[must_use]
    pub fn request(&self) -> Option<&RequestSpec> {
        match &self.step.action {
            Action::Request(request) => Some(request),
            _ => None,
        }
    }

    /// How it gives variables to later steps, in messages.
    #[must_use]
    pub fn gives(&self) -> &'static str {
        match &self.step.action {
            Action::Set(_) => "sets",
            _ => "captures",
        }
    }
}

/// Plans a collection.
///
/// # Errors
/// Every mistake found, in file order; at least one.
pub fn plan(collection: Arc<Collection>, choices: &Choices) -> Result<Plan, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let overlay = environment::overlay(&collection, choices, &mut diagnostics);
    let expanded = expand::expand(&collection, &overlay.sessions, &mut diagnostics);
    let mut steps = expanded.steps;
    let set = variables::names(&overlay.variables, choices);
    let known = edges::Known {
        set: &set,
        sessions: &overlay.sessions,
        names: &expanded.names,
        floors: &expanded.floors,
    };
    edges::connect(&mut steps, known, &mut diagnostics);
    undefined::check(&steps, &overlay, &set, &mut diagnostics);
    if collection.server.is_none() {
        undefined::check_server(&steps, &overlay, &mut diagnostics);
    }
    undefined::check_secrets(&collection.secrets, &steps, &set, &mut diagnostics);
    let variables = variables::order(overlay.variables, &mut diagnostics);
    let unmatched = select::unmatched(&steps, &choices.selection);
    let steps = select::select(steps, &choices.selection);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let written = collection.secrets.iter().map(|name: &Located<String>| name.value.clone());
    let secrets = written.chain(choices.secrets.iter().cloned()).collect();
    let given = choices.variables.clone();
    Ok(Plan { collection, variables, given, secrets, sessions: overlay.sessions, steps, unmatched })
}
