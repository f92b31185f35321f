//! `/graphql`: a few users and their posts, for those who try queries. It keeps nothing: what a
//! mutation makes is answered and forgotten.

use super::json::parse as parse_json;
use super::reply::Reply;
use super::request::Request;
use super::route::Route;
use crate::graphql::{
    Argument, Document, LiteralKind, Mistake, Operation, OperationKind, Schema, Selection, check,
    parse,
};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// What can be asked.
const SCHEMA: &str = include_str!("schema.graphql");

fn schema() -> Option<&'static Schema> {
    static PARSED: OnceLock<Option<Schema>> = OnceLock::new();
    PARSED.get_or_init(|| Schema::parse("schema.graphql", SCHEMA).ok()).as_ref()
}

/// What it answers, beside httpbin's endpoints.
pub(super) const ROUTES: &[Route] = &[
    Route {
        methods: &["GET", "POST"],
        pattern: "/graphql",
        handler: answer,
        summary: "GraphQL over HTTP: a few users and their posts",
    },
    Route {
        methods: &["GET"],
        pattern: "/graphql/schema",
        handler: text,
        summary: "the schema of `/graphql`",
    },
];

/// The schema's text.
fn text(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "application/graphql; charset=utf-8", SCHEMA.as_bytes())
}

/// Answers a query, as GraphQL over HTTP says.
fn answer(request: &Request<'_>) -> Reply {
    let is_get = matches!(request.method.as_str(), "GET" | "HEAD");
    let asked = match is_get {
        true => {
            let arg = |name: &str| request.arg(name).map_or(Value::Null, Value::String);
            let variables = request.arg("variables").map_or(Value::Null, |text| parse_json(&text));
            json!({"query": arg("query"), "variables": variables, "operationName": arg("operationName")})
        }
        false => parse_json(&String::from_utf8_lossy(&request.body)),
    };
    let is_modern =
        request.header("Accept").is_some_and(|it| it.contains("application/graphql-response+json"));
    let kind = match is_modern {
        true => "application/graphql-response+json; charset=utf-8",
        false => "application/json; charset=utf-8",
    };
    let refused = |status, errors: Vec<Value>| {
        let status = if is_modern { status } else { 200 };
        Reply::bytes(status, kind, format!("{}\n", json!({"errors": errors})).into_bytes())
    };
    let Some(query) = asked.get("query").and_then(Value::as_str) else {
        let error = json!({"message": "the request has no `query`"});
        let body = format!("{}\n", json!({"errors": [error]}));
        return Reply::bytes(400, kind, body.into_bytes());
    };
    let document = match parse(query) {
        Ok(document) => document,
        Err(mistakes) => return refused(400, said(&mistakes, query)),
    };
    let mistakes = check(&document, schema());
    if !mistakes.is_empty() {
        return refused(400, said(&mistakes, query));
    }
    let name = asked.get("operationName").and_then(Value::as_str).filter(|name| !name.is_empty());
    let Some(operation) = document.operation(name) else {
        return refused(400, vec![json!({"message": "there is no such operation"})]);
    };
    if is_get && operation.kind == OperationKind::Mutation {
        let error = json!({"message": "a mutation is asked for with POST"});
        return refused(405, vec![error]);
    }
    let variables = match values(operation, asked.get("variables")) {
        Ok(variables) => variables,
        Err(message) => return refused(400, vec![json!({"message": message})]),
    };
    let mut run = Run { document: &document, variables, request, query, errors: Vec::new() };
    let root = json!({"__typename": operation.kind.name()});
    let data = run.object(&operation.selections, &root, &mut Vec::new());
    let mut reply = json!({ "data": data });
    if let (Value::Object(reply), false) = (&mut reply, run.errors.is_empty()) {
        reply.insert("errors".to_owned(), Value::Array(run.errors));
    }
    Reply::bytes(200, kind, format!("{reply}\n").into_bytes())
}

/// Mistakes as a server says them.
fn said(mistakes: &[Mistake], query: &str) -> Vec<Value> {
    let error = |mistake: &Mistake| {
        let places = [place(query, mistake.range.start)];
        json!({"message": mistake.message, "locations": places})
    };
    mistakes.iter().map(error).collect()
}

fn place(query: &str, byte: usize) -> Value {
    let before = query.get(..byte).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    json!({"line": before.matches('\n').count() + 1, "column": column})
}

/// The variables' values: what is given, else the defaults.
fn values(operation: &Operation, given: Option<&Value>) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for variable in &operation.variables {
        let name = &variable.name.text;
        let default = || variable.default.as_ref().map(|it| plain(&it.kind, &Map::new()));
        let value = given.and_then(|given| given.get(name)).cloned().or_else(default);
        match value {
            None | Some(Value::Null) if variable.ty.is_required() => {
                return Err(format!(
                    "the variable `${name}` of type {} needs a value",
                    variable.ty
                ));
            }
            value => values.insert(name.clone(), value.unwrap_or_default()),
        };
    }
    Ok(values)
}

/// A value as JSON.
fn plain(kind: &LiteralKind, variables: &Map<String, Value>) -> Value {
    match kind {
        LiteralKind::Variable(name) => variables.get(&name.text).cloned().unwrap_or_default(),
        LiteralKind::Int(text) | LiteralKind::Float(text) => parse_json(text),
        LiteralKind::String(text) | LiteralKind::Enum(text) => Value::from(text.as_str()),
        LiteralKind::Boolean(value) => Value::from(*value),
        LiteralKind::Null => Value::Null,
        LiteralKind::List(items) => items.iter().map(|item| plain(&item.kind, variables)).collect(),
        LiteralKind::Object(members) => Value::Object(arguments(members, variables)),
    }
}

