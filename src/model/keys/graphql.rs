//! The keys of `graphql`.

use super::{Key, KeySchema};
use crate::model::Shape;
use crate::model::shapes::{OperationName, QueryArgument, VariablesArgument};

/// `graphql`.
pub const GRAPHQL_KEYS: &[&Key] = &[
    key!(
        "query",
        QueryArgument,
        "query: \"{ me { name } }\"",
        "the query, or mutation; {$file: query.graphql} for one in a file"
    ),
    key!("variables", VariablesArgument, "variables: {id: 7}", "values for the query's variables"),
    key!(
        "operation",
        OperationName,
        "operation: GetUser",
        "which of the query's operations is run, when it has several"
    ),
    key!(
        "schema",
        "textOrNull",
        "schema: schema.graphql",
        "a file with the schema that the query is held to; the collection's unless given, null for none"
    ),
    key!(
        "allow_errors",
        bool,
        "allow_errors: true",
        "whether a reply with `errors` may pass; false unless given"
    ),
];
