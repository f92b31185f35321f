//! A document as a collection, over the fragments it includes.

use super::MappingReader;
use super::capture::variable;
use super::contract::of_collection;
use super::graphql;
use super::hooks::hooks;
use super::include::{Fragment, Origin};
use super::mocks::{Demand, add, mocks};
use super::reader::missing_key;
use super::session::{session, sessions};
use super::step::steps;
use super::words::{key_names, mode, teardown_timeout, text, texts, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{
    COLLECTION_KEYS, Collection, ENVIRONMENT_KEYS, EnvironmentSpec, FRAGMENT_KEYS, Hooks, Key,
    MockSpec, Mode, Reading, SETTINGS_KEYS, ServerKind, SessionSpec, TEARDOWN_TIMEOUT, Variable,
};
use crate::registry::suggest;
use crate::source::{FileId, Located, Member, Node};
use crate::template::Data;
use std::path::Path;
use std::sync::Arc;

/// What a collection and a fragment share.
#[derive(Default)]
struct Shared {
    vars: Vec<Variable>,
    secrets: Vec<Located<String>>,
    environments: Vec<EnvironmentSpec>,
    session: Vec<Arc<SessionSpec>>,
    sessions: Vec<(Located<String>, Arc<SessionSpec>)>,
    mocks: Vec<MockSpec>,
}

/// A document's place in the run.
pub(super) struct Document<'d> {
    pub(super) node: &'d Node,
    pub(super) file: FileId,
    pub(super) folder: Arc<Path>,
    /// The name unless it has one.
    pub(super) stem: String,
    pub(super) purpose: Purpose,
}

/// What a document is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Its steps.
    Steps,
    /// Its mocks: it need not have steps.
    Mocks,
}

/// Reads a document. Mistakes go to `reading`; the collection is of use only without any.
pub(super) fn collection(
    document: &Document<'_>,
    fragments: &[Fragment],
    reading: &mut Reading<'_>,
) -> Option<Collection> {
    let mut shared = Shared::default();
    for fragment in fragments {
        read_fragment(fragment, &mut shared, reading);
    }
    let mut collection = empty(document);
    if document.node.as_sequence().is_some() {
        collection.requests = steps(document.node, "requests", reading);
    } else {
        let mut keys = match MappingReader::new(document.node, "a collection") {
            Ok(keys) => keys,
            Err(_) => {
                reading.diagnostics.push(no_collection(document.node));
                return None;
            }
        };
        if let Some(url) = keys.take_member("url").filter(|_| !keys.has("requests")) {
            reading.diagnostics.push(bare_request(url));
            return None;
        }
        read_document(&mut keys, &mut collection, &mut shared, reading);
        let has_steps = ["setup", "requests", "teardown"].iter().any(|key| keys.has(key));
        let is_bare = document.purpose == Purpose::Mocks && keys.has("mocks");
        if !has_steps && !is_bare && reading.diagnostics.is_empty() {
            let diagnostic = missing_key("a collection", "requests", keys.first_key_span());
            reading.diagnostics.push(diagnostic.help("add `requests: [{url: https://…}]`"));
        }
    }
    Some(over(collection, shared))
}

fn empty(document: &Document<'_>) -> Collection {
    Collection {
        name: document.stem.clone(),
        description: None,
        tags: Vec::new(),
        file: document.file,
        span: document.node.span,
        folder: Arc::clone(&document.folder),
        mode: Mode::Sequence,
        vars: Vec::new(),
        secrets: Vec::new(),
        environments: Vec::new(),
        server: None,
        mocks: Vec::new(),
        session: Vec::new(),
        sessions: Vec::new(),
        hooks: Hooks::default(),
        setup: Vec::new(),
        requests: Vec::new(),
        teardown: Vec::new(),
        teardown_timeout: TEARDOWN_TIMEOUT,
    }
}

