//! What must not be shown even while files are only read: a diagnostic prints their lines.

use super::given::Given;
use super::session_file;
use crate::run::Masker;
use crate::source::{Files, Limits, Node, parse};
use regex::Regex;
use std::collections::BTreeSet;

/// Masks what `--secret` and the secrets of `--session` gave, and what the files, or options, write for the names in `secrets`.
pub(super) fn masker(files: &Files, given: &Given) -> Masker {
    let mut masker = Masker::default();
    let mut names = BTreeSet::new();
    let mut documents = Vec::new();
    for (id, file) in files.iter() {
        match parse(id, file.text(), &Limits::default()) {
            Ok(nodes) => documents.extend(nodes),
            Err(_) => by_lines(file.text(), &mut names, &mut masker),
        }
    }
    for document in &documents {
        let listed = document.get("secrets").and_then(Node::as_sequence).unwrap_or_default();
        names.extend(listed.iter().map(|name| name.to_value().to_text()));
    }
    for document in &documents {
        let environments = document.get("environments").and_then(Node::as_mapping);
        let environments = environments.unwrap_or_default().iter().map(|member| &member.value);
        for node in std::iter::once(document).chain(environments) {
            written(node, &names, &mut masker);
        }
    }
    let secrets = given.secrets.iter().filter_map(|text| text.split_once('='));
    let vars = given.vars.iter().filter_map(|text| text.split_once('='));
    let named = vars.filter(|(name, _)| names.contains(*name));
    secrets.chain(named).for_each(|(_, value)| masker.add(value));
    // A file that cannot be read has been told; nothing of it is shown.
    let kept = given.session.as_deref().and_then(|path| session_file::read(path).ok());
    let kept = kept.unwrap_or_default();
    kept.token_secrets().for_each(|secret| masker.add(secret));
    for kept in kept.values.values().filter(|kept| kept.is_secret) {
        masker.add_value(&kept.value);
    }
    masker
}

/// The values written in `vars` for these names. A template is none: its text may be shown.
fn written(node: &Node, names: &BTreeSet<String>, masker: &mut Masker) {
    let vars = node.get("vars").and_then(Node::as_mapping).unwrap_or_default();
    for member in vars.iter().filter(|member| names.contains(&*member.key)) {
        let value = member.value.to_value();
        if !value.to_json().contains("{{") {
            masker.add_value(&value);
        }
    }
}

/// A file that is no YAML: the names as far as they can be made out, and what stands behind them.
fn by_lines(text: &str, names: &mut BTreeSet<String>, masker: &mut Masker) {
    let mut is_listing = false;
    for line in text.lines() {
        if let Some(listed) = line.strip_prefix("secrets:") {
            let listed = listed.split(['[', ']', ',']).map(str::trim);
            names.extend(listed.filter(|name| !name.is_empty()).map(str::to_owned));
            is_listing = true;
        } else if let Some(name) = line.trim().strip_prefix("- ").filter(|_| is_listing) {
            names.insert(name.trim().to_owned());
        } else {
            is_listing = false;
        }
    }
    for name in names.iter() {
        let pattern =
            format!(r#"\b{}["']?\s*:\s*(?:"([^"]+)"|'([^']+)'|([^,}}\n]+))"#, regex::escape(name));
        let Ok(pattern) = Regex::new(&pattern) else { continue };
        let values = pattern.captures_iter(text).filter_map(|found| found.iter().flatten().nth(1));
        values
            .map(|value| value.as_str().trim())
            .filter(|value| !value.contains("{{"))
            .for_each(|value| masker.add(value));
    }
}
