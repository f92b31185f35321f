//! The schema of a collection and the loader agree: on good collections, on bad ones, on every
//! example.

use crate::{as_json, validator};
use jsonschema::Validator;
use runner::check::{PREDICATES, SUBJECTS, SubjectKind};
use runner::diagnostic::{Color, render_all};
use runner::exchange::Medium;
use runner::http::AUTH_KINDS;
use runner::load::{Input, load};
use runner::model::{
    COLLECTION_KEYS, CONNECT_KEYS, ENVIRONMENT_KEYS, FRAGMENT_KEYS, GROUP_KEYS, INCLUDE_KEYS, Key,
    LISTENER_KEYS, MATCH_KEYS, PAGINATE_KEYS, RECEIVE_KEYS, REPLY_KEYS, REQUEST_KEYS, RETRY_KEYS,
    ROUTE_KEYS, SCRIPT_KEYS, SESSION_KEYS, SET_KEYS, SLEEP_KEYS, SOCKET_KEYS, STEP_KEYS,
};
use runner::plan::{Choices, plan};
use runner::schema;
use runner::source::{FileId, Files, Limits, Node, parse};
use runner::world::{Folder, Outside};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the schema says: nothing, or every mistake.
fn told(validator: &Validator, instance: &Json) -> String {
    validator.iter_errors(instance).fold(String::new(), |mut text, error| {
        let _ = writeln!(text, "  {}: {error}", error.instance_path());
        text
    })
}

