//! The keys people write, a table for each kind of mapping.
//!
//! The parser takes these and refuses the rest; suggestions, the JSON Schema and the docs read
//! the same rows. To add a key: a row here, a field in the model, a line in `load/`.

use super::Shape;
use super::shapes::{
    AdaptersArgument, AuthArgument, BaseUrl, CertArgument, CookiesArgument, DataArgument, Encoding,
    FilesArgument, HeadersArgument, JsonArgument, Method, ParamsArgument, ProxiesArgument,
    SavePath, TimeoutArgument, UrlText, VerifyArgument,
};
use crate::registry::Entry;
use crate::value::Value;
use std::time::Duration;

/// A key of some mapping.
#[derive(Debug)]
pub struct Key {
    /// As written.
    pub key: &'static str,
    /// One line: what it does, its default.
    pub summary: &'static str,
    /// The key and a value, as YAML.
    pub example: &'static str,
    /// The schema of its value.
    pub schema: KeySchema,
}

/// Where the schema of a key's value comes from.
#[derive(Clone, Copy, Debug)]
pub enum KeySchema {
    /// A [`Shape`]'s, or a template that gives one.
    Shape(fn() -> Value),
    /// A part of the collection's schema: `#/$defs/NAME`.
    Definition(&'static str),
}

impl Entry for Key {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

macro_rules! key {
    ($key:literal, $shape:ty, $example:literal, $summary:literal) => {
        &Key {
            key: $key,
            summary: $summary,
            example: $example,
            schema: KeySchema::Shape(<$shape>::schema),
        }
    };
    ($key:literal, $definition:literal, $example:literal, $summary:literal) => {
        &Key {
            key: $key,
            summary: $summary,
            example: $example,
            schema: KeySchema::Definition($definition),
        }
    };
}

// Behind the macro, which they use.
mod again;
mod beneath;
mod graphql;
mod lines;
mod mocks;
mod receive;
mod socket;

pub use again::{PAGINATE_KEYS, RETRY_KEYS};
pub use beneath::{FRAGMENT_KEYS, RUN_KEYS, SETTINGS_KEYS};
pub use graphql::GRAPHQL_KEYS;
pub use lines::LINES_KEYS;
pub use mocks::{MOCK_KEYS, REPLY_KEYS, ROUTE_KEYS};
pub use receive::{LISTENER_KEYS, MATCH_KEYS, RECEIVE_KEYS};
pub use socket::{CONNECT_KEYS, SCRIPT_KEYS, SOCKET_KEYS};

/// A collection.
pub const COLLECTION_KEYS: &[&Key] = &[
    key!(
        "name",
        "text",
        "name: Smoke test",
        "what the collection is called; the file's name unless given"
    ),
    key!("description", "text", "description: Is the API up?", "what it is for"),
    key!("tags", "texts", "tags: [smoke]", "tags that every step has too"),
    key!(
        "mode",
        "mode",
        "mode: parallel",
        "whether `requests` run in `sequence` (default) or in `parallel`"
    ),
    key!(
        "include",
        "paths",
        "include: [shared.yaml]",
        "fragments whose vars, secrets, session, sessions and environments lie below ours"
    ),
    key!("vars", "vars", "vars: {owner: octokit}", "variables; a value may use other variables"),
    key!(
        "secrets",
        "texts",
        "secrets: [token]",
        "names of variables whose values are masked in everything printed or written"
    ),
    key!(
        "environments",
        "environments",
        "environments: {staging: {vars: {base: https://staging.example.com}}}",
        "overlays chosen with `--env NAME`"
    ),
    key!(
        "server",
        "server",
        "server: httpbin",
        "an embedded server started for the run; its URL is `{{ server.url }}`"
    ),
    key!(
        "mocks",
        "mocks",
        "mocks: {bank: [{path: /rates, reply: {json: {eur: 1.08}}}]}",
        "servers that stand in for others during the run: routes by name, at `{{ mocks.NAME.url }}`, or one list of them, at `{{ mocks.url }}`"
    ),
    key!(
        "openapi",
        "contract",
        "openapi: api.yaml",
        "an OpenAPI document that the exchange of every request is held to, unless it says `assert: {openapi: null}`"
    ),
    key!(
        "graphql",
        "graphqlSchema",
        "graphql: {schema: schema.graphql}",
        "a schema that every `graphql` query is held to before anything is sent"
    ),
    key!(
        "session",
        "session",
        "session: {headers: {accept: application/json}}",
        "what every request has unless it says otherwise: `requests.Session`"
    ),
    key!(
        "sessions",
        "sessions",
        "sessions: {admin: {auth: [root, secret]}}",
        "more sessions, each with its own cookies, on top of `session`"
    ),
    HOOKS,
    key!(
        "setup",
        "steps",
        "setup: [{url: https://example.com/login}]",
        "steps that run first; when one fails `requests` are skipped"
    ),
    key!("requests", "steps", "requests: [{url: https://example.com}]", "the steps"),
    key!(
        "teardown",
        "steps",
        "teardown: [{url: https://example.com/logout}]",
        "steps that always run at the end"
    ),
    key!(
        "teardown_timeout",
        "time",
        "teardown_timeout: 30s",
        "how long `teardown` may take in all; five minutes unless given"
    ),
];

/// An environment.
pub const ENVIRONMENT_KEYS: &[&Key] = &[
    key!("extends", "textOrNull", "extends: base", "another environment, below this one"),
    key!(
        "vars",
        "vars",
        "vars: {base: https://staging.example.com}",
        "variables over the collection's"
    ),
    key!(
        "session",
        "session",
        "session: {verify: false}",
        "session defaults over the collection's"
    ),
];

// What a session and a request have in common: Requests' keyword arguments.

const PARAMS: &Key = key!(
    "params",
    ParamsArgument,
    "params: {page: 1}",
    "the query: a mapping, a list of pairs, or text; null removes a session's"
);

const HEADERS: &Key = key!(
    "headers",
    HeadersArgument,
    "headers: {accept: application/json}",
    "headers; null removes a session's or a default one, a list is sent as repeated lines"
);

const AUTH: &Key = key!(
    "auth",
    AuthArgument,
    "auth: [user, password]",
    "`[user, password]` (basic), `{bearer: token}`, `{digest: […]}`, `{header: {…}}`, …, or null for none"
);

const TIMEOUT: &Key = key!(
    "timeout",
    TimeoutArgument,
    "timeout: [3.05, 27]",
    "seconds or durations: both, `[connect, read]` or `{connect, read, total}`; null waits for ever"
);

const MAX_REDIRECTS: &Key = key!(
    "max_redirects",
    u32,
    "max_redirects: 5",
    "how many redirects are followed; 30 unless given"
);

const PROXIES: &Key = key!(
    "proxies",
    ProxiesArgument,
    "proxies: {https: http://10.0.0.1:3128}",
    "proxies by `http`, `https`, `all` or `scheme://host`; null is direct"
);

const VERIFY: &Key = key!(
    "verify",
    VerifyArgument,
    "verify: ca.pem",
    "whether TLS is verified: true (by Mozilla's roots), false, `system` (by this machine's), or a CA bundle's path"
);

const CERT: &Key = key!(
    "cert",
    CertArgument,
    "cert: [client.pem, client.key]",
    "a client certificate: a PEM file, or `[cert, key]`"
);

const HOOKS: &Key = key!(
    "hooks",
    "hooks",
    "hooks: {response: [{log: \"{{ response.status }} {{ response.url }}\"}]}",
    "what runs on the prepared `request`, on every `response`, and on a `failure`"
);

/// A session.
pub const SESSION_KEYS: &[&Key] = &[
    key!(
        "base_url",
        BaseUrl,
        "base_url: https://api.example.com",
        "what a `url` beginning with `/` is put behind"
    ),
    PARAMS,
    HEADERS,
    key!(
        "cookies",
        CookiesArgument,
        "cookies: {theme: dark}",
        "cookies: a mapping, or a list of {name, value, domain, path, secure}"
    ),
    AUTH,
    TIMEOUT,
    MAX_REDIRECTS,
    PROXIES,
    VERIFY,
    CERT,
    HOOKS,
    key!(
        "adapters",
        AdaptersArgument,
        "adapters: {https://api.example.com/: {retries: 3}}",
        "transport adapters by a URL's beginning, the longest wins: retries, pool, tls, resolve, unix_socket, bind"
    ),
    key!(
        "trust_env",
        bool,
        "trust_env: false",
        "whether `*_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `.netrc` count; true unless given"
    ),
    key!(
        "raise_for_status",
        bool,
        "raise_for_status: false",
        "whether a step that says nothing of the status must be below 400; true unless given"
    ),
];

/// What every step may have.
pub const STEP_KEYS: &[&Key] = &[
    key!(
        "name",
        "text",
        "name: create comment",
        "unique in the collection; what it does, as \"METHOD url\", unless given"
    ),
    key!(
        "id",
        "text",
        "id: comment",
        "how `needs`, `steps.ID` and reports name it; the name as a slug unless given"
    ),
    key!("tags", "texts", "tags: [write]", "for `--tag` and `--skip-tag`"),
    key!(
        "session",
        "text",
        "session: admin",
        "one of `sessions`, or `new` for one that is thrown away; the collection's own unless given"
    ),
    key!(
        "when",
        "condition",
        "when: \"{{ owner == 'octokit' }}\"",
        "the step is skipped when this is false"
    ),
    key!(
        "needs",
        "texts",
        "needs: [login]",
        "steps (or groups) that must have passed, else this one is skipped"
    ),
    key!("delay", Duration, "delay: 100ms", "waited before the step"),
    key!(
        "foreach",
        "foreach",
        "foreach: [ann, bob]",
        "done for each item of a list (`item`), row of {$file: users.csv}, or combination of several lists"
    ),
    key!("repeat", "repeat", "repeat: 10", "done so many times; `item` is 1, 2, …"),
    key!(
        "lock",
        "text",
        "lock: orders",
        "no two steps or groups with one lock run at once, in whatever file"
    ),
    key!(
        "once",
        "flag",
        "once: true",
        "done once for all files of a run that have it, as by `include`; of a group each of its steps"
    ),
];

/// What a request has beside [`STEP_KEYS`].
pub const REQUEST_KEYS: &[&Key] = &[
    key!("method", Method, "method: POST", "any method; GET unless given"),
    key!(
        "url",
        UrlText,
        "url: https://api.example.com/items",
        "the URL, or a path behind the session's `base_url`"
    ),
    PARAMS,
    HEADERS,
    key!("cookies", CookiesArgument, "cookies: {theme: dark}", "cookies of this request alone"),
    key!(
        "data",
        DataArgument,
        "data: {k: v}",
        "the body: a form, text as it is, or {$file}, {$base64}, {$hex}, {$chunks}, {$command}, {$stdin}"
    ),
    key!(
        "json",
        JsonArgument,
        "json: {title: hello}",
        "the body as JSON; ignored when `data` or `files` is given"
    ),
    key!(
        "graphql",
        "graphql",
        "graphql: {query: \"query ($id: ID!) { user(id: $id) { name } }\", variables: {id: 7}}",
        "a GraphQL query, sent with POST, or with GET when `method` says so: {query, variables, operation, schema, allow_errors}; errors in its reply fail the step"
    ),
    key!(
        "files",
        FilesArgument,
        "files: {report: report.csv}",
        "a multipart body: paths, or {path or content, filename, content_type, headers}"
    ),
    AUTH,
    TIMEOUT,
    key!(
        "allow_redirects",
        bool,
        "allow_redirects: false",
        "whether redirects are followed; true unless given, false for HEAD"
    ),
    MAX_REDIRECTS,
    PROXIES,
    VERIFY,
    CERT,
    key!(
        "encoding",
        Encoding,
        "encoding: utf-8",
        "the charset `text` is decoded by, whatever the response says"
    ),
    key!(
        "stream",
        bool,
        "stream: true",
        "the body is read only as far as something below needs it"
    ),
    key!("save", SavePath, "save: out/report.json", "a file the body is streamed to"),
    HOOKS,
    key!(
        "lines",
        "lines",
        "lines: {max: 20}",
        "the body is read line by line (`iter_lines`), each a `line` in templates: a mapping, or a number for `max` alone"
    ),
    RETRY,
    key!(
        "paginate",
        "paginate",
        "paginate: {next: links.next, items: $.items}",
        "goes on to the next page until there is none, and gathers items: {next, param, items, max_pages}"
    ),
    CAPTURE,
    ASSERT,
];

// What every step that exchanges something has.

const RETRY: &Key = key!(
    "retry",
    "retry",
    "retry: {attempts: 5, delay: 200ms}",
    "tried again until it passes, or until `until` is true: a number of attempts, or {attempts, delay, backoff, jitter, max_delay, until}"
);

const CAPTURE: &Key =
    key!("capture", "captures", "capture: {id: $.id}", "variables for later steps");

const ASSERT: &Key =
    key!("assert", "assertions", "assert: {status: 200}", "what must hold of the response");

/// What a group has beside [`STEP_KEYS`].
pub const GROUP_KEYS: &[&Key] = &[
    key!(
        "mode",
        "mode",
        "mode: parallel",
        "whether the group's steps run in `sequence` (default) or in `parallel`"
    ),
    key!("max", "count", "max: 4", "how many of a parallel group's steps may run at once"),
    key!(
        "setup",
        "steps",
        "setup: [{url: https://example.com/login}]",
        "steps that run before the group's; when one fails those are skipped"
    ),
    key!("requests", "steps", "requests: [{url: https://example.com}]", "the group's steps"),
    key!(
        "teardown",
        "steps",
        "teardown: [{url: https://example.com/logout}]",
        "steps that run when the group's have ended, whatever failed"
    ),
];

/// What an included collection has beside [`STEP_KEYS`].
pub const INCLUDE_KEYS: &[&Key] = &[
    key!(
        "include",
        "text",
        "include: login.yaml",
        "another collection, whose steps run here with its own variables and session defaults"
    ),
    key!(
        "vars",
        "vars",
        "vars: {user: ann}",
        "values passed in, over the included collection's own `vars`"
    ),
    key!(
        "capture",
        "handed",
        "capture: [token]",
        "variables it captures that are handed back: a list, or `{our_name: its_name}`"
    ),
];

/// What a step that sets variables has beside [`STEP_KEYS`].
pub const SET_KEYS: &[&Key] = &[key!(
    "set",
    "set",
    "set: {full_name: \"{{ owner }}/{{ repo }}\"}",
    "variables for later steps, rendered in order: a value may use those above it"
)];

/// What a pause has beside [`STEP_KEYS`].
pub const SLEEP_KEYS: &[&Key] =
    &[key!("sleep", Duration, "sleep: 500ms", "how long nothing is done")];

/// What a step may do.
#[derive(Debug)]
pub struct StepKind {
    /// The key that says so.
    pub key: &'static str,
    /// What the step then is, with its article.
    pub what: &'static str,
    /// What it has beside [`STEP_KEYS`].
    pub keys: &'static [&'static Key],
}

/// Everything a step may do; it does one of them.
pub const STEP_KINDS: &[StepKind] = &[
    StepKind { key: "url", what: "a request", keys: REQUEST_KEYS },
    StepKind { key: "requests", what: "a group", keys: GROUP_KEYS },
    StepKind { key: "include", what: "another collection", keys: INCLUDE_KEYS },
    StepKind { key: "socket", what: "a socket", keys: SOCKET_KEYS },
    StepKind { key: "receive", what: "a request that is waited for", keys: RECEIVE_KEYS },
    StepKind { key: "set", what: "an assignment", keys: SET_KEYS },
    StepKind { key: "sleep", what: "a pause", keys: SLEEP_KEYS },
];

/// `assert` itself: its keys are the subjects of `check/subjects/`.
pub const ASSERT_KEYS: &[&crate::check::SubjectKind] = crate::check::SUBJECTS;
