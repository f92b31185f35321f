//! `graphql`: the request it makes, and what its reply must be.

use super::Context;
use super::build::BuildError;
use super::record::location;
use crate::check::Outcome;
use crate::diagnostic::{Code, Color, Diagnostic, codes, render};
use crate::event::AssertionRecord;
use crate::exchange::Seen;
use crate::graphql::{Mistake, OperationKind, check, parse};
use crate::http::{Exchange, Params, Request};
use crate::model::shapes::QueryArgument;
use crate::model::{Assertion, GraphqlSpec, RequestSpec};
use crate::plan::{PlannedStep, unreadable};
use crate::template::Scope;
use crate::value::{Map, Value};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

/// What the specification recommends that clients say (GraphQL over HTTP, section 4.2).
const ACCEPT: &str =
    "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8";

/// The most errors of a reply that are shown.
const MOST_ERRORS: usize = 5;

/// Makes a request one of GraphQL: a body for POST, `params` for GET.
pub(super) fn put(
    spec: &GraphqlSpec,
    request: &mut Request,
    session: &Request,
    context: &Context,
    scope: &Scope,
) -> Result<(), BuildError> {
    let query = text(spec, context, scope)?;
    let variables = match &spec.variables {
        Some(variables) => variables.resolve(scope)?.0.clone(),
        None => None,
    };
    let operation = match &spec.operation {
        Some(operation) => operation.resolve(scope)?.0.clone(),
        None => None,
    };
    let kind = match spec.query.as_literal() {
        Some(_) if spec.kind.is_some() => spec.kind,
        _ => examine(&query, operation.as_deref(), spec)?,
    };
    let names = |headers: &[(String, _)]| {
        headers.iter().any(|(name, _): &(String, _)| name.eq_ignore_ascii_case("accept"))
    };
    if !names(&request.headers) && !names(&session.headers) {
        request.headers.push(("Accept".to_owned(), Some(vec![ACCEPT.to_owned()])));
    }
    match request.method.as_deref().map(str::to_uppercase).as_deref() {
        None => request.method = Some("POST".to_owned()),
        Some("POST") => {}
        Some("GET") if kind == Some(OperationKind::Mutation) => {
            let message = "a mutation is never sent with GET";
            return Err(refused(spec, message, "leave `method` out: it is POST"));
        }
        Some("GET") => {
            let variables = variables.map(|variables| Value::Object(variables).to_json());
            let named = [
                ("query", Some(query.to_string())),
                ("variables", variables),
                ("operationName", operation),
            ];
            let named = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
            ask_in_url(request, named);
            return Ok(());
        }
        Some(other) => {
            let message = format!("`graphql` is sent with POST or GET, found `{other}`");
            return Err(refused(spec, &message, "leave `method` out: it is POST"));
        }
    }
    let mut body = Map::from_iter([("query".to_owned(), Value::from(&*query))]);
    body.extend(variables.map(|variables| ("variables".to_owned(), Value::Object(variables))));
    body.extend(operation.map(|name| ("operationName".to_owned(), Value::from(name))));
    request.json = Some(Value::Object(body).to_json().into_bytes());
    Ok(())
}

fn refused(spec: &GraphqlSpec, message: &str, help: &str) -> BuildError {
    let code = &codes::graphql::REQUEST;
    Box::new(Diagnostic::error(code, spec.span, message, "asked here").help(help))
}

/// The query's text.
fn text(spec: &GraphqlSpec, context: &Context, scope: &Scope) -> Result<Arc<str>, BuildError> {
    if let Some(loaded) = &spec.loaded {
        return Ok(Arc::clone(loaded));
    }
    match &*spec.query.resolve(scope)? {
        QueryArgument::Text(text) => Ok(text.as_str().into()),
        QueryArgument::File(path) => {
            let read = context.world.files.read(path);
            let bytes = read.map_err(|error| unreadable(path, spec.query.span(), &error))?;
            Ok(String::from_utf8_lossy(&bytes).into())
        }
    }
}

/// A query that is known only now: what is wrong with it, else what its operation does.
fn examine(
    query: &str,
    operation: Option<&str>,
    spec: &GraphqlSpec,
) -> Result<Option<OperationKind>, BuildError> {
    let document = parse(query)
        .map_err(|mistakes| said(mistakes.first(), query, &codes::graphql::SYNTAX, spec))?;
    let mistakes = check(&document, spec.schema.as_deref());
    if let Some(mistake) = mistakes.first() {
        return Err(said(Some(mistake), query, &codes::graphql::QUERY, spec));
    }
    Ok(document.operation(operation).map(|operation| operation.kind))
}

fn said(
    mistake: Option<&Mistake>,
    query: &str,
    code: &'static Code,
    spec: &GraphqlSpec,
) -> BuildError {
    let Some(mistake) = mistake else {
        return Box::new(Diagnostic::error(
            code,
            spec.query.span(),
            "the query is not GraphQL",
            "",
        ));
    };
    let before = query.get(..mistake.range.start).unwrap_or_default();
    let (line, start) =
        (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |at| at + 1));
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    let shown = query.lines().nth(line - 1).unwrap_or_default().trim();
    let diagnostic =
        Diagnostic::error(code, spec.query.span(), mistake.message.clone(), "rendered here")
            .note(format!("at line {line}, column {column} of the query: `{shown}`"));
    Box::new(mistake.help.iter().fold(diagnostic, |diagnostic, help| diagnostic.help(help.clone())))
}

