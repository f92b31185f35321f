//! `retry`: a number of attempts, or a mapping.

use super::MappingReader;
use super::session::field;
use super::step::condition;
use super::words::key_names;
use crate::model::{RETRY_KEYS, Reading, RetrySpec, Written};
use crate::source::Node;

/// The value of `retry`; null is none.
pub(super) fn retry(node: &Node, reading: &mut Reading<'_>) -> Option<RetrySpec> {
    if node.is_null() {
        return None;
    }
    let Ok(mut keys) = MappingReader::new(node, "`retry`") else {
        let attempts = Some(Written::read(node, "retry", reading)?);
        return Some(RetrySpec { attempts, ..RetrySpec::default() });
    };
    let spec = RetrySpec {
        attempts: field(&mut keys, "attempts", reading),
        delay: field(&mut keys, "delay", reading),
        backoff: field(&mut keys, "backoff", reading),
        jitter: field(&mut keys, "jitter", reading),
        max_delay: field(&mut keys, "max_delay", reading),
        until: keys.take("until").and_then(|node| condition(node, "until", reading)),
    };
    reading.diagnostics.extend(keys.done(&key_names(RETRY_KEYS)));
    Some(spec)
}
