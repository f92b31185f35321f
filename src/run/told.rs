//! What is told of a try: what was exchanged, and why it ended.

use super::attempt::Attempt;
use super::curl;
use super::record::{self, location};
use crate::diagnostic::{Color, Diagnostic, render};
use crate::event::{AttemptRecord, Detail, ErrorRecord, Outcome};
use crate::http::Exchange;
use crate::socket::Talk;
use crate::value::{Map, Value};

impl Attempt<'_> {
    /// How much of the exchange is told.
    pub(super) fn detail(&self, outcome: Outcome) -> Detail {
        match outcome {
            Outcome::Passed => self.context.options.detail,
            _ if self.record.is_polled() => self.context.options.detail,
            _ => Detail::Bodies,
        }
    }

    /// Tells what was said over a socket.
    pub(super) fn record_talk(&mut self, talk: &Talk, outcome: Outcome) {
        if self.detail(outcome) > Detail::Failures {
            self.record.socket = Some(record::socket(talk));
        }
    }

    pub(super) fn record_exchange(&mut self, exchange: &Exchange, outcome: Outcome) {
        let detail = self.detail(outcome);
        self.record.status = Some(exchange.response.status);
        self.record.retries = exchange.retried.iter().map(record::retry).collect();
        if detail > Detail::Failures {
            self.record.response = Some(record::response(&exchange.response, detail, self.context));
            self.record.request = Some(record::request(&exchange.request, detail));
            self.record.history = exchange.history.iter().map(record::hop).collect();
            self.record.curl = Some(curl(&exchange.request, &self.context.environment));
        }
    }

    /// The try ended with an error that is no failure of an assertion.
    pub(super) fn error(
        &mut self,
        kind: &str,
        diagnostic: &Diagnostic,
        exchange: Option<&Exchange>,
    ) -> Outcome {
        if let Some(exchange) = exchange {
            self.record_exchange(exchange, Outcome::Errored);
        }
        self.record.error = Some(self.error_record(kind, diagnostic));
        Outcome::Errored
    }

    pub(super) fn error_record(&self, kind: &str, diagnostic: &Diagnostic) -> ErrorRecord {
        let span = diagnostic.primary.as_ref().map_or(self.planned.span, |label| label.span);
        ErrorRecord {
            kind: kind.to_owned(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.first().cloned(),
            location: location(&self.context.files, span),
            diagnostic: render(diagnostic, &self.context.files, Color::Never),
        }
    }
}

/// `error`, as `hooks.failure` sees it.
pub(super) fn error_seen(record: &AttemptRecord) -> Value {
    let missed = record.captures.iter().find(|capture| !capture.found);
    let wrong = record.assertions.iter().find(|assertion| !assertion.passed);
    let (kind, message) = match (&record.error, missed, wrong) {
        (Some(error), _, _) => (error.kind.as_str(), error.message.clone()),
        (None, Some(capture), _) => ("CaptureError", capture.message.clone().unwrap_or_default()),
        (None, None, Some(assertion)) => {
            let expected = assertion.expected_text.as_deref().unwrap_or("it to hold");
            let found = assertion.found_text.as_deref().unwrap_or("otherwise");
            let message = format!("`{}`: expected {expected}, found {found}", assertion.subject);
            ("AssertionError", message)
        }
        (None, None, None) => {
            let until = record.until.as_ref().and_then(|until| until.message.clone());
            ("AssertionError", until.unwrap_or_default())
        }
    };
    Value::Object(Map::from_iter([
        ("kind".to_owned(), Value::from(kind)),
        ("message".to_owned(), Value::from(message)),
    ]))
}
