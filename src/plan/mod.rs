//! A collection and a person's choices to a plan: what runs, in which order, seeing what.
//!
//! ```text
//! Collection ─environment─▶ vars, sessions ─expand─▶ steps ─edges─▶ order ─select─▶ Plan
//! ```
//!
//! Everything that can be refused before the first byte is sent is refused here or earlier:
//! unknown names, circles, variables nobody sets. A plan holds no socket and no secret's value
//! that was not given on the command line.

mod body;
mod bounds;
mod edges;
mod environment;
mod expand;
mod files;
mod frames;
mod hooks;
mod listen;
mod listeners;
mod mocks;
mod names;
mod needs;
mod once;
#[cfg(test)]
mod order_tests;
mod partial;
mod programs;
mod reads;
mod select;
mod tags;
mod undefined;
mod variables;

pub use body::{Body, RowNames};
pub use bounds::{InSection, Section, sections_of_rows};
pub use environment::written_variables;
pub use files::unreadable;
pub use frames::{Frame, known_as};
pub use hooks::{ERROR, PlannedHooks};
pub use once::Once;
pub use partial::mistakes_of_part;
pub use select::{Selection, Shard};
pub use tags::{TagExpression, TagMistake};
pub use variables::render_variables;

use crate::check::subjects::Needs;
use crate::diagnostic::Diagnostic;
use crate::event::Phase;
use crate::model::shapes::BaseUrl;
use crate::model::{
    Action, Checks, Collection, MockSpec, RequestSpec, ServerKind, SessionSpec, SocketSpec, Written,
};
use crate::source::{Located, Span};
use crate::template::{Row, Template, qualified, unqualified};
use crate::value::Value;
use expand::Expanded;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

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
    /// The phase that is planned, where the others are a plan of their own; `None` for all.
    pub phase: Option<Phase>,
    /// What the folder around the collection gives it.
    pub folder: FolderGives,
}

/// What the `runner.yaml` around a collection, and those further up, give its steps.
#[derive(Clone, Debug, Default)]
pub struct FolderGives {
    /// The variables that their `setup` captures.
    pub captured: BTreeSet<String>,
    /// Those of them that are masked.
    pub secrets: BTreeSet<String>,
    /// Whether there is a server for collections that start none.
    pub has_server: bool,
}

/// One collection, ready to run.
#[derive(Debug)]
pub struct Plan {
    /// The collection.
    pub collection: Arc<Collection>,
    /// Variables given from outside, over the collection's.
    pub given: Vec<(String, Value)>,
    /// The environments over it, in order.
    pub environments: Vec<String>,
    /// Names whose values are masked.
    pub secrets: BTreeSet<String>,
    /// Names that the `setup` of the folders around it captures: set in every frame when it begins.
    pub begun_with: BTreeSet<String>,
    /// Session defaults by session, lowest layer first; the first is the collection's own.
    pub sessions: Vec<PlannedSession>,
    /// Its names, and those of every collection its steps include.
    pub frames: Vec<Frame>,
    /// `server`: its own, or the first that an included collection has.
    pub server: Option<Located<ServerKind>>,
    /// `mocks`: its own, and those of the collections its steps include.
    pub mocks: Vec<PlannedMock>,
    /// What steps receive requests at, bound before the first of them runs.
    pub listeners: Vec<PlannedListener>,
    /// Whether nothing of it was left out by what a person chose.
    pub is_whole: bool,
    /// The steps of all phases, in file order.
    pub steps: Arc<Vec<PlannedStep>>,
    /// What holds locks.
    pub sections: Vec<Section>,
    /// The locks of each section.
    pub lock_names: Vec<BTreeSet<String>>,
    /// How many steps each group with a `max` may have running at once.
    pub limits: Vec<usize>,
    /// By [`Part::whole`], how long its teardown may take.
    pub teardown_timeouts: Vec<Duration>,
    /// What the selection names that no step of this collection is; a mistake when it is said of
    /// every collection of the run.
    pub unmatched: Vec<Diagnostic>,
    /// How many units `--shard` chose from.
    pub units: usize,
}

/// One mock, and the frame whose names its templates see.
#[derive(Clone, Debug)]
pub struct PlannedMock {
    /// As written.
    pub spec: MockSpec,
    /// An index into [`Plan::frames`].
    pub frame: usize,
}

/// What steps receive requests at.
#[derive(Clone, Debug)]
pub struct PlannedListener {
    /// What it is called.
    pub name: String,
    /// Where its first step names it.
    pub span: Span,
    /// `bind`
    pub bind: Option<Located<SocketAddr>>,
    /// `url`
    pub url: Option<Written<BaseUrl>>,
    /// The steps, in file order.
    pub steps: Vec<PlannedReceive>,
}

/// A step that receives.
#[derive(Clone, Debug)]
pub struct PlannedReceive {
    /// As written; its action is to receive.
    pub step: Arc<crate::model::Step>,
    /// Where its names are looked up.
    pub frame: usize,
    /// Of each of its matchers: whether all it names is known before anything runs.
    pub is_known: Vec<bool>,
}

