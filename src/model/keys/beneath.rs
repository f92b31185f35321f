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
