//! `assert`: subjects, selectors and what they must be.

use super::snapshot::snapshot;
use super::step::condition;
use super::words::wrong;
use crate::check::{BuildError, SUBJECTS, Selector, SubjectKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::exchange::Medium;
use crate::model::{Assertion, Compare, ExpectationSource, Reading, locate};
use crate::registry::{find, suggest};
use crate::source::{Member, Node, Span};
use crate::template::{Data, Template};

/// Every assertion of a request, in file order, and that it is as the collection's OpenAPI document
/// says, unless it speaks of that itself.
pub(super) fn all(assert: Option<&Node>, reading: &mut Reading<'_>) -> Vec<Assertion> {
    let mut all = assert.map(|node| of(Medium::Request, node, reading)).unwrap_or_default();
    let is_said = assert.is_some_and(|node| node.get("openapi").is_some());
    if let Some(spec) = reading.contract.clone().filter(|_| !is_said) {
        let span = spec.span;
        all.extend(super::contract::assertion(spec, span));
    }
    all
}

/// Every assertion of a step whose exchange is made with this, in file order.
pub(super) fn of(medium: Medium, node: &Node, reading: &mut Reading<'_>) -> Vec<Assertion> {
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            let help = match node.as_sequence() {
                Some(_) => "write the subjects without `- `, one below the other",
                None if medium == Medium::Request => "write `assert: {status: 200}`",
                None => "write `assert: {text: {contains: …}}`",
            };
            reading.diagnostics.push(wrong(node, "assert", "a mapping of subjects").help(help));
        }
        return Vec::new();
    };
    let mut assertions = Vec::new();
    for member in members.iter().filter(|member| !member.key.starts_with("x-")) {
        match find(SUBJECTS, &member.key) {
            Some(kind) if !kind.media.contains(&medium) => {
                reading.diagnostics.push(meaningless(kind, medium, member.key_span));
            }
            Some(kind) => subject(kind, member, reading, &mut assertions),
            None => reading.diagnostics.push(unknown_subject(member, medium)),
        }
    }
    assertions.shrink_to_fit();
    assertions
}

/// The assertions of one subject.
pub(super) fn subject(
    kind: &'static SubjectKind,
    member: &Member,
    reading: &mut Reading<'_>,
    into: &mut Vec<Assertion>,
) {
    match kind.selector {
        Selector::None => into.extend(single(kind, None, member, reading)),
        Selector::Expression => expressions(kind, &member.value, reading, into),
        Selector::Contract => {
            let spec = super::contract::contract(&member.value, reading);
            into.extend(spec.and_then(|spec| super::contract::assertion(spec, member.key_span)));
        }
        Selector::Name | Selector::JsonPath | Selector::Part(_) => {
            let Some(members) = member.value.as_mapping() else {
                let expected = match kind.selector {
                    Selector::JsonPath => "a mapping of JSONPaths to what they must be",
                    Selector::Part(_) => "a mapping of its parts to what they must be",
                    _ => "a mapping of names to what they must be",
                };
                reading.diagnostics.push(wrong(&member.value, kind.key, expected));
                return;
            };
            into.extend(
                members
                    .iter()
                    .filter_map(|selected| single(kind, Some(&selected.key), selected, reading)),
            );
        }
    }
}

/// One subject with its selector compiled.
fn single(
    kind: &'static SubjectKind,
    selector: Option<&str>,
    member: &Member,
    reading: &mut Reading<'_>,
) -> Option<Assertion> {
    if let Some(name) = selector.filter(|name| Template::is_template(name)) {
        reading.diagnostics.push(no_template(name, member.key_span));
        return None;
    }
    let subject = match reading.alike.subject(kind, selector) {
        Ok(subject) => subject,
        Err(error) => {
            reading.diagnostics.push(refuse(error, member.key_span, &member.value));
            return None;
        }
    };
    let name = match (kind.selector, selector) {
        (Selector::JsonPath, Some(path)) => path.to_owned(),
        (_, Some(name)) => format!("{}.{name}", kind.key),
        (_, None) => kind.key.to_owned(),
    };
    let kind = part(kind, selector);
    let node = member.value.clone();
    let compare = if is_snapshot(kind, &node) {
        let snapshot = Box::new(snapshot(kind, &node, reading)?);
        Compare::Snapshot { subject, snapshot, node }
    } else {
        Compare::Subject { subject, expectation: expectation(kind, &node, reading)?, node }
    };
    Some(Assertion { kind, name, compare, span: member.key_span })
}

/// What must hold of a subject without a selector, by a name of its own.
pub(super) fn named(
    kind: &'static SubjectKind,
    name: String,
    member: &Member,
    reading: &mut Reading<'_>,
) -> Option<Assertion> {
    let subject = (kind.compile)(None).ok()?;
    let node = member.value.clone();
    let expectation = expectation(kind, &node, reading)?;
    let compare = Compare::Subject { subject, expectation, node };
    Some(Assertion { kind, name, compare, span: member.key_span })
}