/// One session's defaults.
#[derive(Debug)]
pub struct PlannedSession {
    /// Its name; empty for the collection's own.
    pub name: String,
    /// The frame it is of.
    pub frame: usize,
    /// The session whose cookies it has: itself, or the one that a collection is included in.
    pub jar: usize,
    /// How many of the loops around its steps have it anew for each row.
    pub loops: usize,
    /// Its layers, lowest first.
    pub layers: Vec<Arc<SessionSpec>>,
}

/// One step that does something, placed in its order.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// Unique in the collection, stable between runs.
    pub id: Arc<str>,
    /// Unique in its file.
    pub name: Arc<str>,
    /// Name and id without the row, as its own file knows them: what `steps` finds it by.
    pub title: Title,
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
    /// Where its names are looked up: an index into [`Plan::frames`].
    pub frame: usize,
    /// Its session: an index into [`Plan::sessions`].
    pub session: usize,
    /// What it is in that holds locks: an index into [`Plan::sections`].
    pub section: Option<InSection>,
    /// What bounds how many run beside it: indexes into [`Plan::limits`].
    pub limits: Vec<usize>,
    /// The same, without the row: groups in a loop have limits of their own in each.
    pub written_limits: Vec<usize>,
    /// Of a step that is done once for all collections of the run: what makes it the same.
    pub once: Option<Once>,
    /// Conditions that must hold, its groups' first, each with the frame of its names.
    pub conditions: Vec<(usize, Arc<Template>)>,
    /// The step as written; its action is neither a group nor an include.
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
    /// The row it is done for, when the loop around it is under way.
    pub row: Option<Arc<Row>>,
    /// The names that the rows of the loops around it give; `None` outside loops.
    pub row_names: Option<Arc<RowNames>>,
    /// What it does for each row, when it is a loop.
    pub body: Option<Arc<Body>>,
    /// What runs around its request.
    pub hooks: Arc<PlannedHooks>,
    /// How much of the response its captures, assertions, hooks and templates read.
    pub reads: Needs,
}

/// A step's name and id as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Its name.
    pub name: Arc<str>,
    /// Its id.
    pub id: Arc<str>,
}

/// Which part of a collection or a group a step stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The collection, 0, or the group: unique in the plan, and of a group in a loop in each row.
    pub whole: usize,
    /// As `whole`, the same in all rows: an index into [`Plan::teardown_timeouts`].
    pub written: usize,
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
    /// Whether it has a value before any step captures it; of what a folder's setup captures,
    /// whether it should have.
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
            Action::Request(request) if self.body.is_none() => Some(request),
            _ => None,
        }
    }

    /// The socket as written, of a step that is one.
    #[must_use]
    pub fn socket(&self) -> Option<&SocketSpec> {
        match &self.step.action {
            Action::Socket(socket) if self.body.is_none() => Some(socket),
            _ => None,
        }
    }

    /// Whether it waits for others to speak to it: what it waits for may be a step that has yet to
    /// start.
    #[must_use]
    pub fn waits_for_others(&self) -> bool {
        let receives = matches!(self.step.action, Action::Receive(_)) && self.body.is_none();
        receives || self.listening().is_some()
    }

    /// What it does with what came, of a step that exchanges something.
    #[must_use]
    pub fn checks(&self) -> Option<&Checks> {
        if self.body.is_some() { None } else { self.step.action.checks() }
    }

    /// Where its URL stands, of a step that exchanges something.
    #[must_use]
    pub fn url_span(&self) -> Option<Span> {
        if self.body.is_some() { None } else { self.step.action.url_span() }
    }

    /// The variables it gives to later steps, each once, with every name they have among those of
    /// all frames.
    #[must_use]
    pub fn provided(&self, frames: &[Frame]) -> BTreeSet<String> {
        match &self.body {
            Some(body) => body.steps.iter().flat_map(|step| step.provided(frames)).collect(),
            None => {
                let names = self.provides();
                names.flat_map(|name| known_as(frames, self.frame, name)).collect()
            }
        }
    }

    /// The collection or group in whose teardown it is: the outermost.
    #[must_use]
    pub fn teardown_of(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.phase == Phase::Teardown)
    }

    /// How it gives variables to later steps, in messages.
    #[must_use]
    pub fn gives(&self) -> &'static str {
        match &self.step.action {
            Action::Set(_) => "sets",
            _ => "captures",
        }
    }

    /// The variables it gives to later steps: by `capture`, and by `set` in a hook.
    pub fn provides(&self) -> impl Iterator<Item = &str> {
        let captured = self.step.provides().map(|name| name.as_str());
        captured.chain(self.hooks.sets())
    }
}

impl Plan {
    /// How many steps run, as far as is known before.
    #[must_use]
    pub fn count(&self) -> usize {
        body::count(&self.steps)
    }

    /// Every step that is no loop, those of loops once, in file order.
    #[must_use]
    pub fn leaves(&self) -> Vec<&PlannedStep> {
        let mut leaves = Vec::with_capacity(self.steps.len());
        body::leaves(&self.steps, &mut leaves);
        leaves
    }

