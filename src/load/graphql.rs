//! `graphql`: a query, read and held to its schema before anything is sent.

use super::MappingReader;
use super::reader::missing_key;
use super::session::field;
use super::words::{key_names, text, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::graphql::{Document, Mistake, Operation, OperationKind, Schema, check, parse};
use crate::model::shapes::{OperationName, QueryArgument, VariablesArgument};
use crate::model::{GRAPHQL_KEYS, GraphqlSpec, Reading, RequestSpec, Written};
use crate::registry::suggest;
use crate::source::{File, FileId, Located, Node, Span, decode};
use crate::template::{Place, Template};
use crate::world::{is_outside, reason};
use std::ops::Range;
use std::sync::Arc;

/// A request's `graphql`; null is none.
pub(super) fn graphql(node: &Node, reading: &mut Reading<'_>) -> Option<GraphqlSpec> {
    if node.is_null() {
        return None;
    }
    if node.as_scalar().is_some() {
        // The query alone.
        let query = Written::read(node, "graphql", reading)?;
        return finish(Parts { query, variables: None, operation: None }, None, node, reading);
    }
    let mut keys = match MappingReader::new(node, "`graphql`") {
        Ok(keys) => keys,
        Err(_) => {
            let expected = "a query, or a mapping such as {query: …, variables: {…}}";
            reading.diagnostics.push(wrong(node, "graphql", expected));
            return None;
        }
    };
    let has_query = keys.has("query");
    let query = field::<QueryArgument>(&mut keys, "query", reading);
    let variables = field::<VariablesArgument>(&mut keys, "variables", reading);
    let operation = field::<OperationName>(&mut keys, "operation", reading);
    let allow_errors = field::<bool>(&mut keys, "allow_errors", reading);
    let own = keys.take("schema");
    let unknown = keys.done(&key_names(GRAPHQL_KEYS));
    if !has_query && unknown.is_empty() {
        let diagnostic = missing_key("`graphql`", "query", keys.first_key_span());
        reading.diagnostics.push(diagnostic.help("write `graphql: {query: \"{ … }\"}`"));
    }
    reading.diagnostics.extend(unknown);
    let ours = reading.graphql.clone();
    if let Some(own) = own {
        reading.graphql = schema(own, reading);
    }
    let parts = Parts { query: query?, variables, operation };
    let spec = finish(parts, allow_errors, node, reading);
    reading.graphql = ours;
    spec
}

/// The `graphql` of a collection: the schema that all its queries are held to.
pub(super) fn of_collection(node: &Node, reading: &mut Reading<'_>) {
    let mut keys = match MappingReader::new(node, "a collection's `graphql`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            let help = "write `graphql: {schema: schema.graphql}`";
            reading.diagnostics.push(diagnostic.help(help));
            return;
        }
    };
    let named = keys.require("schema");
    reading.diagnostics.extend(keys.done(&["schema"]));
    match named {
        Ok(node) => reading.graphql = schema(node, reading),
        Err(diagnostic) => reading.diagnostics.push(diagnostic),
    }
}

/// What a query is made of.
struct Parts {
    query: Written<QueryArgument>,
    variables: Option<Written<VariablesArgument>>,
    operation: Option<Written<OperationName>>,
}

/// Where the text of a query or a schema stands.
enum Source {
    /// In the collection.
    Here(Place),
    /// In a file of its own.
    File(FileId),
}

impl Source {
    fn span(&self, range: &Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match self {
            Source::Here(place) => place.locate(range),
            Source::File(file) => Span::new(*file, byte(range.start), byte(range.end)),
        }
    }
}

fn finish(
    parts: Parts,
    allow_errors: Option<Written<bool>>,
    node: &Node,
    reading: &mut Reading<'_>,
) -> Option<GraphqlSpec> {
    let query = &parts.query;
    let mut loaded = None;
    let written = match query.as_literal() {
        // The text is known when it is rendered.
        None => None,
        Some(QueryArgument::Text(text)) => {
            let place = Place::new(text, query.span(), reading.files);
            Some((Arc::from(text.as_str()), Source::Here(place)))
        }
        Some(QueryArgument::File(_)) => {
            let file = query.node().get("$file").and_then(|node| {
                text(node, "$file", reading).map(|name| Located::new(name.value, node.span))
            });
            let (text, id) = open(&file?, reading)?;
            loaded = Some(Arc::clone(&text));
            Some((text, Source::File(id)))
        }
    };
    let kind = written.and_then(|(text, source)| read(&text, &source, &parts, reading));
    let Parts { query, variables, operation } = parts;
    let schema = reading.graphql.clone();
    Some(GraphqlSpec {
        query,
        loaded,
        variables,
        operation,
        allow_errors,
        schema,
        kind,
        span: node.span,
    })
}

