//! The console pages of `tests/cli/`: whole outputs of the program, as people see them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod console;

use std::path::{Path, PathBuf};

macro_rules! pages {
    ($($test:ident: $page:literal,)*) => {
        $(
            #[test]
            fn $test() {
                let path = Path::new("tests/cli").join(concat!($page, ".md"));
                console::assert_page(&path, |command| Some(command.to_owned()));
            }
        )*

        const PAGES: &[&str] = &[$(concat!($page, ".md")),*];
    };
}

pages! {
    help_is_a_page_a_command: "help",
    run_says_what_happened: "run",
    check_finds_every_mistake: "check",
    show_prints_what_would_be_sent: "show",
    list_prints_steps_and_needs: "list",
    schema_prints_json_schemas: "schema",
    explain_explains_codes: "explain",
    paths_are_files_folders_globs_and_stdin: "paths",
    usage_errors_say_what_to_write: "usage",
}

#[test]
fn every_page_is_run() {
    let mut found: Vec<PathBuf> =
        Path::new("tests/cli").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let mut pages: Vec<PathBuf> =
        PAGES.iter().map(|page| Path::new("tests/cli").join(page)).collect();
    pages.sort();
    assert_eq!(found, pages);
}
