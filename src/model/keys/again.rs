//! The keys of what is sent again: `retry`, `paginate`.

use super::{Key, KeySchema};
use crate::model::Shape;
use crate::model::shapes::{Attempts, Backoff, Jitter, MaxPages};
use std::time::Duration;

/// `retry`.
pub const RETRY_KEYS: &[&Key] = &[
    key!(
        "attempts",
        Attempts,
        "attempts: 5",
        "how many tries there are at most, the first included; 3 unless given"
    ),
    key!("delay", Duration, "delay: 200ms", "waited between two tries; 1s unless given"),
    key!(
        "backoff",
        Backoff,
        "backoff: 2",
        "what the delay is multiplied by from one wait to the next; 1 unless given"
    ),
    key!(
        "jitter",
        Jitter,
        "jitter: 0.5",
        "the share of each delay that is left to chance, 0 to 1; 0 unless given"
    ),
    key!(
        "max_delay",
        Duration,
        "max_delay: 5s",
        "the longest wait, the server's `Retry-After` included; 1m, or `delay` when that is longer, unless given"
    ),
    key!(
        "until",
        "condition",
        "until: response.json.state == 'done'",
        "what is waited for; unless given, that the assertions hold"
    ),
];

/// `paginate`.
pub const PAGINATE_KEYS: &[&Key] = &[
    key!(
        "next",
        "next",
        "next: links.next",
        "what leads to the next page: a link, a JSONPath, another capture's source, or a template; the last page has none"
    ),
    key!(
        "param",
        "text",
        "param: cursor",
        "the name in the query that `next`, or else the page's number, goes into; without it `next` is a URL"
    ),
    key!(
        "items",
        "text",
        "items: $.items",
        "the list in each page's JSON that is gathered: assertions and captures find all pages' items there"
    ),
    key!(
        "max_pages",
        MaxPages,
        "max_pages: 10",
        "ends after so many pages; unless given, more than 100 are a failure"
    ),
];
