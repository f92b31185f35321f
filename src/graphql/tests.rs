//! Queries and schemas, each with what is said of it.

use super::*;

const SCHEMA: &str = "
type Query { me: User user(id: ID!): User users(first: Int = 10, role: Role): [User!]! search(text: String!): [Hit] }
type Mutation { addPost(input: NewPost!): Post }
type User implements Node { id: ID! name: String posts(where: Filter): [Post!]! }
type Post implements Node { id: ID! title: String author: User! at: Date }
type Tag { name: String }
interface Node { id: ID! }
union Hit = User | Post
enum Role { ADMIN GUEST }
input NewPost { title: String!, tags: [String!] }
input Filter { title: String }
scalar Date
directive @live on QUERY
extend type User { email: String }
";

/// What is said, each at the text it is said of.
fn said(query: &str) -> Vec<String> {
    let schema = Schema::parse("schema.graphql", SCHEMA).unwrap();
    let mistakes = match parse(query) {
        Ok(document) => check(&document, Some(&schema)),
        Err(mistakes) => mistakes,
    };
    mistakes
        .into_iter()
        .map(|it| {
            let place = &query[it.range.clone()];
            let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{place}: {}{help}", it.message)
        })
        .collect()
}

fn one(query: &str) -> String {
    said(query).join(" | ")
}

#[test]
fn what_is_right_is_silent() {
    let queries = [
        "{ me { id name email __typename } }",
        "query A($id: ID!, $n: Int) @live { user(id: $id) { ...U } users(first: $n, role: ADMIN) { id } } fragment U on User { posts(where: {title: \"x\"}) { title at } }",
        "mutation { addPost(input: {title: \"a\", tags: \"one\"}) { author { name } } }",
        "{ search(text: \"\") { __typename ... on Node { id } ... on Post { title @include(if: true) } } }",
        "{ __schema { types { name } } __type(name: \"User\") { name } }",
        "query ($t: String = \"x\") { search(text: $t) { ... { __typename } } }",
        "query ($i: NewPost!) { me { id @skip(if: $s) } } ",
    ];
    for query in &queries[..6] {
        assert_eq!(one(query), "", "{query}");
    }
    assert_eq!(said(queries[6]).len(), 2);
}

#[test]
fn a_field_or_argument_that_is_not_there_is_named() {
    assert_eq!(one("{ me { nam } }"), "nam: `User` has no field `nam` (did you mean `name`?)");
    assert_eq!(
        one("{ me { id { x } } }"),
        "id: `User.id` is ID!, which has no fields (leave the braces behind it out)"
    );
    assert_eq!(
        one("{ me }"),
        "me: `Query.me` is User, of which fields are asked (write `me { id }`)"
    );
    assert_eq!(one("{ user { id } }"), "user: `Query.user` needs `id: ID!`");
    assert_eq!(
        one("{ user(id: 1, nme: 2) { id } }"),
        "nme: `Query.user` has no argument `nme` (there are `id`)"
    );
    assert_eq!(
        one("{ search(text: \"\") { title } }"),
        "title: `Hit` has no field `title` (ask one of its types: `... on User {…}`)"
    );
    assert_eq!(
        one("subscription { me }"),
        "subscription: `schema.graphql` has no subscriptions (its schema has no type to begin a subscription at)"
    );
    assert_eq!(
        one("{ me @lve { id } }"),
        "lve: `schema.graphql` has no directive `@lve` (did you mean `live`?)"
    );
}

