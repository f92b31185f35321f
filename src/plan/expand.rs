//! Groups flattened to steps in file order, each with the steps it comes after.

use super::body::{Body, RowNames};
use super::bounds::{InSection, Locks};
use super::environment::{Overlay, overlay_included};
use super::hooks::hooks;
use super::mocks;
use super::names::{Names, Path};
use super::needs::{Need, resolve_needs};
use super::once::{self, Once};
use super::reads::reads;
use super::{
    Choices, Frame, Part, PlannedHooks, PlannedMock, PlannedSession, PlannedStep, Title, variables,
};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Phase;
use crate::model::{Action, Collection, Group, Include, Loop, Mode, NEW_SESSION, ServerKind, Step};
use crate::registry::suggest;
use crate::source::{Located, Span};
use crate::template::{ReferenceKind, Template};
use std::sync::Arc;
use std::time::Duration;

#[derive(Default)]
pub(super) struct Expanded {
    pub(super) steps: Vec<PlannedStep>,
    /// By frame.
    pub(super) names: Vec<Names>,
    /// By step, how many of the first steps it comes after by its place alone: in a sequence all
    /// those above it. Edges to them say nothing new and are left out, or a long sequence would
    /// have as many as pairs of steps.
    pub(super) floors: Vec<usize>,
    pub(super) frames: Vec<Frame>,
    pub(super) sessions: Vec<PlannedSession>,
    pub(super) server: Option<Located<ServerKind>>,
    pub(super) mocks: Vec<PlannedMock>,
    pub(super) locks: Locks,
    /// `max` of groups.
    pub(super) limits: Vec<usize>,
    /// By [`Part::whole`], how long its teardown may take.
    pub(super) teardown_timeouts: Vec<Duration>,
}

/// What a step has from the groups around it.
#[derive(Clone)]
struct Around {
    parts: Vec<Part>,
    groups: Vec<String>,
    tags: Vec<String>,
    frame: usize,
    session: usize,
    section: Option<usize>,
    limits: Vec<usize>,
    /// Where `once` is said.
    once: Option<Span>,
    conditions: Vec<(usize, Arc<Template>)>,
    needs: Vec<Need>,
    row_names: Option<Arc<RowNames>>,
}

/// A group's parts, or an included collection's.
struct Whole<'b> {
    mode: Mode,
    setup: &'b [Arc<Step>],
    steps: &'b [Arc<Step>],
    teardown: &'b [Arc<Step>],
}

/// The most collections that steps may include: a file that includes another twice, which does
/// so too, and so on, would never end.
const MOST_FRAMES: usize = 10_000;

/// Who includes a collection.
#[derive(Default)]
struct Caller<'c> {
    parent: usize,
    /// Whose cookies it has.
    session: usize,
    prefix: String,
    /// `None` for the collection that runs.
    include: Option<&'c Include>,
}

/// Where in the order a step or group stands.
#[derive(Clone)]
struct Place {
    /// The steps it comes right after.
    before: Vec<usize>,
    /// As in [`Expanded::floors`].
    floor: usize,
    /// Whether what stands beside it comes before and after it.
    mode: Mode,
}

struct Expander<'e> {
    choices: &'e Choices,
    diagnostics: &'e mut Vec<Diagnostic>,
    expanded: Expanded,
    /// The steps with `needs`, as written.
    needs: Vec<(Path, Vec<Need>)>,
    /// The loops around what is being added, outermost first.
    loops: Path,
}

