//! Every row of `differences.md` and `zerynth.md` is proved: by a case that names it, or by the file
//! it links to.

use crate::case::Spec;
use crate::{case, root};
use std::collections::BTreeSet;

/// The first cell of each row that needs a case, and of all.
fn rows() -> (BTreeSet<String>, BTreeSet<String>) {
    let page = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let pages = page("differences.md") + &page("zerynth.md");
    let lines = pages.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = lines.filter(|line| !line.starts_with("| Requests") && !line.starts_with("Zerynth"));
    let (mut unproved, mut all) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let (first, _) = row.split_once(" | ").unwrap();
        // The link itself is held by `tests/docs.rs`.
        if !row.contains("](") {
            unproved.insert(first.to_owned());
        }
        assert!(all.insert(first.to_owned()), "{first} is there twice");
    }
    (unproved, all)
}

#[test]
fn every_difference_is_proved() {
    let specs: Vec<Spec> = case::all(&root());
    let cases = specs.iter().flat_map(|spec| &spec.cases);
    let named: BTreeSet<String> = cases.filter_map(|case| case.row.clone()).collect();
    let (unproved, all) = rows();
    assert!(all.len() > 30);
    let missing: Vec<_> = unproved.difference(&named).collect();
    assert!(missing.is_empty(), "no case and no link: {missing:#?}");
    let unknown: Vec<_> = named.difference(&all).collect();
    assert!(unknown.is_empty(), "cases of no row: {unknown:#?}");
}