#[test]
fn values_are_held_to_their_types() {
    assert_eq!(
        one("{ user(id: true) { id } }"),
        "true: ID! is expected, found `true`".replace("ID!", "ID")
    );
    assert_eq!(one("{ user(id: null) { id } }"), "null: ID! is expected, found null");
    assert_eq!(
        one("{ users(first: \"1\") { id } }"),
        "\"1\": Int is expected, found the string `1`"
    );
    assert_eq!(
        one("{ users(role: ADMN) { id } }"),
        "ADMN: `Role` has no value `ADMN` (did you mean `ADMIN`?)"
    );
    assert_eq!(
        one("{ users(role: \"ADMIN\") { id } }"),
        "\"ADMIN\": Role is expected, found the string `ADMIN` (write it without quotes: `ADMIN`)"
    );
    assert_eq!(
        one("mutation { addPost(input: {tags: []}) { id } }"),
        "{: `NewPost` needs `title: String!`"
    );
    assert_eq!(
        one("mutation { addPost(input: {title: \"\", tag: []}) { id } }"),
        "tag: `NewPost` has no argument `tag` (did you mean `tags`?)"
    );
    assert_eq!(
        one("query ($id: ID) { user(id: $id) { id } }"),
        "$id: `$id` is ID, expected ID! (declare it as `$id: ID!`)"
    );
    assert_eq!(
        one("query ($r: Rol) { users(role: $r) { id } }"),
        "Rol: `schema.graphql` has no type `Rol` (did you mean `Role`?) | $r: `$r` is Rol, expected Role (declare it as `$r: Role`)"
    );
    assert_eq!(
        one("query ($u: User) { users(role: $u) { id } }").split(" | ").next().unwrap(),
        "User: `User` is no type of a variable (a variable is a scalar, an enum or an input)"
    );
}

#[test]
fn variables_and_fragments_are_declared_and_used() {
    assert_eq!(
        one("{ user(id: $id) { id } }"),
        "$id: the variable `$id` is not declared (declare it: `query ($id: ID!) {…}`)"
    );
    assert_eq!(one("query ($a: Int) { me { id } }"), "a: the variable `$a` is used nowhere");
    assert_eq!(one("{ me { ...F } }"), "F: there is no fragment `F`");
    assert_eq!(
        one("{ me { id } } fragment F on User { id }"),
        "F: the fragment `F` is used nowhere"
    );
    assert_eq!(
        one("{ me { ...F } } fragment F on User { posts { author { ...F } } }"),
        "F: the fragment `F` holds itself"
    );
    assert_eq!(
        one("{ me { ...F } } fragment F on Usr { id }"),
        "Usr: `schema.graphql` has no type `Usr` (did you mean `User`?)"
    );
    assert_eq!(
        one("{ me { ... on Tag { name } } }"),
        "Tag: what is asked of `Tag` stands in a `User`, which is never one"
    );
    assert_eq!(
        one("query A { me { id } } query A { me { id } }"),
        "A: there are two operations `A`"
    );
    assert_eq!(
        one("query A { me { id } } { me { id } }"),
        "{: an operation beside others has a name, found one without"
    );
}

#[test]
fn syntax_is_said_where_it_is_wrong() {
    assert_eq!(one("{ me { id }"), "}: the query is not GraphQL: expected `}`, found the end");
    assert_eq!(one("{ me(id 1) { id } }"), "1: the query is not GraphQL: expected `)`, found `1`");
    assert_eq!(one(""), ": the query is empty");
    assert_eq!(
        one("type A { b: C }"),
        "type: a query has operations and fragments, found a definition of a type (a schema stands in a file of its own: `graphql: {schema: schema.graphql}`)"
    );
}

#[test]
fn a_schema_is_whole() {
    let wrong = |text: &str| Schema::parse("s", text).unwrap_err().remove(0).message;
    assert_eq!(wrong("type Query { a: B }"), "the schema has no type `B`");
    assert_eq!(wrong("type A { a: Int }"), "the schema has no type `Query`");
    assert_eq!(
        wrong("type Query { a: Int } type Query { a: Int }"),
        "the type `Query` is defined twice"
    );
    assert_eq!(wrong("{ a }"), "a schema defines types, found a query");
    let renamed = Schema::parse("s", "schema { query: Q } type Q { a: Int }").unwrap();
    assert_eq!(renamed.root(OperationKind::Query), Some("Q"));
}
