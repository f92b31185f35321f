//! One test a defect that was found by running the program, never to come back.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at a surprise")]

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

#[test]
fn a_step_is_named_across_collections() {
    let documents = "server: httpbin\nrequests: [{name: one, url: '{{ server.url }}/get'}]\n---\n\
        server: httpbin\nrequests: [{name: two, url: '{{ server.url }}/get', tags: [smoke]}]\n";
    let (code, out, error) = run(&["--step", "two"], documents);
    assert_eq!(code, 0, "{error}");
    assert!(line(&out, "1 step").starts_with("1 step: 1 passed"), "{out}");
}

#[test]
fn a_tag_that_no_step_has_is_refused() {
    let collection = "requests: [{url: 'http://127.0.0.1:1', tags: [smoke]}]\n";
    let (code, _, error) = run(&["--tag", "smoek"], collection);
    assert_eq!(code, 2, "{error}");
    assert_eq!(line(&error, "E0502"), "error[E0502]: `--tag smoek`: no step has this tag");
    assert_eq!(line(&error, "help"), "= help: did you mean `smoke`?");
}

/// The help of a collection that is refused.
fn help(collection: &str) -> String {
    let (code, _, error) = run(&[], collection);
    assert_eq!(code, 2, "{error}");
    line(&error, "= help").trim_start_matches("= help: ").to_owned()
}

#[test]
fn a_missing_colon_shows_the_line_as_it_should_be() {
    assert_eq!(help("- url http://a/b\n"), "write `url: http://a/b`");
    assert_eq!(help("- url = http://a/b\n"), "write `url: http://a/b`");
    assert_eq!(help("- name: x\n  url http://a/b\n"), "write `url: http://a/b`");
    assert_eq!(help("- GET http://a/b\n"), "write `{method: GET, url: \"http://a/b\"}`");
}

#[test]
fn a_url_without_a_scheme_shows_the_url_as_it_should_be() {
    let rest = "or `/…` behind the session's `base_url`";
    assert_eq!(help("- url: localhost:80/a\n"), format!("write `http://localhost:80/a`, {rest}"));
    assert_eq!(help("- url: a.example/b\n"), format!("write `https://a.example/b`, {rest}"));
    assert_eq!(help("- url: http:/a.example/\n"), format!("write `http://a.example/`, {rest}"));
}

#[test]
fn an_unquoted_template_inside_a_value_in_braces_is_quoted() {
    let collection = "- {url: 'http://a/', save: out/{{ step.name }}.bin, params: {c: d}}\n";
    let line = "- {url: 'http://a/', save: \"out/{{ step.name }}.bin\", params: {c: d}}";
    assert_eq!(help(collection), format!("write `{line}`"));
}

#[test]
fn auth_of_another_shape_is_told_once() {
    let (_, _, error) = run(&[], "- {url: 'http://a/', auth: [a, b, c]}\n");
    let told = "error[E0101]: `auth` expects `[user, password]`, found a list of 3";
    assert_eq!(line(&error, "E0101"), told);
}

#[test]
fn a_path_that_is_none_becomes_one() {
    let json = "for a value of the JSON body write `$.data.id`";
    assert_eq!(help("- {url: 'http://a/', capture: {id: data.id}}\n"), json);
    assert_eq!(help("- {url: 'http://a/', capture: {id: response.json.data.id}}\n"), json);
}

#[test]
fn a_single_equals_sign_in_an_expression_is_doubled() {
    let collection = "- {url: 'http://a/', assert: {expr: 'response.status = 200'}}\n";
    assert_eq!(help(collection), "write `==` to compare");
}

#[test]
fn an_unknown_session_lists_those_there_are() {
    let collection = "sessions: {admin: {}}\nrequests: [{url: 'http://a/', session: boss}]\n";
    assert_eq!(help(collection), "there are `admin`");
}

#[test]
fn a_step_with_a_space_is_suggested_as_it_is_written() {
    let collection = "- {name: get it, url: 'http://a/'}\n- {name: b, url: 'http://a/{{ steps.get_it.response.text }}'}\n";
    assert_eq!(help(collection), "did you mean `steps['get it']`?");
}

#[test]
fn a_list_where_a_mapping_belongs_says_to_leave_the_dashes() {
    let dashes = "write the subjects without `- `, one below the other";
    assert_eq!(help("- url: http://a/\n  assert:\n    - status: 200\n"), dashes);
    let dashes = "write `name: value`, without `- ` and quotes around both";
    assert_eq!(help("- url: http://a/\n  headers: ['a: b']\n"), dashes);
    let dashes = "begin each step with `- `; its name is the key `name`";
    assert_eq!(help("requests:\n  first: {url: http://a/}\n"), dashes);
}

