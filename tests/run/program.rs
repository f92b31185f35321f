//! The real binary in a folder of its own.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder with collections.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder with one `collection.yaml`.
    pub(crate) fn with(collection: &str) -> Folder {
        let folder = Folder::new();
        folder.write("collection.yaml", collection);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.file(name).parent().unwrap()).unwrap();
        std::fs::write(self.file(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// `runner` with these arguments, in an environment of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(arguments).current_dir(self.path()).env_clear().env("HOME", self.path());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn runner(&self, arguments: &[&str]) -> Finished {
        Finished::new(&self.command(arguments).output().unwrap())
    }

    /// `runner run collection.yaml` with a JSON report.
    pub(crate) fn report(&self, arguments: &[&str]) -> (Finished, Value) {
        let run = ["run", "collection.yaml", "--report", "json=report.json"];
        let finished = self.runner(&[&run, arguments].concat());
        assert!(self.file("report.json").exists(), "{finished:?}");
        (finished, serde_json::from_str(&self.read("report.json")).unwrap())
    }

    /// Starts `runner`, its output kept for [`Finished::of`].
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    fn new(output: &Output) -> Finished {
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Waits for the end.
    pub(crate) fn of(child: Child) -> Finished {
        Finished::new(&child.wait_with_output().unwrap())
    }
}

/// Every step of a report: its name, its outcome, and why it was skipped or errored.
pub(crate) fn outcomes(report: &Value) -> Vec<String> {
    steps(report)
        .map(|step| {
            let last = step["attempts"].as_array().unwrap().last();
            let error = last.and_then(|last| last["error"]["kind"].as_str());
            let why = step["reason"].as_str().or(error);
            let why = why.map_or(String::new(), |why| format!(": {why}"));
            format!("{} {}{why}", step["name"].as_str().unwrap(), step["outcome"].as_str().unwrap())
        })
        .collect()
}

fn steps(report: &Value) -> impl Iterator<Item = &Value> {
    let collections = report["collections"].as_array().unwrap();
    collections.iter().flat_map(|collection| collection["steps"].as_array().unwrap())
}
