//! A whole collection.

use super::{Hooks, MockSpec, SessionSpec, Step};
use crate::source::{FileId, Located, Span};
use crate::template::Data;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long `teardown` may take unless its collection says otherwise: longer than cleaning up
/// takes, shorter than a person waits.
pub const TEARDOWN_TIMEOUT: Duration = Duration::from_secs(300);

/// One YAML document that runs.
#[derive(Debug)]
pub struct Collection {
    /// `name`; the file's stem unless given.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `tags`, which every step has too.
    pub tags: Vec<String>,
    /// The file it stands in.
    pub file: FileId,
    /// Where in the file.
    pub span: Span,
    /// The folder of the file.
    pub folder: Arc<Path>,
    /// `mode` of `requests`.
    pub mode: Mode,
    /// `vars`, those of included files first.
    pub vars: Vec<Variable>,
    /// `secrets`: names of variables whose values are masked.
    pub secrets: Vec<Located<String>>,
    /// `environments`, those of included files first.
    pub environments: Vec<EnvironmentSpec>,
    /// `server`.
    pub server: Option<Located<ServerKind>>,
    /// `mocks`, the collection's own routes before those of included files.
    pub mocks: Vec<MockSpec>,
    /// `session`, from the bottom up: those of included files first.
    pub session: Vec<Arc<SessionSpec>>,
    /// `sessions` by name.
    pub sessions: Vec<(Located<String>, Arc<SessionSpec>)>,
    /// `hooks`: of every request, whatever its session.
    pub hooks: Hooks,
    /// `setup`.
    pub setup: Vec<Arc<Step>>,
    /// `requests`.
    pub requests: Vec<Arc<Step>>,
    /// `teardown`.
    pub teardown: Vec<Arc<Step>>,
    /// `teardown_timeout`: how long `teardown` may take in all.
    pub teardown_timeout: Duration,
}

/// Whether steps run one after another or side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In file order.
    #[default]
    Sequence,
    /// Whenever what they need is there.
    Parallel,
}

/// One of `vars`.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Located<String>,
    /// Its value as written.
    pub data: Data,
}

/// One of `environments`.
#[derive(Debug)]
pub struct EnvironmentSpec {
    /// Its name.
    pub name: Located<String>,
    /// `extends`: the environment below it.
    pub extends: Option<Located<String>>,
    /// `vars`.
    pub vars: Vec<Variable>,
    /// `session`.
    pub session: Option<Arc<SessionSpec>>,
}

/// The `session` of a step that has one of its own, which nobody else uses.
pub const NEW_SESSION: &str = "new";

/// `server`: what is started for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// The embedded httpbin-compatible server.
    Httpbin,
}
