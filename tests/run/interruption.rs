//! Ctrl-C and SIGTERM: what runs is ended at once, teardown runs, reports are whole.

use crate::program::{Finished, Folder, outcomes};
use crate::site::{Reply, Site, ok, path, status};
use serde_json::Value;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// `/never…` is not answered.
fn site() -> Site {
    Site::start(|request| match path(request) {
        path if path.starts_with("/never") => Reply::Silence,
        _ => ok("Set-Cookie: a=b\r\n", ""),
    })
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

const REPORTS: [&str; 6] =
    ["--report", "json=report.json", "--report", "junit=junit.xml", "--report", "events=events"];

fn start(folder: &Folder, site: &Site, arguments: &[&str]) -> Child {
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "--var", &given];
    folder.start(&[&run, &REPORTS[..], arguments].concat())
}

/// The outcomes in the JSON report; the other two are whole as well.
fn whole(folder: &Folder) -> Vec<String> {
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["exit_code"], 130);
    assert!(folder.read("junit.xml").trim_end().ends_with("</testsuites>"));
    let events = folder.read("events");
    let last: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    assert!(last.to_string().contains("\"exit_code\":130"), "{last}");
    outcomes(&report)
}

#[test]
fn a_signal_ends_a_request_nobody_answers_and_teardown_is_sent() {
    for name in ["INT", "TERM"] {
        let site = site();
        let folder = Folder::with(
            r#"
session: {base_url: "{{ site }}"}
setup: [{name: login, url: /login}]
requests:
  - {name: stuck, url: /never, timeout: null}
  - {name: later, url: /later}
teardown:
  - {name: clean, url: /clean, delay: 1ms}
  - {name: clean again, url: /again}
"#,
        );
        let child = start(&folder, &site, &[]);
        while site.next_path() != "/never" {}
        let begun = Instant::now();
        signal(&child, name);
        let finished = Finished::of(child);
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(finished.code, Some(130), "{finished:?}");
        assert_eq!(
            whole(&folder),
            [
                "login passed",
                "stuck errored: Interrupted",
                "later skipped: interrupted",
                "clean passed",
                "clean again passed",
            ]
        );
        assert_eq!(site.paths(), ["/login", "/never", "/clean", "/again"]);
    }
}

#[test]
fn a_signal_ends_every_request_of_a_parallel_run() {
    let site = site();
    let steps: String = (0..4)
        .map(|n| format!("  - {{name: s{n}, url: \"{{{{ site }}}}/never/{n}\"}}\n"))
        .collect();
    let folder = Folder::with(&format!(
        "mode: parallel\nrequests:\n{steps}  - {{name: waits, needs: [s0], url: \"http://127.0.0.1:1/\"}}\n"
    ));
    let child = start(&folder, &site, &["-j", "4"]);
    for _ in 0..4 {
        site.next_path();
    }
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    let mut expected: Vec<String> = (0..4).map(|n| format!("s{n} errored: Interrupted")).collect();
    expected.push("waits skipped: interrupted".to_owned());
    assert_eq!(whole(&folder), expected);
}

#[test]
fn a_signal_ends_a_delay_and_nothing_is_sent() {
    let site = site();
    let folder = Folder::with(
        r#"
mode: parallel
session: {base_url: "{{ site }}"}
requests:
  - {name: sleeper, url: /slept, delay: 1h}
  - {name: other, url: /other}
  - {name: stuck, url: /never, needs: [other]}
teardown: [{name: clean, url: /clean}]
"#,
    );
    let child = start(&folder, &site, &["-j", "2"]);
    // The sleeper is first in file order: it has begun when the others are sent.
    while site.next_path() != "/never" {}
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    assert_eq!(
        whole(&folder),
        [
            "sleeper skipped: interrupted",
            "other passed",
            "stuck errored: Interrupted",
            "clean passed",
        ]
    );
    assert_eq!(site.paths(), ["/other", "/never", "/clean"]);
}

#[test]
fn an_error_that_a_step_expects_is_not_an_interruption() {
    let site = site();
    let folder = Folder::with(
        r#"requests: [{name: a, url: "{{ site }}/never", assert: {error: ConnectionError}}]"#,
    );
    let child = start(&folder, &site, &[]);
    site.next_path();
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    assert_eq!(whole(&folder), ["a errored: Interrupted"]);
}

