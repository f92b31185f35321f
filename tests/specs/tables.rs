//! Every entry of every table has a spec, and an example that checks clean.

use crate::case::{Case, Spec};
use crate::{in_parallel, program, root};
use runner::check::{MATCHERS, PREDICATES, SUBJECTS};
use runner::diagnostic::CODES;
use runner::exchange::Medium;
use runner::hook::ACTIONS;
use runner::http::AUTH_KINDS;
use runner::model::{
    COLLECTION_KEYS, CONNECT_KEYS, ENVIRONMENT_KEYS, FRAGMENT_KEYS, GRAPHQL_KEYS, GROUP_KEYS,
    INCLUDE_KEYS, Key, LISTENER_KEYS, MATCH_KEYS, MOCK_KEYS, PAGINATE_KEYS, RECEIVE_KEYS,
    REPLY_KEYS, REQUEST_KEYS, RETRY_KEYS, ROUTE_KEYS, RUN_KEYS, SCRIPT_KEYS, SESSION_KEYS,
    SET_KEYS, SETTINGS_KEYS, SLEEP_KEYS, SOCKET_KEYS, STEP_KEYS,
};
use runner::registry::Entry;
use runner::template::functions::FUNCTIONS;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Codes whose example is a command line, or cannot be shown as text.
const NOT_A_COLLECTION: &[&str] = &["E0007", "E0008", "E0602", "E0603", "E0604"];

/// A row of a table: where its spec stands, and its example as a whole collection.
struct Row {
    folder: &'static str,
    key: &'static str,
    summary: &'static str,
    collection: String,
}

fn rows<T: Entry + ?Sized>(
    folder: &'static str,
    table: &[&'static T],
    collection: impl Fn(&str) -> String,
) -> Vec<Row> {
    let row = |entry: &&'static T| Row {
        folder,
        key: entry.key(),
        summary: entry.summary(),
        collection: collection(entry.example()),
    };
    table.iter().map(row).collect()
}

/// The rows of all tables, a list for each.
fn tables() -> Vec<Vec<Row>> {
    vec![
        rows("predicates", PREDICATES, of_request),
        subjects(),
        rows("auth", AUTH_KINDS, of_request),
        rows("hooks", ACTIONS, of_request),
        rows("functions", FUNCTIONS, of_function),
        rows::<Key>("keys/collection", COLLECTION_KEYS, of_collection),
        rows::<Key>("keys/environment", ENVIRONMENT_KEYS, of_environment),
        rows::<Key>("keys/session", SESSION_KEYS, of_session),
        rows::<Key>("keys/step", STEP_KEYS, of_request),
        rows::<Key>("keys/request", REQUEST_KEYS, of_request),
        rows::<Key>("keys/paginate", PAGINATE_KEYS, of_paginate),
        rows::<Key>("keys/graphql", GRAPHQL_KEYS, of_graphql),
        rows::<Key>("keys/retry", RETRY_KEYS, of_retry),
        rows::<Key>("keys/group", GROUP_KEYS, of_group),
        rows::<Key>("keys/include", INCLUDE_KEYS, of_include),
        rows::<Key>("keys/socket", SOCKET_KEYS, of_socket),
        rows::<Key>("keys/connect", CONNECT_KEYS, of_connect),
        rows::<Key>("keys/script", SCRIPT_KEYS, of_script),
        rows::<Key>("keys/set", SET_KEYS, of_step),
        rows::<Key>("keys/sleep", SLEEP_KEYS, of_step),
        rows::<Key>("keys/mock", MOCK_KEYS, of_mock),
        rows::<Key>("keys/route", ROUTE_KEYS, of_route),
        rows::<Key>("keys/reply", REPLY_KEYS, of_reply),
        rows("matchers", MATCHERS, of_matcher),
        rows::<Key>("keys/receive", RECEIVE_KEYS, of_receive),
        rows::<Key>("keys/listener", LISTENER_KEYS, of_listener),
        rows::<Key>("keys/match", MATCH_KEYS, of_match),
    ]
}

/// Names that examples use.
const VARS: &str =
    "vars: {token: t, key: k, owner: octokit, repo: runner, password: p, secret: s}\n";

/// Steps and sessions that examples name.
const OTHERS: &str = "  - {name: login, url: 'https://example.com'}\n";

fn of_request(example: &str) -> String {
    let url = if example.starts_with("url:") { "" } else { "    url: https://example.com\n" };
    format!("{VARS}sessions: {{admin: {{}}}}\nrequests:\n{OTHERS}  -\n    {example}\n{url}")
}

