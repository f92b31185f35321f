//! Every link of the specification's prose leads to a file.

use crate::root;
use regex::Regex;
use std::path::PathBuf;

#[test]
fn every_link_leads_to_a_file() {
    let link = Regex::new(r"\]\(([^)#]+)(#[^)]*)?\)").unwrap();
    let mut broken = Vec::new();
    for entry in std::fs::read_dir(root()).unwrap() {
        let page: PathBuf = entry.unwrap().path();
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&page).unwrap();
        let targets = link.captures_iter(&text).map(|found| found[1].to_owned());
        let local = targets.filter(|target| !target.contains("://"));
        let missing = local.filter(|target| !root().join(target).exists());
        broken.extend(missing.map(|target| format!("{}: {target}", page.display())));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
