//! A step that waits for a request: taken from its listener, then what a response has too.

use super::Context;
use super::attempt::Attempt;
use super::lane::Lane;
use super::record::{self, location};
use crate::diagnostic::{Color, Diagnostic, codes, render};
use crate::event::{AssertionRecord, Detail, Outcome};
use crate::exchange::{Exchanged, Seen};
use crate::http::{Error, ErrorKind};
use crate::mock::{Missed, Taken};
use crate::model::ReceiveSpec;
use crate::value::Value;
use std::time::{Duration, Instant};

/// How long a request is waited for, unless it is said.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How many of the requests that came instead a message names.
const NAMED: usize = 5;

impl Attempt<'_> {
    /// Waits for a request, looks at it.
    pub(super) fn receive(&mut self, spec: &ReceiveSpec, lane: &Lane) -> Outcome {
        let timeout = spec.timeout.as_ref().map(|timeout| timeout.resolve(&self.scope));
        let timeout = match timeout.transpose() {
            Ok(timeout) => timeout.map_or(TIMEOUT, |timeout| *timeout),
            Err(diagnostic) => return self.error("TemplateError", &diagnostic, None),
        };
        let mut listeners = self.context.served.listeners.iter();
        let Some(listener) = listeners.find(|one| one.name == *spec.name) else {
            let message = format!("no listener is called `{}`", *spec.name);
            let code = &codes::failure::RECEIVED;
            let diagnostic = Diagnostic::error(code, spec.name.span, message, "not bound");
            return self.error("OSError", &diagnostic, None);
        };
        self.has_gone_out = true;
        let wait = lane.left().map_or(timeout, |left| left.min(timeout));
        let deadline = Instant::now().checked_add(wait);
        let taken = listener.take(&spec.route, &self.scope, deadline, &|| lane.end().is_none());
        match taken {
            Ok(taken) => self.received(taken),
            Err(_) if let Some(end) = lane.end() => self.ended(end),
            Err(missed) => self.missed(spec, timeout, &missed),
        }
    }

    fn received(&mut self, taken: Taken) -> Outcome {
        let Taken { request, broken } = taken;
        let exchanged = Exchanged::Received(std::sync::Arc::clone(&request));
        self.scope.exchange = Some(exchanged.clone());
        if let Some(diagnostic) = broken {
            self.record.received = Some(record::received(&request, Detail::Bodies));
            return self.error("TemplateError", &diagnostic, None);
        }
        let outcome = self.examine(Ok(Seen::Received(&request)), false);
        let detail = self.detail(outcome);
        if detail > Detail::Failures {
            self.record.received = Some(record::received(&request, detail));
        }
        self.keep_view(exchanged);
        outcome
    }

    /// Nothing came in time that is what was waited for: that may be what is expected.
    fn missed(&mut self, spec: &ReceiveSpec, timeout: Duration, missed: &Missed) -> Outcome {
        let seconds = timeout.as_secs_f64();
        if spec.checks.expect_error() {
            let message = format!("no request came within {seconds} s");
            let error = Error::new(ErrorKind::ReadTimeout, message);
            return self.failed_at(&error, false, spec.name.span);
        }
        self.record.assertions.push(nothing_came(spec, seconds, missed, self.context));
        Outcome::Failed
    }
}

fn nothing_came(
    spec: &ReceiveSpec,
    seconds: f64,
    missed: &Missed,
    context: &Context,
) -> AssertionRecord {
    let found = match missed.others.len() {
        0 => "no request came".to_owned(),
        1 => "another request came".to_owned(),
        count => format!("{count} other requests came"),
    };
    let message = format!("`{}` received nothing that fits within {seconds} s", *spec.name);
    let code = &codes::failure::RECEIVED;
    let mut diagnostic = Diagnostic::error(code, spec.name.span, message, &*found);
    let others = missed.others.iter().take(NAMED);
    diagnostic.notes.extend(others.map(|(shown, told)| format!("`{shown}` came: {told}")));
    if let Some(more @ 1..) = missed.others.len().checked_sub(NAMED) {
        diagnostic.notes.push(format!("and {more} more"));
    }
    if missed.refused > 0 {
        let refused = missed.refused;
        diagnostic.notes.push(format!("{refused} were turned away, for too many waited"));
    }
    if missed.others.is_empty() && missed.refused == 0 {
        let listener = format!("`{{{{ receive.{}.url }}}}`", *spec.name);
        let help = format!("is it sent to {listener}, and can that be reached from there?");
        diagnostic.help.push(help);
    }
    AssertionRecord {
        subject: "receive".to_owned(),
        predicate: "exists".to_owned(),
        expected: Value::Bool(true),
        actual: Value::Null,
        missing: true,
        passed: false,
        expected_text: Some("a request that fits".to_owned()),
        found_text: Some(found),
        diff: None,
        location: location(&context.files, spec.name.span),
        diagnostic: Some(render(&diagnostic, &context.files, Color::Never)),
    }
}
