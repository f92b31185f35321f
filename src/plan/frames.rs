//! Names of their own for every included collection.
//!
//! The collection that runs has frame 0. Each step that includes another opens a frame: variables,
//! steps and sessions are looked up in it alone. What is passed in is rendered with the caller's
//! names; what is handed back is a name of the caller too.

use crate::model::{Handed, Hooks, Variable};
use crate::source::Located;
use crate::template::{Reference, ReferenceKind, qualified, unqualified};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// One collection's names.
#[derive(Debug)]
pub struct Frame {
    /// The frame of the step that includes it; its own for frame 0.
    pub parent: usize,
    /// What its steps' ids begin with: `log-in/`.
    pub prefix: String,
    /// `vars` of the step that includes it, rendered in the parent.
    pub passed: Vec<Variable>,
    /// Its own variables that are not passed in, each after those it uses.
    pub variables: Vec<Variable>,
    /// Names it captures and those they have in the parent.
    pub handed: Vec<(Located<String>, String)>,
    /// `teardown_timeout`.
    pub teardown_timeout: Duration,
    /// Names whose values are masked.
    pub secrets: Vec<Located<String>>,
    /// Its own `hooks`, which its steps alone have.
    pub hooks: Hooks,
    /// What its relative paths are relative to.
    pub folder: Arc<PathBuf>,
}

impl Frame {
    /// Names handed back, as pairs of theirs and ours.
    pub(super) fn handed(handed: &[Handed]) -> Vec<(Located<String>, String)> {
        handed.iter().map(|one| (one.theirs.clone(), one.ours.value.clone())).collect()
    }
}

/// Every name that a variable captured in a frame has: its own, and those it is handed back as.
#[must_use]
pub fn known_as(frames: &[Frame], frame: usize, name: &str) -> Vec<String> {
    let mut names = vec![qualified(frame, name).into_owned()];
    if let Some(Frame { parent, handed, .. }) = frames.get(frame).filter(|_| frame > 0) {
        for (_, ours) in handed.iter().filter(|(theirs, _)| **theirs == *name) {
            names.extend(known_as(frames, *parent, ours));
        }
    }
    names
}

/// The reference with the name it has among those of all frames.
pub(super) fn within(mut reference: Reference, frame: usize) -> Reference {
    if frame > 0
        && let ReferenceKind::Variable(name) | ReferenceKind::Step(name) = &mut reference.kind
    {
        *name = qualified(frame, name).into_owned();
    }
    reference
}

/// What the frame's own file calls it.
pub(super) fn local(name: &str) -> &str {
    unqualified(name).1
}

/// The names that what is passed into a frame, and into those around it, uses, as written, each with
/// the frame it is of.
pub(super) fn passed(frames: &[Frame], mut frame: usize) -> Vec<(usize, Reference)> {
    let mut all = Vec::new();
    while let Some(inner) = frames.get(frame).filter(|_| frame > 0) {
        let mut references = Vec::new();
        inner.passed.iter().for_each(|variable| variable.data.references(&mut references));
        all.extend(references.into_iter().map(|reference| (inner.parent, reference)));
        frame = inner.parent;
    }
    all
}
