//! The keys of what lies beneath collections: included files, `runner.yaml`.

use super::{Key, KeySchema};

/// An included file.
pub const FRAGMENT_KEYS: &[&Key] = &[
    key!("name", "text", "name: Shared session", "what the fragment is called"),
    key!("description", "text", "description: For every API test.", "what it is for"),
    key!("include", "paths", "include: [base.yaml]", "fragments below this one"),
    key!("vars", "vars", "vars: {owner: octokit}", "variables, below the collection's own"),
    key!("secrets", "texts", "secrets: [token]", "names of variables to mask"),
    key!(
        "environments",
        "environments",
        "environments: {staging: {vars: {base: https://staging.example.com}}}",
        "environments, below the collection's own"
    ),
    key!(
        "session",
        "session",
        "session: {headers: {accept: application/json}}",
        "session defaults, below the collection's own"
    ),
    key!("sessions", "sessions", "sessions: {admin: {auth: [root, secret]}}", "named sessions"),
    key!(
        "mocks",
        "mocks",
        "mocks: [{path: /rates, reply: {json: {eur: 1.08}}}]",
        "routes of mocks, behind the collection's own"
    ),
];

/// `runner.yaml`: settings of a folder and those below it.
pub const SETTINGS_KEYS: &[&Key] = &[
    key!("description", "text", "description: For every API test.", "what it is for"),
    key!("vars", "vars", "vars: {owner: octokit}", "variables, below every collection's own"),
    key!("secrets", "texts", "secrets: [token]", "names of variables to mask"),
    key!(
        "environments",
        "environments",
        "environments: {staging: {vars: {base: https://staging.example.com}}}",
        "environments, below every collection's own"
    ),
    key!(
        "session",
        "session",
        "session: {headers: {accept: application/json}}",
        "session defaults, below every collection's own"
    ),
    key!("sessions", "sessions", "sessions: {admin: {auth: [root, secret]}}", "named sessions"),
    key!(
        "server",
        "server",
        "server: httpbin",
        "an embedded server, one for all collections here that start none; its URL is `{{ server.url }}`"
    ),
    key!(
        "setup",
        "steps",
        "setup: [{url: https://example.com/login, method: POST, capture: {token: $.token}}]",
        "steps that run once, before the first collection; when one fails, none of them runs"
    ),
    key!(
        "teardown",
        "steps",
        "teardown: [{url: https://example.com/logout, method: POST}]",
        "steps that run once, after the last collection, whatever happened"
    ),
    key!(
        "teardown_timeout",
        "time",
        "teardown_timeout: 30s",
        "how long `teardown` may take in all; five minutes unless given"
    ),
    key!(
        "run",
        "run",
        "run: {env: staging, jobs: 4}",
        "what the command line says unless it says otherwise"
    ),
];

/// `run` of `runner.yaml`: options that loosen nothing.
pub const RUN_KEYS: &[&Key] = &[
    key!("env", "texts", "env: staging", "`--env`"),
    key!("jobs", "few", "jobs: 4", "`--jobs`"),
    key!("fail_fast", "flag", "fail_fast: true", "`--fail-fast`"),
    key!("retry", "few", "retry: 2", "`--retry`"),
];