/// What loading and planning say: nothing, or every mistake.
fn refused(text: &str, name: &str, folder: &Path) -> String {
    let mut files = Files::default();
    let input = Input {
        name: name.to_owned(),
        path: None,
        folder: folder.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let access = Folder::new(folder.to_owned(), Outside::Refused);
    let mistakes = match load(input, &mut files, &access) {
        Err(unloaded) => unloaded.diagnostics,
        Ok(collections) => collections
            .into_iter()
            .filter_map(|one| plan(Arc::new(one), &Choices::default()).err())
            .flatten()
            .collect(),
    };
    render_all(&mistakes, &files, Color::Never)
}

fn documents(text: &str) -> Vec<Node> {
    parse(FileId(0), text, &Limits::default()).unwrap()
}

fn instance(node: &Node) -> Json {
    as_json(&node.to_value())
}

/// A table's rows: a name and a collection's text each.
fn rows(text: &str) -> Vec<(String, String)> {
    let documents = documents(text);
    let rows = documents[0].as_mapping().unwrap().iter();
    rows.map(|row| {
        let text = row.value.as_scalar().unwrap().text.to_string();
        (row.key.to_string(), text)
    })
    .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/files")
}

#[test]
fn good_collections_are_accepted_by_both() {
    let validator = validator(&schema::collection());
    let rows = rows(include_str!("good.yaml"));
    let mut wrong = String::new();
    for (name, text) in &rows {
        for node in documents(text) {
            let told = told(&validator, &instance(&node));
            if !told.is_empty() {
                let _ = writeln!(wrong, "{name}: the schema refuses it:\n{told}");
            }
        }
        let refused = refused(text, name, &folder());
        if !refused.is_empty() {
            let _ = writeln!(wrong, "{name}: the loader refuses it:\n{refused}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows.len() >= 150, "{}", rows.len());
}

#[test]
fn bad_collections_are_refused_by_both() {
    let validator = validator(&schema::collection());
    let rows = rows(include_str!("bad.yaml"));
    let mut wrong = String::new();
    for (name, text) in &rows {
        let is_accepted = documents(text).iter().all(|node| validator.is_valid(&instance(node)));
        if is_accepted {
            let _ = writeln!(wrong, "{name}: the schema accepts it");
        }
        if refused(text, name, &folder()).is_empty() {
            let _ = writeln!(wrong, "{name}: the loader accepts it");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows.len() >= 150, "{}", rows.len());
}

#[test]
fn what_only_the_loader_knows_the_schema_accepts() {
    let validator = validator(&schema::collection());
    for (name, text) in rows(include_str!("loader.yaml")) {
        for node in documents(&text) {
            let told = told(&validator, &instance(&node));
            assert!(told.is_empty(), "{name}: the schema refuses it: move it to bad.yaml\n{told}");
        }
        assert!(!refused(&text, &name, &folder()).is_empty(), "{name}: the loader accepts it");
    }
}

#[test]
fn what_the_loader_says_of_bad_collections() {
    let mut said = String::new();
    let rows = [rows(include_str!("bad.yaml")), rows(include_str!("loader.yaml"))];
    for (name, text) in rows.concat() {
        let _ = write!(said, "### {name}\n{}\n", refused(&text, "bad.yaml", &folder()));
    }
    // Where the repository lies is nobody's business.
    let said = said.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("refusals", said);
    });
}

/// A table's examples, each in a collection around it.
fn of_keys(table: &[&Key], around: fn(&str) -> String) -> Vec<String> {
    table.iter().map(|key| around(key.example)).collect()
}

/// What the examples of the tables mention.
fn with_names(collection: &str) -> String {
    let has = |key: &str| collection.lines().any(|line| line.starts_with(&format!("{key}:")));
    let parts = [
        ("vars", "vars: {owner: octokit, repo: runner, token: t, key: k, secret: s}\n"),
        ("sessions", "sessions: {admin: {}}\n"),
        ("setup", "setup: [{name: login, url: https://example.com}]\n"),
    ];
    let missing = parts.iter().filter(|(key, _)| !has(key)).map(|(_, text)| *text);
    missing.collect::<String>() + collection
}

/// In a flow mapping a path with a brace stands in quotes.
fn quoted(example: &str) -> String {
    match example.split_once(": ") {
        Some(("path", path)) => format!("path: \"{path}\""),
        _ => example.to_owned(),
    }
}

#[test]
fn every_example_of_the_tables_is_accepted() {
    let root = |example: &str| format!("{example}\n");
    let environment = |example: &str| format!("environments: {{base: null, e: {{{example}}}}}\n");
    let session = |example: &str| format!("session: {{{example}}}\n");
    let step = |example: &str| match example.starts_with("url:") {
        true => format!("requests: [{{{example}}}]\n"),
        false => format!("requests: [{{{example}, url: https://example.com}}]\n"),
    };
    let group = |example: &str| match example.starts_with("requests:") {
        true => format!("requests: [{{{example}}}]\n"),
        false if example.starts_with("max:") => {
            format!("requests: [{{mode: parallel, {example}, requests: []}}]\n")
        }
        false => format!("requests: [{{{example}, requests: []}}]\n"),
    };
    let paginate = |example: &str| {
        let mut keys = vec!["next: links.next", "items: $.items"];
        keys.retain(|key| key.split(':').next() != example.split(':').next());
        let keys = keys.join(", ");
        format!("requests: [{{url: https://a.b, paginate: {{{keys}, {example}}}}}]\n")
    };
    let include = |example: &str| match example.starts_with("include:") {
        true => format!("requests: [{{{example}}}]\n"),
        false => format!("requests: [{{{example}, include: login.yaml}}]\n"),
    };
    let retry = |example: &str| format!("requests: [{{url: https://a.b, retry: {{{example}}}}}]\n");
    let mut collections = of_keys(COLLECTION_KEYS, root);
    collections.extend(of_keys(FRAGMENT_KEYS, root));
    collections.extend(of_keys(ENVIRONMENT_KEYS, environment));
    collections.extend(of_keys(SESSION_KEYS, session));
    collections.extend(of_keys(STEP_KEYS, step));
    collections
        .extend(of_keys(STEP_KEYS, group).into_iter().filter(|text| !text.contains("delay:")));
    collections.extend(of_keys(REQUEST_KEYS, step));
    collections.extend(of_keys(GROUP_KEYS, group));
    collections.extend(of_keys(INCLUDE_KEYS, include));
    collections.extend(of_keys(RETRY_KEYS, retry));
    collections.extend(of_keys(PAGINATE_KEYS, paginate));
    let alone = |example: &str| format!("requests: [{{{example}}}]\n");
    collections.extend(of_keys(SET_KEYS, alone));
    collections.extend(of_keys(SLEEP_KEYS, alone));
    let socket = |example: &str| match example.starts_with("socket:") {
        true => format!("requests: [{{{example}}}]\n"),
        false => format!("requests: [{{{example}, socket: tcp://127.0.0.1:1}}]\n"),
    };
    let connect = |example: &str| {
        let rest = match example.split(':').next() {
            Some("connect" | "listen") => "",
            Some("accept" | "backlog") => ", listen: tcp://127.0.0.1:0",
            _ => ", connect: tls://127.0.0.1:1",
        };
        format!("requests: [{{socket: {{{example}{rest}}}}}]\n")
    };
    let script = |example: &str| {
        format!("requests: [{{socket: tcp://127.0.0.1:1, script: [recv: any, {{{example}}}]}}]\n")
    };
    let receive = |example: &str| match example.starts_with("receive:") {
        true => format!("requests: [{{{example}}}]\n"),
        false => format!("requests: [{{receive: hook, {example}}}]\n"),
    };
    let listener = |example: &str| match example.starts_with("name:") {
        true => format!("requests: [{{receive: {{{example}}}}}]\n"),
        false => format!("requests: [{{receive: {{name: hook, {example}}}}}]\n"),
    };
    let matched =
        |example: &str| format!("requests: [{{receive: hook, match: {{{}}}}}]\n", quoted(example));
    let route = |example: &str| match example.starts_with("path:") {
        true => format!("mocks: [{{{}}}]\nrequests: []\n", quoted(example)),
        false => format!("mocks: [{{path: /a, {example}}}]\nrequests: []\n"),
    };
    let reply =
        |example: &str| format!("mocks: [{{path: /a, reply: {{{example}}}}}]\nrequests: []\n");
    collections.extend(of_keys(RECEIVE_KEYS, receive));
    collections.extend(of_keys(LISTENER_KEYS, listener));
    collections.extend(of_keys(MATCH_KEYS, matched));
    collections.extend(of_keys(ROUTE_KEYS, route));
    collections.extend(of_keys(REPLY_KEYS, reply));
    collections.extend(of_keys(SOCKET_KEYS, socket));
    collections.extend(of_keys(CONNECT_KEYS, connect));
    collections.extend(of_keys(SCRIPT_KEYS, script));
    let (of_requests, others): (Vec<&SubjectKind>, Vec<&SubjectKind>) =
        SUBJECTS.iter().copied().partition(|kind| kind.media.contains(&Medium::Request));
    let (of_sockets, received): (Vec<&SubjectKind>, Vec<&SubjectKind>) =
        others.into_iter().partition(|kind| kind.media.contains(&Medium::Socket));
    collections.extend(of_sockets.into_iter().map(|kind| kind.example).map(socket));
    collections.extend(received.into_iter().map(|kind| kind.example).map(receive));
    let examples = of_requests.into_iter().map(|kind| kind.example);
    let examples = examples.chain(PREDICATES.iter().map(|kind| kind.example));
    let examples = examples.chain(AUTH_KINDS.iter().map(|kind| kind.example));
    collections.extend(examples.map(step));

    let validator = validator(&schema::collection());
    let mut wrong = String::new();
    for collection in collections.iter().map(|text| with_names(text)) {
        let told = told(&validator, &instance(&documents(&collection)[0]));
        let refused = refused(&collection, "example.yaml", &folder());
        if !told.is_empty() || !refused.is_empty() {
            let _ = writeln!(wrong, "{collection}{told}{refused}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(collections.len() > 100, "{}", collections.len());
}

/// Every `.yaml` file under a folder, sorted.
fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files_under(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
}

/// The collections of a specification's cases, each with what it is given.
fn cases(text: &str) -> Vec<String> {
    let Some(spec) = documents(text).into_iter().next() else { return Vec::new() };
    let string = |node: Option<&Node>| {
        node.and_then(Node::as_scalar).map(|scalar| scalar.text.to_string()).unwrap_or_default()
    };
    let given = string(spec.get("given"));
    let cases = spec.get("cases").and_then(Node::as_sequence).unwrap_or_default();
    let written = cases.iter().filter(|case| case.get("collection").is_some());
    written.map(|case| given.clone() + &string(case.get("collection"))).collect()
}

/// The YAML blocks of a Markdown page that are collections.
fn blocks(page: &str) -> Vec<String> {
    let blocks = page.split("```yaml\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned());
    blocks.filter(|block| is_collection(block)).collect()
}

fn is_collection(text: &str) -> bool {
    parse(FileId(0), text, &Limits::default())
        .is_ok_and(|documents| documents.iter().all(runner::load::is_collection))
}

#[test]
fn what_we_publish_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["examples", "specs"] {
        files_under(&root.join(folder), &mut paths);
    }
    let mut texts: Vec<(PathBuf, String)> = paths
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .flat_map(|(path, text)| {
            let collections = if is_collection(&text) { vec![text] } else { cases(&text) };
            collections.into_iter().map(move |text| (path.clone(), text))
        })
        .collect();
    let readme = root.join("README.md");
    let page = std::fs::read_to_string(&readme).unwrap_or_default();
    texts.extend(blocks(&page).into_iter().map(|block| (readme.clone(), block)));

    let validator = validator(&schema::collection());
    let mut wrong = String::new();
    let mut accepted = 0;
    for (path, text) in &texts {
        // What the loader refuses is a case of a mistake.
        if !refused(text, "case.yaml", path.parent().unwrap()).is_empty() {
            continue;
        }
        accepted += 1;
        for node in documents(text) {
            let told = told(&validator, &instance(&node));
            if !told.is_empty() {
                let _ = writeln!(wrong, "{}:\n{told}", path.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(accepted > 200, "{accepted} of {}", texts.len());
}

/// Every `$ref` in a schema, and every value that is no schema.
fn references(schema: &Json, found: &mut Vec<String>) {
    match schema {
        Json::Object(members) => {
            for (key, one) in members {
                match (key.as_str(), one) {
                    ("$ref", Json::String(reference)) => found.push(reference.clone()),
                    ("examples" | "enum" | "const" | "default", _) => {}
                    _ => references(one, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_definition_is_used() {
    let schema = as_json(&schema::collection());
    let mut found = Vec::new();
    references(&schema, &mut found);
    for reference in &found {
        assert!(schema.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition.is_object(), "{name} is no schema");
        assert!(found.contains(&format!("#/$defs/{name}")), "nothing refers to {name}");
    }
}
