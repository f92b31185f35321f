//! One secret everywhere: no output has it, in no form.

use crate::program::Folder;
use crate::site::{Site, ok, path};

/// Letters, digits and all that is written otherwise in URLs, JSON and YAML.
const SECRET: &str = "s3cr3t/+ \"q\"&é-Zz9";
const CAPTURED: &str = "c4ptur3d+/value==";
/// Neither declared nor captured as secret, but a password.
const PASSWORD: &str = "pa55w0rd!x";

const COLLECTION: &str = r#"
name: named
secrets: [declared]
vars: {declared: "{{ env.DECLARED }}", derived: "x{{ token }}y", pass: pa55w0rd!x}
session:
  base_url: "{{ site }}"
  headers: {x-default: "{{ token }}"}
  cookies: {own: "{{ token | urlencode }}"}
requests:
  - name: everywhere
    method: POST
    url: "/path/{{ token }}"
    params: {q: "{{ token }}", d: "{{ derived }}", e: "{{ declared }}"}
    headers: {x-b64: "{{ ('user:' ~ token) | base64 }}", x-hex: "{{ token | hex }}"}
    auth: [user, "{{ token }}"]
    json: {deep: [{value: "{{ token }}"}], text: "a {{ token }} b"}
    assert:
      status: 200
      text: "expected {{ token }}"
      json: {eq: {token: "{{ token }}"}}
      jsonpath: {"$.echo": "not {{ token }}", "$.list": {contains: "{{ token }}"}}
      headers: {x-echo: {contains: "{{ declared }}!"}}
  - {name: form, method: POST, url: /form, data: {f: "{{ token }}"}, assert: {status: 500}}
  - {name: file, method: POST, url: /multi, files: {f: {content: "{{ token }}"}}, assert: {status: 500}}
  - name: login
    url: /login
    capture: {fresh: {header: x-fresh, secret: true}}
  - {name: after, url: "/after/{{ fresh | urlencode }}", headers: {x-fresh: "{{ fresh }}"}, assert: {status: 500}}
  - {name: userinfo, url: "{{ site | replace('://', '://user:' ~ pass ~ '@') }}/", assert: {status: 500}}
  - {name: digest, auth: {digest: [user, "{{ token }}"]}, url: /, assert: {status: 500}}
  - {name: bearer, auth: {bearer: "{{ token }}"}, url: /redirect, assert: {status: 500}}
  - {name: refused, url: "http://127.0.0.1:1/{{ token }}", headers: {x: "{{ token }}"}}
  - {name: bad header, url: /, headers: {x: "{{ token }}\nx"}}
  - {name: bad url, url: "ht tp://{{ token }}"}
  - {name: template, url: "/{{ token | int }}"}
  - {name: expr, url: /, assert: {expr: "{{ token == response.text }}"}}
  - {name: shape, url: /, timeout: "{{ token }}"}
  - {name: missing, url: /, capture: {gone: {regex: "(x-gone)"}}}
"#;

/// Gives back what it was sent, and a secret of its own.
fn answer(request: &str) -> crate::site::Reply {
    let echo = serde_json::json!({"echo": SECRET, "list": [SECRET], "all": request}).to_string();
    // What a run has not captured yet it cannot know for a secret.
    let is_known = ["/login", "/after"].iter().any(|known| path(request).starts_with(known));
    let fresh = match is_known {
        true => format!("x-fresh: {CAPTURED}\r\nSet-Cookie: c={CAPTURED}\r\n"),
        false => String::new(),
    };
    match path(request).as_str() {
        "/redirect" => crate::site::status("302 Found", "Location: /after?c4ptur3d\r\n", ""),
        _ => ok(&format!("Content-Type: application/json\r\n{fresh}"), &echo),
    }
}

/// Every way the secrets may be written, in lower case.
fn forms() -> Vec<String> {
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| match byte.is_ascii_alphanumeric() {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02x}"),
            })
            .collect::<String>()
    };
    let mut forms = vec!["s3cr3t".to_owned(), "c4ptur3d+".to_owned(), "c4ptur3d%2".to_owned()];
    forms.extend([encode(SECRET), encode(CAPTURED), PASSWORD.to_owned()]);
    forms.extend(["dxnlcjpzm2nym3qv", "czNjcjN0", "YzRwdHVyM2Q"].map(str::to_lowercase));
    forms.push(SECRET.bytes().map(|byte| format!("{byte:02x}")).collect());
    forms
}

fn silent(what: &str, text: &str) {
    let lower = text.to_lowercase();
    for form in forms() {
        if let Some(at) = lower.find(&form) {
            let from = (0..=at.saturating_sub(300)).rev().find(|at| lower.is_char_boundary(*at));
            let from = from.unwrap_or_default();
            panic!(
                "{what} shows `{form}`: …{}",
                lower[from..].chars().take(500).collect::<String>()
            );
        }
    }
}

