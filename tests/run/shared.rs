//! What the files of a run have in common: steps that are done `once`.

use crate::program::{Finished, Folder, outcomes};
use crate::site::{Reply, Site, ok, path, status};
use serde_json::Value;
use std::process::Command;

/// A login that is slow, so that those who do not wait for it would be seen.
fn site() -> Site {
    Site::start(|request| match path(request).as_str() {
        "/login" => {
            std::thread::sleep(std::time::Duration::from_millis(50));
            ok("x-token: t1\r\nSet-Cookie: sid=1\r\n", "")
        }
        "/fails" => status("503 Service Unavailable", "", ""),
        "/never" => Reply::Silence,
        _ => match request.contains("Bearer t1") && request.contains("Cookie: sid=1") {
            true => ok("", ""),
            false => status("401 Unauthorized", "", ""),
        },
    })
}

const LOGIN: &str = r#"
name: log in
requests: [{name: post, once: true, url: "{{ site }}/login", capture: {token: {header: x-token}}}]
"#;

/// How a report is whatever the time it took.
fn timeless(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(timeless),
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                let is_time = ["duration", "started", "elapsed", "timings", "jobs"];
                if is_time.contains(&key.as_str()) || key == "headers" {
                    *member = Value::Null;
                }
                timeless(member);
            }
        }
        _ => {}
    }
}

/// The exit code and the report of `runner run PATHS`, times left out.
fn report(folder: &Folder, site: &Site, arguments: &[&str]) -> (Option<i32>, Value) {
    let given = format!("site={}", site.url(""));
    let run = ["run", "--var", &given, "--report", "json=report.json", "--seed", "1"];
    let finished = folder.runner(&[&run, arguments].concat());
    let mut report = serde_json::from_str(&folder.read("report.json")).unwrap();
    timeless(&mut report);
    (finished.code, report)
}

/// The same at any `-j`; how often it was logged in each time.
fn the_same(folder: &Folder, arguments: &[&str]) -> (Option<i32>, Value) {
    let run = |jobs: &str| {
        let site = site();
        let (code, mut report) = report(folder, &site, &[arguments, &["-j", jobs]].concat());
        let port = site.address.port().to_string();
        let text = report.to_string().replace(&port, "PORT");
        report = serde_json::from_str(&text).unwrap();
        let mut paths = site.paths();
        paths.sort();
        (code, report, paths)
    };
    let one = run("1");
    for jobs in ["2", "32"] {
        assert!(run(jobs) == one, "-j {jobs}: another report");
    }
    assert!(one.2.iter().filter(|path| *path == "/login").count() <= 1, "{:?}", one.2);
    (one.0, one.1)
}

fn page(number: usize) -> String {
    format!(
        r#"
mode: parallel
session: {{base_url: "{{{{ site }}}}"}}
requests:
  - {{include: ../login.yaml, capture: [token]}}
  - {{name: page, url: /page/{number}, headers: {{authorization: "Bearer {{{{ token }}}}"}}}}
  - {{name: other, url: /fails, assert: {{status: 503}}}}
"#
    )
}

