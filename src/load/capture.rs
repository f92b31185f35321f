//! `capture`: variables and where their values come from.

use super::MappingReader;
use super::assertion::refuse;
use super::step::condition;
use super::words::wrong;
use crate::check::{SUBJECTS, Selector, SubjectKind, compile_regex};
use crate::diagnostic::{Diagnostic, codes};
use crate::exchange::Medium;
use crate::model::{Capture, CaptureSource, Reading, is_identifier};
use crate::registry::suggest;
use crate::source::{Located, Member, Node, Span};
use crate::template::{Data, RESERVED, Template};
use regex::Regex;
use std::sync::Arc;

/// Every capture of a step, in file order.
pub(super) fn captures(node: &Node, reading: &mut Reading<'_>) -> Vec<Capture> {
    let Some(members) = node.as_mapping() else {
        if !node.is_null() {
            reading.diagnostics.push(wrong(node, "capture", "a mapping of variables to sources"));
        }
        return Vec::new();
    };
    let named = members.iter().filter(|member| !member.key.starts_with("x-"));
    named.filter_map(|member| capture(member, reading)).collect()
}

/// Every capture of a step whose exchange is made with this.
pub(super) fn captures_of(medium: Medium, node: &Node, reading: &mut Reading<'_>) -> Vec<Capture> {
    let captures = captures(node, reading);
    let refused = captures.iter().filter_map(|capture| match &capture.source {
        CaptureSource::Subject { kind, .. } if !kind.media.contains(&medium) => {
            Some(meaningless(kind, medium, capture.span))
        }
        _ => None,
    });
    reading.diagnostics.extend(refused);
    captures
}

/// A source that has no meaning for what is exchanged here.
fn meaningless(kind: &SubjectKind, medium: Medium, span: Span) -> Diagnostic {
    let key = kind.capture_key.unwrap_or(kind.key);
    let message = format!("{} has no `{key}` to capture", medium.what());
    let code = &codes::check::UNKNOWN_SUBJECT;
    let kinds = SUBJECTS.iter().filter(|kind| kind.media.contains(&medium));
    let keys: Vec<&str> = kinds.filter_map(|kind| kind.capture_key).collect();
    Diagnostic::error(code, span, message, "nothing to look at").help(format!(
        "of {} there are `{}`",
        medium.what(),
        keys.join("`, `")
    ))
}

fn capture(member: &Member, reading: &mut Reading<'_>) -> Option<Capture> {
    let name = variable(&member.key, member.key_span, reading)?;
    let node = &member.value;
    if let Some(scalar) = node.as_scalar() {
        if !scalar.text.starts_with('$') {
            reading.diagnostics.push(no_source(node, &member.key));
            return None;
        }
        let source = subject("jsonpath", Some(node), reading)?;
        let span = node.span;
        return Some(Capture { name, source, regex: None, default: None, is_secret: false, span });
    }
    if node.as_sequence().is_some() {
        reading.diagnostics.push(no_source(node, &member.key));
        return None;
    }
    detailed(name, node, reading)
}

/// A source that is no variable's: what a capture takes, `links.REL`, or a template.
pub(super) fn source(
    key: &'static str,
    expected: &str,
    node: &Node,
    reading: &mut Reading<'_>,
) -> Option<Capture> {
    let name = Located::new(key.to_owned(), node.span);
    let plain = |source| Capture {
        name: name.clone(),
        source,
        regex: None,
        default: None,
        is_secret: false,
        span: node.span,
    };
    if node.as_mapping().is_some() {
        for option in ["default", "secret"] {
            if let Some(given) = node.get(option) {
                let message = format!("`{key}` has no `{option}`");
                let code = &codes::model::UNKNOWN_KEY;
                let label = "this is no variable";
                reading.diagnostics.push(Diagnostic::error(code, given.span, message, label));
                return None;
            }
        }
        return detailed(name, node, reading);
    }
    let Some(scalar) = node.as_scalar() else {
        reading.diagnostics.push(wrong(node, key, expected));
        return None;
    };
    if Template::is_template(&scalar.text) {
        return condition(node, key, reading).map(CaptureSource::Expression).map(plain);
    }
    if scalar.text.starts_with('$') {
        return subject("jsonpath", Some(node), reading).map(plain);
    }
    let Some(relation) = scalar.text.strip_prefix("links.").filter(|rel| !rel.is_empty()) else {
        let diagnostic = wrong(node, key, expected);
        reading.diagnostics.push(match as_path(&scalar.text) {
            Some(path) => diagnostic.help(format!("for a value of the JSON body write `{path}`")),
            None => diagnostic,
        });
        return None;
    };
    let kind = kind_of("link")?;
    let subject = (kind.compile)(Some(relation)).ok()?;
    let name = format!("link {relation}");
    Some(plain(CaptureSource::Subject { kind, subject, name }))
}