/// Reads a query whose text is known, and holds it to its rules; what its operation does.
fn read(
    text: &str,
    source: &Source,
    parts: &Parts,
    reading: &mut Reading<'_>,
) -> Option<OperationKind> {
    let document = match parse(text) {
        Ok(document) => document,
        Err(mistakes) => {
            let code = &codes::graphql::SYNTAX;
            reading.diagnostics.extend(mistakes.iter().map(|it| diagnostic(it, code, source)));
            return None;
        }
    };
    let mistakes = check(&document, reading.graphql.as_deref());
    let code = &codes::graphql::QUERY;
    reading.diagnostics.extend(mistakes.iter().map(|mistake| diagnostic(mistake, code, source)));
    let named =
        parts.operation.as_ref().map(|operation| (operation.as_literal(), operation.span()));
    let name = match named {
        None => None,
        Some((Some(name), _)) => name.0.clone(),
        // Which one it will be is not known yet.
        Some((None, _)) => return None,
    };
    let Some(operation) = document.operation(name.as_deref()) else {
        let span = named.map_or(parts.query.span(), |(_, span)| span);
        reading.diagnostics.push(no_operation(name.as_deref(), &document, span));
        return None;
    };
    values(operation, source, parts, reading);
    Some(operation.kind)
}

/// `variables` against what the operation declares.
fn values(operation: &Operation, source: &Source, parts: &Parts, reading: &mut Reading<'_>) {
    let code = &codes::graphql::QUERY;
    if let Some(variables) = &parts.variables {
        let members = variables.node().as_mapping();
        // A template may give any of them.
        if members.is_none() && !variables.node().is_null()
            || members.into_iter().flatten().any(|member| Template::is_template(&member.key))
        {
            return;
        }
    }
    let given = parts.variables.as_ref().and_then(|variables| variables.node().as_mapping());
    let declared = || operation.variables.iter().map(|variable| &*variable.name.text);
    for member in given.into_iter().flatten() {
        if !declared().any(|name| name == &*member.key) {
            let message = format!("the query declares no variable `${}`", member.key);
            let diagnostic = Diagnostic::error(code, member.key_span, message, "not declared");
            reading.diagnostics.push(diagnostic.did_you_mean(suggest(declared(), &member.key)));
        }
    }
    for variable in
        operation.variables.iter().filter(|it| it.ty.is_required() && it.default.is_none())
    {
        let name = &variable.name;
        let is_given =
            |members: &[crate::source::Member]| members.iter().any(|it| *it.key == *name.text);
        if !given.is_some_and(is_given) {
            let message = format!("the query needs a value for `${}: {}`", name.text, variable.ty);
            let span = source.span(&name.range);
            let help = format!("write `variables: {{{}: …}}`", name.text);
            reading
                .diagnostics
                .push(Diagnostic::error(code, span, message, "not given").help(help));
        }
    }
}

fn no_operation(name: Option<&str>, document: &Document, span: Span) -> Diagnostic {
    let names = || document.operations.iter().filter_map(|it| it.name.as_ref());
    let listed = || names().map(|name| name.text.as_str()).collect::<Vec<_>>().join("`, `");
    let code = &codes::graphql::QUERY;
    match name {
        None => Diagnostic::error(
            code,
            span,
            format!(
                "the query has {} operations, and `operation` names none",
                document.operations.len()
            ),
            "which one?",
        )
        .help(format!("write `operation: …`, one of `{}`", listed())),
        Some(name) => {
            let message = format!("the query has no operation `{name}`");
            let diagnostic = Diagnostic::error(code, span, message, "no such operation");
            match suggest(names().map(|name| name.text.as_str()), name) {
                Some(near) => diagnostic.did_you_mean(Some(near)),
                None if names().next().is_none() => {
                    diagnostic.help("its operation has no name: leave `operation` out")
                }
                None => diagnostic.help(format!("there are `{}`", listed())),
            }
        }
    }
}

