//! Runs a case with the real binary, and makes its output the same every time.

use crate::case::{Case, Spec};
use regex::Regex;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What came out.
#[derive(Debug)]
pub(crate) struct Output {
    /// The exit code; -1 when a signal ended it.
    pub(crate) exit: i32,
    /// Normalised.
    pub(crate) stdout: String,
    /// Normalised.
    pub(crate) stderr: String,
    /// Files that were not there before, normalised, by path.
    pub(crate) files: BTreeMap<String, String>,
}

impl Output {
    /// The diagnostics beneath the steps in stdout, an empty line between them.
    pub(crate) fn failures(&self) -> String {
        let around = ["> ", "<", "reproduce with: "];
        let mut text = String::new();
        for line in self.stdout.lines() {
            let line = match line.strip_prefix("  ") {
                Some(line) if !around.iter().any(|begin| line.starts_with(begin)) => line,
                _ => "",
            };
            if !(line.is_empty() && (text.is_empty() || text.ends_with("\n\n"))) {
                text.push_str(line);
                text.push('\n');
            }
        }
        text.truncate(text.trim_end().len());
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text
    }
}

/// Runs it in a folder of its own.
pub(crate) fn run(spec: &Spec, case: &Case) -> Output {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("project");
    std::fs::create_dir(&folder).unwrap();
    lay_out(spec, case, &folder);
    let before = files(&folder);
    let mut child = command(case, &folder).spawn().unwrap();
    // A program that refuses its arguments reads nothing: then there is nobody to write to.
    let _ = child.stdin.take().unwrap().write_all(case.stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let normal = |bytes: &[u8]| normalised(&String::from_utf8_lossy(bytes), outer.path());
    let after = files(&folder).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes));
    Output {
        exit: output.status.code().unwrap_or(-1),
        stdout: normal(&output.stdout),
        stderr: normal(&output.stderr),
        files: after.map(|(path, bytes)| (path, normal(&bytes))).collect(),
    }
}

fn lay_out(spec: &Spec, case: &Case, folder: &Path) {
    if let Some(text) = &case.collection {
        std::fs::write(folder.join("case.yaml"), format!("{}{text}", spec.given)).unwrap();
    }
    if let Some(digits) = &case.collection_hex {
        let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        std::fs::write(folder.join("case.yaml"), bytes).unwrap();
    }
    for (path, text) in &case.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn command(case: &Case, folder: &Path) -> Command {
    let usual = || vec!["run".to_owned(), "case.yaml".to_owned()];
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command
        .args(case.command.clone().unwrap_or_else(usual))
        .args(&case.args)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("NO_PROXY", "")
        .envs(&case.env)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Every file below, by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

/// What differs from run to run, and what stands for it.
static CHANGING: LazyLock<[(Regex, &str); 8]> = LazyLock::new(|| {
    [
        (r"127\.0\.0\.1:\d{4,5}\b", "127.0.0.1:PORT"),
        (r"localhost:\d{4,5}\b", "localhost:PORT"),
        (r"  \d+(\.\d+)? (ms|µs|s)\b", "  TIME"),
        (r" in \d+(\.\d+)? s ", " in TIME "),
        (r"found \d+(\.\d+)? ?(ms|µs|us)\b", "found TIME"),
        (r"Date: [^\n]+", "Date: DATE"),
        (r"seed: \d{6,}", "seed: SEED"),
        (
            r#""(started|duration|elapsed|seed|dns|connect|tls|send|wait|receive)": [^,\n]+"#,
            "\"$1\": …",
        ),
    ]
    .map(|(pattern, with)| (Regex::new(pattern).unwrap(), with))
});

fn normalised(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "/FOLDER").replace('\r', "␍");
    CHANGING
        .iter()
        .fold(text, |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned())
}