fn read_document(
    keys: &mut MappingReader<'_>,
    collection: &mut Collection,
    shared: &mut Shared,
    reading: &mut Reading<'_>,
) {
    if let Some(name) = keys.take("name").and_then(|node| text(node, "name", reading)) {
        collection.name = name.value;
    }
    let description = keys.take("description").and_then(|node| text(node, "description", reading));
    collection.description = description.map(|text| text.value);
    let tags = keys.take("tags").map(|node| texts(node, "tags", reading)).unwrap_or_default();
    collection.tags = tags.into_iter().map(|tag| tag.value).collect();
    collection.mode = keys.take("mode").map(|node| mode(node, reading)).unwrap_or_default();
    collection.hooks = keys.take("hooks").map(|node| hooks(node, reading)).unwrap_or_default();
    collection.server = keys.take("server").and_then(|node| server(node, reading));
    let _ = keys.take("include");
    if let Some(node) = keys.take("openapi") {
        of_collection(node, reading);
    }
    if let Some(node) = keys.take("graphql").filter(|node| !node.is_null()) {
        graphql::of_collection(node, reading);
    }
    read_shared(keys, shared, reading);
    if let Some(node) = keys.take("mocks") {
        let own = mocks(node, Demand::Once, reading);
        let included = std::mem::replace(&mut shared.mocks, own);
        add(&mut shared.mocks, included);
    }
    let mut part = |key: &str, reading: &mut Reading<'_>| {
        keys.take(key).map(|node| steps(node, key, reading)).unwrap_or_default()
    };
    collection.setup = part("setup", reading);
    collection.requests = part("requests", reading);
    collection.teardown = part("teardown", reading);
    if let Some(node) = keys.take("teardown_timeout") {
        collection.teardown_timeout = teardown_timeout(node, reading);
    }
    reading.diagnostics.extend(keys.done(&key_names(COLLECTION_KEYS)));
}

/// What `runner.yaml` says of its folder, not of each collection in it.
const OF_FOLDER: &[&str] =
    &["description", "run", "server", "setup", "teardown", "teardown_timeout"];

/// Reads the steps around the collections of a folder, which its `runner.yaml` has.
pub(super) fn folder(
    document: &Document<'_>,
    fragments: &[Fragment],
    reading: &mut Reading<'_>,
) -> Option<Collection> {
    let mut shared = Shared::default();
    for fragment in fragments {
        read_fragment(fragment, &mut shared, reading);
    }
    let mut collection = empty(document);
    let part = |key: &str, reading: &mut Reading<'_>| {
        document.node.get(key).map(|node| steps(node, key, reading)).unwrap_or_default()
    };
    collection.setup = part("setup", reading);
    collection.teardown = part("teardown", reading);
    if let Some(node) = document.node.get("teardown_timeout") {
        collection.teardown_timeout = teardown_timeout(node, reading);
    }
    Some(over(collection, shared))
}

/// A collection with what it shares with fragments.
fn over(collection: Collection, shared: Shared) -> Collection {
    let Shared { vars, secrets, environments, session, sessions, mocks } = shared;
    Collection { vars, secrets, environments, session, sessions, mocks, ..collection }
}

fn read_fragment(fragment: &Fragment, shared: &mut Shared, reading: &mut Reading<'_>) {
    let ours = std::mem::replace(&mut reading.folder, Arc::clone(&fragment.folder));
    let (what, apart, table): (_, &[&str], _) = match fragment.origin {
        Origin::Include => ("a fragment", &["name", "description", "include"], FRAGMENT_KEYS),
        Origin::Settings => ("`runner.yaml`", OF_FOLDER, SETTINGS_KEYS),
    };
    match MappingReader::new(&fragment.node, what) {
        Ok(mut keys) => {
            for key in apart {
                let _ = keys.take(key);
            }
            read_shared(&mut keys, shared, reading);
            if fragment.origin == Origin::Include
                && let Some(node) = keys.take("mocks")
            {
                add(&mut shared.mocks, mocks(node, Demand::Nothing, reading));
            }
            reading.diagnostics.extend(keys.done(&key_names(table)));
        }
        Err(diagnostic) => reading.diagnostics.push(diagnostic),
    }
    reading.folder = ours;
}

