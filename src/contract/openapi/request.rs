//! A request held to its operation.

use super::dialect::Way;
use super::document::OpenApi;
use super::find::{Match, listed};
use super::operation::{is_json, media};
use super::parameter::Site;
use crate::contract::json::Json;

/// What was sent, as far as an operation speaks of it.
pub struct Sent<'s> {
    /// In capitals.
    pub method: &'s str,
    /// The URL's path, as sent.
    pub path: &'s str,
    /// The URL's query, decoded.
    pub query: Vec<(String, String)>,
    /// A header's value, by name in any case.
    pub header: &'s dyn Fn(&str) -> Option<String>,
    /// Names and values of `Cookie`.
    pub cookies: Vec<(String, String)>,
    /// The body's bytes; `None` when there is none, `Some(None)` when it went by.
    pub body: Option<Option<&'s [u8]>>,
}

impl OpenApi {
    /// What of a request its operation does not allow.
    pub(super) fn check_request(&self, found: &Match<'_>, sent: &Sent<'_>) -> Vec<String> {
        let mut problems = Vec::new();
        for parameter in &found.operation.parameters {
            // Of a request that could not be found by its path, nothing is known of it.
            if parameter.site == Site::Path && found.path.is_empty() {
                continue;
            }
            match parameter.value(sent, &found.path) {
                Some(data) => parameter.check(self, Way::Out, &data, &mut problems),
                None if parameter.is_required => {
                    problems.push(format!("request: {} is missing", parameter.title()));
                }
                None => {}
            }
        }
        self.check_body(found, sent, &mut problems);
        problems
    }

    fn check_body(&self, found: &Match<'_>, sent: &Sent<'_>, problems: &mut Vec<String>) {
        let Some(body) = &found.operation.body else { return };
        let Some(bytes) = sent.body else {
            if body.is_required {
                problems.push("request: the body is missing".to_owned());
            }
            return;
        };
        let kind = (sent.header)("content-type").unwrap_or_default();
        let Some(known) = media(&body.content, &kind) else {
            let kinds: Vec<&str> = body.content.iter().map(|media| &*media.kind).collect();
            problems
                .push(format!("request: content-type `{kind}` is not one of {}", listed(&kinds)));
            return;
        };
        let (Some(schema), Some(bytes), true) = (&known.schema, bytes, is_json(&kind)) else {
            return;
        };
        match serde_json::from_slice::<Json>(bytes) {
            Ok(data) => self.violations(schema, Way::Out, &data, "request body", problems),
            Err(error) => problems.push(format!("request body: no JSON: {error}")),
        }
    }
}
