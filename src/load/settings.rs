//! `runner.yaml`: what the collections of a folder and those below it have in common, and options
//! that the command line need not repeat.

use super::MappingReader;
use super::include::{Fragment, Origin, documents};
use super::words::{key_names, texts, wrong};
use crate::diagnostic::Diagnostic;
use crate::model::{RUN_KEYS, Reading};
use crate::source::{Files, Node};
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
    /// `None` when there is nothing in it.
    node: Option<Node>,
    folder: Arc<Path>,
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
        let (_, documents) = documents(name.to_owned(), Some(path.to_owned()), bytes, files)?;
        let folder: Arc<Path> = path.parent().unwrap_or(Path::new("")).into();
        let node = documents.into_iter().next().filter(|node| !node.is_null());
        let included = BTreeMap::<PathBuf, _>::new();
        let mut reading = Reading::new(files, Arc::clone(&folder), access, &included);
        let run = node.as_ref().and_then(|node| node.get("run"));
        let run = run.map(|node| run_settings(node, &mut reading)).unwrap_or_default();
        match reading.diagnostics.is_empty() {
            true => Ok(Settings { name: name.to_owned(), run, node, folder }),
            false => Err(reading.diagnostics),
        }
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