#[test]
fn many_files_log_in_once_whatever_the_number_of_jobs() {
    let folder = Folder::new();
    folder.write("login.yaml", LOGIN);
    for number in 0..20 {
        folder.write(&format!("tests/{number:02}.yaml"), page(number));
    }
    let (code, report) = the_same(&folder, &["tests", "--allow-outside"]);
    assert_eq!(code, Some(0), "{report}");
    let told: Vec<&str> = report["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|collection| collection["steps"][0]["once"].as_str().unwrap_or("none"))
        .collect();
    assert_eq!(told[0], "none");
    assert!(told[1..].iter().all(|by| *by == "tests/00.yaml"), "{told:?}");
}

#[test]
fn a_lock_around_a_step_that_waits_is_not_held_against_the_one_it_waits_for() {
    let folder = Folder::new();
    folder.write("login.yaml", LOGIN);
    let locked = |first: &str| {
        format!(
            r#"
requests:
  - {{name: begin, url: "{{{{ site }}}}/fails", assert: {{status: 503}}, delay: {first}}}
  - name: locked
    lock: db
    requests:
      - {{name: before, url: "{{{{ site }}}}/fails", assert: {{status: 503}}}}
      - {{include: login.yaml, capture: [token]}}
"#
        )
    };
    // The second is at its lock long before the first.
    folder.write("a.yaml", locked("200ms"));
    folder.write("b.yaml", locked("0s"));
    let (code, report) = the_same(&folder, &["a.yaml", "b.yaml"]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(report["collections"][1]["steps"][2]["once"], "a.yaml");
}

#[test]
fn a_failure_is_one_in_every_file_and_ends_a_run_that_fails_fast() {
    let folder = Folder::new();
    folder.write("login.yaml", LOGIN.replace("/login", "/fails"));
    let file = r#"
requests:
  - {include: login.yaml, capture: [token]}
  - {name: page, url: "{{ site }}/page/{{ token }}"}
"#;
    folder.write("a.yaml", file);
    folder.write("b.yaml", file);
    let (code, report) = the_same(&folder, &["a.yaml", "b.yaml"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        outcomes(&report),
        [
            "post failed",
            "page skipped: needs `token` from `post`, which failed",
            "post failed: it failed in `a.yaml`, where it was done once",
            "page skipped: needs `token` from `post`, which failed",
        ]
    );
    let (code, report) = the_same(&folder, &["a.yaml", "b.yaml", "--fail-fast"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        outcomes(&report),
        [
            "post failed",
            "page skipped: stopped by `--fail-fast`",
            "post skipped: stopped by `--fail-fast`",
            "page skipped: stopped by `--fail-fast`",
        ]
    );
}

#[test]
fn a_signal_ends_the_wait_for_another_file() {
    let (site, folder) = (site(), Folder::new());
    folder.write("login.yaml", LOGIN.replace("/login", "/never"));
    for name in ["a.yaml", "b.yaml"] {
        folder.write(name, "requests: [{include: login.yaml}]");
    }
    let given = format!("site={}", site.url(""));
    let run = ["run", "a.yaml", "b.yaml", "-j", "4", "--report", "json=report.json"];
    let child = folder.start(&[&run[..], &["--var", &given]].concat());
    assert_eq!(site.next_path(), "/never");
    let signal = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    assert_eq!(Finished::of(child).code, Some(130));
    let report = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(outcomes(&report), ["post errored: Interrupted", "post skipped: interrupted"]);
}

/// A folder with a setup, a folder within it with one of its own, and files in both.
fn folders() -> Folder {
    let folder = Folder::new();
    let around = |name: &str, more: &str| {
        format!(
            r#"
session: {{base_url: "{{{{ site }}}}"}}
setup:
  - {{name: {name} in, url: /{name}/in, delay: 20ms{more}}}
teardown:
  - {{name: {name} out, url: "/{name}/out?{{{{ token }}}}"}}
  - {{name: {name} gone, url: /{name}/gone}}
"#
        )
    };
    folder.write("tests/runner.yaml", around("outer", ", capture: {token: {header: x-token}}"));
    folder.write("tests/api/runner.yaml", around("inner", ""));
    for name in ["tests/a", "tests/api/b", "tests/api/c", "tests/d"] {
        let page = r#"requests: [{url: "/NAME?{{ token }}"}]"#;
        folder.write(&format!("{name}.yaml"), page.replace("NAME", name));
    }
    folder
}

fn folder_site(stuck: &'static str) -> Site {
    Site::start(move |request| match path(request) {
        path if path.starts_with(stuck) => Reply::Silence,
        _ => ok("x-token: t1\r\n", ""),
    })
}

#[test]
fn the_steps_of_a_folder_come_before_and_behind_all_of_its_files() {
    let folder = folders();
    let mut reports = Vec::new();
    for jobs in ["1", "2", "32"] {
        let site = folder_site("/none");
        let (code, report) = report(&folder, &site, &["tests", "-j", jobs]);
        assert_eq!(code, Some(0), "{report}");
        let port = site.address.port().to_string();
        reports.push(report.to_string().replace(&port, "PORT"));
        let paths = site.paths();
        let at = |path: &str| paths.iter().position(|other| other == path).unwrap();
        let order = ["/outer/in", "/inner/in", "/tests/api/b?t1", "/inner/out?t1", "/inner/gone"];
        assert!(order.windows(2).all(|two| at(two[0]) < at(two[1])), "-j {jobs}: {paths:?}");
        assert!(at("/tests/api/c?t1") < at("/inner/out?t1"), "-j {jobs}: {paths:?}");
        assert_eq!(paths[0], "/outer/in");
        assert_eq!(paths[paths.len() - 2..], ["/outer/out?t1", "/outer/gone"], "-j {jobs}");
        assert_eq!(paths.len(), 10);
    }
    assert!(reports.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn a_signal_tears_down_every_folder_that_was_set_up() {
    for (stuck, jobs, sent) in [
        ("/tests/api/b", "1", vec!["/inner/out?t1", "/inner/gone", "/outer/out?t1", "/outer/gone"]),
        ("/tests/api/b", "8", vec!["/inner/out?t1", "/inner/gone", "/outer/out?t1", "/outer/gone"]),
        ("/outer/in", "8", vec!["/outer/gone"]),
    ] {
        let (site, folder) = (folder_site(stuck), folders());
        let given = format!("site={}", site.url(""));
        let run = ["run", "tests", "-j", jobs, "--report", "json=report.json"];
        let child = folder.start(&[&run[..], &["--var", &given]].concat());
        while !site.next_path().starts_with(stuck) {}
        let signal = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
        assert!(signal.unwrap().success());
        let finished = Finished::of(child);
        assert_eq!(finished.code, Some(130), "{finished:?}");
        let paths = site.paths();
        let at = paths.iter().position(|path| path.starts_with(stuck)).unwrap();
        let after: Vec<&String> =
            paths.iter().skip(at + 1).filter(|path| !path.starts_with("/tests")).collect();
        assert_eq!(after, sent, "{stuck} -j {jobs}");
    }
}

#[test]
fn the_teardown_of_a_folder_has_a_time_limit_of_its_own() {
    let site = folder_site("/stuck");
    let folder = Folder::new();
    folder.write(
        "runner.yaml",
        r#"
teardown_timeout: 300ms
teardown:
  - {name: stuck, url: "{{ site }}/stuck", timeout: null}
  - {name: late, url: "{{ site }}/late"}
"#,
    );
    folder.write("a.yaml", "requests: [{name: a, url: '{{ site }}/a', delay: 400ms}]");
    let (code, report) = report(&folder, &site, &["a.yaml"]);
    assert_eq!(code, Some(3), "{report}");
    assert!(report.to_string().contains("`teardown_timeout` (0.3 s) was over"), "{report}");
    assert_eq!(
        outcomes(&report),
        ["a passed", "stuck errored: Interrupted", "late errored: Interrupted",]
    );
}