fn folder() -> Folder {
    // The password stands in the file itself: where the file is shown, it is too.
    Folder::with(&COLLECTION.replace(", pass: pa55w0rd!x", ", pass: \"{{ env.PASS }}\""))
}

fn output(folder: &Folder, arguments: &[&str]) -> String {
    let mut command = folder.command(arguments);
    command.env("DECLARED", SECRET).env("PASS", PASSWORD);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    text.concat()
}

#[test]
fn no_report_and_no_log_of_a_run_has_a_secret() {
    let site = Site::start(answer);
    let folder = folder();
    let (given, secret) = (format!("site={}", site.url("")), format!("token={SECRET}"));
    for verbosity in [&[][..], &["-v"], &["-vv"], &["-q"], &["--color", "always", "-vv"]] {
        let run = ["run", "collection.yaml", "--var", &given, "--secret", &secret];
        let reports = ["--report=json=r.json", "--report=junit=r.xml", "--report=events=r.events"];
        let text = output(&folder, &[&run, &reports[..], verbosity].concat());
        assert!(text.contains("✗ everywhere") || text.contains("everywhere"), "{text}");
        silent(&format!("run {verbosity:?}"), &text);
        for report in ["r.json", "r.xml", "r.events"] {
            silent(report, &folder.read(report));
        }
    }
    let arrived = site.requests().concat();
    assert!(arrived.contains("s3cr3t"), "{arrived}");
}

#[test]
fn trace_logs_have_no_secret() {
    let site = Site::start(answer);
    let folder = folder();
    let (given, secret) = (format!("site={}", site.url("")), format!("token={SECRET}"));
    let run = ["run", "collection.yaml", "--var", &given, "--secret", &secret];
    let mut command = folder.command(&run);
    command.env("RUNNER_LOG", "trace").env("DECLARED", SECRET).env("PASS", PASSWORD);
    let output = command.output().unwrap();
    silent("RUNNER_LOG=trace", &String::from_utf8(output.stderr).unwrap());
}

#[test]
fn show_list_and_check_have_no_secret() {
    let folder = folder();
    let secret = format!("token={SECRET}");
    let given = ["collection.yaml", "--var", "site=http://127.0.0.1", "--secret", &secret];
    for command in [
        &["check"][..],
        &["list"],
        &["list", "--format", "json"],
        &["list", "--format", "dot"],
        &["show"],
        &["show", "--as", "curl"],
        &["show", "--as", "python"],
        &["show", "--as", "json"],
    ] {
        let text = output(&folder, &[command, &given].concat());
        assert!(text.contains("everywhere") || command == ["check"], "{text}");
        silent(&format!("{command:?}"), &text);
    }
}

#[test]
fn a_short_secret_is_masked_too() {
    let site = Site::friendly();
    let folder = Folder::with("requests: [{url: '{{ site }}/a/{{ pin }}', assert: {status: 500}}]");
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "--var", &given, "--secret", "pin=Q7"];
    let text = folder.runner(&run).stdout;
    assert!(text.contains("/a/***") && !text.contains("Q7"), "{text}");
}

#[test]
fn a_mistake_on_a_line_with_a_literal_secret_does_not_show_it() {
    let literal = [
        // A mistake found in the text, in a key beside it, in a template's place, in a type.
        "secrets: [word]\nvars: {word: hunter22}\nvars: {word: hunter22}\nrequests: []",
        "secrets: [word]\nvars:\n  word: hunter22\n\trequests: []",
        "secrets:\n  - word\nvars:\n  word: \"hunter22\" oops\nrequests: []",
        "secrets: [word]\nvars: {word: hunter22}\nrequests: [{url: 'http://x/', hunter22: 1}]",
        "secrets: [word]\nvars: {word: hunter22, other: '{{ hunter22 }}'}\nrequests: [{url: x}]",
        "secrets: [word]\nenvironments: {a: {vars: {word: hunter22}, b: 1}}\nrequests: []",
        "secrets: [word]\nvars: {word: hunter22}\nsession: {timeout: '{{ word }}'}\nrequests: [{url: 'http://x/'}]",
        "secrets: [word]\nvars: {word: hunter22}\nrequests: [{url: 'http://x/', timeout: '{{ word }}'}]",
    ];
    for collection in literal {
        let folder = Folder::with(collection);
        for command in [
            &["check", "collection.yaml"][..],
            &["check", "collection.yaml", "--format", "json"],
            &["check", "collection.yaml", "--format", "github"],
            &["run", "collection.yaml"],
            &["list", "collection.yaml"],
            &["show", "collection.yaml"],
        ] {
            let text = output(&folder, command);
            assert!(!text.contains("hunter22"), "{command:?} {text}");
        }
    }
}

#[test]
fn a_secret_given_on_the_command_line_is_masked_in_mistakes_too() {
    let folder = Folder::with("requests: [{url: 'http://x/', hunter22: 1}]");
    let text = output(&folder, &["check", "collection.yaml", "--secret", "word=hunter22"]);
    assert!(text.contains("unknown key `***`"), "{text}");
}
