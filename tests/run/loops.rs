//! Loops under way: interrupted, with a teardown of their own, of very many rows.

use crate::program::{Finished, Folder, outcomes};
use crate::site::{Reply, Site, ok, path};
use serde_json::Value;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn report(folder: &Folder) -> Value {
    serde_json::from_str(&folder.read("report.json")).unwrap()
}

#[test]
fn an_interruption_skips_the_rows_left_and_teardown_sees_what_was_captured() {
    let site = Site::start(|request| match path(request).as_str() {
        "/make/3" => Reply::Silence,
        made => ok(&format!("x-id: {}\r\n", made.rsplit('/').next().unwrap_or_default()), ""),
    });
    let folder = Folder::with(
        r#"
session: {base_url: "{{ site }}"}
requests:
  - {name: make, url: "/make/{{ item }}", foreach: [1, 2, 3, 4], timeout: null, capture: {ids: {header: x-id}}}
  - {name: later, url: "/later/{{ item }}", foreach: "{{ ids }}"}
teardown:
  - {name: clean, url: "/clean/{{ item }}", foreach: "{{ ids }}"}
"#,
    );
    let given = format!("site={}", site.url(""));
    let child =
        folder.start(&["run", "collection.yaml", "--var", &given, "--report", "json=report.json"]);
    while site.next_path() != "/make/3" {}
    let status = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    let finished = Finished::of(child);
    assert_eq!(finished.code, Some(130), "{finished:?}");
    assert_eq!(
        outcomes(&report(&folder)),
        [
            "make [1] passed",
            "make [2] passed",
            "make [3] errored: Interrupted",
            "make [4] skipped: interrupted",
            "later skipped: interrupted",
            "clean [1] passed",
            "clean [2] passed",
        ]
    );
}

#[test]
fn twenty_thousand_rows_run_and_are_gathered_in_order() {
    for mode in ["sequence", "parallel"] {
        let folder = Folder::with(&format!(
            r#"
mode: {mode}
requests:
  - {{name: row, set: {{n: "{{{{ item }}}}"}}, repeat: 20000}}
  - {{name: sum, set: {{last: "{{{{ n | last }}}}", sum: "{{{{ n | sum }}}}"}}}}
  - name: again
    foreach: "{{{{ n }}}}"
    set: {{m: "{{{{ item }}}}"}}
  - {{name: same, set: {{same: "{{{{ m == n and sum == 200010000 and last == 20000 }}}}"}}}}
"#
        ));
        let arguments =
            ["run", "-q", "collection.yaml", "-j", "16", "--report", "json=report.json"];
        let finished = folder.runner(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let report = report(&folder);
        let steps = report["collections"][0]["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 40_002);
        assert_eq!(steps[19_999]["id"], "row.20000");
        assert_eq!(steps[20_001]["name"], "again [1]");
        assert_eq!(steps[40_001]["attempts"][0]["captures"][0]["value"], true);
    }
}

#[test]
fn an_id_of_a_row_stays_whatever_the_row_holds() {
    let ids = |items: &str| {
        let folder = Folder::with(&format!("- {{name: A step, sleep: 0s, foreach: {items}}}\n"));
        folder.runner(&["run", "collection.yaml", "--report", "json=report.json"]);
        let report = report(&folder);
        let steps = report["collections"][0]["steps"].as_array().unwrap().clone();
        steps.iter().map(|step| step["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("[a, b]"), ["a-step.1", "a-step.2"]);
    assert_eq!(ids("[{x: 1}, c]"), ["a-step.1", "a-step.2"]);
}

#[test]
fn no_more_rows_run_at_once_than_a_group_may_have() {
    let running = Arc::new(Mutex::new((0_usize, 0_usize)));
    let shared = Arc::clone(&running);
    let site = Site::start(move |request| {
        let is_counted = path(request).starts_with("/row");
        if is_counted {
            let mut running = shared.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
            drop(running);
            std::thread::sleep(Duration::from_millis(30));
            shared.lock().unwrap().0 -= 1;
        }
        ok("", "")
    });
    let folder = Folder::with(
        r#"
mode: parallel
session: {base_url: "{{ site }}"}
requests:
  - name: burst
    mode: parallel
    max: 3
    requests:
      - {name: one, url: "/row/{{ item }}", repeat: 12}
      - name: two
        foreach: [a, b, c, d]
        requests: [{name: inner, url: "/row/{{ item }}"}]
"#,
    );
    let given = format!("site={}", site.url(""));
    let finished = folder.runner(&["run", "collection.yaml", "-j", "32", "--var", &given]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(running.lock().unwrap().1, 3);
}
