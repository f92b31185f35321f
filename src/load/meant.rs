//! What a key was meant to be that is no misspelling: the words of other tools, keys that stand
//! in another place, and keys of the format that this version does not have yet.

use crate::model::{COLLECTION_KEYS, Key, REQUEST_KEYS, SESSION_KEYS, STEP_KEYS, STEP_KINDS};

/// Keys, and what other tools call them.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "requests",
        &["steps", "tests", "testcases", "scenarios", "stages", "entries", "tasks", "calls"],
    ),
    ("vars", &["variables", "variable", "parameters", "env", "config"]),
    ("sessions", &["profiles"]),
    ("setup", &["before", "before_all"]),
    ("teardown", &["after", "after_all", "cleanup", "finally"]),
    ("method", &["verb", "http_method"]),
    ("url", &["uri", "path", "endpoint", "href"]),
    ("params", &["query", "querystring", "query_params", "queries", "qs"]),
    ("data", &["form", "form_data", "urlencoded"]),
    ("files", &["multipart", "attachments"]),
    ("graphql", &["gql"]),
    ("operation", &["operation_name", "operationname"]),
    ("allow_errors", &["errors", "ignore_errors", "expect_errors"]),
    (
        "assert",
        &[
            "expect",
            "expects",
            "expected",
            "validate",
            "asserts",
            "assertions",
            "test",
            "tests",
            "check",
            "checks",
        ],
    ),
    (
        "capture",
        &["extract", "extractors", "captures", "register", "export", "outputs", "store", "bind"],
    ),
    ("allow_redirects", &["follow_redirects", "followlocation", "redirects"]),
    ("needs", &["depends_on", "depends", "dependencies", "after", "requires"]),
    ("when", &["if", "condition", "only_if"]),
    ("save", &["output", "download"]),
    ("lines", &["iter_lines", "stream_lines"]),
    ("name", &["title"]),
    ("auth", &["credentials", "basic_auth"]),
    ("base_url", &["baseurl", "baseUrl", "host", "server"]),
    ("proxies", &["proxy"]),
    ("verify", &["insecure", "ssl_verify", "validate_certs", "tls"]),
    ("delay", &["wait", "pause", "interval", "retry_interval"]),
    ("adapters", &["mount", "mounts", "transport"]),
    ("retry", &["retries", "attempts", "max_retries", "retry_count", "poll"]),
    (
        "attempts",
        &["max_attempts", "count", "max", "tries", "times", "retries", "max_retries", "total"],
    ),
    ("backoff", &["factor", "multiplier", "exponential"]),
    ("max_delay", &["max_interval", "max_wait", "maximum"]),
    ("paginate", &["pagination", "pages", "follow"]),
    ("next", &["link", "url", "cursor", "next_url", "next_page"]),
    ("param", &["query", "parameter", "page_param", "cursor_param"]),
    ("items", &["results", "data", "list", "records", "path"]),
    ("max_pages", &["limit", "max", "pages", "page_limit"]),
    ("until", &["condition", "stop_when", "success_when"]),
    (
        "foreach",
        &[
            "for_each",
            "for",
            "each",
            "loop",
            "with_items",
            "parametrize",
            "parameters",
            "matrix",
            "data_file",
        ],
    ),
    ("repeat", &["times", "count", "iterations"]),
    ("set", &["set_vars", "set_variables", "set_fact", "assign"]),
    ("mocks", &["stubs", "mock", "fakes", "wiremock"]),
    ("routes", &["stubs", "mappings", "handlers", "endpoints", "expectations"]),
    ("reply", &["response", "respond", "answer", "return", "returns", "then"]),
    ("replies", &["responses", "answers", "sequence"]),
    ("called", &["times", "calls", "verify", "call_count", "expect"]),
    ("hooks", &["hook", "before_request", "after_response", "on_response", "callbacks"]),
];

/// Methods, which some write as the key of the URL.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// What to say of `key`, which is none of the `known` keys of `what` (`a step`); `None` when
/// nothing better is known than a similar name.
pub(super) fn meant(key: &str, what: &str, known: &[&str]) -> Option<String> {
    let lower = key.to_lowercase().replace('-', "_");
    let lower = lower.as_str();
    if what == "a group" && REQUEST_KEYS.iter().any(|entry| entry.key == lower) {
        return Some(format!("`{lower}` is a key of a request: write it in the group's steps"));
    }
    // A step is called by what it does as soon as that is known.
    let is_step = what == "a step" || STEP_KINDS.iter().any(|kind| kind.what == what);
    let what = if is_step { "a step" } else { what };
    if is_step && METHODS.contains(&lower) {
        return Some(format!("write `method: {}` and `url: …`", lower.to_uppercase()));
    }
    if matches!(lower, "http_version" | "http2" | "http3") {
        return Some(
            "HTTP/1.1 is what is spoken, and almost every server of HTTP/2 or HTTP/3 speaks it too"
                .to_owned(),
        );
    }
    if is_step && matches!(lower, "body" | "payload" | "content") {
        return Some("write `json` for a body of JSON, `data` for a form or a text".to_owned());
    }
    if is_step && lower == "request" {
        return Some("its keys (`method`, `url`, …) stand in the step itself".to_owned());
    }
    if is_step && matches!(lower, "response" | "status" | "status_code") {
        return Some(
            "what the response must be stands in `assert`, as in `assert: {status: 200}`"
                .to_owned(),
        );
    }
    if what == "a reply" && matches!(lower, "body" | "payload" | "content") {
        return Some(
            "write `json` for a body of JSON, `text` for text, `data` for bytes".to_owned(),
        );
    }
    elsewhere(key, what).or_else(|| word(lower, known))
}

