//! What runs have in common: cookies by session, values by name and OAuth 2 tokens by their
//! settings, which one run leaves and another begins with.
//!
//! ```text
//! `--session FILE` ──▶ Kept ──begin──▶ every collection ──end──▶ Kept, in file order ──▶ FILE
//! ```
//!
//! Each collection begins with the same, whatever runs beside it; what they changed is put
//! together in file order at the end. So a run leaves the same whatever `--jobs`. Tokens are the
//! run's: all collections share them as they come.

use super::mask::Masker;
use super::progress::Progress;
use super::state::State;
use crate::http::{CookieJar, Token};
use crate::model::NEW_SESSION;
use crate::plan::Plan;
use crate::template::qualified;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a run begins with, and what it leaves.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Cookies by the session's name; a collection's own session has the empty one.
    pub jars: BTreeMap<String, CookieJar>,
    /// Values by name.
    pub values: BTreeMap<String, KeptValue>,
    /// Tokens by the digest of their settings.
    pub tokens: BTreeMap<String, Token>,
}

/// A value that steps captured.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptValue {
    /// The value.
    pub value: Arc<Value>,
    /// Whether it is masked.
    pub is_secret: bool,
}

impl Kept {
    /// The cookies of collections' own sessions.
    #[must_use]
    pub fn own_jar(&self) -> CookieJar {
        self.jars.get("").cloned().unwrap_or_default()
    }

    /// What of the tokens must not be shown.
    pub fn token_secrets(&self) -> impl Iterator<Item = &str> {
        self.tokens.values().flat_map(Token::secrets)
    }

    /// Lets the sessions of a collection begin with these cookies. Its values are variables of the
    /// plan already.
    pub fn begin(&self, plan: &Plan, state: &mut State) {
        for (session, name) in sessions(plan) {
            if let Some(jar) = self.jars.get(name) {
                state.begin_with(session, jar.clone());
            }
        }
    }

    /// Keeps the cookies of the collection's sessions as they are in this state.
    pub(super) fn keep_jars(&mut self, plan: &Plan, state: &State) {
        for (session, name) in sessions(plan) {
            self.jars.insert(name.to_owned(), state.jar(session));
        }
    }

    /// Keeps a value, when there is one. Who is given it knows from the plan whether it is secret.
    pub(super) fn keep_value(&mut self, name: &str, value: Option<&Value>) {
        if let Some(value) = value {
            let value = Arc::new(value.clone());
            self.values.insert(name.to_owned(), KeptValue { value, is_secret: false });
        }
    }

    /// Sets these values in every frame of a collection, but for those that are passed in.
    pub(super) fn give(&self, plan: &Plan, state: &mut State) {
        for (index, frame) in plan.frames.iter().enumerate() {
            let is_passed = |name: &str| frame.passed.iter().any(|one| *one.name == *name);
            for (name, KeptValue { value, .. }) in &self.values {
                if !is_passed(name) {
                    state.vars.set(&qualified(index, name), Arc::clone(value));
                }
            }
        }
    }

    /// Takes in what a collection changed. A value counts when the step that gave it passed: none
    /// is used in a run either that a failed step captured.
    pub(super) fn take(&mut self, progress: &Progress, masker: &Masker) {
        let plan = &*progress.context.plan;
        let (begun, ended) = progress.states.jars();
        for (session, name) in sessions(plan) {
            let jar = self.jars.entry(name.to_owned()).or_default();
            ended.jar(session).merge_changes(&begun.jar(session), jar);
        }
        let named = plan.secret_names();
        for (name, value) in progress.captured_values() {
            // What a secret was put into is one too: who loads it may not know the secret.
            let text = value.to_json();
            let is_secret = named.contains(&name) || masker.mask(&text) != text;
            let is_secret = is_secret || self.values.get(&name).is_some_and(|old| old.is_secret);
            self.values.insert(name, KeptValue { value, is_secret });
        }
    }
}

/// The collection's own sessions and their names. Those of included collections, and those of one
/// step, are nobody else's.
fn sessions(plan: &Plan) -> impl Iterator<Item = (usize, &str)> {
    let named = plan.sessions.iter().enumerate();
    let named = named.filter(|(_, one)| one.frame == 0 && one.name != NEW_SESSION);
    named.map(|(index, session)| (index, session.name.as_str()))
}