fn read_shared(keys: &mut MappingReader<'_>, shared: &mut Shared, reading: &mut Reading<'_>) {
    if let Some(node) = keys.take("vars") {
        shared.vars.extend(vars(node, reading));
    }
    if let Some(node) = keys.take("secrets") {
        shared.secrets.extend(texts(node, "secrets", reading));
    }
    if let Some(node) = keys.take("environments") {
        shared.environments.extend(environments(node, reading));
    }
    if let Some(node) = keys.take("session") {
        shared.session.push(session(node, reading));
    }
    if let Some(node) = keys.take("sessions") {
        shared.sessions.extend(sessions(node, reading));
    }
}

/// `vars`: a mapping of names to values of any shape.
pub(super) fn vars(node: &Node, reading: &mut Reading<'_>) -> Vec<Variable> {
    named_values(node, "vars", reading)
}

/// A mapping of variables to values of any shape, under `key`.
pub(super) fn named_values(node: &Node, key: &str, reading: &mut Reading<'_>) -> Vec<Variable> {
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            let diagnostic = wrong(node, key, "a mapping of names to values");
            reading.diagnostics.push(match node.as_sequence() {
                Some(_) => diagnostic.help("write `name: value`, without `- `"),
                None => diagnostic,
            });
        }
        return Vec::new();
    };
    let mut vars = Vec::with_capacity(members.len());
    for member in members.iter().filter(|member| !member.key.starts_with("x-")) {
        let data = Data::compile(&member.value, reading.files, &mut reading.diagnostics);
        if let Some(name) = variable(&member.key, member.key_span, reading) {
            vars.push(Variable { name, data });
        }
    }
    vars
}

fn environments(node: &Node, reading: &mut Reading<'_>) -> Vec<EnvironmentSpec> {
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            reading.diagnostics.push(wrong(
                node,
                "environments",
                "a mapping of names to environments",
            ));
        }
        return Vec::new();
    };
    let named = members.iter().filter(|member| !member.key.starts_with("x-"));
    let read = named.filter_map(|member| {
        let name = Located::new(member.key.to_string(), member.key_span);
        environment(name, &member.value, reading)
    });
    read.collect()
}

fn environment(
    name: Located<String>,
    node: &Node,
    reading: &mut Reading<'_>,
) -> Option<EnvironmentSpec> {
    if node.is_null() {
        return Some(EnvironmentSpec { name, extends: None, vars: Vec::new(), session: None });
    }
    let mut keys = match MappingReader::new(node, "an environment") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let extends = keys.take("extends").filter(|node| !node.is_null());
    let extends = extends.and_then(|node| text(node, "extends", reading));
    let vars = keys.take("vars").map(|node| vars(node, reading)).unwrap_or_default();
    let session = keys.take("session").map(|node| session(node, reading));
    reading.diagnostics.extend(keys.done(&key_names(ENVIRONMENT_KEYS)));
    Some(EnvironmentSpec { name, extends, vars, session })
}

pub(super) fn server(node: &Node, reading: &mut Reading<'_>) -> Option<Located<ServerKind>> {
    if node.is_null() {
        return None;
    }
    let written = text(node, "server", reading)?;
    if *written == "httpbin" {
        return Some(Located::new(ServerKind::Httpbin, written.span));
    }
    let near = suggest(["httpbin"], &written);
    reading.diagnostics.push(wrong(node, "server", "`httpbin`").did_you_mean(near));
    None
}

/// One request where a collection stands: every key of it would be unknown.
fn bare_request(url: &Member) -> Diagnostic {
    let message = "a request stands in a list of steps, found it alone";
    Diagnostic::error(&codes::model::WRONG_TYPE, url.key_span, message, "not a key of a collection")
        .help("write `- url: …`, or put it under `requests:`")
}

fn no_collection(node: &Node) -> Diagnostic {
    let names = |keys: &[&Key]| {
        keys.iter().map(|key| format!("`{}`", key.key)).collect::<Vec<_>>().join(", ")
    };
    let found = crate::model::describe(&node.to_value());
    let message = format!("a collection is a mapping or a list of steps, found {found}");
    Diagnostic::error(&codes::model::WRONG_TYPE, node.span, message, "no collection")
        .help(format!("its keys are {}", names(COLLECTION_KEYS)))
}