fn word(key: &str, known: &[&str]) -> Option<String> {
    let mut meant = SYNONYMS.iter().filter(|(ours, _)| known.contains(ours));
    let (ours, _) = meant.find(|(_, theirs)| theirs.contains(&key))?;
    Some(format!("did you mean `{ours}`?"))
}

/// A key in the wrong place: `base_url` beside `session` rather than in it.
fn elsewhere(key: &str, what: &str) -> Option<String> {
    let has = |table: &[&Key]| table.iter().any(|entry| entry.key == key);
    match what {
        "a collection" if key == "url" || key == "method" => {
            Some("a request is an item of `requests`: `requests: [{url: …}]`".to_owned())
        }
        "a collection" if has(SESSION_KEYS) => {
            Some(format!("`{key}` is a key of `session`: `session: {{{key}: …}}`"))
        }
        "a collection" if has(REQUEST_KEYS) || has(STEP_KEYS) => {
            Some(format!("`{key}` is a key of the steps in `requests`"))
        }
        "a step" if matches!(key, "base_url" | "trust_env" | "raise_for_status" | "adapters") => {
            Some(format!("`{key}` is a key of the collection's `session`"))
        }
        "a step" if matches!(key, "setup" | "teardown") => {
            Some(format!("`{key}` is a key of the collection, and of a group (`requests`)"))
        }
        "a step" if key != "include" && has(COLLECTION_KEYS) => {
            Some(format!("`{key}` is a key of the collection"))
        }
        "a session" if has(REQUEST_KEYS) => Some(format!("`{key}` is a key of a request")),
        "a session" if has(COLLECTION_KEYS) => Some(format!("`{key}` is a key of the collection")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::model::{COLLECTION_KEYS, Key, REQUEST_KEYS, SESSION_KEYS, STEP_KEYS};

    fn said(key: &str, what: &str) -> String {
        let names = |tables: &[&[&'static Key]]| -> Vec<&'static str> {
            tables.iter().flat_map(|table| table.iter().map(|key| key.key)).collect()
        };
        let known = match what {
            "a collection" => names(&[COLLECTION_KEYS]),
            "a session" => names(&[SESSION_KEYS]),
            _ => names(&[STEP_KEYS, REQUEST_KEYS]),
        };
        meant(key, what, &known).unwrap_or_default()
    }

    #[test]
    fn other_tools_words_are_translated() {
        assert_eq!(said("expect", "a step"), "did you mean `assert`?");
        assert_eq!(said("query", "a step"), "did you mean `params`?");
        assert_eq!(said("extract", "a step"), "did you mean `capture`?");
        assert_eq!(said("steps", "a collection"), "did you mean `requests`?");
        assert_eq!(said("variables", "a collection"), "did you mean `vars`?");
        assert_eq!(said("depends-on", "a step"), "did you mean `needs`?");
        assert_eq!(said("retries", "a step"), "did you mean `retry`?");
        assert_eq!(said("banana", "a step"), "");
        assert_eq!(said("base_url", "a request"), said("base_url", "a step"));
    }

    #[test]
    fn methods_and_bodies_say_which_keys_to_write() {
        assert_eq!(said("post", "a step"), "write `method: POST` and `url: …`");
        let body = "write `json` for a body of JSON, `data` for a form or a text";
        assert_eq!(said("body", "a step"), body);
    }

    #[test]
    fn the_version_of_http_is_no_choice() {
        let no =
            "HTTP/1.1 is what is spoken, and almost every server of HTTP/2 or HTTP/3 speaks it too";
        assert_eq!(said("http2", "a step"), no);
        assert_eq!(said("http-version", "a session"), no);
    }

    #[test]
    fn keys_of_another_place_say_which() {
        let base = "`base_url` is a key of `session`: `session: {base_url: …}`";
        assert_eq!(said("base_url", "a collection"), base);
        assert_eq!(said("vars", "a step"), "`vars` is a key of the collection");
        assert_eq!(said("assert", "a session"), "`assert` is a key of a request");
    }
}