fn diagnostic(
    mistake: &Mistake,
    code: &'static crate::diagnostic::Code,
    source: &Source,
) -> Diagnostic {
    let span = source.span(&mistake.range);
    let diagnostic = Diagnostic::error(code, span, mistake.message.clone(), mistake.label.clone());
    mistake.help.iter().fold(diagnostic, |diagnostic, help| diagnostic.help(help.clone()))
}

/// A schema's file, read once however often it is named; null is none.
fn schema(node: &Node, reading: &mut Reading<'_>) -> Option<Arc<Schema>> {
    if node.is_null() {
        return None;
    }
    let file = text(node, "schema", reading)?;
    let path = reading.folder.join(&file.value);
    if let Some((_, known)) = reading.schemas.iter().find(|(known, _)| *known == path) {
        return known.clone();
    }
    let read =
        open(&file, reading).and_then(|(text, id)| match Schema::parse(&file.value, &text) {
            Ok(schema) => Some(Arc::new(schema)),
            Err(mistakes) => {
                let code = &codes::graphql::SYNTAX;
                let source = Source::File(id);
                reading.diagnostics.extend(mistakes.iter().map(|it| diagnostic(it, code, &source)));
                None
            }
        });
    reading.schemas.push((path, read.clone()));
    read
}

/// A file beside the collection, taken in so that something can be said about it.
fn open(file: &Located<String>, reading: &mut Reading<'_>) -> Option<(Arc<str>, FileId)> {
    let path = reading.folder.join(&file.value);
    let refused = |message: String, help: &str| {
        let code = &codes::cli::CANNOT_OPEN;
        Diagnostic::error(code, file.span, message, "named here").help(help)
    };
    let id = FileId(reading.files.next_id().0 + u32::try_from(reading.added.len()).unwrap_or(0));
    let read = reading.access.read(&path).map_err(|error| match is_outside(&error) {
        true => refused(
            error.to_string(),
            "`--allow-outside` lets a collection use files outside its folder",
        ),
        false => refused(
            format!("cannot open `{}`: {}", path.display(), reason(&error)),
            "the path is relative to the file it is written in",
        ),
    });
    let decoded = read.and_then(|bytes| {
        decode(id, &bytes).map_err(|error| {
            refused(
                format!("`{}` is no text: {}", path.display(), error.message),
                "save it as UTF-8",
            )
        })
    });
    match decoded {
        Ok(text) => {
            let text: Arc<str> = text.into();
            reading.added.push(File::new(file.value.clone(), Some(path), Arc::clone(&text)));
            Some((text, id))
        }
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            None
        }
    }
}

/// What cannot stand beside `graphql`.
pub(super) fn beside(request: &RequestSpec, keys: &MappingReader<'_>) -> Vec<Diagnostic> {
    let Some(graphql) = &request.graphql else { return Vec::new() };
    let code = &codes::graphql::REQUEST;
    let mut refused = Vec::new();
    let mut refuse = |span: Span, message: String, label: &str, help: &str| {
        refused.push(Diagnostic::error(code, span, message, label).help(help));
    };
    for key in ["data", "json", "files"] {
        if let Some(span) = keys.key_span(key) {
            let message = format!("`{key}` beside `graphql`, which makes the body");
            refuse(span, message, "another body", "give the query its values in `variables`");
        }
    }
    for key in ["lines", "paginate"] {
        if let Some(span) = keys.key_span(key) {
            let message = format!("`{key}` beside `graphql`, whose reply is one document");
            let help = match key {
                "lines" => "read a stream of replies with `json` and `lines`, without `graphql`",
                _ => "ask for the next page with `variables`, as in `foreach` or a later step",
            };
            refuse(span, message, "not of GraphQL", help);
        }
    }
    let method =
        request.method.as_ref().and_then(|method| Some((method.as_literal()?, method.span())));
    let Some((method, span)) = method else { return refused };
    match method.0.to_uppercase().as_str() {
        "POST" => {}
        "GET" if graphql.kind == Some(OperationKind::Mutation) => {
            let message = "a mutation is never sent with GET".to_owned();
            refuse(span, message, "would be refused", "leave `method` out: it is POST");
        }
        "GET" => {}
        other => {
            let message = format!("`graphql` is sent with POST or GET, found `{other}`");
            refuse(span, message, "expected POST or GET", "leave `method` out: it is POST");
        }
    }
    refused
}
