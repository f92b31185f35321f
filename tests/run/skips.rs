//! What is skipped, why, and the exit codes.

use crate::program::{Finished, Folder, outcomes};
use crate::site::{Site, ok, path, status};
use serde_json::Value;

/// `/fail…` answers 500, all else 200; every answer has `x-path`.
fn run(collection: &str, arguments: &[&str]) -> (Finished, Value, Site) {
    let site = Site::start(|request| {
        let header = format!("x-path: {}\r\n", path(request));
        match path(request) {
            path if path.starts_with("/fail") => status("500 No", &header, ""),
            _ => ok(&header, ""),
        }
    });
    let folder = Folder::with(collection);
    let given = format!("site={}", site.url(""));
    let (finished, report) = folder.report(&[&["--var", &given], arguments].concat());
    (finished, report, site)
}

#[test]
fn what_needs_a_failed_step_is_skipped_and_so_is_what_needs_that() {
    for mode in ["sequence", "parallel"] {
        let collection = format!(
            r#"
mode: {mode}
session: {{base_url: "{{{{ site }}}}"}}
requests:
  - {{name: a, url: /fail}}
  - {{name: b, url: /b, needs: [a]}}
  - {{name: c, url: /c, needs: [b]}}
  - {{name: d, url: /d}}
  - {{name: e, url: "http://127.0.0.1:1/"}}
  - {{name: f, url: /f, needs: [e]}}
  - {{name: g, url: /g, when: false}}
  - {{name: h, url: /h, needs: [g]}}
"#
        );
        let (finished, report, _site) = run(&collection, &["-j", "8"]);
        assert_eq!(
            outcomes(&report),
            [
                "a failed",
                "b skipped: needs `a`, which failed",
                "c skipped: needs `b`, which was skipped",
                "d passed",
                "e errored: ConnectionError",
                "f skipped: needs `e`, which could not be made",
                "g skipped: `when` is false",
                "h skipped: needs `g`, which was skipped",
            ]
        );
        assert_eq!(finished.code, Some(1));
        let counts = r#"{"passed":1,"flaky":0,"failed":1,"errored":1,"skipped":5,"requests":3,"assertions":2}"#;
        assert_eq!(report["counts"], serde_json::from_str::<Value>(counts).unwrap());
    }
}

#[test]
fn what_uses_a_variable_of_a_failed_step_is_skipped() {
    let (_, report, _site) = run(
        r#"
session: {base_url: "{{ site }}"}
requests:
  - {name: login, url: /fail, capture: {token: {header: x-path}}}
  - {name: nothing, url: /, capture: {id: {header: x-missing}}}
  - {name: use token, url: "/{{ token }}"}
  - {name: use id, url: "/{{ id }}"}
  - {name: fallback, url: "/", capture: {id: {header: x-missing, default: 1}}}
  - {name: use id again, url: "/{{ id }}"}
"#,
        &[],
    );
    assert_eq!(
        outcomes(&report),
        [
            "login failed",
            "nothing failed",
            "use token skipped: needs `token` from `login`, which failed",
            "use id skipped: needs `id` from `nothing`, which failed",
            "fallback passed",
            "use id again passed",
        ]
    );
}

#[test]
fn a_failed_setup_skips_requests_and_teardown_still_runs() {
    let (finished, report, site) = run(
        r#"
session: {base_url: "{{ site }}"}
setup:
  - {name: create, url: /fail-create, capture: {id: {header: x-path}}}
  - {name: fill, url: /fill}
requests:
  - {name: use, url: /use}
teardown:
  - {name: delete, url: "/delete{{ id }}"}
  - {name: unknown, url: "/{{ never | default('guarded') }}"}
"#,
        &[],
    );
    assert_eq!(
        outcomes(&report),
        [
            "create failed",
            "fill passed",
            "use skipped: `create` in `setup` did not pass",
            "delete passed",
            "unknown passed",
        ]
    );
    assert_eq!(site.paths(), ["/fail-create", "/fill", "/delete/fail-create", "/guarded"]);
    assert_eq!(finished.code, Some(1));
}

