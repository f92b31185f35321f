//! One step on one worker: conditions, request, captures, assertions.

use super::build::{Built, build};
use super::capture::{Captured, capture};
use super::record::{self, location};
use super::state::{Delta, JarChange, State};
use super::verify::verify;
use super::{Context, curl};
use crate::check::subjects::Needs;
use crate::diagnostic::{Code, Color, Diagnostic, codes, render};
use crate::event::{AttemptRecord, Detail, ErrorRecord, Outcome, StepRecord};
use crate::http::{
    AuthMemory, Client, Digesting, Error, ErrorKind, Exchange, Failure, Request, Sink, prepare,
};
use crate::plan::PlannedStep;
use crate::template::{Scope, StepView};
use crate::value::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Why a step is skipped that its own condition kept from running.
pub(super) const OPTED_OUT: &str = "`when` is false";

/// What came of a step.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) record: StepRecord,
    pub(super) delta: Delta,
    /// What it saw, given back so that the coordinator need not keep a copy.
    pub(super) before: State,
    /// Captured values that are secret.
    pub(super) secrets: Vec<Value>,
    /// Whether a request went out.
    pub(super) is_sent: bool,
}

/// Runs a step.
pub(super) fn run(
    context: &Context,
    index: usize,
    before: State,
    client: &Client,
) -> Option<Finished> {
    let planned = context.plan.steps.get(index)?;
    let started = Instant::now();
    let mut attempt = Attempt::new(context, planned, index, before);
    let outcome = attempt.run(client);
    let mut record = blank(context, planned, index);
    record.outcome = outcome;
    record.duration = started.elapsed().as_secs_f64();
    record.reason = attempt.reason.take();
    if outcome != Outcome::Skipped {
        attempt.record.duration = record.duration;
        record.attempts.push(attempt.record);
    }
    let Attempt { scope, delta, mut before, secrets, is_sent, .. } = attempt;
    before.vars = scope.vars;
    Some(Finished { record, delta, before, secrets, is_sent })
}

/// A step's record before anything is known of it.
pub(super) fn blank(context: &Context, planned: &PlannedStep, index: usize) -> StepRecord {
    StepRecord {
        collection: context.index,
        index,
        id: planned.id.to_string(),
        name: planned.name.to_string(),
        groups: planned.groups.clone(),
        phase: planned.phase,
        tags: planned.tags.clone(),
        location: location(&context.files, planned.span),
        outcome: Outcome::Skipped,
        reason: None,
        duration: 0.0,
        attempts: Vec::new(),
    }
}

/// The record of a step whose worker panicked.
pub(super) fn panicked(context: &Context, planned: &PlannedStep, index: usize) -> StepRecord {
    let message = "internal error: the step's worker panicked";
    let help = "this is a defect of runner: please report it with what is printed on stderr";
    let diagnostic =
        Diagnostic::error(&codes::failure::REQUEST, planned.span, message, "this step").help(help);
    let mut record = blank(context, planned, index);
    record.outcome = Outcome::Errored;
    let error = ErrorRecord {
        kind: "InternalError".to_owned(),
        message: message.to_owned(),
        help: Some(help.to_owned()),
        location: location(&context.files, planned.span),
        diagnostic: render(&diagnostic, &context.files, Color::Never),
    };
    record.attempts.push(AttemptRecord { error: Some(error), ..AttemptRecord::default() });
    record
}

/// One try.
struct Attempt<'r> {
    context: &'r Context,
    planned: &'r PlannedStep,
    before: State,
    scope: Scope,
    record: AttemptRecord,
    delta: Delta,
    secrets: Vec<Value>,
    reason: Option<String>,
    is_sent: bool,
}