/// Puts what is asked behind the request's own `params`.
fn ask_in_url(request: &mut Request, named: impl Iterator<Item = (&'static str, String)>) {
    let mut params = request.params.take().unwrap_or_else(|| Params::Mapping(Vec::new()));
    for (name, value) in named {
        match &mut params {
            Params::Mapping(members) => members.push((name.to_owned(), Some(vec![value]))),
            Params::Pairs(pairs) => pairs.push((name.to_owned(), value)),
            Params::Text(text) => {
                let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
                let between = if text.is_empty() { "" } else { "&" };
                *text = format!("{text}{between}{name}={value}");
            }
        }
    }
    request.params = Some(params);
}

/// A reply with errors is a failure, unless the step allows them or looks at them.
pub(super) fn reply(
    planned: &PlannedStep,
    outcome: Outcome<'_>,
    scope: &Scope,
    context: &Context,
) -> Option<AssertionRecord> {
    let request = planned.request()?;
    let spec = request.graphql.as_ref()?;
    let Seen::Request(Exchange { response, .. }) = outcome.ok()? else { return None };
    let allowed = spec.allow_errors.as_ref().map(|allowed| allowed.resolve(scope));
    if matches!(&allowed, Some(Ok(allowed)) if **allowed) || looks_at_errors(request) {
        return None;
    }
    let code = &codes::failure::ASSERTION;
    let reply = Value::from_json(&response.content.bytes).unwrap_or_default();
    let errors = reply.as_object().and_then(|members| members.get("errors"));
    let found = errors.cloned().unwrap_or_default();
    let diagnostic = match (allowed, reply.as_object(), errors.and_then(Value::as_array)) {
        (Some(Err(diagnostic)), ..) => Some(diagnostic),
        (_, _, Some(errors)) if !errors.is_empty() => Some(with_errors(errors, spec)),
        (_, Some(members), _) if members.contains_key("data") => None,
        // The status says more than that there is no reply.
        _ if response.status >= 400 => None,
        _ => {
            let message = "`graphql`: expected a reply in JSON with `data`";
            let kind = response.headers.get("content-type").unwrap_or_else(|| "no type".to_owned());
            let diagnostic =
                Diagnostic::error(code, spec.span, message, format!("answered {kind}"));
            Some(diagnostic.help("is it the URL of GraphQL itself?"))
        }
    };
    Some(AssertionRecord {
        subject: "$.errors".to_owned(),
        predicate: "exists".to_owned(),
        expected: Value::Bool(false),
        actual: found,
        missing: errors.is_none(),
        passed: diagnostic.is_none(),
        expected_text: diagnostic.as_ref().map(|_| "a reply without errors".to_owned()),
        found_text: diagnostic.as_ref().map(|it| match &it.primary {
            Some(label) => label.text.trim_start_matches("answered ").to_owned(),
            None => it.message.clone(),
        }),
        diff: None,
        location: location(&context.files, spec.span),
        diagnostic: diagnostic.map(|it| render(&it, &context.files, Color::Never)),
    })
}

/// Whether an assertion speaks of the errors, or of the whole body.
fn looks_at_errors(request: &RequestSpec) -> bool {
    let looks = |assertion: &Assertion| match assertion.kind.key {
        "jsonpath" => {
            let path =
                assertion.name.trim_start_matches('$').trim_start_matches(['.', '[', '\'', '"']);
            path.starts_with("errors")
        }
        "expr" => assertion.mentions("errors"),
        "json" | "text" | "bytes" | "sha256" => true,
        _ => false,
    };
    request.checks.assertions.iter().any(looks)
}

fn with_errors(errors: &[Value], spec: &GraphqlSpec) -> Diagnostic {
    let count = match errors.len() {
        1 => "answered an error".to_owned(),
        count => format!("answered {count} errors"),
    };
    let code = &codes::failure::ASSERTION;
    let message = "`graphql`: expected a reply without errors";
    let mut diagnostic = Diagnostic::error(code, spec.query.span(), message, count);
    for error in errors.iter().take(MOST_ERRORS) {
        diagnostic = diagnostic.note(one_error(error));
    }
    if errors.len() > MOST_ERRORS {
        diagnostic = diagnostic.note(format!("and {} more", errors.len() - MOST_ERRORS));
    }
    diagnostic.help(
        "errors that should come are asserted, as in `jsonpath: {$.errors[0].message: …}`, or allowed with `allow_errors: true`",
    )
}

/// An error's message, the path of what it is about, and where the query asks for that.
fn one_error(error: &Value) -> String {
    let members = error.as_object();
    let get = |name: &str| members.and_then(|members| members.get(name));
    let message = get("message").map_or_else(|| error.to_json(), Value::to_text);
    let path = get("path").and_then(Value::as_array).map(|path| {
        let steps = path.iter().enumerate().map(|(at, step)| match (at, step) {
            (_, Value::Number(index)) => format!("[{index}]"),
            (0, name) => name.to_text(),
            (_, name) => format!(".{}", name.to_text()),
        });
        format!("at `{}`", steps.collect::<String>())
    });
    let places = get("locations").and_then(Value::as_array).into_iter().flatten();
    let places = places.filter_map(|place| {
        let place = place.as_object()?;
        let (line, column) = (place.get("line")?.to_text(), place.get("column")?.to_text());
        Some(format!("line {line}, column {column} of the query"))
    });
    let behind: Vec<String> = path.into_iter().chain(places).collect();
    match behind.is_empty() {
        true => message,
        false => format!("{message} ({})", behind.join(", ")),
    }
}