/// The JSONPath that somebody meant by `id`, `data.items[0].id` or `response.json.id`.
fn as_path(text: &str) -> Option<String> {
    let path = ["response.json.", "response.body.", "json.", "body."]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let begins = path.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (begins && path.chars().all(is_path)).then(|| format!("$.{path}"))
}

fn no_source(node: &Node, name: &str) -> Diagnostic {
    let expected = "a JSONPath such as `$.id`, or a mapping such as {header: etag}";
    let diagnostic = wrong(node, &format!("capture.{name}"), expected);
    match node.as_scalar() {
        Some(scalar) if Template::is_template(&scalar.text) => {
            diagnostic.help(format!("for an expression write `{{expr: \"{}\"}}`", scalar.text))
        }
        Some(scalar) if !node.is_null() => match as_path(&scalar.text) {
            Some(path) => diagnostic.help(format!("for a value of the JSON body write `{path}`")),
            None => diagnostic,
        },
        _ => diagnostic,
    }
}

/// The keys of a capture's mapping beside its source.
const OPTIONS: &[&str] = &["regex", "default", "secret"];

fn detailed(name: Located<String>, node: &Node, reading: &mut Reading<'_>) -> Option<Capture> {
    let mut keys = match MappingReader::new(node, "a capture") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let pattern = keys.take("regex");
    let default = keys.take("default");
    let secret = keys.take("secret");
    let source_keys: Vec<(&str, &Member)> =
        sources().into_iter().filter_map(|key| Some((key, keys.take_member(key)?))).collect();
    let known: Vec<&str> = self::sources().into_iter().chain(OPTIONS.iter().copied()).collect();
    let unknown = keys.done(&known);
    let is_known = unknown.is_empty();
    reading.diagnostics.extend(unknown);
    let source = match source_keys.as_slice() {
        [(key, member)] => subject(key, Some(&member.value), reading)?,
        [] if pattern.is_some() => subject("text", None, reading)?,
        _ if !is_known => return None,
        _ => {
            reading.diagnostics.push(one_source(node, &source_keys, &known));
            return None;
        }
    };
    let is_secret = match secret.map(|node| (node.to_value().as_bool(), node)) {
        None => false,
        Some((Some(flag), _)) => flag,
        Some((None, node)) => {
            reading.diagnostics.push(wrong(node, "secret", "true or false"));
            return None;
        }
    };
    let regex = match pattern {
        Some(node) => Some(regex_of(node, reading)?),
        None => None,
    };
    let default = default.map(|node| Data::compile(node, reading.files, &mut reading.diagnostics));
    Some(Capture { name, source, regex, default, is_secret, span: node.span })
}

/// Every key that may name a source.
fn sources() -> Vec<&'static str> {
    SUBJECTS.iter().filter_map(|kind| kind.capture_key).collect()
}

fn kind_of(key: &str) -> Option<&'static SubjectKind> {
    SUBJECTS.iter().copied().find(|kind| kind.capture_key == Some(key))
}

