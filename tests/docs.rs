//! README and `examples/` are true: every example checks clean and runs, every command of the
//! README is run and prints what stands there, every collection in the prose is one.
//! `UPDATE=1` rewrites the README's outputs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod console;

use console::{Block, Folder};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Commands of the README that are not run here, and why.
const NOT_RUN: &[(&str, &str)] = &[("tests/setup && cargo test", "it is what runs this test")];

/// What begins a command that is run with the binary the tests have built.
const BY_CARGO: &str = "cargo run -q -- ";

fn instead(command: &str) -> Option<String> {
    if NOT_RUN.iter().any(|(known, _)| *known == command) {
        return None;
    }
    Some(match command.strip_prefix(BY_CARGO) {
        Some(arguments) => format!("runner {arguments}"),
        None => command.to_owned(),
    })
}

#[test]
fn the_readme_s_commands_print_what_it_says() {
    console::assert_page(Path::new("README.md"), instead);
}

#[test]
fn the_readme_s_scripts_run() {
    let page = std::fs::read_to_string("README.md").unwrap();
    let folder = Folder::new();
    for block in console::blocks(&page) {
        folder.write(&block);
        if block.info != "sh" {
            continue;
        }
        let lines = block.text.lines().filter(|line| !line.is_empty());
        for command in lines.filter_map(|line| instead(without_comment(line))) {
            let (code, output) = folder.run(&command);
            assert_eq!(code, 0, "README.md:{}: {command}\n{output}", block.line);
        }
    }
}

/// A line without the remark behind it.
fn without_comment(line: &str) -> &str {
    line.split_once(" #").map_or(line, |(command, _)| command).trim_end()
}

#[test]
fn the_readme_names_every_subject_and_predicate() {
    let page = std::fs::read_to_string("README.md").unwrap();
    let named: Vec<&str> =
        page.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    let subjects = runner::check::SUBJECTS.iter().map(|one| one.key);
    for key in subjects.chain(runner::check::PREDICATES.iter().map(|one| one.key)) {
        assert!(named.contains(&key), "the README does not name `{key}`");
    }
}

#[test]
fn what_is_not_run_is_in_the_readme() {
    let page = std::fs::read_to_string("README.md").unwrap();
    let blocks = console::blocks(&page);
    for (command, why) in NOT_RUN {
        assert!(!why.is_empty());
        assert!(
            blocks.iter().any(|block| block.text.contains(command)),
            "`{command}` is not in the README"
        );
    }
}

#[test]
fn collections_in_the_prose_check_clean() {
    let mut pages = vec![PathBuf::from("README.md")];
    pages.extend(files("specs").into_iter().filter(|path| path.extension().unwrap() == "md"));
    let mut checked = 0;
    for path in pages {
        let page = std::fs::read_to_string(&path).unwrap();
        for block in console::blocks(&page) {
            let is_collection = block.info == "yaml" || block.info.starts_with("yaml ");
            // What begins with `says` shows how a case of `specs/` is written.
            let is_case = block.text.starts_with("says:");
            if !is_collection || is_case || block.info.ends_with(" refused") {
                continue;
            }
            let folder = Folder::new();
            let named = Block { info: "yaml file=block.yaml".to_owned(), ..block };
            folder.write(&named);
            let (code, output) = folder.run("runner check block.yaml");
            assert_eq!(code, 0, "{}:{}\n{output}", path.display(), named.line);
            checked += 1;
        }
    }
    assert!(checked > 0);
}

/// A heading's anchor, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What is wrong with a link of a page; nothing of those that lead out of the repository.
fn broken(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") {
        return None;
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = match path {
        "" => page.to_owned(),
        path => page.parent().unwrap().join(path),
    };
    if !path.exists() {
        return Some(format!("{}: there is no {}", page.display(), path.display()));
    }
    let has_anchor = || {
        let text = std::fs::read_to_string(&path).unwrap();
        text.lines().any(|line| line.starts_with('#') && anchor(line) == fragment)
    };
    (!fragment.is_empty() && !has_anchor())
        .then(|| format!("{}: {} has no #{fragment}", page.display(), path.display()))
}

#[test]
fn every_link_of_the_prose_leads_somewhere() {
    let link = regex::Regex::new(r"\]\(([^) ]+)\)").unwrap();
    let mut pages: Vec<PathBuf> = [".", "specs"].iter().flat_map(|folder| files(folder)).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() > 6);
    let mut wrong = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        wrong.extend(link.captures_iter(&text).filter_map(|found| broken(&page, &found[1])));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_anchor_is_its_heading_s_words() {
    assert_eq!(anchor("## What `runner` calls it, here"), "what-runner-calls-it-here");
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = Path::new(folder).read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// What is run of the examples that have a folder of their own.
const IN_FOLDERS: [&str; 6] = [
    "repository-life/life.yaml",
    "repository-life/release.yaml",
    "repository-life/triage.yaml",
    "login-once/orders.yaml",
    "login-once/product.yaml",
    "login-once/stock.yaml",
];

fn examples() -> Vec<PathBuf> {
    let mut examples: Vec<PathBuf> =
        files("examples").into_iter().filter(|path| path.extension().unwrap() == "yaml").collect();
    assert!(examples.len() > 5);
    examples.extend(IN_FOLDERS.map(|file| Path::new("examples").join(file)));
    examples
}

/// Copies a folder, so that what examples write does not land in the repository.
fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copied(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}

fn runner(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text)
}