/// Subjects, each in a step that has it.
fn subjects() -> Vec<Row> {
    let (of_requests, others): (Vec<_>, Vec<_>) =
        SUBJECTS.iter().copied().partition(|kind| kind.media.contains(&Medium::Request));
    let (of_sockets, received): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|kind| kind.media.contains(&Medium::Socket));
    let mut rows = self::rows("subjects", &of_requests, of_request);
    rows.extend(self::rows("subjects", &of_sockets, of_socket));
    rows.extend(self::rows("subjects", &received, of_receive));
    rows
}

fn of_socket(example: &str) -> String {
    let is_socket = example.starts_with("socket:");
    let socket = if is_socket { "" } else { "    socket: tcp://127.0.0.1:1\n" };
    format!("{VARS}requests:\n  -\n    {example}\n{socket}")
}

fn of_connect(example: &str) -> String {
    let rest = match example.split(':').next() {
        Some("connect" | "listen") => "",
        Some("accept" | "backlog") => ", listen: tcp://127.0.0.1:0",
        _ => ", connect: tls://127.0.0.1:1",
    };
    of_socket(&format!("socket: {{{example}{rest}}}"))
}

fn of_script(example: &str) -> String {
    of_socket(&format!("script: [{{recv: any}}, {{{example}}}]"))
}

fn of_paginate(example: &str) -> String {
    let mut keys = vec!["next: links.next", "items: $.items"];
    keys.retain(|key| key.split(':').next() != example.split(':').next());
    of_request(&format!("paginate: {{{}, {example}}}", keys.join(", ")))
}

fn of_graphql(example: &str) -> String {
    let query = match example.split(':').next() {
        Some("query") => "",
        Some("variables") => "query: \"query ($id: ID!) { user(id: $id) { name } }\", ",
        Some("operation") => "query: \"query GetUser { me { name } }\", ",
        _ => "query: \"{ me { name } }\", ",
    };
    of_request(&format!("graphql: {{{query}{example}}}"))
}

fn of_retry(example: &str) -> String {
    of_request(&format!("retry: {{{example}}}"))
}

fn of_function(example: &str) -> String {
    let quoted = example.replace('\'', "''");
    format!("vars:\n  value: '{quoted}'\nrequests: [{{url: 'https://example.com'}}]\n")
}

fn of_collection(example: &str) -> String {
    let steps = if example.starts_with("requests:") { "" } else { "requests: []\n" };
    let vars = if example.starts_with("vars:") { "" } else { VARS };
    format!("{example}\n{steps}{vars}")
}

fn of_environment(example: &str) -> String {
    format!("environments:\n  base: {{}}\n  one:\n    {example}\nrequests: []\n")
}

fn of_session(example: &str) -> String {
    format!("session:\n  {example}\nrequests: []\n")
}

fn of_group(example: &str) -> String {
    let steps = if example.starts_with("requests:") { "" } else { "    requests: []\n" };
    let mode = if example.starts_with("max:") { "    mode: parallel\n" } else { "" };
    format!("requests:\n  - name: burst\n    {example}\n{mode}{steps}")
}

fn of_include(example: &str) -> String {
    let include = if example.starts_with("include:") { "" } else { "    include: login.yaml\n" };
    format!("requests:\n  -\n    {example}\n{include}")
}

/// An example that says itself what the step does.
fn of_step(example: &str) -> String {
    format!("{VARS}requests:\n  -\n    {example}\n")
}

fn of_receive(example: &str) -> String {
    let receive = if example.starts_with("receive:") { "" } else { "    receive: hook\n" };
    format!("{VARS}requests:\n  -\n    {example}\n{receive}")
}

fn of_listener(example: &str) -> String {
    let rest = if example.starts_with("name:") { "" } else { ", name: hook" };
    format!("requests:\n  - receive: {{{example}{rest}}}\n")
}

fn of_match(example: &str) -> String {
    of_receive(&format!("match: {{{}}}", example.replace("/orders/{id}", "\"/orders/{id}\"")))
}

fn of_mock(example: &str) -> String {
    let routes = if example.starts_with("routes:") { "" } else { "    routes: []\n" };
    format!("mocks:\n  bank:\n    {example}\n{routes}requests: []\n")
}

fn of_route(example: &str) -> String {
    let path = if example.starts_with("path:") { "" } else { "    path: /a\n" };
    format!("mocks:\n  -\n    {example}\n{path}requests: []\n")
}

fn of_reply(example: &str) -> String {
    format!("mocks:\n  - path: /a\n    reply:\n      {example}\nrequests: []\n")
}

/// A subject's example as what a route asks for: of a request there is no response to speak of.
fn of_matcher(example: &str) -> String {
    let asked = example.trim_start_matches("assert: ").replace("response.", "request.");
    format!("mocks:\n  - <<: {asked}\n    path: /a\nrequests: []\n")
}

