//! A step: a request, a group of steps, another collection, variables to set or a pause.

use super::{
    Checks, Collection, Loop, Mode, ReceiveSpec, RequestSpec, SocketSpec, Variable, Written,
};
use crate::source::{Located, Span};
use crate::template::Template;
use std::sync::Arc;
use std::time::Duration;

/// One step as written.
#[derive(Debug)]
pub struct Step {
    /// `name`, when given; else what it does: "METHOD url" as written.
    pub name: Located<String>,
    /// `id`, when given.
    pub id: Option<Located<String>>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `session`: a name of `sessions`.
    pub session: Option<Located<String>>,
    /// `when`: skipped when it is false.
    pub when: Option<Arc<Template>>,
    /// `needs`: names or ids of steps.
    pub needs: Vec<Located<String>>,
    /// `lock`: held while it runs.
    pub lock: Option<Located<String>>,
    /// `once`: done once for all collections of the run; where that is said.
    pub once: Option<Span>,
    /// `delay`: waited before the step's first try.
    pub delay: Option<Written<Duration>>,
    /// `foreach` or `repeat`: the rows it is done for.
    pub rows: Option<Box<Loop>>,
    /// What it does.
    pub action: Action,
    /// Where it stands: its first key.
    pub span: Span,
}

/// What a step does.
#[derive(Debug)]
pub enum Action {
    /// `url`
    Request(Box<RequestSpec>),
    /// `requests`
    Group(Group),
    /// `include`
    Include(Include),
    /// `socket`
    Socket(Box<SocketSpec>),
    /// `receive`
    Receive(Box<ReceiveSpec>),
    /// `set`: variables, rendered in order.
    Set(Vec<Variable>),
    /// `sleep`
    Sleep(Written<Duration>),
}

/// `include` within a step: another collection in place.
#[derive(Debug)]
pub struct Include {
    /// The collection.
    pub collection: Arc<Collection>,
    /// `vars`: passed in, over its own; their templates see the caller's names.
    pub vars: Vec<Variable>,
    /// `capture`: handed back.
    pub handed: Vec<Handed>,
}

/// A variable that an included collection captures and the caller has too.
#[derive(Debug)]
pub struct Handed {
    /// Its name in the included collection.
    pub theirs: Located<String>,
    /// Its name here.
    pub ours: Located<String>,
}

impl Action {
    /// What is done with what came, of a step that exchanges something.
    #[must_use]
    pub fn checks(&self) -> Option<&Checks> {
        match self {
            Action::Request(request) => Some(&request.checks),
            Action::Socket(socket) => Some(&socket.checks),
            Action::Receive(receive) => Some(&receive.checks),
            Action::Group(_) | Action::Include(_) | Action::Set(_) | Action::Sleep(_) => None,
        }
    }

    /// Where the exchange leads, for messages about it: the URL's place.
    #[must_use]
    pub fn url_span(&self) -> Option<Span> {
        match self {
            Action::Request(request) => Some(request.url.span()),
            Action::Socket(socket) => Some(socket.address.span()),
            Action::Receive(receive) => Some(receive.name.span),
            Action::Group(_) | Action::Include(_) | Action::Set(_) | Action::Sleep(_) => None,
        }
    }
}

impl Step {
    /// The variables it gives to later steps, in file order; a group's steps give their own.
    pub fn provides(&self) -> Box<dyn Iterator<Item = &Located<String>> + '_> {
        match &self.action {
            Action::Set(variables) => Box::new(variables.iter().map(|one| &one.name)),
            action => {
                let captures = action.checks().into_iter().flat_map(|checks| &checks.captures);
                Box::new(captures.map(|one| &one.name))
            }
        }
    }
}

/// `requests` within a step.
#[derive(Debug)]
pub struct Group {
    /// `mode`.
    pub mode: Mode,
    /// `max`: how many of its steps may run at once, in parallel.
    pub max: Option<usize>,
    /// `setup`.
    pub setup: Vec<Arc<Step>>,
    /// The steps.
    pub steps: Vec<Arc<Step>>,
    /// `teardown`.
    pub teardown: Vec<Arc<Step>>,
}