/// The source a key and its argument name; an argument of `true` for those without a selector.
fn subject(key: &str, argument: Option<&Node>, reading: &mut Reading<'_>) -> Option<CaptureSource> {
    let kind = kind_of(key)?;
    let selector = match (kind.selector, argument) {
        (Selector::Expression, Some(node)) => {
            return condition(node, key, reading).map(CaptureSource::Expression);
        }
        (Selector::None, Some(node)) if node.to_value().as_bool() != Some(true) => {
            let is_path = node.as_scalar().is_some_and(|scalar| scalar.text.starts_with('$'));
            let diagnostic = wrong(node, key, "true");
            reading.diagnostics.push(match is_path {
                true => diagnostic.help("a JSONPath is `{jsonpath: …}`, or stands alone"),
                false => diagnostic,
            });
            return None;
        }
        (Selector::None, _) => None,
        (_, Some(node)) => Some(super::words::text(node, key, reading)?),
        (_, None) => return None,
    };
    match reading.alike.subject(kind, selector.as_ref().map(|selector| selector.as_str())) {
        Ok(subject) => {
            let name = match (kind.selector, &selector) {
                (Selector::JsonPath, Some(path)) => path.value.clone(),
                (_, Some(name)) => format!("{key} {}", name.value),
                (_, None) => key.to_owned(),
            };
            Some(CaptureSource::Subject { kind, subject: Arc::clone(&subject), name })
        }
        Err(error) => {
            if let Some(node) = argument {
                reading.diagnostics.push(refuse(error, node.span, node));
            }
            None
        }
    }
}

fn regex_of(node: &Node, reading: &mut Reading<'_>) -> Option<Regex> {
    let pattern = super::words::text(node, "regex", reading)?;
    match compile_regex(&pattern) {
        Ok(regex) => Some(regex),
        Err(error) => {
            reading.diagnostics.push(refuse(error, node.span, node));
            None
        }
    }
}

fn one_source(node: &Node, found: &[(&str, &Member)], known: &[&str]) -> Diagnostic {
    let code = &codes::check::CAPTURE_SOURCE;
    let mut places: Vec<Span> = found.iter().map(|(_, member)| member.key_span).collect();
    places.sort_by_key(|span| span.start);
    if let [first, second, ..] = places.as_slice() {
        let message = format!("a capture has one source, found {}", places.len());
        return Diagnostic::error(code, *second, message, "another")
            .also(*first, "one source")
            .help("capture the other as a variable of its own");
    }
    let known: Vec<&str> = known.iter().copied().filter(|key| !OPTIONS.contains(key)).collect();
    let message = "a capture has one source, found none";
    Diagnostic::error(code, node.span, message, "where from?")
        .help(format!("name one of `{}`, or `regex` alone for the text", known.join("`, `")))
}

/// The identifier most like a name.
fn identifier(name: &str) -> Option<String> {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let first = words.first()?.chars().next()?;
    let before = if first.is_numeric() { "_" } else { "" };
    (!Template::is_template(name)).then(|| format!("{before}{}", words.join("_")))
}

/// A variable's name: an identifier that templates can say, and not one of their own names.
pub(super) fn variable(
    name: &str,
    span: Span,
    reading: &mut Reading<'_>,
) -> Option<Located<String>> {
    let code = &codes::model::BAD_NAME;
    if !is_identifier(name) {
        let message = format!("`{name}` cannot be a variable's name");
        let diagnostic = Diagnostic::error(code, span, message, "not an identifier");
        let rule = "letters, digits and `_`, no digit first";
        reading.diagnostics.push(match identifier(name) {
            Some(near) => diagnostic.help(format!("write `{near}`: {rule}")),
            None => diagnostic.help(format!("a name is {rule}")),
        });
        return None;
    }
    if RESERVED.contains(&name) {
        let message = format!("`{name}` is a name of the templates' own");
        let near = suggest(RESERVED.iter().copied(), name);
        let help = format!("call it `my_{}`, or anything else", near.unwrap_or(name));
        reading.diagnostics.push(Diagnostic::error(code, span, message, "reserved").help(help));
        return None;
    }
    Some(Located::new(name.to_owned(), span))
}
