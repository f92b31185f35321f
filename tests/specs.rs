//! The specification's cases, run with the real binary: every `specs/**/*.yaml`.
//!
//! ```text
//! specs/…/x.yaml → Case → a temporary folder with case.yaml → runner → normalised output
//! ```
//!
//! A failure names the file, the case and the difference. `UPDATE=1 cargo test --test specs`
//! writes what came out over the `stdout`, `stderr` and `failures` that cases already have: read
//! the diff before you commit it. `SPEC=predicates/eq` runs only the files whose path holds that text.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a case that cannot be read or run fails the test"
)]

#[path = "specs/case.rs"]
mod case;
#[path = "specs/differences.rs"]
mod differences;
#[path = "specs/program.rs"]
mod program;
#[path = "specs/rewrite.rs"]
mod rewrite;
#[path = "specs/tables.rs"]
mod tables;

use case::{Case, Spec};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the specification stands.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")
}

#[test]
fn every_case_of_the_specification_holds() {
    let specs = case::all(&root());
    assert!(!specs.is_empty(), "no specs match");
    let work: Vec<(usize, usize)> = specs
        .iter()
        .enumerate()
        .flat_map(|(at, spec)| (0..spec.cases.len()).map(move |case| (at, case)))
        .collect();
    let results = in_parallel(&work, |&(at, index)| {
        let (spec, case) = (&specs[at], &specs[at].cases[index]);
        (at, index, program::run(spec, case))
    });
    if std::env::var_os("UPDATE").is_some() {
        for (at, spec) in specs.iter().enumerate() {
            let ran = results.iter().filter(|(of, _, _)| *of == at);
            let outputs: Vec<_> = ran.map(|(_, index, output)| (*index, output)).collect();
            rewrite::rewrite(spec, &outputs);
        }
    }
    let is_updating = std::env::var_os("UPDATE").is_some();
    let mistakes: Vec<String> = results
        .iter()
        .filter_map(|(at, index, output)| {
            let (spec, case) = (&specs[*at], &specs[*at].cases[*index]);
            let wrong = case.compare(output, is_updating);
            (!wrong.is_empty()).then(|| explained(spec, case, &wrong))
        })
        .collect();
    assert!(
        mistakes.is_empty(),
        "{}\n\n{} of {} cases do not hold",
        mistakes.join("\n"),
        mistakes.len(),
        work.len()
    );
}

fn explained(spec: &Spec, case: &Case, wrong: &str) -> String {
    format!("--- specs/{}: {}\n{wrong}", spec.name, case.it)
}

/// Runs every item on a few threads; the results are in the items' order.
fn in_parallel<T: Sync, R: Send>(items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    let result = run(item);
                    results.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