fn arguments(arguments: &[Argument], variables: &Map<String, Value>) -> Map<String, Value> {
    let pairs = arguments.iter().map(|it| (it.name.text.clone(), plain(&it.value.kind, variables)));
    pairs.collect()
}

/// One operation under way.
struct Run<'r> {
    document: &'r Document,
    variables: Map<String, Value>,
    request: &'r Request<'r>,
    query: &'r str,
    errors: Vec<Value>,
}

impl Run<'_> {
    /// What is asked of an object.
    fn object(&mut self, selections: &[Selection], of: &Value, path: &mut Vec<Value>) -> Value {
        let mut answer = Map::new();
        self.select(selections, of, path, &mut answer);
        Value::Object(answer)
    }

    fn select(
        &mut self,
        selections: &[Selection],
        of: &Value,
        path: &mut Vec<Value>,
        into: &mut Map<String, Value>,
    ) {
        let document = self.document;
        for selection in selections.iter().filter(|it| !self.is_left_out(it)).collect::<Vec<_>>() {
            match selection {
                Selection::Field { alias, name, arguments: given, selections, .. } => {
                    let key = alias.as_ref().unwrap_or(name).text.clone();
                    path.push(Value::from(key.as_str()));
                    let given = arguments(given, &self.variables);
                    let found = match resolve(&name.text, of, &given, self.request) {
                        Ok(found) => self.complete(selections.as_deref(), found, path),
                        Err(message) => {
                            let places = [place(self.query, name.range.start)];
                            let error =
                                json!({"message": message, "locations": places, "path": path});
                            self.errors.push(error);
                            Value::Null
                        }
                    };
                    path.pop();
                    into.insert(key, found);
                }
                Selection::Inline { on, selections, .. } => {
                    if on.as_ref().is_none_or(|on| is_of(of, &on.text)) {
                        self.select(selections, of, path, into);
                    }
                }
                Selection::Spread { name, .. } => {
                    let fragment = document.fragment(&name.text);
                    if let Some(fragment) = fragment.filter(|it| is_of(of, &it.on.text)) {
                        self.select(&fragment.selections, of, path, into);
                    }
                }
            }
        }
    }

    fn complete(
        &mut self,
        selections: Option<&[Selection]>,
        found: Value,
        path: &mut Vec<Value>,
    ) -> Value {
        match (selections, found) {
            (Some(selections), Value::Array(items)) => {
                let answered = items.iter().enumerate().map(|(index, item)| {
                    path.push(Value::from(index));
                    let answered = self.object(selections, item, path);
                    path.pop();
                    answered
                });
                answered.collect()
            }
            (Some(selections), found @ Value::Object(_)) => self.object(selections, &found, path),
            (_, found) => found,
        }
    }

    /// `@skip` and `@include`.
    fn is_left_out(&self, selection: &Selection) -> bool {
        selection.directives().iter().any(|directive| {
            let given = arguments(&directive.arguments, &self.variables);
            let is_true = given.get("if") == Some(&Value::Bool(true));
            match directive.name.text.as_str() {
                "skip" => is_true,
                "include" => !is_true,
                _ => false,
            }
        })
    }
}

fn is_of(object: &Value, name: &str) -> bool {
    name == "Node" || object.get("__typename").and_then(Value::as_str) == Some(name)
}

/// A field's value, or why there is none.
fn resolve(
    field: &str,
    of: &Value,
    given: &Map<String, Value>,
    request: &Request<'_>,
) -> Result<Value, String> {
    let text = |name: &str| {
        given.get(name).and_then(|value| {
            value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|it| it.to_string()))
        })
    };
    let user = |id: &str| {
        users().into_iter().find(|user| user.get("id").and_then(Value::as_str) == Some(id))
    };
    Ok(match field {
        "me" if request.header("Authorization").is_none() => {
            return Err("`me` needs an `Authorization`".to_owned());
        }
        "me" => user("1").unwrap_or_default(),
        "user" => text("id").and_then(|id| user(&id)).unwrap_or_default(),
        "users" => {
            let first = given.get("first").and_then(Value::as_u64).unwrap_or(10);
            users().into_iter().take(usize::try_from(first).unwrap_or(usize::MAX)).collect()
        }
        "search" => {
            let wanted = text("text").unwrap_or_default().to_lowercase();
            let all = users().into_iter().flat_map(|user| {
                let posts =
                    user.get("posts").and_then(Value::as_array).cloned().unwrap_or_default();
                std::iter::once(user).chain(posts)
            });
            let has = |hit: &Value| {
                let words = [hit.get("name"), hit.get("title")];
                words
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .any(|it| it.to_lowercase().contains(&wanted))
            };
            all.filter(has).collect()
        }
        "addPost" => {
            let input = given.get("input").cloned().unwrap_or_default();
            json!({"__typename": "Post", "id": "101", "title": input.get("title"), "author": user("1")})
        }
        "author" => {
            of.get("author").cloned().or_else(|| user(of.get("by")?.as_str()?)).unwrap_or_default()
        }
        other => of.get(other).cloned().unwrap_or_default(),
    })
}

/// Everybody.
fn users() -> Vec<Value> {
    let post = |id: &str, title: &str, by: &str| json!({"__typename": "Post", "id": id, "title": title, "by": by});
    vec![
        json!({"__typename": "User", "id": "1", "name": "Ann", "role": "ADMIN", "posts": [post("10", "First", "1"), post("11", "Second", "1")]}),
        json!({"__typename": "User", "id": "2", "name": "Bob", "role": "GUEST", "posts": [post("20", "Hello", "2")]}),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_one_and_the_example_s() {
        assert!(schema().is_some());
        assert_eq!(SCHEMA, include_str!("../../examples/graphql/schema.graphql"));
    }
}