    /// The collection's own names whose values are masked, those that a capture calls secret too.
    #[must_use]
    pub fn secret_names(&self) -> BTreeSet<String> {
        let captured = self.leaves().into_iter().flat_map(|step| {
            let captures = step.checks().map(|checks| checks.captures.as_slice());
            let secret = captures.unwrap_or_default().iter().filter(|capture| capture.is_secret);
            secret.flat_map(|capture| known_as(&self.frames, step.frame, &capture.name))
        });
        let all = captured.chain(self.secrets.iter().cloned());
        all.filter(|name| unqualified(name).0 == 0).collect()
    }

    /// The collection's own names that its steps capture or set.
    #[must_use]
    pub fn captured_names(&self) -> BTreeSet<String> {
        let captured = self.steps.iter().flat_map(|step| step.provided(&self.frames));
        captured.filter(|name| unqualified(name).0 == 0).collect()
    }

    /// What a session's cookies are kept under. One that each row of a loop has anew has others in
    /// each.
    #[must_use]
    pub fn jar(&self, session: usize, row: Option<&Row>) -> usize {
        let jar = self.sessions.get(session).map_or(session, |session| session.jar);
        let loops = self.sessions.get(jar).map_or(0, |session| session.loops);
        let rows = row.map(Row::path).unwrap_or_default().into_iter().take(loops);
        rows.fold(jar, |jar, row| {
            jar.wrapping_mul(crate::model::MAX_ROWS + 1).wrapping_add(row.index)
        })
    }

    /// Whether what a step of a frame gives this name is masked: by that name, or by one that it
    /// is handed back as.
    #[must_use]
    pub fn is_secret(&self, frame: usize, name: &str) -> bool {
        known_as(&self.frames, frame, name).iter().any(|name| self.secrets.contains(name))
    }
}

/// Plans a collection.
///
/// # Errors
/// Every mistake found, in file order; at least one.
pub fn plan(collection: Arc<Collection>, choices: &Choices) -> Result<Plan, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let overlay = environment::overlay(&collection, choices, &mut diagnostics);
    let expanded = expand::expand(&collection, overlay, choices, &mut diagnostics);
    let Expanded { mut steps, names, floors, frames, sessions, server, mocks, .. } = expanded;
    let (locks, limits) = (expanded.locks, expanded.limits);
    let teardown_timeouts = expanded.teardown_timeouts;
    once::connect(&mut steps, &frames);
    let early = variables::names(&frames, choices);
    let set = variables::with_captured(&early, &frames, &choices.folder.captured);
    let known = edges::Known {
        set: &set,
        of_folders: &choices.folder.captured,
        sessions: &sessions,
        names: &names,
        floors: &floors,
        frames: &frames,
    };
    edges::connect(&mut steps, known, &mut diagnostics);
    let planned = undefined::Planned { steps: &steps, sessions: &sessions, frames: &frames };
    undefined::check(planned, &early, &set, &mut diagnostics);
    undefined::check_handed(planned, &mut diagnostics);
    listen::check(planned, &mut diagnostics);
    if server.is_none() && !choices.folder.has_server {
        undefined::check_server(planned, &mut diagnostics);
    }
    let listeners = listeners::listeners(planned, &set, &mut diagnostics);
    mocks::check(planned, (&mocks, &listeners), &set, server.is_some(), &mut diagnostics);
    undefined::check_secrets(planned, &set, &mut diagnostics);
    let unmatched = select::unmatched(&steps, &choices.selection);
    diagnostics.extend(select::impossible(&steps, &choices.selection));
    let served = match choices.selection.is_everything() {
        true => Vec::new(),
        false => listen::served_by(planned),
    };
    let (steps, units) = select::select(steps, &served, &choices.selection);
    let sections = locks.sections(&steps, &mut diagnostics);
    let lock_names = locks.names();
    if !diagnostics.is_empty() {
        return Err(once_each(diagnostics));
    }
    let secrets = secrets(&frames, choices);
    let begun_with = choices.folder.captured.clone();
    let steps = Arc::new(steps);
    let given = choices.variables.clone();
    let environments = choices.environments.clone();
    Ok(Plan {
        collection,
        environments,
        given,
        secrets,
        begun_with,
        sessions,
        frames,
        server,
        mocks,
        listeners,
        is_whole: choices.selection.is_everything(),
        steps,
        sections,
        lock_names,
        limits,
        teardown_timeouts,
        unmatched,
        units,
    })
}

/// The names that are masked, of every frame.
fn secrets(frames: &[Frame], choices: &Choices) -> BTreeSet<String> {
    let of_frame = |(index, frame): (usize, &Frame)| -> Vec<String> {
        let written = frame.secrets.iter().map(|name| name.value.as_str());
        let given = choices.secrets.iter().chain(&choices.folder.secrets);
        let names = written.chain(given.map(String::as_str));
        names.map(|name| qualified(index, name).into_owned()).collect()
    };
    frames.iter().enumerate().flat_map(of_frame).collect()
}

/// A file that is included twice has its mistakes once.
fn once_each(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.primary.as_ref().map(|label| label.span);
        span.is_none_or(|span| seen.insert((span, diagnostic.message.clone())))
    });
    diagnostics
}