impl<'r> Attempt<'r> {
    /// The variables move into the scope and back when the step has ended: a second holder would
    /// make every capture copy them all.
    fn new(
        context: &'r Context,
        planned: &'r PlannedStep,
        index: usize,
        mut before: State,
    ) -> Attempt<'r> {
        let seed = seed(context.world.seed, &planned.id, 1);
        let mut scope = context.scope(std::mem::take(&mut before.vars), seed);
        scope.step = Some((Arc::clone(&planned.name), Arc::clone(&planned.id), index, 1));
        scope.steps = Arc::clone(&before.views);
        Attempt {
            context,
            planned,
            before,
            scope,
            record: AttemptRecord::default(),
            delta: Delta::default(),
            secrets: Vec::new(),
            reason: None,
            is_sent: false,
        }
    }

    fn run(&mut self, client: &Client) -> Outcome {
        match self.conditions() {
            Ok(true) => {}
            Ok(false) => {
                self.reason = Some(OPTED_OUT.to_owned());
                return Outcome::Skipped;
            }
            Err(diagnostic) => return self.error("TemplateError", &diagnostic, None),
        }
        if let Some(delay) = &self.planned.step.delay {
            match delay.resolve(&self.scope) {
                Ok(delay) => {
                    self.context.world.clock.sleep(*delay);
                    if client.is_shut_down() {
                        self.reason = Some("interrupted".to_owned());
                        return Outcome::Skipped;
                    }
                }
                Err(diagnostic) => return self.error("TemplateError", &diagnostic, None),
            }
        }
        match build(self.context, self.planned, &self.scope) {
            Ok(built) => {
                let built = self.remembering(built);
                let outcome = self.exchange(&built, client);
                self.remember(&built);
                outcome
            }
            Err(diagnostic) => self.unbuilt(&diagnostic),
        }
    }

    fn conditions(&self) -> Result<bool, Diagnostic> {
        for condition in &self.planned.conditions {
            if !is_true(&condition.render(&self.scope)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Auth with a memory of its own: what a step signs with must not depend on what runs beside
    /// it. A step's own auth is new, as `auth=HTTPDigestAuth(…)` is in a call; a session's
    /// remembers what the steps before left.
    fn remembering(&self, mut built: Built) -> Built {
        if let Some(Some(auth)) = &built.request.auth {
            let fresh = auth.with_memory(AuthMemory::default());
            if let Some(fresh) = fresh {
                built.request.auth = Some(Some(fresh));
            }
            return built;
        }
        let memory = self.before.memories.get(&self.planned.session);
        if let Some(Some(auth)) = &built.session.auth
            && let Some(auth) = auth.with_memory(memory.cloned().unwrap_or_default())
        {
            let auth = Some(Some(auth));
            built.session = Arc::new(Request { auth, ..Request::clone(&built.session) });
        }
        built
    }

    /// Keeps what the session's auth remembers for the steps after this one.
    fn remember(&mut self, built: &Built) {
        let session = self.planned.session;
        if built.request.auth.is_none()
            && let Some(Some(auth)) = &built.session.auth
            && let Some(memory) = auth.memory()
            && Some(&memory) != self.before.memories.get(&session)
        {
            self.delta.memory = Some(Box::new((session, memory)));
        }
    }

    fn exchange(&mut self, built: &Built, client: &Client) -> Outcome {
        let jar = self.before.jar(self.planned.session);
        let prepared = match prepare(
            &built.request,
            &built.session,
            &jar,
            &self.context.environment,
            self.context.world.clock.now(),
        ) {
            Ok(prepared) => prepared,
            Err(error) => return self.failed(&error, built),
        };
        let mut after = jar.clone();
        let sink = match self.sink() {
            Ok(sink) => sink,
            Err(diagnostic) => return self.error("TemplateError", &diagnostic, None),
        };
        self.is_sent = true;
        let result = match &sink {
            Destination::Unread => client.send(prepared, &mut after, &Sink::Unread),
            Destination::Memory(_) => client.send(prepared, &mut after, &Sink::Memory),
            Destination::Discard => client.send(
                prepared,
                &mut after,
                &Sink::Discard { keep: KEPT, digest: self.digesting() },
            ),
            Destination::File(path) => {
                let open = || self.context.world.files.create(path);
                client.send(
                    prepared,
                    &mut after,
                    &Sink::File {
                        path: path.clone(),
                        open: &open,
                        keep: KEPT,
                        digest: self.digesting(),
                    },
                )
            }
        };
        if after != jar {
            let session = self.planned.session;
            self.delta.jar = Some(Box::new(JarChange { session, before: jar, after }));
        }
        match result {
            Ok(exchange) => self.answered(exchange, built, &sink),
            Err(failure) => self.unanswered(*failure, built, client),
        }
    }

    /// A response came: captures, then assertions.
    fn answered(&mut self, exchange: Exchange, built: &Built, sink: &Destination) -> Outcome {
        if let Destination::Memory(Some(path)) = sink
            && let Err(error) = self.save(path, &exchange)
        {
            return self.error("OSError", &error, Some(&exchange));
        }
        let exchange = Arc::new(exchange);
        self.scope.exchange = Some(Arc::clone(&exchange));
        let outcome = self.examine(Ok(&*exchange), built.raise_for_status);
        self.record_exchange(&exchange, outcome);
        if self.planned.is_looked_at {
            self.delta.view = Some(StepView {
                name: Arc::clone(&self.planned.name),
                id: Arc::clone(&self.planned.id),
                exchange: Some(exchange),
            });
        }
        outcome
    }

    /// No response came: that may be what the collection expects.
    fn unanswered(&mut self, failure: Failure, built: &Built, client: &Client) -> Outcome {
        let Failure { error, request, history } = failure;
        self.record.history = history.iter().map(record::hop).collect();
        self.record.request = Some(record::request(&request, Detail::Bodies));
        self.record.curl = Some(curl(&request));
        if client.is_shut_down() {
            return self.interrupted();
        }
        self.failed(&error, built)
    }

    /// The run was ended while the request was under way: whatever the socket said, and whatever
    /// error the step expects, no server is to blame.
    fn interrupted(&mut self) -> Outcome {
        let span = self.planned.request().map_or(self.planned.span, |request| request.url.span());
        let message = "the run was interrupted before this request was done";
        let diagnostic = Diagnostic::error(&codes::failure::REQUEST, span, message, "");
        self.error("Interrupted", &diagnostic, None)
    }

    /// The request could not be built. What Requests has an exception for is one here too.
    fn unbuilt(&mut self, diagnostic: &Diagnostic) -> Outcome {
        let Some(kind) = exception(diagnostic.code) else {
            let is_file = diagnostic.code.id == codes::cli::CANNOT_OPEN.id;
            let kind = if is_file { "OSError" } else { "TemplateError" };
            return self.error(kind, diagnostic, None);
        };
        if self.expects_error() {
            let error = Error::new(kind, diagnostic.message.clone());
            return self.examine(Err(&error), true);
        }
        self.error(kind.name(), diagnostic, None)
    }

    fn expects_error(&self) -> bool {
        let request = self.planned.request();
        request.is_some_and(|request| request.assertions.iter().any(|one| one.kind.key == "error"))
    }

    /// The request failed with one of Requests' errors.
    fn failed(&mut self, error: &Error, built: &Built) -> Outcome {
        if self.expects_error() {
            return self.examine(Err(error), built.raise_for_status);
        }
        let span = self.planned.request().map_or(self.planned.span, |request| request.url.span());
        let message = format!("{}: {}", error.kind.name(), error.message);
        let mut diagnostic = Diagnostic::error(&codes::failure::REQUEST, span, message, "");
        diagnostic.help.extend(error.help.clone());
        let mut record = self.error_record(error.kind.name(), &diagnostic);
        record.message.clone_from(&error.message);
        self.record.error = Some(record);
        Outcome::Errored
    }

    /// Captures and assertions; the step's outcome.
    fn examine(&mut self, outcome: crate::check::Outcome<'_>, raise_for_status: bool) -> Outcome {
        let captures = self.planned.request().map(|request| request.captures.as_slice());
        let captured =
            capture(captures.unwrap_or_default(), outcome, &mut self.scope, self.context);
        let Captured { values, secrets, records } = captured;
        self.delta.captures = values;
        self.secrets = secrets;
        self.record.captures = records;
        self.record.assertions =
            verify(self.planned, outcome, raise_for_status, &self.scope, self.context);
        let holds = self.record.assertions.iter().all(|assertion| assertion.passed)
            && self.record.captures.iter().all(|capture| capture.found);
        if holds { Outcome::Passed } else { Outcome::Failed }
    }

    fn record_exchange(&mut self, exchange: &Exchange, outcome: Outcome) {
        let detail = match outcome {
            Outcome::Passed => self.context.options.detail,
            _ => Detail::Bodies,
        };
        self.record.status = Some(exchange.response.status);
        if detail > Detail::Failures {
            self.record.response = Some(record::response(&exchange.response, detail, self.context));
            self.record.request = Some(record::request(&exchange.request, detail));
            self.record.history = exchange.history.iter().map(record::hop).collect();
            self.record.curl = Some(curl(&exchange.request));
        }
    }

    fn error(
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

    fn error_record(&self, kind: &str, diagnostic: &Diagnostic) -> ErrorRecord {
        let span = diagnostic.primary.as_ref().map_or(self.planned.span, |label| label.span);
        ErrorRecord {
            kind: kind.to_owned(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.first().cloned(),
            location: location(&self.context.files, span),
            diagnostic: render(diagnostic, &self.context.files, Color::Never),
        }
    }

    /// Where the body goes: only as far as something asks for it.
    fn sink(&self) -> Result<Destination, Diagnostic> {
        let save = self.planned.request().and_then(|request| request.save.as_ref());
        let path =
            save.map(|save| save.resolve(&self.scope)).transpose()?.map(|path| path.0.clone());
        Ok(match (path, self.wants(Needs::Body)) {
            (path, true) => Destination::Memory(path),
            (Some(path), false) => Destination::File(path),
            (None, false) if self.is_streamed()? && !self.wants(Needs::Digest) => {
                Destination::Unread
            }
            (None, false) => Destination::Discard,
        })
    }

    /// `stream`: the body is left where it is.
    fn is_streamed(&self) -> Result<bool, Diagnostic> {
        let stream = self.planned.request().and_then(|request| request.stream.as_ref());
        let stream = stream.map(|stream| stream.resolve(&self.scope)).transpose()?;
        Ok(stream.is_some_and(|stream| *stream))
    }

    fn digesting(&self) -> Digesting {
        if self.wants(Needs::Digest) { Digesting::Wanted } else { Digesting::Unwanted }
    }

    /// Whether a capture, an assertion, a template, another step or a report wants this of the
    /// response.
    fn wants(&self, needs: Needs) -> bool {
        self.planned.reads >= needs
            || self.planned.is_looked_at
            || self.context.options.detail == Detail::Bodies
    }

    fn save(&self, path: &Path, exchange: &Exchange) -> Result<(), Diagnostic> {
        let save = self.planned.request().and_then(|request| request.save.as_ref());
        let span = save.map_or(self.planned.span, |save| save.span());
        let written = self.context.world.files.create(path).and_then(|mut file| {
            file.write_all(&exchange.response.content.bytes)?;
            file.flush()
        });
        written.map_err(|error| *super::build::unreadable(path, span, &error))
    }
}

/// The beginning of a body nobody asked for, kept for messages, in bytes.
const KEPT: usize = 16 << 10;

/// Where a response's body goes.
enum Destination {
    /// Nowhere: it is not read.
    Unread,
    /// Into memory, and from there into a file.
    Memory(Option<PathBuf>),
    /// Into a file alone.
    File(PathBuf),
    /// Nowhere.
    Discard,
}

/// Jinja's truth, but `"false"`, which a template gives as text, is false too.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !matches!(text.trim(), "" | "false" | "False" | "none" | "null"),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// What a try's randomness grows from: the run's seed, the step and the try (FNV-1a), so that
/// the order in which steps run does not matter.
pub(super) fn seed(run: u64, id: &str, attempt: u32) -> u64 {
    let bytes = run.to_le_bytes().into_iter().chain(id.bytes()).chain(attempt.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Requests' exception for a request that cannot be built.
fn exception(code: &Code) -> Option<ErrorKind> {
    let kinds = [
        (&codes::request::MISSING_SCHEMA, ErrorKind::MissingSchema),
        (&codes::request::NO_BASE_URL, ErrorKind::MissingSchema),
        (&codes::request::INVALID_SCHEMA, ErrorKind::InvalidSchema),
        (&codes::request::INVALID_HEADER, ErrorKind::InvalidHeader),
    ];
    kinds.iter().find(|(known, _)| known.id == code.id).map(|(_, kind)| *kind)
}