#[test]
fn a_second_signal_ends_the_run_at_once() {
    let site = site();
    let folder = Folder::with(
        r#"
requests: [{name: a, url: "{{ site }}/never/1"}]
teardown: [{name: b, url: "{{ site }}/never/2", timeout: null}]
"#,
    );
    let child = start(&folder, &site, &[]);
    assert_eq!(site.next_path(), "/never/1");
    signal(&child, "INT");
    assert_eq!(site.next_path(), "/never/2");
    signal(&child, "INT");
    let finished = Finished::of(child);
    assert_eq!(finished.code, Some(130));
    assert_eq!(
        finished.stderr,
        "error: interrupted twice: ended at once\n  = help: what teardown would have cleaned may still be there; no report is whole\n"
    );
}

#[test]
fn an_embedded_server_does_not_hold_up_the_end() {
    let site = site();
    let folder = Folder::with(
        r#"
mode: parallel
server: httpbin
requests:
  - {name: slow, url: "{{ server.url }}/delay/10"}
  - {name: stuck, url: "{{ site }}/never"}
"#,
    );
    let child = start(&folder, &site, &["-j", "2"]);
    site.next_path();
    let begun = Instant::now();
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_signal_ends_the_wait_for_another_try() {
    let site = Site::start(|request| match path(request) {
        path if path.starts_with("/never") => Reply::Silence,
        path if path.starts_with("/fails") => status("500 Oh No", "", ""),
        _ => ok("", ""),
    });
    let folder = Folder::with(
        r#"
mode: parallel
session: {base_url: "{{ site }}"}
requests:
  - {name: tries, url: /fails/1, retry: {attempts: 3, delay: 1h}}
  - {name: polls, url: /polled, retry: {attempts: 3, delay: 1h, until: "false"}}
  - {name: stuck, url: /never}
teardown:
  - {name: tried soon, url: /fails/2, retry: {attempts: 2, delay: 1ms}}
  - {name: not waited for, url: /fails/3, retry: {attempts: 2, delay: 1h}}
  - {name: clean, url: /clean}
"#,
    );
    let child = start(&folder, &site, &["-j", "3"]);
    let mut paths: Vec<String> = (0..3).map(|_| site.next_path()).collect();
    paths.sort();
    assert_eq!(paths, ["/fails/1", "/never", "/polled"]);
    let begun = Instant::now();
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(
        whole(&folder),
        [
            "tries errored: Interrupted",
            "polls errored: Interrupted",
            "stuck errored: Interrupted",
            "tried soon failed",
            "not waited for errored: Interrupted",
            "clean passed",
        ]
    );
    assert_eq!(site.paths()[3..], ["/fails/2", "/fails/2", "/fails/3", "/clean"]);
}

#[test]
fn a_signal_wakes_a_pause_and_what_follows_is_skipped() {
    let site = site();
    let folder = Folder::with(
        r#"
session: {base_url: "{{ site }}"}
requests:
  - {url: /begin}
  - {name: pause, sleep: 60s}
  - {name: set, set: {a: 1}}
teardown:
  - {name: rest, sleep: 1ms}
  - {name: clean, url: /clean}
"#,
    );
    let child = start(&folder, &site, &["-j", "2"]);
    while site.next_path() != "/begin" {}
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    signal(&child, "INT");
    let finished = Finished::of(child);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(finished.code, Some(130), "{finished:?}");
    let told = whole(&folder);
    assert_eq!(
        told[1..],
        ["pause skipped: interrupted", "set skipped: interrupted", "rest passed", "clean passed",]
    );
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_the_cookie_jar_written_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = site();
    let folder = Folder::with(
        r#"
session: {base_url: "{{ site }}"}
requests: [{name: logs in, url: /login}, {name: stuck, url: /never, timeout: null}]
"#,
    );
    let child = start(&folder, &site, &["--cookie-jar", "jar.txt"]);
    while site.next_path() != "/never" {}
    signal(&child, "INT");
    assert_eq!(Finished::of(child).code, Some(130));
    let jar = folder.read("jar.txt");
    assert!(jar.ends_with("\tFALSE\t/\tFALSE\t0\ta\tb\n"), "{jar}");
    let mode = std::fs::metadata(folder.file("jar.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
