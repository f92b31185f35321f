//! `runner.yaml`: what the collections of a folder and those below it have in common, and options
//! that the command line need not repeat.

use super::MappingReader;
use super::collection::{Document, Purpose, server};
use super::include::{Fragment, Includer, Origin, documents};
use super::read::Unloaded;
use super::words::{key_names, texts, wrong};
use crate::diagnostic::Diagnostic;
use crate::model::{Collection, RUN_KEYS, Reading, ServerKind};
use crate::source::{FileId, Files, Located, Node};
use crate::world::FileAccess;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A settings file, read.
#[derive(Debug)]
pub struct Settings {
    /// What messages call it.
    pub name: String,
    /// `run`.
    pub run: RunSettings,
    /// `server`: one for all collections that start none.
    pub server: Option<Located<ServerKind>>,
    /// What its relative paths are relative to.
    pub folder: Arc<Path>,
    file: FileId,
    /// `None` when there is nothing in it.
    node: Option<Node>,
}

/// `run`: each `None` or empty when it is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunSettings {
    /// `env`
    pub environments: Vec<String>,
    /// `jobs`
    pub jobs: Option<usize>,
    /// `fail_fast`
    pub fail_fast: Option<bool>,
    /// `retry`
    pub retry: Option<u32>,
}

impl Settings {
    /// Reads a settings file. What it shares with collections is read with each of them.
    ///
    /// # Errors
    /// Every mistake of its own.
    pub fn read(
        name: &str,
        path: &Path,
        bytes: &[u8],
        files: &mut Files,
        access: &dyn FileAccess,
    ) -> Result<Settings, Vec<Diagnostic>> {
        let (file, documents) = documents(name.to_owned(), Some(path.to_owned()), bytes, files)?;
        let folder: Arc<Path> = path.parent().unwrap_or(Path::new("")).into();
        let node = documents.into_iter().next().filter(|node| !node.is_null());
        let included = BTreeMap::<PathBuf, _>::new();
        let mut reading = Reading::new(files, Arc::clone(&folder), access, &included);
        let run = node.as_ref().and_then(|node| node.get("run"));
        let run = run.map(|node| run_settings(node, &mut reading)).unwrap_or_default();
        let written = node.as_ref().and_then(|node| node.get("server"));
        let server = written.and_then(|node| server(node, &mut reading));
        let name = name.to_owned();
        match reading.diagnostics.is_empty() {
            true => Ok(Settings { name, run, server, folder, file, node }),
            false => Err(reading.diagnostics),
        }
    }

    /// What reports call it: its folder, as `tests/`.
    fn title(&self) -> String {
        match Path::new(&self.name).parent() {
            Some(folder) if !folder.as_os_str().is_empty() => format!("{}/", folder.display()),
            _ => "./".to_owned(),
        }
    }

    /// Its server, with its folder, by which those of several files are told apart.
    #[must_use]
    pub fn server_of(&self) -> Option<(PathBuf, Located<ServerKind>)> {
        Some((self.folder.to_path_buf(), self.server?))
    }

    /// Whether steps run around the collections of its folder: `setup` or `teardown`.
    #[must_use]
    pub fn has_steps(&self) -> bool {
        let has = |key: &str| self.node.as_ref().is_some_and(|node| node.get(key).is_some());
        has("setup") || has("teardown")
    }

    /// Those steps, as a collection that has no requests; `None` where there are none.
    ///
    /// # Errors
    /// Every mistake in them and in what it shares with collections.
    pub fn collection(
        &self,
        files: &mut Files,
        access: &dyn FileAccess,
    ) -> Option<Result<Collection, Unloaded>> {
        let node = self.node.as_ref().filter(|_| self.has_steps())?;
        let (file, folder, stem) = (self.file, Arc::clone(&self.folder), self.title());
        let purpose = Purpose::Steps;
        let mut includer = Includer::new(files, access, Some(self));
        let collection = includer.folder(&Document { node, file, folder, stem, purpose });
        let (diagnostics, names) = (includer.diagnostics, includer.names);
        Some(match collection {
            Some(collection) if diagnostics.is_empty() => Ok(collection),
            partial => Err(Unloaded { diagnostics, partial: partial.into_iter().collect(), names }),
        })
    }

    /// What lies below a collection.
    pub(super) fn fragment(&self) -> Option<Fragment> {
        let folder = Arc::clone(&self.folder);
        let node = self.node.clone()?;
        Some(Fragment { node, folder, origin: Origin::Settings })
    }
}

fn run_settings(node: &Node, reading: &mut Reading<'_>) -> RunSettings {
    let mut run = RunSettings::default();
    if node.is_null() {
        return run;
    }
    let mut keys = match MappingReader::new(node, "`run`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return run;
        }
    };
    let environments = keys.take("env").map(|node| texts(node, "env", reading));
    run.environments = environments.into_iter().flatten().map(|name| name.value).collect();
    run.jobs = keys.take("jobs").and_then(|node| count(node, "jobs", reading));
    run.retry = keys.take("retry").and_then(|node| count(node, "retry", reading));
    run.fail_fast = keys.take("fail_fast").and_then(|node| {
        let flag = node.to_value().as_bool();
        if flag.is_none() {
            reading.diagnostics.push(wrong(node, "fail_fast", "true or false"));
        }
        flag
    });
    for mut unknown in keys.done(&key_names(RUN_KEYS)) {
        let loosens = ["allow_exec", "allow_outside", "insecure"];
        let label =
            reading.files.text(unknown.primary.as_ref().map_or(node.span, |label| label.span));
        if loosens.contains(&label.trim_start_matches('-').replace('-', "_").as_str()) {
            unknown.help =
                vec!["what loosens trust is said on the command line, by who runs it".to_owned()];
        }
        reading.diagnostics.push(unknown);
    }
    run
}

/// A number from 1 to 1024.
fn count<T: TryFrom<i64>>(node: &Node, key: &str, reading: &mut Reading<'_>) -> Option<T> {
    let number = node.as_scalar().and_then(|scalar| scalar.text.parse::<i64>().ok());
    let number = number.filter(|number| (1..=1024).contains(number));
    if number.is_none() {
        reading.diagnostics.push(wrong(node, key, "a number from 1 to 1024"));
    }
    number.and_then(|number| T::try_from(number).ok())
}
