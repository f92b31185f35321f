//! The layers and doors of the crate: what may use what, and who alone may use a package.

#![expect(clippy::unwrap_used, reason = "a test may stop at a surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The module's row: a module may use modules of earlier rows, never of its own or a later one.
const ROWS: &[(&str, u8)] = &[
    ("value", 1),
    ("registry", 1),
    ("source", 2),
    ("world", 2),
    ("crypto", 2),
    ("diagnostic", 3),
    ("http", 3),
    ("jsonpath", 3),
    ("contract", 3),
    ("graphql", 3),
    ("socket", 4),
    ("exchange", 5),
    ("template", 6),
    ("check", 6),
    ("hook", 6),
    ("serve", 6),
    ("model", 7),
    ("load", 8),
    ("event", 8),
    ("mock", 9),
    ("plan", 9),
    ("run", 10),
    ("report", 10),
    ("schema", 11),
    ("cli", 12),
];

/// A package and the only place that may name it.
const DOORS: &[(&str, &str)] = &[
    ("saphyr_parser", "src/source/yaml"),
    ("minijinja", "src/template"),
    ("jsonpath_rust", "src/jsonpath"),
    ("ureq", "src/http/adapter"),
    ("ring", "src/crypto"),
    ("rustls", "src/http/adapter"),
    ("rustls_native_certs", "src/http/adapter"),
    ("rayon", "src/run/executor.rs"),
    ("jsonschema", "src/contract"),
    ("apollo_parser", "src/graphql"),
    ("x509_parser", "src/http/certificate.rs"),
    ("clap", "src/cli"),
    ("ctrlc", "src/cli"),
    ("nix", "src/world/"),
    ("annotate_snippets", "src/diagnostic/render"),
    ("quick_junit", "src/report/junit.rs"),
    ("indicatif", "src/report/human"),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code of a file, without comments and without what stands under `#[cfg(test)] mod`.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let is_test_file = path.file_stem().unwrap().to_string_lossy().ends_with("tests");
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim() == "mod tests {" || is_test_file {
            break;
        }
        let line = line.split("//").next().unwrap_or_default();
        lines.push((number, line.to_owned()));
    }
    lines
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The crate's modules that a line names: `crate::name` and `crate::{a, b::c}`.
fn used(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in line.split("crate::").skip(1) {
        let name: String =
            part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        names.push(name);
    }
    names
}

#[test]
fn a_module_uses_earlier_rows_only() {
    let rows: BTreeMap<&str, u8> = ROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let module = module_of(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        let row = rows.get(module.as_str()).unwrap_or_else(|| panic!("`{module}` has no row"));
        for (number, line) in code(&path) {
            assert!(
                !line.contains("use crate::{"),
                "{}:{number}: one `use crate::module` a line",
                path.display()
            );
            for name in used(&line) {
                let is_own = name == module;
                if rows.get(name.as_str()).is_some_and(|other| !is_own && other >= row) {
                    wrong.push(format!("{}:{number}: `{module}` uses `{name}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_row_and_every_row_a_module() {
    let mut modules: Vec<String> =
        sources(Path::new("src")).iter().map(|path| module_of(path)).collect();
    modules.retain(|module| module != "lib" && module != "main");
    modules.sort();
    modules.dedup();
    let mut rows: Vec<String> = ROWS.iter().map(|(module, _)| (*module).to_owned()).collect();
    rows.sort();
    assert_eq!(modules, rows);
}

#[test]
fn a_package_has_one_door() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        for (number, line) in code(&path) {
            for (package, door) in DOORS {
                let names = [format!("{package}::"), format!("use {package}")];
                let is_named = names.iter().any(|name| {
                    line.match_indices(name.as_str()).any(|(at, _)| {
                        let before = line[..at].chars().next_back();
                        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
                    })
                });
                if is_named && !path.to_string_lossy().starts_with(door) {
                    wrong.push(format!(
                        "{}:{number}: `{package}` belongs to `{door}`",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_prints_outside_report_and_cli() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        if path.starts_with("src/cli") || path.starts_with("src/report") {
            continue;
        }
        for (number, line) in code(&path) {
            if ["println!", "print!", "eprintln!", "eprint!", "dbg!"]
                .iter()
                .any(|word| line.contains(word))
            {
                wrong.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<PathBuf> = sources(Path::new("src"))
        .into_iter()
        .chain(sources(Path::new("tests")))
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_file_stays_under_five_hundred_lines_of_code() {
    let long: Vec<String> = sources(Path::new("src"))
        .into_iter()
        .map(|path| {
            let lines = code(&path).into_iter().filter(|(_, line)| !line.trim().is_empty()).count();
            (path, lines)
        })
        .filter(|(_, lines)| *lines > 500)
        .map(|(path, lines)| format!("{}: {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn a_mod_file_has_no_functions_of_its_own() {
    // `mod.rs` holds the doc, the modules and the tables; `plan::plan` is the pipe itself.
    let allowed = ["src/plan/mod.rs"];
    for path in sources(Path::new("src")) {
        let name = path.to_string_lossy().into_owned();
        if !name.ends_with("mod.rs") || allowed.contains(&name.as_str()) {
            continue;
        }
        for (number, line) in code(&path) {
            let is_function = line.starts_with("fn ")
                || line.starts_with("pub fn ")
                || line.starts_with("pub(crate) fn ")
                || line.starts_with("pub(super) fn ");
            assert!(!is_function, "{name}:{number}: {}", line.trim());
        }
    }
}
