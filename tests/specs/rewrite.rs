//! Writes what came out over the `stdout`, `stderr` and `failures` that a spec's cases have.
//!
//! Specs are laid out alike, so this needs no YAML writer: a case begins with `  - it:`, its keys
//! are indented by four, the lines of its texts by six.

use crate::case::Spec;
use crate::program::Output;

/// Rewrites the spec's file when anything differs.
pub(crate) fn rewrite(spec: &Spec, outputs: &[(usize, &Output)]) {
    let before = std::fs::read_to_string(&spec.path).unwrap();
    let mut parts = split(&before);
    assert_eq!(
        parts.len(),
        spec.cases.len() + 1,
        "specs/{}: a case begins with `  - it:`",
        spec.name
    );
    for (index, output) in outputs {
        let part = &mut parts[index + 1];
        let failures = output.failures();
        let texts =
            [("stdout", &output.stdout), ("stderr", &output.stderr), ("failures", &failures)];
        for (key, text) in texts {
            *part = replaced(part, key, text);
        }
    }
    let after = parts.concat();
    if after != before {
        std::fs::write(&spec.path, after).unwrap();
    }
}

/// What stands before the first case, then each case.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.starts_with("  - it:") {
            parts.push(String::new());
        }
        parts.last_mut().unwrap().push_str(line);
    }
    parts
}

/// The case with this key's value replaced, when it has the key.
fn replaced(part: &str, key: &str, text: &str) -> String {
    let start = format!("    {key}:");
    let mut result = String::new();
    let mut is_inside = false;
    for line in part.split_inclusive('\n') {
        let is_deeper = line.starts_with("     ") || line.trim().is_empty();
        is_inside &= is_deeper;
        if line.starts_with(&start) {
            is_inside = true;
            result += &format!("{start} {}", block(text));
        } else if !is_inside {
            result += line;
        }
    }
    result
}

/// A text as YAML, indented by six.
fn block(text: &str) -> String {
    if text.is_empty() {
        return "\"\"\n".to_owned();
    }
    let indent = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let chomp = match (text.ends_with("\n\n"), text.ends_with('\n')) {
        (true, _) => "+",
        (false, true) => "",
        (false, false) => "-",
    };
    let mut lines = format!("|{indent}{chomp}\n");
    for line in text.split_inclusive('\n') {
        lines += if line == "\n" { "" } else { "      " };
        lines += line;
    }
    lines + if text.ends_with('\n') { "" } else { "\n" }
}
