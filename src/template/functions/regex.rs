//! `regex` and `regex_replace`.

use super::Function;
use super::input::bytes;
use crate::template::explain::complain;
use ::regex::Regex;
use minijinja::{Error, Value as Dynamic};
use std::cell::RefCell;
use std::collections::HashMap;

/// The table's row.
pub(super) const REGEX: Function = Function {
    key: "regex",
    summary: "the first group of a pattern's first match, or the whole match; undefined without one",
    example: "{{ 'id=42' | regex('id=(\\d+)') }}",
    register: |env| env.add_filter("regex", find),
    check: Some(|text| compiled(text).map(|_| ())),
};

/// The table's row.
pub(super) const REGEX_REPLACE: Function = Function {
    key: "regex_replace",
    summary: "text with every match of a pattern replaced; `$1` is the first group",
    example: "{{ 'a-b' | regex_replace('(\\w)-(\\w)', '$2-$1') }}",
    register: |env| env.add_filter("regex_replace", replace),
    check: Some(|text| compiled(text).map(|_| ())),
};

/// How many patterns a thread remembers.
const REMEMBERED: usize = 256;

thread_local! {
    static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
}

fn find(value: &Dynamic, pattern: &str) -> Result<Dynamic, Error> {
    let pattern = compiled(pattern)?;
    let text = bytes(value)?;
    let text = String::from_utf8_lossy(&text);
    let found = pattern.captures(&text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    Ok(found.map_or(Dynamic::UNDEFINED, |found| Dynamic::from(found.as_str())))
}

fn replace(value: &Dynamic, pattern: &str, replacement: &str) -> Result<String, Error> {
    let pattern = compiled(pattern)?;
    let text = bytes(value)?;
    Ok(pattern.replace_all(&String::from_utf8_lossy(&text), replacement).into_owned())
}

/// The pattern, compiled at most once a thread for as long as few are used.
fn compiled(text: &str) -> Result<Regex, Error> {
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(pattern) = patterns.get(text) {
            return Ok(pattern.clone());
        }
        let pattern = Regex::new(text).map_err(|error| {
            let text_of = error.to_string();
            let last = text_of.lines().last().unwrap_or_default();
            complain(format!(
                "`{text}` is no regular expression: {}",
                last.trim().trim_start_matches("error: ")
            ))
        })?;
        if patterns.len() >= REMEMBERED {
            patterns.clear();
        }
        patterns.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    })
}