/// Where `file`'s spec should be and is not.
fn missing(file: PathBuf) -> Option<String> {
    (!file.is_file()).then(|| file.display().to_string())
}

#[test]
fn every_entry_of_every_table_has_a_spec() {
    let mut files: Vec<PathBuf> = tables()
        .into_iter()
        .flatten()
        .map(|row| root().join(row.folder).join(format!("{}.yaml", row.key)))
        .collect();
    let codes = CODES.iter().flat_map(|table| table.iter());
    files.extend(codes.map(|code| root().join("errors").join(format!("{}.yaml", code.id))));
    let missing: Vec<String> = files.into_iter().filter_map(missing).collect();
    assert!(missing.is_empty(), "missing:\n{}", missing.join("\n"));
}

#[test]
fn every_spec_beneath_a_table_is_of_an_entry() {
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for row in tables().into_iter().flatten() {
        folders.insert(root().join(row.folder));
        known.insert(root().join(row.folder).join(format!("{}.yaml", row.key)));
    }
    for code in CODES.iter().flat_map(|table| table.iter()) {
        folders.insert(root().join("errors"));
        known.insert(root().join("errors").join(format!("{}.yaml", code.id)));
    }
    for folder in folders {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.is_dir() || known.contains(&path), "{} is of no entry", path.display());
        }
    }
}

#[test]
fn the_keys_of_a_table_are_unique_and_each_is_described() {
    let fragment = rows::<Key>("keys/fragment", FRAGMENT_KEYS, of_collection);
    let settings = rows::<Key>("keys/settings", SETTINGS_KEYS, of_collection);
    let run = rows::<Key>("keys/run", RUN_KEYS, of_collection);
    for table in tables().into_iter().chain([fragment, settings, run]) {
        let keys: BTreeSet<&str> = table.iter().map(|row| row.key).collect();
        assert_eq!(keys.len(), table.len(), "a key stands twice in {}", table[0].folder);
        for row in table {
            let summary = row.summary;
            assert!(!summary.is_empty() && !summary.ends_with('.'), "{}: {summary}", row.key);
        }
    }
    let ids: Vec<&str> = CODES.iter().flat_map(|table| table.iter()).map(|code| code.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn every_example_checks_clean() {
    let rows: Vec<Row> = tables().into_iter().flatten().collect();
    let outputs = in_parallel(&rows, |row| program::run(&empty(), &check(row.collection.clone())));
    let refused: Vec<String> = rows
        .iter()
        .zip(outputs)
        .filter(|(_, output)| output.exit != 0)
        .map(|(row, output)| {
            format!(
                "{}/{}:\n{}\n{}{}",
                row.folder, row.key, row.collection, output.stdout, output.stderr
            )
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn every_code_s_example_gives_that_code() {
    let codes: Vec<_> = CODES
        .iter()
        .flat_map(|table| table.iter())
        .filter(|code| !NOT_A_COLLECTION.contains(&code.id))
        .collect();
    let outputs = in_parallel(&codes, |code| {
        program::run(&empty(), &Case { command: None, ..check(code.example.to_owned()) })
    });
    for (code, output) in codes.iter().zip(outputs) {
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(
            all.contains(&format!("error[{}]", code.id)),
            "{}:\n{}{all}",
            code.id,
            code.example
        );
    }
}

fn empty() -> Spec {
    Spec {
        says: String::new(),
        given: String::new(),
        cases: Vec::new(),
        name: String::new(),
        path: PathBuf::new(),
    }
}

/// A case that checks a collection, beside the files that examples name.
fn check(collection: String) -> Case {
    let files = [
        ("shared.yaml", "vars: {shared: 1}\n"),
        ("schema.graphql", "type Query { me: User }\ntype User { name: String }\n"),
        ("login.yaml", "requests: [{url: 'https://example.com', capture: {token: $.token}}]\n"),
        ("base.yaml", "vars: {base: 1}\n"),
        ("query.graphql", "{ viewer }\n"),
        ("report.csv", "a,b\n"),
        ("ca.pem", ""),
        ("client.pem", ""),
        ("client.key", ""),
        ("api.yaml", "{openapi: 3.1.0, paths: {/a: {get: {responses: {default: {}}}}}}"),
    ];
    Case {
        row: None,
        it: String::new(),
        collection: Some(collection),
        collection_hex: None,
        files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into(),
        command: Some(vec!["check".to_owned(), "case.yaml".to_owned()]),
        args: Vec::new(),
        env: Default::default(),
        stdin: String::new(),
        exit: 0,
        failures: None,
        stdout: None,
        stderr: None,
        stdout_has: Vec::new(),
        stderr_has: Vec::new(),
        nowhere: Vec::new(),
        writes: Default::default(),
    }
}
