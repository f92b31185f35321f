//! The same file, the same bytes a step and the same reports, whatever `--jobs`.

use crate::program::Folder;
use crate::site::{Reply, Site, ok, path, status};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything in which the order of things could show.
const COLLECTION: &str = r#"
name: everything
session:
  base_url: "{{ site }}"
  headers: {x-run: "{{ random_int(1, 1000000) }}"}
sessions:
  digested: {auth: {digest: [user, pass]}}
  other: {headers: {x-session: other}}
setup:
  - {name: login, url: /set/login, capture: {token: {header: x-token}}}
requests:
  - name: burst
    mode: parallel
    requests:
      - {name: left, url: /set/left, headers: {x-id: "{{ uuid() }}"}}
      - {name: right, url: /set/right, headers: {x-id: "{{ uuid() }}"}}
      - {name: both, url: /set/both, needs: [left, right]}
      - name: inner
        requests:
          - {name: in-1, url: /set/shared-1, capture: {seen: {header: x-token}}}
          - {name: in-2, url: "/inner?seen={{ seen }}"}
      - {name: other-1, session: other, url: /set/other}
      - {name: other-2, session: other, url: /plain, needs: [other-1]}
      - {name: d-1, session: digested, url: /digest/1}
      - {name: d-2, session: digested, url: /digest/2}
      - {name: own-1, auth: {digest: [own, pass]}, url: /digest/own-1}
      - {name: own-2, auth: {digest: [own, pass]}, url: /digest/own-2}
  - {name: joined, url: "/plain?token={{ token }}"}
  - {name: d-3, session: digested, url: /digest/3}
  - {name: d-4, session: digested, url: /digest/4}
  - name: diamonds
    mode: parallel
    requests:
      - {name: top, url: /plain, capture: {top: {header: x-token}}}
      - {name: a, url: "/plain?{{ top }}", capture: {value: {header: x-token}}}
      - {name: b, url: "/plain?{{ top }}", capture: {value: {header: x-token}}}
      - {name: bottom, needs: [a, b], url: "/bottom?{{ value }}"}
  - name: upload
    method: POST
    url: /plain
    files: {a: {content: "{{ random_string(20) }}", filename: a.txt}, b: {content: "x", filename: b.txt}}
  - {name: refused, url: /refused}
  - {name: dependent, needs: [refused], url: /plain}
teardown:
  - {name: logout, method: DELETE, url: "/plain?{{ token }}&{{ value }}"}
"#;

/// Sets a cookie named by the path, asks for digest's answer, and gives each path its token.
fn answer(request: &str) -> Reply {
    let path = path(request);
    let token = format!("x-token: t{}\r\n", path.len());
    if let Some(name) = path.strip_prefix("/set/") {
        let shared = format!("Set-Cookie: shared={name}\r\n");
        return ok(&format!("{token}Set-Cookie: {name}=1\r\n{shared}"), "");
    }
    if path.starts_with("/digest") && !request.contains("Authorization: Digest") {
        let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
        return status("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), "");
    }
    match path.as_str() {
        "/refused" => status("503 Service Unavailable", "", "no"),
        _ => ok(&token, "body"),
    }
}

/// What one run sent, by path, and its reports.
#[derive(Debug, PartialEq)]
struct Seen {
    code: Option<i32>,
    requests: BTreeMap<String, Vec<String>>,
    report: Value,
    junit: String,
}

fn run(folder: &Folder, paths: &[&str], jobs: &str) -> Seen {
    let site = Site::start(answer);
    let given = format!("site={}", site.url(""));
    let fixed = ["--seed", "7", "--report", "json=report.json", "--report", "junit=junit.xml"];
    let arguments = [&["run"], paths, &["-j", jobs, "--var", &given], &fixed].concat();
    let finished = folder.runner(&arguments);
    let host = site.address.to_string();
    let mut requests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for request in site.requests() {
        requests.entry(path(&request)).or_default().push(request.replace(&host, "HOST"));
    }
    // What comes at one path from several steps has no order of its own.
    requests.values_mut().for_each(|requests| requests.sort());
    let report = folder.read("report.json").replace(&host, "HOST");
    let mut report = serde_json::from_str(&report).unwrap();
    without_times(&mut report);
    let junit = folder.read("junit.xml").replace(&host, "HOST");
    Seen { code: finished.code, requests, report, junit: untimed(&junit) }
}

pub(crate) fn without_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["started", "duration", "elapsed", "timings"] {
                members.remove(name);
            }
            members.values_mut().for_each(without_times);
        }
        Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}

/// JUnit without its times.
pub(crate) fn untimed(xml: &str) -> String {
    ["time", "timestamp", "uuid"].iter().fold(xml.to_owned(), |xml, name| {
        let opening = format!(" {name}=\"");
        let mut parts = xml.split(&opening);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('"').unwrap().1)
    })
}

fn assert_same_whatever_jobs(folder: &Folder, paths: &[&str]) -> Seen {
    let first = run(folder, paths, "1");
    for jobs in ["2", "32"] {
        for _ in 0..5 {
            let seen = run(folder, paths, jobs);
            for (path, requests) in &first.requests {
                assert_eq!(seen.requests.get(path), Some(requests), "-j {jobs} {path}");
            }
            assert_eq!(seen, first, "-j {jobs}");
        }
    }
    first
}

