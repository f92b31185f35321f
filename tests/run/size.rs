//! Many steps: no deadlock, nothing that grows with the square of their number.

use crate::program::Folder;
use std::fmt::Write as _;

/// `count` steps against the embedded server, each with what `rest` says.
fn collection(head: &str, count: usize, rest: impl Fn(usize) -> String) -> String {
    let mut text =
        format!("{head}\nserver: httpbin\nsession: {{base_url: '{{{{ server.url }}}}'}}\n");
    text.push_str("requests:\n");
    for step in 0..count {
        let _ = writeln!(text, "- {{name: s{step}, url: /status/200{}}}", rest(step));
    }
    text
}

fn passes(text: &str, count: usize, jobs: &str) {
    let finished = Folder::with(text).runner(&["run", "-q", "collection.yaml", "-j", jobs]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let summary = format!("{count} steps: {count} passed");
    assert!(finished.stdout.starts_with(&summary), "{finished:?}");
}

#[test]
fn five_thousand_parallel_steps_all_run() {
    let text = collection("mode: parallel", 5000, |_| String::new());
    for jobs in ["2", "64"] {
        passes(&text, 5000, jobs);
    }
}

#[test]
fn a_chain_of_captures_runs() {
    let text = collection("mode: parallel", 3000, |step| {
        let header = match step.checked_sub(1) {
            Some(before) => format!(", headers: {{x: '{{{{ v{before} }}}}'}}"),
            None => String::new(),
        };
        format!("{header}, capture: {{v{step}: {{header: content-length}}}}")
    });
    passes(&text, 3000, "8");
}

#[test]
fn one_variable_captured_and_used_by_every_step_is_planned_in_no_time() {
    let text = collection("vars: {v: 0}", 20_000, |_| {
        ", headers: {x: '{{ v }}'}, capture: {v: {header: content-length}}".to_owned()
    });
    let finished = Folder::with(&text).runner(&["check", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

#[test]
fn a_long_chain_of_variables_overflows_no_stack() {
    let mut text = "vars:\n".to_owned();
    for step in 0..20_000 {
        let _ = writeln!(text, "  v{step}: '{{{{ v{} }}}}'", step + 1);
    }
    text.push_str("  v20000: x\nrequests: [{url: 'http://127.0.0.1/{{ v0 }}'}]\n");
    let finished = Folder::with(&text).runner(&["show", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.starts_with("GET /x HTTP/1.1\r\n"), "{finished:?}");
}