/// Flattens the three phases. `setup` and `teardown` are sequences; `requests` come after the
/// whole of `setup`.
pub(super) fn expand(
    collection: &Collection,
    overlay: Overlay,
    choices: &Choices,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let expanded = Expanded { server: collection.server, ..Expanded::default() };
    let (needs, loops) = (Vec::new(), Vec::new());
    let mut expander = Expander { choices, diagnostics, expanded, needs, loops };
    let outermost = expander.frame(collection, overlay, Caller::default());
    mocks::add(&mut expander.expanded.mocks, collection, outermost, expander.diagnostics);
    expander.expanded.teardown_timeouts.push(collection.teardown_timeout);
    let mut before = Vec::new();
    let phases = [
        (Phase::Setup, &collection.setup, Mode::Sequence),
        (Phase::Requests, &collection.requests, collection.mode),
        (Phase::Teardown, &collection.teardown, Mode::Sequence),
    ];
    let is_planned = |phase: Phase| choices.phase.is_none_or(|planned| planned == phase);
    for (phase, steps, mode) in phases.into_iter().filter(|(phase, ..)| is_planned(*phase)) {
        let around = Around {
            parts: vec![Part { whole: 0, written: 0, name: "".into(), phase }],
            groups: Vec::new(),
            tags: collection.tags.clone(),
            frame: 0,
            session: 0,
            section: None,
            limits: Vec::new(),
            once: None,
            conditions: Vec::new(),
            needs: Vec::new(),
            row_names: None,
        };
        let place = Place { before, floor: expander.expanded.steps.len(), mode };
        before = expander.all(steps, mode, &around, place);
    }
    let needs = std::mem::take(&mut expander.needs);
    resolve_needs(needs, &mut expander.expanded, expander.diagnostics);
    expander.expanded
}

