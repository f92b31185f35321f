//! Hooks: what they see is what Requests' see, and programs are told, heard and ended.

use crate::program::{Finished, Folder, outcomes};
use crate::site::Site;
use serde_json::{Value, json};
use std::process::Command;

/// What Requests' hooks saw of httpbin, recorded by `tests/wire/record_hooks.py`.
const RECORDED: &str = include_str!("../wire/hooks.json");

/// The hooks of a list of names: each logs what it sees, then edits what it should.
fn hooks(names: &Value, edits: &Value) -> Value {
    let mut list = Vec::new();
    for name in names.as_array().unwrap() {
        let name = name.as_str().unwrap();
        let seen = "{{ [response.status, response.url, response.history | length] | tojson }}";
        list.push(json!({"log": format!("{name} {seen}")}));
        let Some(edits) = edits[name].as_object() else { continue };
        for (status, edit) in edits {
            let mut replace = json!({});
            if edit["status"].is_number() {
                let status = format!(
                    "{{{{ {} if response.status == {status} else response.status }}}}",
                    edit["status"]
                );
                replace["status"] = json!(status);
            }
            if let Some(location) = edit["headers"]["Location"].as_str() {
                // Said first: the status is replaced by then.
                let location =
                    format!("{{{{ '{location}' if response.status == {status} else none }}}}");
                replace["headers"] = json!({"Location": location});
            }
            list.push(json!({"replace": replace}));
        }
    }
    json!({"response": list})
}

