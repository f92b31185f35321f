//! The order of steps: file order, needs, edges found in templates, and what is refused.

use crate::program::{Folder, outcomes};
use crate::site::{Reply, Site, ok, path};

/// Runs with `site` given; what was asked, in order.
fn asked(collection: &str, arguments: &[&str]) -> Vec<String> {
    let site = Site::start(|request| ok(&format!("x-path: {}\r\n", path(request)), ""));
    let folder = Folder::with(collection);
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "--var", &given];
    let finished = folder.runner(&[&run, arguments].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    site.paths()
}

/// What `check` says of a collection it refuses.
fn refused(collection: &str) -> String {
    let finished = Folder::with(collection).runner(&["check", "collection.yaml"]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    finished.stderr
}

#[test]
fn a_sequence_runs_in_file_order_whatever_jobs() {
    let steps: String = (0..40).map(|n| format!("- url: \"{{{{ site }}}}/{n}\"\n")).collect();
    let expected: Vec<String> = (0..40).map(|n| format!("/{n}")).collect();
    for jobs in ["1", "32"] {
        assert_eq!(asked(&format!("requests:\n{steps}"), &["-j", jobs]), expected);
    }
}

#[test]
fn a_captured_variable_orders_steps_of_a_parallel_collection() {
    let collection = r#"
mode: parallel
requests:
  - {url: "{{ site }}/last?{{ b }}"}
  - {url: "{{ site }}/middle?{{ a }}", capture: {b: {header: x-path}}}
  - {url: "{{ site }}/first", capture: {a: {header: x-path}}}
"#;
    assert_eq!(
        asked(collection, &["-j", "8"]),
        ["/first", "/middle?/first", "/last?/middle?/first"]
    );
}

#[test]
fn a_sessions_default_that_uses_a_captured_token_orders_its_steps() {
    let collection = r#"
mode: parallel
session: {base_url: "{{ site }}", headers: {x-token: "{{ token }}"}}
requests:
  - {url: /second}
  - {url: /first, headers: {x-token: null}, capture: {token: {header: x-path}}}
"#;
    assert_eq!(asked(collection, &["-j", "8"]), ["/first", "/second"]);
}

#[test]
fn the_step_that_captures_a_sessions_token_says_auth_null() {
    let collection = r#"
session: {base_url: "{{ site }}", auth: {bearer: "{{ token }}"}}
requests:
  - {name: login, url: /login, capture: {token: {header: x-path}}}
  - {name: fetch, url: /fetch}
"#;
    let expected = r#"error[E0507]: `token` is undefined in `login`
 --> collection.yaml:2:54
  |
2 | session: {base_url: "{{ site }}", auth: {bearer: "{{ token }}"}}
  |                                                      ^^^^^ not captured yet when that step is sent
  |
  = note: `login`, which captures it, has this default too
  = help: give that step `auth: null`
"#;
    let folder = Folder::with(collection);
    let finished = folder.runner(&["check", "collection.yaml", "--var", "site=http://127.0.0.1"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(2), expected));
    let mended = collection.replace("url: /login,", "url: /login, auth: null,");
    assert_eq!(asked(&mended, &[]), ["/login", "/fetch"]);
}

#[test]
fn a_step_before_the_one_that_captures_a_sessions_header_says_so() {
    let text = refused(
        r#"
session: {headers: {x-token: "{{ token }}"}}
requests:
  - {name: ping, url: "http://127.0.0.1/"}
  - {name: login, url: "http://127.0.0.1/", headers: {X-Token: null}, capture: {token: {header: x}}}
"#,
    );
    assert!(text.contains("`token` is undefined in `ping`"), "{text}");
    assert!(text.contains("comes before `login`, which captures it"), "{text}");
    assert!(text.contains("help: give that step `headers: {x-token: null}`"), "{text}");
}

#[test]
fn a_header_that_replaces_a_sessions_keeps_its_place() {
    let site = Site::friendly();
    let folder = Folder::with(
        r#"
session: {headers: {x-one: "{{ missing | default('d') }}", x-two: "2"}}
requests: [{url: "{{ site }}/", headers: {x-one: own}}]
"#,
    );
    folder.runner(&["run", "collection.yaml", "--var", &format!("site={}", site.url(""))]);
    let request = &site.requests()[0];
    assert!(request.contains("x-one: own\r\nx-two: 2\r\n"), "{request}");
}

#[test]
fn a_need_of_a_later_step_in_a_sequence_is_refused() {
    let text = refused(
        r#"requests:
  - {name: a, url: "http://127.0.0.1/", needs: [b]}
  - {name: b, url: "http://127.0.0.1/"}
"#,
    );
    let expected = r#"error[E0501]: `a` needs `b`, which comes later in the sequence
 --> collection.yaml:2:49
  |
2 |   - {name: a, url: "http://127.0.0.1/", needs: [b]}
  |                                                 ^ runs only after this step
  |
  = help: move `b` before `a`, or set `mode: parallel`
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_variable_captured_later_in_a_sequence_is_undefined() {
    let text = refused(
        r#"requests:
  - {name: a, url: "http://127.0.0.1/{{ id }}"}
  - {name: b, url: "http://127.0.0.1/", capture: {id: $.id}}
"#,
    );
    assert!(text.contains("error[E0507]: `id` is undefined"), "{text}");
    assert!(text.contains("`b` captures it, but only later: move that step before"), "{text}");
    assert!(!text.contains("circle"), "{text}");
}

#[test]
fn a_step_does_not_see_before_it_is_sent_what_it_captures_itself() {
    let text =
        refused(r#"requests: [{name: a, url: "http://127.0.0.1/{{ id }}", capture: {id: $.id}}]"#);
    assert!(text.contains("error[E0507]: `id` is undefined"), "{text}");
}

#[test]
fn a_circle_of_needs_and_variables_is_drawn() {
    let text = refused(
        r#"mode: parallel
requests:
  - {name: a, url: "http://127.0.0.1/{{ y }}", capture: {x: $.x}}
  - {name: b, url: "http://127.0.0.1/", needs: [c]}
  - {name: c, url: "http://127.0.0.1/{{ x }}", needs: [a]}
  - {name: d, url: "http://127.0.0.1/", needs: [b], capture: {y: $.y}}
"#,
    );
    assert!(text.contains("steps need each other in a circle"), "{text}");
    assert!(text.contains("`a` → `d` → `b` → `c` → `a` (each needs the next)"), "{text}");
}

#[test]
fn an_unknown_need_is_refused_with_the_nearest_name() {
    let text = refused(
        r#"requests:
  - {name: login, url: "http://127.0.0.1/"}
  - {name: b, url: "http://127.0.0.1/", needs: [logn]}
"#,
    );
    assert!(text.contains("unknown step `logn` in `needs`"), "{text}");
    assert!(text.contains("did you mean `login`?"), "{text}");
}

#[test]
fn a_need_of_a_group_is_one_of_all_its_steps() {
    let collection = r#"
mode: parallel
requests:
  - {url: "{{ site }}/last", needs: [group]}
  - name: group
    requests:
      - {url: "{{ site }}/1"}
      - {url: "{{ site }}/2"}
"#;
    assert_eq!(asked(collection, &["-j", "8"]), ["/1", "/2", "/last"]);
}

#[test]
fn a_name_means_the_step_that_has_it_not_one_whose_id_is_made_alike() {
    let site = Site::start(|request| match path(request).as_str() {
        "/broken" => Reply::Bytes(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_vec()),
        _ => ok("", ""),
    });
    let folder = Folder::with(
        r#"
requests:
  - {name: "Log in", url: "{{ site }}/broken"}
  - {name: log-in, url: "{{ site }}/"}
  - {name: after, url: "{{ site }}/", needs: [log-in]}
"#,
    );
    let given = format!("site={}", site.url(""));
    let (_, report) = folder.report(&["--var", &given]);
    assert_eq!(outcomes(&report), ["Log in failed", "log-in passed", "after passed"]);
}
