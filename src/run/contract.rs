//! Exchanges held to OpenAPI documents, and how much of the documents a run covers.

use super::Context;
use super::record::location;
use super::verify::blank;
use crate::check::Outcome;
use crate::contract::openapi::{Answer, Coverage, Held, OpenApi, OperationCoverage, Sent};
use crate::contract::to_json;
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{
    AssertionRecord, CoverageRecord, CoveredOperation, CoveredPart, OperationRecord, Share,
    StepRecord,
};
use crate::exchange::Seen;
use crate::http::{Body, Exchange, PreparedRequest};
use crate::model::{Assertion, Compare, ContractSpec};
use crate::value::Value;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What came of holding an exchange to a document; `None` of one that a collection holds all its
/// requests to, where no response came.
pub(super) fn hold(
    assertion: &Assertion,
    spec: &ContractSpec,
    outcome: Outcome<'_>,
    context: &Context,
) -> Option<(AssertionRecord, Option<OperationRecord>)> {
    let held = match outcome {
        Ok(Seen::Request(exchange)) => held(spec, exchange),
        // An OpenAPI document says nothing of anything else.
        Ok(Seen::Socket(_) | Seen::Received(_)) => return None,
        Err(_) if spec.is_of_collection => return None,
        Err(error) => {
            Held { problems: vec![format!("the request failed: {error}")], ..Held::default() }
        }
    };
    let mut record = blank(assertion, context);
    "openapi".clone_into(&mut record.predicate);
    record.expected = Value::from(spec.api.name.as_str());
    record.actual = held.operation.as_deref().map_or(Value::Null, Value::from);
    record.location = location(&context.files, spec.span);
    record.passed = held.problems.is_empty();
    if !record.passed {
        fail(&mut record, spec, &held, context);
    }
    let touched = held.touched.map(|touched| OperationRecord {
        document: spec.api.name.clone(),
        operation: touched.operation,
        status: touched.status,
        parameters: touched.parameters,
    });
    Some((record, touched))
}

fn fail(record: &mut AssertionRecord, spec: &ContractSpec, held: &Held, context: &Context) {
    let expected = match &held.operation {
        Some(operation) => format!("to be as `{operation}` of `{}` says", spec.api.name),
        None => format!("an operation of `{}`", spec.api.name),
    };
    let (label, notes) = match held.problems.as_slice() {
        [one] => (one.clone(), &[][..]),
        [] => (String::new(), &[][..]),
        several => (format!("{} differences", several.len()), several),
    };
    let message = format!("`openapi`: expected {expected}");
    let code = &codes::failure::ASSERTION;
    let mut diagnostic = Diagnostic::error(code, spec.span, message, label);
    if !notes.is_empty() {
        diagnostic = diagnostic.note(notes.join("\n"));
    }
    diagnostic.help.extend(held.help.clone());
    record.expected_text = Some(expected);
    record.found_text = Some(held.problems.join("; "));
    record.diagnostic = Some(render(&diagnostic, &context.files, Color::Never));
}

fn held(spec: &ContractSpec, exchange: &Exchange) -> Held {
    let (request, response) = (&exchange.request, &exchange.response);
    let sent_header = |name: &str| request.headers.get(name);
    let header = |name: &str| response.headers.get(name);
    let sent = sent(request, &sent_header);
    let answer = Answer {
        status: response.status,
        header: &header,
        is_empty: response.content.size == 0,
        json: &|| match response.json() {
            Ok(value) => Ok(to_json(value)),
            Err(_) if response.content.size == 0 => Err("it is empty".to_owned()),
            Err(error) => Err(format!("no JSON: {error}")),
        },
        text: &|| response.text().to_string(),
    };
    spec.api.hold(&spec.wanted, &sent, &answer, spec.requests)
}

fn sent<'s>(request: &'s PreparedRequest, header: &'s dyn Fn(&str) -> Option<String>) -> Sent<'s> {
    let query = request.url.query().unwrap_or_default();
    let form =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form(name), form(value))
    });
    let cookies = header("cookie").unwrap_or_default();
    let cookies = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    Sent {
        method: &request.method,
        path: request.url.path(),
        query: pairs.collect(),
        header,
        cookies: cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: match &request.body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(Some(bytes)),
            Body::Stream(_) => Some(None),
        },
    }
}

/// How much of each document a run covers, by the document's path.
#[derive(Default)]
pub(super) struct Coverages(BTreeMap<PathBuf, (String, Coverage)>);

impl Coverages {
    /// Of nothing yet: the documents that a run's collections name.
    pub(super) fn new<'c>(contexts: impl Iterator<Item = &'c Arc<Context>>) -> Coverages {
        let mut coverages = Coverages::default();
        for api in contexts.flat_map(|context| documents(context)) {
            let known = coverages.0.entry(api.path.clone());
            known.or_insert_with(|| (api.name.clone(), Coverage::new(api)));
        }
        coverages
    }

    /// Takes in what a step's tries covered.
    pub(super) fn take(&mut self, step: &StepRecord, context: &Context) {
        for touched in step.attempts.iter().flat_map(|attempt| &attempt.operations) {
            let document = documents(context).find(|api| api.name == touched.document);
            let known = document.and_then(|api| self.0.get_mut(&api.path));
            if let Some((_, coverage)) = known {
                coverage.take(&touched.operation, touched.status.as_deref(), &touched.parameters);
            }
        }
    }

    /// For the end of the run.
    pub(super) fn records(&self) -> Vec<CoverageRecord> {
        self.0.values().map(|(name, coverage)| record(name, coverage.operations())).collect()
    }
}

fn documents(context: &Context) -> impl Iterator<Item = &OpenApi> {
    let requests = context.plan.leaves().into_iter().filter_map(|step| step.request());
    let assertions = requests.flat_map(|request| &request.checks.assertions);
    assertions.filter_map(|assertion| match &assertion.compare {
        Compare::Contract(spec) => Some(&*spec.api),
        _ => None,
    })
}

fn record(name: &str, operations: &[OperationCoverage]) -> CoverageRecord {
    let share = |counts: Vec<usize>| Share {
        covered: counts.iter().filter(|count| **count > 0).count(),
        total: counts.len(),
    };
    let all = |part: fn(&OperationCoverage) -> &Vec<(String, usize)>| {
        share(operations.iter().flat_map(|one| part(one).iter().map(|(_, count)| *count)).collect())
    };
    let parts = |parts: &[(String, usize)]| {
        let parts = parts.iter();
        parts.map(|(name, count)| CoveredPart { name: name.clone(), count: *count }).collect()
    };
    CoverageRecord {
        document: name.to_owned(),
        operations: share(operations.iter().map(|one| one.requests).collect()),
        statuses: all(|one| &one.statuses),
        parameters: all(|one| &one.parameters),
        table: operations
            .iter()
            .map(|one| CoveredOperation {
                operation: one.name.clone(),
                requests: one.requests,
                statuses: parts(&one.statuses),
                parameters: parts(&one.parameters),
            })
            .collect(),
    }
}