/// What a JSON report says of each step, without what differs from run to run.
fn outcomes(report: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let collections = report["collections"].as_array().unwrap().iter();
    let steps = collections.flat_map(|collection| collection["steps"].as_array().unwrap());
    steps.map(|step| format!("{}: {}", step["name"], step["outcome"])).collect()
}

#[test]
fn every_example_checks_clean_and_runs_the_same_whatever_the_jobs() {
    let folder = tempfile::tempdir().unwrap();
    copied(Path::new("examples"), &folder.path().join("examples"));
    for example in examples() {
        let name = example.to_str().unwrap();
        let (code, output) = runner(folder.path(), &["check", name]);
        assert_eq!(code, 0, "{name}\n{output}");
        let mut reports = Vec::new();
        for jobs in [None, Some("1"), Some("32")] {
            let mut arguments = vec!["run", name, "--report", "json=report.json"];
            arguments.extend(jobs.iter().flat_map(|jobs| ["-j", jobs]));
            let (code, output) = runner(folder.path(), &arguments);
            assert_eq!(code, 0, "{arguments:?}\n{output}");
            let report = folder.path().join("report.json");
            reports.push(outcomes(&std::fs::read_to_string(report).unwrap()));
        }
        assert!(reports[0].iter().all(|step| step.ends_with("\"passed\"")), "{reports:?}");
        assert_eq!(reports[0], reports[1], "{name}: -j 1 differs");
        assert_eq!(reports[0], reports[2], "{name}: -j 32 differs");
    }
}

#[test]
fn a_folder_logs_in_once_for_all_of_its_files() {
    let folder = tempfile::tempdir().unwrap();
    copied(Path::new("examples/login-once"), &folder.path().join("login-once"));
    for jobs in ["1", "8"] {
        let (code, output) = runner(folder.path(), &["run", "login-once", "-j", jobs]);
        assert_eq!(code, 0, "{output}");
        let count = |part: &str| output.matches(part).count();
        assert_eq!((count("log in  200"), count("log out  200")), (1, 1), "{output}");
        assert_eq!(count("(once, in login-once/orders.yaml)"), 2, "{output}");
        assert!(output.contains("9 steps: 9 passed"), "{output}");
    }
}

#[test]
fn every_example_names_the_schema_and_how_to_run_it() {
    for example in examples() {
        let text = std::fs::read_to_string(&example).unwrap();
        let up = "../".repeat(example.components().count() - 1);
        let schema = format!("# yaml-language-server: $schema={up}schema/collection.schema.json\n");
        assert!(text.starts_with(&schema), "{}", example.display());
        assert!(text.contains(&format!("runner run {}", example.display())), "{example:?}");
    }
}

/// The embedded server on a port of its own, in place of api.github.com.
struct Live {
    process: std::process::Child,
    url: String,
}

impl Live {
    fn start() -> Live {
        let mut process = Command::new(env!("CARGO_BIN_EXE_runner"))
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().last().unwrap().to_owned();
        Live { process, url }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_walkthrough_writes_to_a_live_api_only_when_asked() {
    let live = Live::start();
    let api = format!("api={}/github", live.url);
    let walkthrough = |more: &[&str]| {
        let mut arguments = vec!["run", "examples/github-walkthrough.yaml", "--env", "live"];
        arguments.extend(["--var", &api, "--secret", "token=hush-hush", "--progress", "off"]);
        arguments.extend(more);
        let (code, output) = runner(Path::new("."), &arguments);
        assert_eq!(code, 0, "{output}");
        assert!(!output.contains("hush-hush"), "{output}");
        output.lines().last().unwrap().split(" in ").next().unwrap().to_owned()
    };
    assert_eq!(walkthrough(&[]), "10 steps: 6 passed, 4 skipped");
    assert_eq!(walkthrough(&["--skip-tag", "write"]), "6 steps: 6 passed");
    assert_eq!(walkthrough(&["--var", "writes=true"]), "10 steps: 10 passed");
}

#[test]
fn the_walkthrough_asks_for_a_token_before_anything_is_sent() {
    let output = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(["run", "examples/github-walkthrough.yaml", "--env", "live"])
        .env_remove("GITHUB_TOKEN")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("error[E0202]: the environment variable `GITHUB_TOKEN` is not set")
    );
}
