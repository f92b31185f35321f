//! One test a defect that was found by running the program, never to come back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at a surprise")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What `runner run OPTIONS -` writes of a collection: exit code, stdout, stderr.
fn run(options: &[&str], collection: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg("run")
        .args(options)
        .arg("-")
        .current_dir(folder.path())
        .env_remove("REQUESTS_CA_BUNDLE")
        .env_remove("CURL_CA_BUNDLE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(collection.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// The line of `text` that has `part`, without its indentation.
fn line<'t>(text: &'t str, part: &str) -> &'t str {
    text.lines()
        .find(|line| line.contains(part))
        .unwrap_or_else(|| panic!("no {part}: {text}"))
        .trim()
}

#[test]
fn a_failed_assertion_says_expected_and_found_once() {
    let (code, out, _) = run(
        &[],
        "server: httpbin\nrequests: [{url: '{{ server.url }}/get?a=1', assert: {jsonpath: {$.args.a: 1}}}]\n",
    );
    assert_eq!(code, 1, "{out}");
    assert_eq!(line(&out, "error[F0001]"), "error[F0001]: `$.args.a`: expected 1");
    assert!(line(&out, "^ found").ends_with("^ found the string \"1\""), "{out}");
}
