//! Markdown pages that are run: the commands of their `console` blocks, with what they print.
//!
//! ````text
//! ```yaml file=orders.yaml        a file, written before the commands below it run; `refused`
//!                                 behind its name says that it has mistakes
//! ```
//! ```console
//! $ runner run orders.yaml        run by `sh`, stdout and stderr together
//! ? 2                             its exit code, unless 0; or `$ echo $?` behind what it prints
//! error: …                        what it prints; ports, durations, seeds and dates may differ
//! ```
//! ````
//!
//! Each page has a folder of its own, with the repository's `examples/` in it.

use regex::Regex;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands behind the opening fence.
    pub(crate) info: String,
    /// What stands between the fences.
    pub(crate) text: String,
    /// The line of `text`'s first line, from 1.
    pub(crate) line: usize,
}

/// Every fenced block of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(info)) => {
                open = Some(Block { info: info.to_owned(), text: String::new(), line: index + 2 });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is never closed: {open:?}");
    found
}

/// A command and what the page says of it.
#[derive(Debug, Default)]
struct Call {
    command: String,
    code: i32,
    output: String,
    /// Whether the page asks for its exit code, as a person at a terminal would.
    asks_code: bool,
}

/// Prints the exit code of the command before it.
const ASKS_CODE: &str = "echo $?";

fn calls(block: &Block) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in block.text.lines() {
        if line.strip_prefix("$ ") == Some(ASKS_CODE) {
            calls.last_mut().expect("a command stands before `echo $?`").asks_code = true;
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            calls.push(Call { command: command.to_owned(), ..Call::default() });
            continue;
        }
        let call = calls.last_mut().expect("a console block begins with `$ `");
        if call.asks_code {
            call.code = line.parse().expect("`echo $?` prints a number");
            continue;
        }
        match line.strip_prefix("? ") {
            Some(code) if call.output.is_empty() => call.code = code.parse().unwrap(),
            _ => {
                call.output.push_str(line);
                call.output.push('\n');
            }
        }
    }
    calls
}

/// Where a page's commands run.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        std::os::unix::fs::symlink(examples, folder.path().join("examples")).unwrap();
        Folder { folder }
    }

    /// Writes a block's file, when it has one.
    pub(crate) fn write(&self, block: &Block) -> Option<PathBuf> {
        let (_, rest) = block.info.split_once(" file=")?;
        let name = rest.split(' ').next().unwrap();
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &block.text).unwrap();
        Some(path)
    }

    /// The exit code and what was printed, by a shell that finds `runner`.
    pub(crate) fn run(&self, command: &str) -> (i32, String) {
        let binary = Path::new(env!("CARGO_BIN_EXE_runner")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("{{ {command}\n}} 2>&1"))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), text)
    }
}

/// What differs from run to run, made equal.
pub(crate) fn normal(output: &str) -> String {
    static RULES: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
        [
            (r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:[port]"),
            (r"\b\d+(\.\d+)? m?s\b", "[time]"),
            (r#"("?(?:seed|duration|elapsed)"?: )[\d.]+"#, "$1[number]"),
            (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[date]"),
            (r"\bboundary=[0-9a-f]{32}", "boundary=[boundary]"),
            (r"runner/\d+\.\d+\.\d+", "runner/[version]"),
        ]
        .map(|(pattern, with)| (Regex::new(pattern).unwrap(), with))
    });
    let mut text = output.to_owned();
    for (pattern, with) in RULES.iter() {
        text = pattern.replace_all(&text, *with).into_owned();
    }
    text
}

/// What was printed, with the page's lines where only what differs from run to run differs.
fn kept(page: &str, found: &str) -> String {
    let (said, printed): (Vec<&str>, Vec<&str>) = (page.lines().collect(), found.lines().collect());
    let all = |lines: &[&str]| lines.iter().map(|line| normal(line)).collect::<Vec<_>>();
    let (before, after) = (all(&said), all(&printed));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let diff = similar::TextDiff::from_slices(&before, &after);
    let lines = diff.iter_all_changes().filter_map(|change| match change.old_index() {
        Some(old) if change.new_index().is_some() => Some(said[old]),
        _ => change.new_index().map(|new| printed[new]),
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Runs a page and returns it with what was printed in place of what it says, where that differs.
/// `instead` says what to run for a command, `None` for nothing.
pub(crate) fn rewritten(page: &str, instead: impl Fn(&str) -> Option<String>) -> String {
    let folder = Folder::new();
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut edits = Vec::new();
    for block in blocks(page) {
        folder.write(&block);
        if block.info != "console" {
            continue;
        }
        let mut text = String::new();
        for call in calls(&block) {
            let (code, output) = match instead(&call.command) {
                Some(command) => folder.run(&command),
                None => (call.code, call.output.clone()),
            };
            let output = kept(&call.output, &output);
            let _ = writeln!(text, "$ {}", call.command);
            if code != 0 && !call.asks_code {
                let _ = writeln!(text, "? {code}");
            }
            text.push_str(&output);
            if call.asks_code {
                let _ = writeln!(text, "$ {ASKS_CODE}\n{code}");
            }
        }
        edits.push((block.line - 1, block.text.lines().count(), text));
    }
    for (at, count, text) in edits.into_iter().rev() {
        lines.splice(at..at + count, text.lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

/// The page at `path` says what its commands print; `UPDATE=1` rewrites it.
pub(crate) fn assert_page(path: &Path, instead: impl Fn(&str) -> Option<String>) {
    let page = std::fs::read_to_string(path).unwrap();
    let found = rewritten(&page, instead);
    if page == found {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, found).unwrap();
        return;
    }
    let diff = similar::TextDiff::from_lines(&page, &found);
    panic!(
        "{} is not what happens (`UPDATE=1 cargo test` rewrites it):\n{}",
        path.display(),
        diff.unified_diff().context_radius(3).header("the page", "what happens")
    );
}