#[test]
fn teardown_without_the_value_it_cleans_up_by_is_skipped() {
    let (_, report, _site) = run(
        r#"
requests:
  - {name: create, url: "http://127.0.0.1:1/", capture: {id: {header: x-path}}}
teardown:
  - {name: delete, url: "{{ site }}/{{ id }}"}
"#,
        &[],
    );
    assert_eq!(
        outcomes(&report),
        [
            "create errored: ConnectionError",
            "delete skipped: needs `id` from `create`, which could not be made",
        ]
    );
}

#[test]
fn fail_fast_starts_nothing_more_but_teardown() {
    let (finished, report, site) = run(
        r#"
session: {base_url: "{{ site }}"}
requests:
  - {name: a, url: /a}
  - {name: b, url: /fail}
  - {name: c, url: /c}
teardown:
  - {name: clean, url: /clean}
"#,
        &["--fail-fast"],
    );
    assert_eq!(
        outcomes(&report),
        ["a passed", "b failed", "c skipped: stopped by `--fail-fast`", "clean passed"]
    );
    assert_eq!(site.paths(), ["/a", "/fail", "/clean"]);
    assert_eq!(finished.code, Some(1));
}

#[test]
fn fail_fast_in_parallel_lets_what_runs_end() {
    let steps: String =
        (0..20).map(|n| format!("  - {{name: s{n}, url: \"{{{{ site }}}}/s{n}\"}}\n")).collect();
    let collection = format!(
        "mode: parallel\nrequests:\n  - {{name: first, url: \"{{{{ site }}}}/fail\"}}\n{steps}"
    );
    let (finished, report, site) = run(&collection, &["--fail-fast", "-j", "1"]);
    assert_eq!(site.paths(), ["/fail"]);
    assert_eq!(report["counts"]["skipped"], 20);
    assert_eq!(finished.code, Some(1));
}

#[test]
fn fail_fast_stops_every_file() {
    let site = Site::start(|_| status("500 No", "", ""));
    let folder = Folder::new();
    for name in ["a", "b"] {
        let text = format!(
            "requests: [{{name: {name}, url: \"{{{{ site }}}}/{name}\"}}]\nteardown: [{{name: t{name}, url: \"{{{{ site }}}}/t{name}\"}}]"
        );
        folder.write(&format!("{name}.yaml"), text);
    }
    let given = format!("site={}", site.url(""));
    let finished = folder.runner(&[
        "run",
        "a.yaml",
        "b.yaml",
        "-j",
        "1",
        "--fail-fast",
        "--var",
        &given,
        "--report",
        "json=r",
    ]);
    assert_eq!(finished.code, Some(1));
    let report: Value = serde_json::from_str(&folder.read("r")).unwrap();
    assert_eq!(
        outcomes(&report),
        ["a failed", "ta failed", "b skipped: stopped by `--fail-fast`", "tb failed"]
    );
}

#[test]
fn exit_codes_tell_failures_from_errors() {
    let step = |url: &str| format!("- {{url: \"{url}\"}}\n");
    let (pass, fail) = (step("{{ site }}/"), step("{{ site }}/fail"));
    let error = step("http://127.0.0.1:1/");
    let skip = "- {url: 'http://127.0.0.1:1/', when: false}\n".to_owned();
    for (steps, code) in [
        (vec![&pass], 0),
        (vec![&pass, &skip], 0),
        (vec![&skip], 0),
        (vec![&pass, &fail], 1),
        (vec![&pass, &error], 3),
        (vec![&fail, &error, &skip], 1),
    ] {
        let steps: String = steps.into_iter().cloned().collect();
        let (finished, ..) = run(&format!("requests:\n{steps}"), &[]);
        assert_eq!(finished.code, Some(code), "{steps}");
    }
}

#[test]
fn when_and_delay_may_be_templates() {
    let (finished, report, _site) = run(
        r#"
vars: {wait: 5ms, yes: true, text: "false"}
requests:
  - {name: a, url: "{{ site }}/", when: "{{ yes }}", delay: "{{ wait }}"}
  - {name: b, url: "{{ site }}/", when: "{{ not yes }}"}
  - {name: c, url: "{{ site }}/", when: "{{ text }}"}
  - {name: d, url: "{{ site }}/", delay: "{{ yes }}"}
"#,
        &[],
    );
    assert_eq!(
        outcomes(&report),
        [
            "a passed",
            "b skipped: `when` is false",
            "c skipped: `when` is false",
            "d errored: TemplateError",
        ]
    );
    assert_eq!(finished.code, Some(3));
}
