//! A step: a request or a group of steps.

use super::{Mode, RequestSpec, Written};
use crate::source::{Located, Span};
use crate::template::Template;
use std::sync::Arc;

/// One step as written.
#[derive(Debug)]
pub struct Step {
    /// `name`, when given; else "METHOD url" as written.
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
    /// `delay`: waited before the step's first try.
    pub delay: Option<Written<std::time::Duration>>,
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