#[test]
fn a_secret_that_a_message_cuts_is_masked_all_the_same() {
    let collection = "vars: {token: s3cr3t-value-of-mine}\nsecrets: [token]\nserver: httpbin\nrequests:\n  \
        - {url: '{{ server.url }}/base64/{{ (\"x\" * 230 ~ token) | base64 }}', assert: {text: other}}\n";
    let (code, out, _) = run(&[], collection);
    assert_eq!(code, 1, "{out}");
    assert!(!out.contains("s3cr3t"), "{out}");
}

#[test]
fn what_a_template_makes_of_a_url_or_header_is_requests_exception() {
    let collection = r#"
vars: {bare: a.example, ftp: "ftp://a.example", broken: "a\nb"}
requests:
  - {name: a, url: "{{ bare }}", assert: {error: MissingSchema}}
  - {name: b, url: "{{ ftp }}", assert: {error: InvalidSchema}}
  - {name: c, url: "http://a.example", headers: {x: "{{ broken }}"}, assert: {error: InvalidHeader}}
  - {name: d, url: "{{ bare }}"}
  - {name: e, url: "http://a.example", data: {$file: "{{ bare }}.bin"}}
"#;
    let (code, out, _) = run(&[], collection);
    assert_eq!(code, 3, "{out}");
    let lines: Vec<&str> = out.lines().filter(|line| line.starts_with(['✓', '✗'])).collect();
    let told: Vec<&str> = lines.iter().map(|line| line.rsplit_once("  ").unwrap().0).collect();
    assert_eq!(told, ["✓ a", "✓ b", "✓ c", "✗ d  MissingSchema", "✗ e  OSError"], "{out}");
}

#[test]
fn a_path_without_a_base_url_is_refused_before_anything_is_sent() {
    let (code, _, error) = run(&[], "- url: http://127.0.0.1:1/\n- url: /two\n");
    assert_eq!(code, 2, "{error}");
    let told = "error[E0404]: `/two` is a path, and the session has no `base_url`";
    assert_eq!(line(&error, "E0404"), told);
    let (code, out, _) = run(&["--base-url", "http://127.0.0.1:1"], "- url: /two\n");
    assert_eq!(code, 3, "{out}");
}

#[test]
fn a_path_with_brackets_in_braces_is_quoted() {
    let collection =
        "- {url: 'http://a/', assert: {jsonpath: {$.a: 1, $.users[*].id: [2, 1], $.b[0]: 3}}}\n";
    let (_, _, error) = run(&[], collection);
    let helps: Vec<&str> = error.lines().filter(|line| line.contains("help")).collect();
    assert_eq!(
        helps,
        ["  = help: write `\"$.users[*].id\"`", "  = help: write `\"$.b[0]\"`"],
        "{error}"
    );
}

#[test]
fn a_password_that_a_server_echoes_in_base64_is_masked() {
    let collection = "vars: {pw: hunter2-very-secret}\nsecrets: [pw]\nserver: httpbin\nrequests:\n  \
        - {url: '{{ server.url }}/headers', auth: [user, '{{ pw }}'], assert: {status: 500}}\n";
    let (code, out, _) = run(&["-vv"], collection);
    assert_eq!(code, 1, "{out}");
    assert!(!out.contains("IyLXZlcnk"), "{out}");
}

#[test]
fn a_curl_command_names_the_client_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let collection = "requests: [{url: 'https://localhost/', cert: [me.pem, me.key]}]\n";
    for (name, content) in [("c.yaml", collection), ("me.pem", ""), ("me.key", "")] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let shown = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(["show", "c.yaml", "--as", "curl"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let file_after = |option: &str| {
        let at = words.iter().position(|word| *word == option);
        at.and_then(|at| words.get(at + 1)).is_some_and(|path| path.contains("me."))
    };
    assert!(file_after("--cert") && file_after("--key"), "{shown}");
}

#[test]
fn the_command_line_s_proxy_goes_before_what_the_collection_says() {
    let collection = "server: httpbin\nrequests:\n  - url: '{{ server.url }}/get'\n    \
        proxies: {http: null}\n    assert: {error: ProxyError}\n";
    let (code, out, error) = run(&["--proxy", "http://127.0.0.1:1"], collection);
    assert_eq!(code, 0, "{out}{error}");
}
