//! A spec file: what it says, and the cases that prove it.

use crate::program::Output;
use serde::Deserialize;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file under `specs/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The rule, in prose.
    pub(crate) says: String,
    /// Text that every case's collection begins with.
    #[serde(default)]
    pub(crate) given: String,
    /// The proofs.
    pub(crate) cases: Vec<Case>,
    /// Its path below `specs/`.
    #[serde(skip)]
    pub(crate) name: String,
    /// Its path.
    #[serde(skip)]
    pub(crate) path: PathBuf,
}

/// One fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The fact, so that "it …" is a sentence.
    pub(crate) it: String,
    /// The row of `differences.md` or `zerynth.md` it proves.
    #[serde(default)]
    pub(crate) row: Option<String>,
    /// The text of `case.yaml`.
    #[serde(default)]
    pub(crate) collection: Option<String>,
    /// The bytes of `case.yaml` in hex, where they are no text.
    #[serde(default)]
    pub(crate) collection_hex: Option<String>,
    /// Files beside it, by path.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// The whole command line; `run case.yaml` unless given.
    #[serde(default)]
    pub(crate) command: Option<Vec<String>>,
    /// What follows the command line.
    #[serde(default)]
    pub(crate) args: Vec<String>,
    /// Environment variables.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// What stands on standard input.
    #[serde(default)]
    pub(crate) stdin: String,
    /// The exit code.
    #[serde(default)]
    pub(crate) exit: i32,
    /// The diagnostics in stdout, without the steps, responses and summary around them.
    #[serde(default)]
    pub(crate) failures: Option<String>,
    /// All of stdout.
    #[serde(default)]
    pub(crate) stdout: Option<String>,
    /// All of stderr.
    #[serde(default)]
    pub(crate) stderr: Option<String>,
    /// What stdout has among the rest.
    #[serde(default)]
    pub(crate) stdout_has: Vec<String>,
    /// What stderr has among the rest.
    #[serde(default)]
    pub(crate) stderr_has: Vec<String>,
    /// What neither stdout, stderr nor a written file has.
    #[serde(default)]
    pub(crate) nowhere: Vec<String>,
    /// Files that were written, by path, with their text.
    #[serde(default)]
    pub(crate) writes: BTreeMap<String, String>,
}

/// Every spec, by path; only those with `SPEC` in their name when it is set.
pub(crate) fn all(root: &Path) -> Vec<Spec> {
    let wanted = std::env::var("SPEC").unwrap_or_default();
    let mut paths = Vec::new();
    collect(root, &mut paths);
    paths.sort();
    let named = paths.into_iter().map(|path| {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        (path, name)
    });
    named.filter(|(_, name)| name.contains(&wanted)).map(|(path, name)| read(path, name)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
}

fn read(path: PathBuf, name: String) -> Spec {
    let text = std::fs::read_to_string(&path).unwrap();
    let spec = serde_yaml::from_str(&text);
    let spec: Spec = spec.unwrap_or_else(|error| panic!("specs/{name}: {error}"));
    assert!(!spec.says.is_empty() && !spec.cases.is_empty(), "specs/{name} says or proves nothing");
    Spec { name, path, ..spec }
}

impl Case {
    /// What is not as the case says; empty when all is.
    pub(crate) fn compare(&self, output: &Output, is_updating: bool) -> String {
        let mut wrong = String::new();
        if output.exit != self.exit {
            wrong += &format!("expected exit {}, found {}\n", self.exit, output.exit);
        }
        for (name, exact, found) in [
            ("failures", &self.failures, &output.failures()),
            ("stdout", &self.stdout, &output.stdout),
            ("stderr", &self.stderr, &output.stderr),
        ] {
            if let Some(expected) = exact.as_ref().filter(|_| !is_updating) {
                wrong += &difference(name, expected, found);
            }
        }
        for (name, pieces, found) in [
            ("stdout", &self.stdout_has, &output.stdout),
            ("stderr", &self.stderr_has, &output.stderr),
        ] {
            for piece in pieces.iter().filter(|piece| !found.contains(*piece)) {
                wrong += &format!("{name} has no {piece:?}\n");
            }
        }
        for (path, expected) in &self.writes {
            match output.files.get(path) {
                Some(found) => wrong += &difference(path, expected, found),
                None => wrong += &format!("`{path}` was not written\n"),
            }
        }
        wrong += &self.spilt(output);
        if !wrong.is_empty() && self.exit != output.exit {
            wrong += &format!("stdout:\n{}stderr:\n{}", output.stdout, output.stderr);
        }
        wrong
    }

    fn spilt(&self, output: &Output) -> String {
        let streams = [("stdout", &output.stdout), ("stderr", &output.stderr)];
        let files = output.files.iter().map(|(path, text)| (path.as_str(), text));
        let mut wrong = String::new();
        for (name, text) in streams.into_iter().chain(files) {
            for secret in self.nowhere.iter().filter(|secret| text.contains(*secret)) {
                wrong += &format!("{name} has {secret:?}:\n{text}\n");
            }
        }
        wrong
    }
}

fn difference(name: &str, expected: &str, found: &str) -> String {
    if expected == found {
        return String::new();
    }
    let diff = TextDiff::from_lines(expected, found);
    let diff = diff.unified_diff().context_radius(2).to_string();
    format!("{name} is not as written (- expected, + found)\n{diff}\n")
}