#[test]
fn a_run_is_the_same_whatever_jobs() {
    let folder = Folder::with(COLLECTION);
    let seen = assert_same_whatever_jobs(&folder, &["collection.yaml"]);
    assert_eq!(seen.code, Some(1));
    assert_eq!(seen.requests.values().map(Vec::len).sum::<usize>(), 26);
}

#[test]
fn several_files_at_once_are_the_same_whatever_jobs() {
    let folder = Folder::with(COLLECTION);
    folder.write("second.yaml", COLLECTION.replace("/plain", "/second"));
    folder.write("third.yaml", COLLECTION.replace("everything", "third"));
    assert_same_whatever_jobs(&folder, &["collection.yaml", "second.yaml", "third.yaml"]);
}

#[test]
fn cookies_of_two_branches_are_merged_in_file_order() {
    let folder = Folder::with(COLLECTION);
    let seen = run(&folder, &["collection.yaml"], "32");
    let both = &seen.requests["/set/both"][0];
    assert!(both.contains("Cookie: login=1; shared=right; left=1; right=1\r\n"), "{both}");
}

#[test]
fn digest_counts_a_sessions_requests_and_begins_anew_for_a_steps_own() {
    let folder = Folder::with(COLLECTION);
    let seen = run(&folder, &["collection.yaml"], "32");
    let counts = |path: &str| -> Vec<Option<&str>> {
        let count = |request: &'_ String| request.find("nc=").map(|at| at + 3);
        let requests = &seen.requests[path];
        requests.iter().map(|request| count(request).map(|at| &request[at..at + 8])).collect()
    };
    // Beside each other both begin with nothing: refused, then answered.
    for path in ["/digest/1", "/digest/2", "/digest/own-1", "/digest/own-2"] {
        assert_eq!(counts(path), [None, Some("00000001")], "{path}");
    }
    assert_eq!(counts("/digest/3"), [Some("00000002")]);
    assert_eq!(counts("/digest/4"), [Some("00000003")]);
}

#[test]
fn a_seed_repeats_what_is_random_and_another_does_not() {
    let folder =
        Folder::with("requests: [{url: \"{{ site }}/{{ uuid() }}/{{ random_int(0, 1000000) }}\"}]");
    let asked = |seed: &str| {
        let site = Site::friendly();
        let given = format!("site={}", site.url(""));
        folder.runner(&["run", "collection.yaml", "--seed", seed, "--var", &given]);
        site.paths()
    };
    assert_eq!(asked("1"), asked("1"));
    assert_ne!(asked("1"), asked("2"));
}

/// Rows beside each other and after each other, in loops of loops, with cookies, chance and
/// failures.
const LOOPS: &str = r#"
session:
  base_url: "{{ site }}"
mode: parallel
requests:
  - {name: first, url: "/set/{{ item }}", headers: {x-id: "{{ uuid() }}"}, foreach: [a, bb, ccc], capture: {t: {header: x-token}}}
  - name: users
    foreach: {user: [ann, bob], n: [1, 2]}
    setup: [{name: enter, url: "/set/{{ user }}"}]
    requests:
      - {name: look, url: "/look/{{ user }}/{{ n }}?{{ random_int(1, 1000000) }}", capture: {seen: {header: x-token}}}
      - {name: deep, url: "/deep/{{ user }}/{{ item }}/{{ loop.index }}", foreach: "{{ t }}", capture: {d: {header: x-token}}}
    teardown: [{name: exit, url: "/exit/{{ user }}/{{ n }}"}]
  - {name: some, url: "/{{ 'refused' if item == 2 else 'plain' }}", repeat: 3, when: item != 3, capture: {s: {header: x-token}}}
  - {name: behind, url: "/behind?{{ t | join('-') }}&{{ seen | join('-') }}&{{ d | tojson | urlencode }}"}
  - {name: needing, url: /plain, needs: [some]}
  - {name: cookies, url: /plain, needs: [first, users]}
teardown:
  - {name: out, url: "/out/{{ item }}", foreach: "{{ s }}"}
"#;

#[test]
fn loops_are_the_same_whatever_jobs() {
    let folder = Folder::with(LOOPS);
    let seen = assert_same_whatever_jobs(&folder, &["collection.yaml"]);
    assert_eq!(seen.code, Some(1));
    let steps = seen.report["collections"][0]["steps"].as_array().unwrap();
    let names: Vec<&str> = steps.iter().filter_map(|step| step["name"].as_str()).collect();
    let first = ["first [a]", "first [bb]", "first [ccc]", "enter [ann, 1]", "look [ann, 1]"];
    assert_eq!(names[..5], first);
    assert_eq!(names[5..8], ["deep [ann, 1, t6]", "deep [ann, 1, t7]", "deep [ann, 1, t8]"]);
    assert_eq!(names.last(), Some(&"out [t6]"));
    assert_eq!(steps.len(), 3 + 4 * 6 + 3 + 3 + 1);
}
