//! `--session FILE`: what one run leaves and the next begins with.

use crate::program::{Finished, Folder, outcomes};
use crate::site::{Reply, Site, ok, path, status};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

const LOGIN: &str = r#"
session: {base_url: "{{ site }}"}
requests:
  - name: log in
    url: /login
    when: "{{ token is undefined }}"
    capture: {token: {header: x-token, secret: true}}
"#;

const PAGE: &str = r#"
session: {base_url: "{{ site }}", auth: {bearer: "{{ token }}"}}
requests: [{name: page, url: /page}]
"#;

/// Gives a token and a cookie at `/login`, and a page to who shows both.
fn site() -> Site {
    Site::start(|request| match path(request).as_str() {
        "/login" => ok("x-token: s3cr3t-token\r\nSet-Cookie: sid=1\r\n", ""),
        "/never" => Reply::Silence,
        _ => match request.contains("Bearer s3cr3t-token") && request.contains("Cookie: sid=1") {
            true => ok("", "s3cr3t-token"),
            false => status("401 Unauthorized", "", ""),
        },
    })
}

fn files(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_login_is_done_once_for_many_runs_and_its_token_shown_in_none() {
    let (site, folder) = (site(), Folder::new());
    folder.write("login.yaml", LOGIN);
    folder.write("tests/a.yaml", PAGE);
    folder.write("tests/b.yaml", PAGE);
    let given = format!("site={}", site.url(""));
    let run = |path: &str| {
        folder.runner(&["run", path, "--session", "s.json", "--var", &given, "-vv", "-j", "4"])
    };
    for path in ["login.yaml", "tests", "login.yaml", "tests"] {
        let finished = run(path);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert!(!format!("{finished:?}").contains("s3cr3t"), "{finished:?}");
    }
    assert_eq!(site.paths(), ["/login", "/page", "/page", "/page", "/page"]);
    let mode = std::fs::metadata(folder.file("s.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(files(&folder), ["login.yaml", "s.json", "tests"]);
}

#[test]
fn a_mistake_in_a_collection_does_not_show_what_the_file_holds() {
    let folder = Folder::with(
        r#"
vars: {port: "{{ token | int('no') + 1 }}"}
requests: [{url: "http://{{ token }}:{{ port }}/"}]
"#,
    );
    let session = r#"{"version": 1, "values": {"token": {"value": "s3cr3t", "secret": true}}}"#;
    folder.write("s.json", session);
    let finished = folder.runner(&["run", "collection.yaml", "--session", "s.json"]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(!format!("{finished:?}").contains("s3cr3t"), "{finished:?}");
    assert_eq!(folder.read("s.json"), session);
}

#[test]
fn an_interrupted_run_leaves_what_it_had() {
    let (site, folder) = (site(), Folder::with(LOGIN));
    folder.write("stuck.yaml", "requests: [{name: stuck, url: '{{ site }}/never'}]");
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "stuck.yaml", "-j", "1", "--session", "s.json"];
    let report = ["--report", "json=report.json", "--var", &given];
    let child = folder.start(&[&run[..], &report].concat());
    while site.next_path() != "/never" {}
    let signal = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    assert_eq!(Finished::of(child).code, Some(130));
    let report = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(outcomes(&report), ["log in passed", "stuck errored: Interrupted"]);
    let kept = folder.read("s.json");
    assert!(kept.contains("s3cr3t-token") && kept.contains("\"sid\""), "{kept}");
}

#[test]
fn a_damaged_file_and_a_newer_one_are_left_as_they_are() {
    let folder = Folder::with("requests: [{set: {a: 1}}]");
    for text in ["{\"version\": 1", "{\"version\": 2}", ""] {
        folder.write("s.json", text);
        let finished = folder.runner(&["run", "collection.yaml", "--session", "s.json"]);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert_eq!(folder.read("s.json"), text);
    }
}
