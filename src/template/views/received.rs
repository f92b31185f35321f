//! `request`, of one that came to us.

use super::HeadersView;
use crate::http::Received;
use crate::template::convert::{Numbers, to_dynamic};
use indexmap::IndexMap;
use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object};
use std::sync::Arc;

/// A request that came to us.
#[derive(Clone, Debug)]
pub(in crate::template) struct ReceivedView {
    received: Arc<Received>,
    numbers: Numbers,
}

/// What it has, for messages and iteration.
const NAMES: &[&str] = &[
    "method", "url", "base_url", "path", "params", "headers", "cookies", "json", "data", "text",
    "bytes", "lines", "body", "size", "call",
];

impl ReceivedView {
    pub(super) fn new(received: Arc<Received>, numbers: Numbers) -> ReceivedView {
        ReceivedView { received, numbers }
    }

    /// The request shown.
    pub(in crate::template) fn received(&self) -> &Received {
        &self.received
    }
}

impl Object for ReceivedView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let received = &*self.received;
        let message = &received.message;
        Some(match key {
            "method" => Dynamic::from(received.method.as_str()),
            "url" => Dynamic::from(received.url.as_str()),
            "base_url" => Dynamic::from(received.base_url.as_str()),
            "path" => Dynamic::from(received.path.as_str()),
            "params" => pairs(&received.params),
            "headers" => Dynamic::from_object(HeadersView::Received(Arc::clone(self))),
            "cookies" => pairs(&received.cookies),
            "data" => pairs(received.form.as_ref()?),
            "json" => return message.json().ok().map(|value| to_dynamic(value, self.numbers)),
            "text" | "body" => Dynamic::from(Arc::clone(message.text())),
            "bytes" => Dynamic::from_bytes(message.content().bytes.to_vec()),
            "lines" => message.text().lines().map(Dynamic::from).collect(),
            "size" => Dynamic::from(message.content().size),
            "call" => Dynamic::from(received.call),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(NAMES)
    }
}

/// Names with their value, or with all of them when there are several.
fn pairs(pairs: &[(String, String)]) -> Dynamic {
    let mut named: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (name, value) in pairs {
        named.entry(name).or_default().push(value);
    }
    Dynamic::from_pairs(named.into_iter().map(|(name, values)| match values.as_slice() {
        [value] => (name, Dynamic::from(*value)),
        several => (name, several.iter().copied().map(Dynamic::from).collect()),
    }))
}
