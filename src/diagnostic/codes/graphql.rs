//! Mistakes in GraphQL.

use super::Code;

/// Text that is not GraphQL.
pub const SYNTAX: Code = Code {
    id: "E0701",
    summary: "a text that is not GraphQL",
    explanation: "A query is read before anything is sent, and so is a schema. The caret stands where the text \
                  can no longer be GraphQL, which is at or behind the mistake.",
    example: "requests:\n  - url: https://example.com/graphql\n    graphql: {query: \"{ me { name }\"}\n",
};

/// A query that cannot be right.
pub const QUERY: Code = Code {
    id: "E0702",
    summary: "a query that no server answers",
    explanation: "A query is held to GraphQL's own rules (a variable is declared and used, a fragment is \
                  defined), and where `graphql: {schema: …}` names a schema, to its types: fields, arguments, \
                  values, fragments. `variables` are held to what the query declares.",
    example: "requests:\n  - url: https://example.com/graphql\n    graphql: {query: \"{ user(id: $id) { name } }\"}\n",
};

/// A request that GraphQL over HTTP does not have.
pub const REQUEST: Code = Code {
    id: "E0703",
    summary: "a request that is not GraphQL over HTTP",
    explanation: "`graphql` makes the body, so `data`, `json` and `files` cannot stand beside it. It is sent with \
                  POST, or with GET in the URL's query; a mutation is never sent with GET. Its reply is one \
                  document, which `lines` and `paginate` do not read.",
    example: "requests:\n  - url: https://example.com/graphql\n    method: PUT\n    graphql: {query: \"{ me { name } }\"}\n",
};

/// In order.
pub const TABLE: &[&Code] = &[&SYNTAX, &QUERY, &REQUEST];