/// The kind that knows what must hold: of a part, its own.
fn part(kind: &'static SubjectKind, selector: Option<&str>) -> &'static SubjectKind {
    match (kind.selector, selector) {
        (Selector::Part(parts), Some(name)) => find(parts, name).copied().unwrap_or(kind),
        _ => kind,
    }
}

fn expectation(
    kind: &'static SubjectKind,
    node: &Node,
    reading: &mut Reading<'_>,
) -> Option<ExpectationSource> {
    if let Some(known) = node.as_scalar().and_then(|it| reading.alike.expectation(kind, it)) {
        return Some(ExpectationSource::Ready(known));
    }
    let mistakes = reading.diagnostics.len();
    let data = Data::compile(node, reading.files, &mut reading.diagnostics);
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    match ExpectationSource::new(kind, data, &reading.folder, reading.access) {
        Ok(source) => {
            if let (Some(scalar), ExpectationSource::Ready(it)) = (node.as_scalar(), &source) {
                reading.alike.keep(kind, scalar, it);
            }
            Some(source)
        }
        Err(errors) => {
            let refused = errors.into_iter().map(|error| {
                let span = locate(node, &error.path);
                refuse(error, span, node)
            });
            reading.diagnostics.extend(refused);
            None
        }
    }
}

/// Whether a body is compared with a file: `{$file: path}`.
fn is_snapshot(kind: &SubjectKind, node: &Node) -> bool {
    matches!(kind.key, "text" | "json" | "bytes") && node.get("$file").is_some()
}

/// `expr`: one expression or a list of them.
fn expressions(
    kind: &'static SubjectKind,
    node: &Node,
    reading: &mut Reading<'_>,
    into: &mut Vec<Assertion>,
) {
    let one = std::slice::from_ref(node);
    for node in node.as_sequence().unwrap_or(one) {
        if let Some(template) = condition(node, "expr", reading) {
            let name = node.as_scalar().map_or_else(String::new, |scalar| scalar.text.to_string());
            let compare = Compare::Expression(template);
            into.push(Assertion { kind, name, compare, span: node.span });
        }
    }
}

/// A mistake in a selector or an expectation, at its place.
pub(super) fn refuse(error: BuildError, span: Span, _node: &Node) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.code, span, error.message, error.label);
    match error.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// What is looked at is compiled when the file is read.
fn no_template(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is a template, where a name must stand");
    let label = "must be known before anything runs";
    Diagnostic::error(&codes::model::NO_TEMPLATE_HERE, span, message, label).help(
        "to look by a variable's value write an `expr` such as `response.headers[name] == 'a'`",
    )
}

/// A subject that has no meaning for what is exchanged here.
fn meaningless(kind: &SubjectKind, medium: Medium, span: Span) -> Diagnostic {
    let message = format!("{} has no `{}`", medium.what(), kind.key);
    let code = &codes::check::UNKNOWN_SUBJECT;
    let names = subjects(medium).join("`, `");
    Diagnostic::error(code, span, message, "nothing to look at")
        .help(format!("of {} there are `{names}`", medium.what()))
}

fn subjects(medium: Medium) -> Vec<&'static str> {
    let kinds = SUBJECTS.iter().filter(|kind| kind.media.contains(&medium));
    kinds.map(|kind| kind.key).collect()
}

fn unknown_subject(member: &Member, medium: Medium) -> Diagnostic {
    let names = subjects(medium);
    let is_synonym = |kind: &&&SubjectKind| {
        kind.capture_key == Some(&*member.key) || kind.synonyms.contains(&&*member.key)
    };
    let kinds = SUBJECTS.iter().filter(|kind| kind.media.contains(&medium));
    let synonym = kinds.into_iter().find(is_synonym).map(|kind| kind.key);
    let near = synonym.or_else(|| suggest(names.iter().copied(), &member.key));
    let message = format!("unknown subject `{}` in `assert`", member.key);
    let code = &codes::check::UNKNOWN_SUBJECT;
    let diagnostic = Diagnostic::error(code, member.key_span, message, "nothing to look at");
    if member.key.starts_with('$') {
        return diagnostic
            .help(format!("put a JSONPath under `jsonpath`: `jsonpath: {{{}: …}}`", member.key));
    }
    let meant = match member.key.as_ref() {
        _ if medium != Medium::Request => None,
        "body" | "content" => {
            Some("the body is `json` as data, `text` as text, `bytes` as it came")
        }
        "header" => Some("write `headers: {NAME: …}`"),
        "cookie" => Some("write `cookies: {NAME: …}`"),
        "content_type" | "content-type" => Some("write `headers: {content-type: …}`"),
        "response_time" | "time" => Some("write `duration: {lt: 500ms}`"),
        _ => None,
    };
    match (meant, near) {
        (Some(meant), _) => diagnostic.help(meant),
        (None, Some(_)) => diagnostic.did_you_mean(near),
        (None, None) => diagnostic.help(format!("the subjects are `{}`", names.join("`, `"))),
    }
}
