//! An exchange held to its operation.

use super::Requests;
use super::coverage::Touched;
use super::dialect::Way;
use super::document::OpenApi;
use super::find::{Match, Wanted, listed};
use super::operation::{Lazy, Response, is_json, media};
use super::parameter::Parameter;
use super::request::Sent;
use crate::contract::json::Json;
use crate::contract::schema::Violation;

/// So many violations of one schema are told.
const TOLD: usize = 10;

/// What was answered, as far as an operation speaks of it.
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// A header's value, by name in any case.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// Whether there was no body.
    pub is_empty: bool,
    /// The body as data; why it is none.
    pub json: &'a dyn Fn() -> Result<Json, String>,
    /// The body as text.
    pub text: &'a dyn Fn() -> String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The operation: `GET /users/{id}`.
    pub operation: Option<String>,
    /// Everything that the document does not allow.
    pub problems: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// What of the document was covered.
    pub touched: Option<Touched>,
}

impl OpenApi {
    /// Holds an exchange to its operation; the request too when `requests` says so.
    #[must_use]
    pub fn hold(
        &self,
        wanted: &Wanted,
        sent: &Sent<'_>,
        answer: &Answer<'_>,
        requests: Requests,
    ) -> Held {
        let found = match self.find(wanted, sent.method, sent.path) {
            Ok(found) => found,
            Err((problem, help)) => {
                return Held { problems: vec![problem], help, ..Held::default() };
            }
        };
        let mut problems = Vec::new();
        if requests == Requests::Checked {
            problems.extend(self.check_request(&found, sent));
        }
        let response = found.operation.response(answer.status);
        match response {
            Some(response) => self.check_response(&found, response, answer, &mut problems),
            None => {
                let known: Vec<&str> =
                    found.operation.responses.iter().map(|one| &*one.status).collect();
                let status = answer.status;
                problems.push(format!("status {status} is not one of {}", listed(&known)));
            }
        }
        let parameters = found.operation.parameters.iter();
        let used = parameters.filter(|one| one.value(sent, &found.path).is_some());
        Held {
            operation: Some(found.operation.name()),
            problems,
            help: None,
            touched: Some(Touched {
                operation: found.operation.name(),
                status: response.map(|response| response.status.clone()),
                parameters: used.map(Parameter::short).collect(),
            }),
        }
    }

    fn check_response(
        &self,
        found: &Match<'_>,
        response: &Response,
        answer: &Answer<'_>,
        problems: &mut Vec<String>,
    ) {
        for header in &response.headers {
            match header.data(&(answer.header)(&header.name).into_iter().collect::<Vec<_>>()) {
                Some(data) => header.check(self, Way::In, &data, problems),
                None if header.is_required => {
                    problems.push(format!("header `{}` is missing", header.name));
                }
                None => {}
            }
        }
        let has_none = found.operation.method == "HEAD" || matches!(answer.status, 204 | 304);
        if response.content.is_empty() || has_none {
            return;
        }
        let kinds: Vec<&str> = response.content.iter().map(|media| &*media.kind).collect();
        let Some(kind) = (answer.header)("content-type") else {
            let what =
                if answer.is_empty { "the body is empty" } else { "there is no content-type" };
            problems.push(format!("{what}, expected {}", listed(&kinds)));
            return;
        };
        let Some(known) = media(&response.content, &kind) else {
            problems.push(format!("content-type `{kind}` is not one of {}", listed(&kinds)));
            return;
        };
        let Some(schema) = &known.schema else { return };
        if is_json(&kind) {
            match (answer.json)() {
                Ok(data) => self.violations(schema, Way::In, &data, "body", problems),
                Err(why) => problems.push(format!("body: {why}")),
            }
        } else if kind.starts_with("text/") {
            let text = Json::String((answer.text)());
            self.violations(schema, Way::In, &text, "body", problems);
        }
    }

    /// What a schema does not allow of some data; `what` the data is.
    pub(super) fn violations(
        &self,
        schema: &Lazy,
        way: Way,
        data: &Json,
        what: &str,
        into: &mut Vec<String>,
    ) {
        let what = match way {
            Way::Out if !what.starts_with("request") => format!("request: {what}"),
            _ => what.to_owned(),
        };
        let engine = schema.engine.get_or_init(|| self.library.compile(&schema.uri, way));
        let engine = match engine {
            Ok(engine) => engine,
            Err(error) => {
                into.push(format!("{what}: the document's schema is none: {}", error.message));
                return;
            }
        };
        let violations = engine.violations(data);
        let told = violations.iter().take(TOLD).map(|violation| match violation.path.as_str() {
            "$" => format!("{what}: {} (rule `{}`)", violation.message, rule(violation)),
            path => format!("{what} at {path}: {} (rule `{}`)", violation.message, rule(violation)),
        });
        into.extend(told);
        if violations.len() > TOLD {
            into.push(format!("{what}: and {} more", violations.len() - TOLD));
        }
    }
}

/// The rule, from the schema that the operation names on.
fn rule(violation: &Violation) -> &str {
    violation.rule.strip_prefix("/$ref").unwrap_or(&violation.rule)
}