#[test]
fn response_hooks_see_what_requests_shows_them() {
    let mut wrong = Vec::new();
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let Some(url) = case["url"].as_str() else { continue };
        let mut step = json!({"url": url, "assert": {"status": case["status"], "history": {"length": case["history"]}}});
        if !case["request"].is_null() {
            step["hooks"] = hooks(&case["request"], &case["replace"]);
        }
        if case["digest"] == true {
            step["auth"] = json!({"digest": ["u", "p"]});
        }
        let session = json!({"base_url": "{{ server.url }}", "hooks": hooks(&case["session"], &case["replace"])});
        let collection = json!({"server": "httpbin", "session": session, "requests": [step]});
        let (finished, report) = Folder::with(&collection.to_string()).report(&[]);
        let logged = report["collections"][0]["steps"][0]["attempts"][0]["hooks"].as_array();
        let seen: Vec<Value> =
            logged.into_iter().flatten().map(|hook| seen(&hook["log"][0])).collect();
        if finished.code != Some(0) || json!(seen) != case["seen"] {
            wrong.push(format!("{line}\n  found {}\n{}", json!(seen), finished.stdout));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// `r [200,"http://127.0.0.1:80/get",0]` as the recording has it.
fn seen(line: &Value) -> Value {
    let (name, seen) = line.as_str().unwrap().split_once(' ').unwrap();
    let seen: Value = serde_json::from_str(seen).unwrap();
    let url = seen[1].as_str().unwrap();
    let path = url.splitn(4, '/').nth(3).unwrap();
    json!([name, seen[0], format!("/{path}"), seen[2]])
}

/// Whether a process group's leader is gone.
fn is_gone(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    status.map_or(true, |status| status.contains(") Z "))
}

#[test]
fn a_signal_ends_a_program_and_what_it_started() {
    let site = Site::friendly();
    let folder = Folder::with(
        r#"
requests:
  - url: "{{ site }}/"
    hooks: {request: [{exec: {command: [./slow.sh], timeout: 60s}}]}
teardown:
  - url: "{{ site }}/clean"
    hooks: {request: [{exec: [sh, -c, 'echo "{}"']}]}
"#,
    );
    folder
        .write("slow.sh", "#!/bin/sh\nsleep 60 &\necho $! > child.tmp\nmv child.tmp child\nwait\n");
    let chmod = Command::new("chmod").args(["+x", "slow.sh"]).current_dir(folder.path()).status();
    assert!(chmod.unwrap().success());
    let given = format!("site={}", site.url(""));
    let run =
        ["run", "collection.yaml", "--allow-exec", "--report", "json=report.json", "--var", &given];
    let mut command = folder.command(&run);
    command.env("PATH", std::env::var("PATH").unwrap());
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !folder.file("child").exists() {
        std::thread::yield_now();
    }
    let signal = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    let finished = Finished::of(child);
    assert_eq!(finished.code, Some(130), "{finished:?}");
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let outcomes = outcomes(&report);
    assert!(outcomes[0].ends_with(" errored: Interrupted"), "{outcomes:?}");
    assert!(outcomes[1].ends_with(" passed"), "{outcomes:?}");
    assert_eq!(site.next_path(), "/clean");
    assert!(is_gone(&folder.read("child")));
}

#[test]
fn a_program_s_output_goes_out_in_chunks_as_it_is_written() {
    let site = Site::friendly();
    let folder = Folder::with(
        r#"requests: [{url: "{{ site }}/", method: POST, data: {$command: [printf, "a b"]}}]"#,
    );
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "--allow-exec", "--var", &given];
    let mut command = folder.command(&run);
    let output = command.env("PATH", std::env::var("PATH").unwrap()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let sent = site.requests().remove(0);
    assert!(sent.contains("Transfer-Encoding: chunked\r\n"), "{sent}");
    assert!(sent.ends_with("\r\n\r\n3\r\na b\r\n0\r\n\r\n"), "{sent}");
}

/// A part of the schema of what programs are told and answer.
fn exec_schema(part: &str) -> jsonschema::Validator {
    let mut schema: Value =
        serde_json::from_str(include_str!("../../specs/exec.schema.json")).unwrap();
    schema["anyOf"] = json!([{"$ref": format!("#/$defs/{part}")}]);
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn programs_are_told_what_the_schema_says() {
    let folder = Folder::with(
        r#"
server: httpbin
hooks:
  request: [{exec: [sh, -c, "cat >> told; echo >> told"]}]
  response: [{exec: [sh, -c, "cat >> told; echo >> told"]}]
  failure: [{exec: [sh, -c, "cat >> told; echo >> told"]}]
session: {base_url: "{{ server.url }}"}
requests:
  - {url: /redirect-to?url=/image/png, method: POST, data: {$hex: ff}}
  - {url: /status/500}
  - {url: "http://127.0.0.1:1/"}
"#,
    );
    let finished = folder.runner(&["run", "collection.yaml", "--allow-exec"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let told = exec_schema("told");
    let lines: Vec<Value> =
        folder.read("told").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8, "{lines:?}");
    for line in &lines {
        let errors: Vec<String> = told.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{line}");
    }
    assert_eq!(lines[0]["request"]["body_base64"], "/w==");
    assert_eq!(lines[7]["error"]["kind"], "ConnectionError");
}

#[test]
fn answers_are_what_the_schema_says() {
    let cases = [
        (
            "request",
            "request_answer",
            json!({"method": "PUT", "headers": {"A": ["1", "2"], "B": null}, "body": null}),
            true,
        ),
        ("request", "request_answer", json!({"status": 200}), false),
        ("request", "request_answer", json!({"body": "a", "body_base64": "YQ=="}), false),
        (
            "response",
            "response_answer",
            json!({"status": 200, "reason": "Fine", "body_base64": "/w=="}),
            true,
        ),
        ("response", "response_answer", json!({"status": 99}), false),
        ("response", "response_answer", json!({"method": "PUT"}), false),
        ("response", "response_answer", json!({"headers": ["a"]}), false),
    ];
    for (occasion, part, answer, is_right) in cases {
        assert_eq!(exec_schema(part).is_valid(&answer), is_right, "{answer}");
        let step = json!({"url": "{{ server.url }}/get", "hooks": {occasion: [{"exec": ["cat", "answer"]}]}});
        let folder = Folder::with(&json!({"server": "httpbin", "requests": [step]}).to_string());
        folder.write("answer", answer.to_string());
        let (_, report) = folder.report(&["--allow-exec"]);
        let attempt = &report["collections"][0]["steps"][0]["attempts"][0];
        let is_taken = attempt["error"].is_null() && attempt["hooks"].is_null();
        assert_eq!(is_taken, is_right, "{answer}: {attempt}");
    }
}