impl Expander<'_> {
    /// Adds steps that come after `before`; gives those that the next comes after.
    fn all(
        &mut self,
        steps: &[Arc<Step>],
        mode: Mode,
        around: &Around,
        place: Place,
    ) -> Vec<usize> {
        let place = Place { mode, ..place };
        match mode {
            Mode::Sequence => {
                // Behind everything before this sequence, and so behind everything so far.
                let is_behind_all = place.floor == self.expanded.steps.len();
                let floor = place.floor;
                steps.iter().fold(place.before, |before, step| {
                    let floor = if is_behind_all { self.expanded.steps.len() } else { floor };
                    self.one(step, around, Place { before, floor, mode })
                })
            }
            Mode::Parallel => {
                let mut ends = Vec::new();
                for step in steps {
                    ends.extend(self.one(step, around, place.clone()));
                }
                ends.sort_unstable();
                ends.dedup();
                if ends.is_empty() { place.before } else { ends }
            }
        }
    }

    fn one(&mut self, step: &Arc<Step>, around: &Around, place: Place) -> Vec<usize> {
        let mut around = around.clone();
        around.tags.extend(step.tags.iter().cloned());
        let frame = around.frame;
        around.conditions.extend(step.when.iter().map(|when| (frame, Arc::clone(when))));
        around.needs.extend(step.needs.iter().map(|need| (frame, need.clone())));
        if let Some(name) = &step.session {
            let loops = self.loops.len() + usize::from(step.rows.is_some());
            around.session = self.session(name, frame, loops).unwrap_or(around.session);
        }
        around.once = step.once.or(around.once);
        let refused = once::refuse(around.once, step, !self.loops.is_empty(), &around.parts);
        self.diagnostics.extend(refused);
        let section = around.section;
        if let Some(lock) = &step.lock {
            around.section = Some(self.expanded.locks.section(lock, around.section));
        }
        let (name, id) = self.name(step, frame);
        let title = Title { name, id };
        let first = self.expanded.steps.len();
        let ends = match &step.rows {
            Some(rows) => {
                self.looped((step, rows), &title, (around, section), place);
                vec![first]
            }
            None => self.action(step, &title, around, place),
        };
        for index in first..self.expanded.steps.len() {
            let path = self.path(index);
            if let Some(names) = self.expanded.names.get_mut(frame) {
                names.stands_for(&title.name, &title.id, &path);
            }
        }
        ends
    }

    fn path(&self, index: usize) -> Path {
        self.loops.iter().copied().chain([index]).collect()
    }

    fn action(
        &mut self,
        step: &Arc<Step>,
        title: &Title,
        mut around: Around,
        place: Place,
    ) -> Vec<usize> {
        match &step.action {
            Action::Request(_)
            | Action::Socket(_)
            | Action::Receive(_)
            | Action::Set(_)
            | Action::Sleep(_) => {
                let index = self.expanded.steps.len();
                self.add(step, title, around, place, None);
                vec![index]
            }
            Action::Group(Group { mode, max, setup, steps, teardown }) => {
                around.groups.push(title.name.to_string());
                if let Some(max) = max {
                    around.limits.push(self.expanded.limits.len());
                    self.expanded.limits.push(*max);
                }
                let body = Whole { mode: *mode, setup, steps, teardown };
                self.group(&body, &title.name, &around, place)
            }
            Action::Include(include) => {
                around.groups.push(title.name.to_string());
                self.include(include, title, around, place)
            }
        }
    }

    /// A loop: one step of the plan, whose body is done for each row. What is locked around it,
    /// `section`, is locked for all its rows, its own lock for one after the other; what bounds
    /// how many steps run at once bounds its rows.
    fn looped(
        &mut self,
        (step, rows): (&Arc<Step>, &Loop),
        title: &Title,
        (mut around, section): (Around, Option<usize>),
        place: Place,
    ) {
        let frame = around.frame;
        // A condition that speaks of the row is asked of each row, any other once.
        let of_row = step.when.as_ref().filter(|condition| is_of_row(condition, &rows.names));
        let within = Around {
            needs: Vec::new(),
            conditions: of_row.map(|when| (frame, Arc::clone(when))).into_iter().collect(),
            row_names: Some(Arc::new(RowNames::within(around.row_names.as_deref(), frame, rows))),
            ..around.clone()
        };
        if of_row.is_some() {
            around.conditions.pop();
        }
        let index = self.expanded.steps.len();
        self.loops.push(index);
        let steps = std::mem::take(&mut self.expanded.steps);
        let floors = std::mem::take(&mut self.expanded.floors);
        around.section = section;
        around.limits = Vec::new();
        let wholes = self.expanded.teardown_timeouts.len();
        let limits = self.expanded.limits.len();
        let at = Place { before: Vec::new(), floor: 0, mode: place.mode };
        self.action(step, title, within, at);
        let mut body = Body {
            steps: std::mem::replace(&mut self.expanded.steps, steps),
            mode: place.mode,
            chosen: None,
            floors: std::mem::replace(&mut self.expanded.floors, floors),
            wholes: wholes..self.expanded.teardown_timeouts.len(),
            limits: limits..self.expanded.limits.len(),
        };
        if section.is_some() {
            body.unlock();
        }
        self.loops.pop();
        self.add(step, title, around, place, Some(Arc::new(body)));
    }

    fn name(&mut self, step: &Step, frame: usize) -> (Arc<str>, Arc<str>) {
        let is_written = step.name.span != step.span;
        match self.expanded.names.get_mut(frame) {
            Some(names) => names.name(&step.name, is_written, step.id.as_ref(), self.diagnostics),
            None => (step.name.as_str().into(), step.name.as_str().into()),
        }
    }

    /// Opens the names and sessions of a collection. An included one's own session has the
    /// caller's cookies, and its own defaults alone.
    fn frame(&mut self, collection: &Collection, overlay: Overlay, caller: Caller<'_>) -> usize {
        let Caller { parent, session, prefix, include } = caller;
        let frame = self.expanded.frames.len();
        let (first, loops) = (self.expanded.sessions.len(), self.loops.len());
        for (index, (name, layers)) in overlay.sessions.into_iter().enumerate() {
            let jar = if index == 0 && frame > 0 { session } else { first + index };
            self.expanded.sessions.push(PlannedSession { name, frame, jar, loops, layers });
        }
        let passed = include.map(|include| include.vars.clone()).unwrap_or_default();
        let is_passed = |name: &str| passed.iter().any(|passed| *passed.name == *name);
        let mut variables = overlay.variables;
        variables.retain(|variable| !is_passed(&variable.name));
        self.expanded.names.push(Names::default());
        self.expanded.frames.push(Frame {
            parent,
            prefix,
            variables: variables::order(variables, self.diagnostics),
            passed,
            handed: include.map(|include| Frame::handed(&include.handed)).unwrap_or_default(),
            secrets: collection.secrets.clone(),
            hooks: collection.hooks.clone(),
            teardown_timeout: collection.teardown_timeout,
            folder: Arc::new(collection.folder.to_path_buf()),
        });
        frame
    }

    /// Another collection in place: a group with names and sessions of its own.
    fn include(
        &mut self,
        include: &Include,
        Title { name, id }: &Title,
        mut around: Around,
        place: Place,
    ) -> Vec<usize> {
        let collection = &*include.collection;
        if self.expanded.frames.len() >= MOST_FRAMES {
            let message = format!("more than {MOST_FRAMES} collections are included");
            let code = &codes::model::BAD_INCLUDE;
            self.diagnostics.push(Diagnostic::placeless(code, message));
            return place.before;
        }
        let overlay = overlay_included(collection, self.choices, self.diagnostics);
        let outer = self.expanded.frames.get(around.frame).map_or("", |frame| &frame.prefix);
        let prefix = format!("{outer}{id}/");
        let (parent, session) = (around.frame, around.session);
        let session = self.expanded.sessions.get(session).map_or(0, |session| session.jar);
        around.session = self.expanded.sessions.len();
        let caller = Caller { parent, session, prefix, include: Some(include) };
        around.frame = self.frame(collection, overlay, caller);
        around.tags.extend(collection.tags.iter().cloned());
        self.expanded.server = self.expanded.server.or(collection.server);
        mocks::add(&mut self.expanded.mocks, collection, around.frame, self.diagnostics);
        let Collection { mode, setup, requests: steps, teardown, .. } = collection;
        self.group(&Whole { mode: *mode, setup, steps, teardown }, name, &around, place)
    }

    /// A group's setup, its steps and its teardown, each after all of those before it.
    fn group(
        &mut self,
        group: &Whole<'_>,
        name: &Arc<str>,
        around: &Around,
        place: Place,
    ) -> Vec<usize> {
        if group.setup.is_empty() && group.teardown.is_empty() {
            return self.all(group.steps, group.mode, around, place);
        }
        let whole = self.expanded.teardown_timeouts.len();
        let limit = self.expanded.frames.get(around.frame).map(|frame| frame.teardown_timeout);
        self.expanded.teardown_timeouts.extend(limit);
        let within = |phase: Phase| {
            let mut parts = around.parts.clone();
            parts.push(Part { whole, written: whole, name: Arc::clone(name), phase });
            Around { parts, ..around.clone() }
        };
        let is_behind_all = place.floor == self.expanded.steps.len();
        let floor = |expander: &Expander<'_>| match is_behind_all {
            true => expander.expanded.steps.len(),
            false => place.floor,
        };
        let Place { before, mode, .. } = place;
        let at = Place { before, floor: floor(self), mode };
        let before = self.all(group.setup, Mode::Sequence, &within(Phase::Setup), at);
        let at = Place { before, floor: floor(self), mode };
        let before = self.all(group.steps, group.mode, &within(Phase::Requests), at);
        let at = Place { before, floor: floor(self), mode };
        // What kept the group from running keeps its teardown too: nothing of it ran. What has
        // changed since does not.
        let teardown =
            Around { conditions: Vec::new(), needs: Vec::new(), ..within(Phase::Teardown) };
        self.all(group.teardown, Mode::Sequence, &teardown, at)
    }

    fn add(
        &mut self,
        step: &Arc<Step>,
        title: &Title,
        around: Around,
        Place { before: after, floor, .. }: Place,
        body: Option<Arc<Body>>,
    ) {
        let Around { parts, groups, mut tags, frame, session, section, limits, .. } = around;
        let Around { once, conditions, needs, row_names, .. } = around;
        let prefix = self.expanded.frames.get(frame).map_or("", |frame| &frame.prefix);
        let id = match prefix {
            "" => Arc::clone(&title.id),
            prefix => format!("{prefix}{}", title.id).into(),
        };
        let is_in = |phase: Phase| parts.iter().any(|part| part.phase == phase);
        let phases = [Phase::Teardown, Phase::Setup];
        let phase = phases.into_iter().find(|phase| is_in(*phase)).unwrap_or(Phase::Requests);
        tags.dedup();
        if !needs.is_empty() {
            let path = self.path(self.expanded.steps.len());
            self.needs.push((path, needs));
        }
        self.expanded.floors.push(floor);
        let hooks = match (&step.action, self.expanded.frames.get(frame)) {
            (Action::Request(request), Some(frame)) if body.is_none() => {
                let session = self.expanded.sessions.get(session);
                let layers = session.map(|session| session.layers.as_slice());
                hooks(request, layers.unwrap_or_default(), &frame.hooks)
            }
            _ => PlannedHooks::default(),
        };
        self.expanded.steps.push(PlannedStep {
            id,
            name: Arc::clone(&title.name),
            title: title.clone(),
            span: step.span,
            phase,
            parts,
            groups,
            tags,
            frame,
            session,
            section: section.map(|section| InSection { written: section, of_row: section }),
            written_limits: limits.clone(),
            limits,
            once: once.map(|_| Once { names: Vec::new() }),
            conditions,
            step: Arc::clone(step),
            after,
            needs: Vec::new(),
            uses: Vec::new(),
            is_looked_at: false,
            row: None,
            row_names,
            body,
            reads: reads(step, &hooks),
            hooks: Arc::new(hooks),
        });
    }

    fn session(&mut self, name: &Located<String>, frame: usize, loops: usize) -> Option<usize> {
        if **name == NEW_SESSION {
            return Some(self.new_session(frame, loops));
        }
        let sessions = &self.expanded.sessions;
        let is_meant = |session: &PlannedSession| session.frame == frame && session.name == **name;
        let found = sessions.iter().position(is_meant);
        if found.is_none() || name.is_empty() {
            let names = sessions
                .iter()
                .filter(|session| session.frame == frame)
                .map(|session| session.name.as_str())
                .filter(|name| !matches!(*name, "" | NEW_SESSION));
            let message = format!("unknown session `{}`", name.value);
            let code = &codes::plan::UNKNOWN_SESSION;
            let diagnostic = Diagnostic::error(code, name.span, message, "not one of `sessions`");
            let names: Vec<&str> = names.collect();
            self.diagnostics.push(match (suggest(names.iter().copied(), name), names.as_slice()) {
                (Some(near), _) => diagnostic.did_you_mean(Some(near)),
                (None, []) => diagnostic.help("the collection has no `sessions`"),
                (None, names) => diagnostic.help(format!("there are `{}`", names.join("`, `"))),
            });
        }
        found
    }

    /// A session nobody else has, with the defaults of the frame's own.
    fn new_session(&mut self, frame: usize, loops: usize) -> usize {
        let sessions = &mut self.expanded.sessions;
        let own = sessions.iter().find(|session| session.frame == frame);
        let layers = own.map(|own| own.layers.clone()).unwrap_or_default();
        let jar = sessions.len();
        sessions.push(PlannedSession { name: NEW_SESSION.to_owned(), frame, jar, loops, layers });
        jar
    }
}

/// Whether a condition names `item`, `loop` or one of these.
fn is_of_row(condition: &Template, names: &[Arc<str>]) -> bool {
    condition.references().iter().any(|reference| match &reference.kind {
        ReferenceKind::Item | ReferenceKind::Loop => true,
        ReferenceKind::Variable(name) => names.iter().any(|known| **known == **name),
        _ => false,
    })
}
