//! One try of a step: request, captures, assertions.
//!
//! ```text
//! written ─build─▶ Request ─prepare─▶ PreparedRequest ─send─▶ Exchange ─capture, verify─▶ Outcome
//! ```

use super::build::{Built, build};
use super::capture::{Captured, Set, capture, set};
use super::destination::{Destination, KEPT};
use super::hooks::{Broken, Heard, Hooking};
use super::lane::{End, Lane};
use super::lines::{LineVerdicts, LineWatch};
use super::paginate::Pages;
use super::record;
use super::retry::until;
use super::snapshot::{self, Draft};
use super::state::{Delta, JarChange, State};
use super::step::seed;
use super::told::error_seen;
use super::verify::verify;
use super::{Context, curl};
use crate::check::subjects::Needs;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::event::{AssertionRecord, AttemptRecord, Detail, Outcome};
use crate::exchange::{Exchanged, Seen};
use crate::http::{
    AuthMemory, CookieJar, Digesting, Error, ErrorKind, Exchange, Failure, Flow, Keep,
    PreparedRequest, Request, Response, ResponseHook, leave, prepare, prepare_onward,
};
use crate::model::{Action, Checks, Variable};
use crate::plan::{PlannedStep, unreadable};
use crate::source::Span;
use crate::template::{Scope, StepView};
use crate::value::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// One try.
pub(super) struct Attempt<'r> {
    pub(super) context: &'r Context,
    pub(super) planned: &'r PlannedStep,
    /// The step's index in its collection.
    pub(super) index: usize,
    /// Which of the step's tries it is, from 1.
    pub(super) number: u32,
    /// How many tries may follow it.
    pub(super) left: u32,
    /// How many tries may follow the first of a page.
    pub(super) budget: u32,
    /// The pages so far, of a step that has several: another try goes on behind them.
    pub(super) pages: Pages,
    /// The last page that was as it must be, in any try.
    pub(super) reached: usize,
    /// What was checked before there was all of what came: in a script, between pages.
    pub(super) earlier: Vec<AssertionRecord>,
    /// Whether anything was tried to be sent.
    pub(super) has_gone_out: bool,
    /// What the step saw, but for the variables, which are in `scope`.
    pub(super) before: State,
    /// What its templates see; its variables gain what it captures.
    pub(super) scope: Scope,
    /// What is told of it.
    pub(super) record: AttemptRecord,
    /// What it changed.
    pub(super) delta: Delta,
    /// Captured values that are secret.
    pub(super) secrets: Vec<Value>,
    /// Files to write, each with what a body is.
    pub(super) drafts: Vec<Draft>,
    /// How many requests went out.
    pub(super) sent: usize,
    /// What came of the expressions about `line`.
    verdicts: LineVerdicts,
}

impl<'r> Attempt<'r> {
    /// The variables move into the scope and back when the step has ended: a second holder would
    /// make every capture copy them all.
    pub(super) fn new(
        context: &'r Context,
        planned: &'r PlannedStep,
        index: usize,
        number: u32,
        mut before: State,
    ) -> Attempt<'r> {
        let seed = seed(context.world.seed, &planned.id, number);
        let mut scope = context.scope(std::mem::take(&mut before.vars), seed);
        scope.step = Some((Arc::clone(&planned.name), Arc::clone(&planned.id), index, number));
        scope.steps = Arc::clone(&before.views);
        scope.row.clone_from(&planned.row);
        // A second try is in the frame that the first has entered.
        context.look_in(scope.vars.frame(), &mut scope, &before.views);
        Attempt {
            context,
            planned,
            index,
            number,
            left: 0,
            budget: 0,
            pages: Pages::default(),
            reached: 0,
            earlier: Vec::new(),
            has_gone_out: false,
            before,
            scope,
            record: AttemptRecord::default(),
            delta: Delta::default(),
            secrets: Vec::new(),
            drafts: Vec::new(),
            sent: 0,
            verdicts: LineVerdicts::default(),
        }
    }

    /// What comes of a step that its lane, having ended, keeps from being done.
    pub(super) fn stopped(&mut self, lane: &Lane) -> Option<Outcome> {
        match lane.end()? {
            end @ End::Time(_) => Some(self.ended(end)),
            End::Interrupted | End::Failure => Some(Outcome::Skipped),
        }
    }

    /// Builds the request, sends it, looks at what came.
    pub(super) fn run(&mut self, lane: &Lane) -> Outcome {
        lane.enter(&mut self.scope);
        if let Action::Socket(socket) = &self.planned.step.action {
            return self.converse(socket, lane);
        }
        if let Action::Receive(receive) = &self.planned.step.action {
            return self.receive(receive, lane);
        }
        match build(self.context, self.planned, &self.scope) {
            Ok(built) => {
                let built = self.remembering(built);
                let outcome = self.exchange(&built, lane);
                self.remember(&built);
                outcome
            }
            Err(diagnostic) => self.unbuilt(&diagnostic),
        }
    }

    /// Whether the step is to be tried again after this outcome. What could not be sent will not
    /// be next time either.
    pub(super) fn wants_another(&self, outcome: Outcome) -> bool {
        let is_good = match &self.record.until {
            Some(until) => until.holds,
            None => outcome == Outcome::Passed,
        };
        self.has_gone_out && !is_good && self.left > 0
    }

    /// Notes that a page is as it must be: the one behind it has all its tries before it.
    pub(super) fn reach(&mut self, page: usize) {
        if page > self.reached {
            self.reached = page;
            self.left = self.budget;
        }
    }

    /// Renders variables, each in sight of those above it.
    pub(super) fn set(&mut self, variables: &[Variable]) -> Outcome {
        let Set { captured, failed } = set(variables, &mut self.scope, self.context);
        self.take(captured);
        match failed {
            Some(diagnostic) => self.error("TemplateError", &diagnostic, None),
            None => Outcome::Passed,
        }
    }

    fn take(&mut self, captured: Captured) {
        let Captured { values, secrets, records } = captured;
        self.delta.captures.extend(values);
        self.secrets.extend(secrets);
        self.record.captures.extend(records);
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

    fn exchange(&mut self, built: &Built, lane: &Lane) -> Outcome {
        let planned = self.planned;
        if let Some(paginate) = planned.request().and_then(|request| request.paginate.as_ref()) {
            return self.pages(paginate, built, lane);
        }
        match self.send(built, lane) {
            Ok((exchange, destination)) => self.answered(exchange, built, &destination),
            Err(outcome) => outcome,
        }
    }

    /// Sends the request, or the one for its next page.
    pub(super) fn send(
        &mut self,
        built: &Built,
        lane: &Lane,
    ) -> Result<(Exchange, Destination), Outcome> {
        let session = self.context.plan.jar(self.planned.session, self.planned.row.as_deref());
        let before = self.before.jar(session);
        let jar = match &self.delta.jar {
            Some(change) => change.after.clone(),
            None => before.clone(),
        };
        let prepared = match self.prepare(built, &jar) {
            Ok(prepared) => prepared,
            Err(error) => return Err(self.failed(&error, built)),
        };
        let asking = self.asking(&prepared, lane);
        let prepared = match self.granted(prepared, asking.as_ref()) {
            Ok(prepared) => prepared,
            Err(_) if let Some(end) = lane.end() => return Err(self.ended(end)),
            Err(error) => return Err(self.failed(&error, built)),
        };
        if let Some(auth) = &prepared.auth {
            let secrets = auth.secrets(&self.context.environment);
            self.secrets.extend(secrets.into_iter().map(Value::from));
        }
        let mut hooking = Hooking::new(self.context, self.planned, &mut self.scope);
        let edited = hooking.request(within(prepared, lane.left()));
        let heard = hooking.heard();
        self.hear(heard);
        let prepared = match edited {
            Ok(prepared) => within(self.at_home(prepared), lane.left()),
            Err(broken) => return Err(self.unhooked(broken, built, lane)),
        };
        let mut after = jar.clone();
        let destination = match self.destination() {
            Ok(destination) => destination,
            Err(diagnostic) => return Err(self.error("TemplateError", &diagnostic, None)),
        };
        self.sent += 1;
        self.has_gone_out = true;
        let open = |path: &Path| self.context.world.files.create(path);
        let watch = self.planned.request().filter(|request| request.lines.is_some());
        let watch = watch.map(|request| LineWatch::new(request, &self.scope, self.context));
        let each = |number, line: &_| watch.as_ref().map_or(Flow::On, |it| it.look(number, line));
        let sink = destination.as_sink(self.digesting(), &open, &each);
        let mut hooking = Hooking::new(self.context, self.planned, &mut self.scope);
        let is_heard = !self.planned.hooks.response.is_empty();
        let hook = is_heard.then_some(&mut hooking as &mut dyn ResponseHook);
        let result = lane.client().send_heard(prepared, &mut after, &sink, hook);
        let heard = hooking.heard();
        self.hear(heard);
        // A token that was refused was renewed meanwhile.
        self.hear_of_tokens(asking.as_ref());
        let response = match &result {
            Ok(exchange) => Some(&exchange.response),
            Err(failure) => failure.response.as_deref(),
        };
        let count = self.see_lines(response);
        self.verdicts = watch.map(|watch| watch.finish(count)).unwrap_or_default();
        if after != jar {
            self.delta.jar = Some(Box::new(JarChange { session, before, after }));
        }
        match result {
            Ok(exchange) => Ok((exchange, destination)),
            Err(failure) => Err(self.unanswered(*failure, built, lane)),
        }
    }

    /// What hooks have added must not leave the first page's host either.
    fn at_home(&self, mut prepared: PreparedRequest) -> PreparedRequest {
        if let Some((_, first)) = self.pages.onward() {
            let now = self.context.world.clock.now();
            leave(&mut prepared, first, &self.context.environment, now);
        }
        prepared
    }

    /// A hook refused the request.
    fn unhooked(&mut self, broken: Broken, built: &Built, lane: &Lane) -> Outcome {
        match broken {
            _ if let Some(end) = lane.end() => self.ended(end),
            Broken::Request(error, span) => self.failed_at(&error, built.raise_for_status, span),
            Broken::Template(diagnostic) => self.error("TemplateError", &diagnostic, None),
            Broken::Hook(diagnostic) => self.error("HookError", &diagnostic, None),
        }
    }

    fn prepare(&self, built: &Built, jar: &CookieJar) -> Result<PreparedRequest, Error> {
        let (request, session) = (&built.request, &*built.session);
        let environment = &self.context.environment;
        let now = self.context.world.clock.now();
        match self.pages.onward() {
            None => prepare(request, session, jar, environment, now),
            Some((url, first)) => {
                prepare_onward(url, first, (request, session), jar, environment, now)
            }
        }
    }

    /// The lines that were read of a response: how many. Captures see the last.
    fn see_lines(&mut self, response: Option<&Response>) -> u64 {
        let lines = response.and_then(|response| response.content.lines.as_ref());
        self.scope.line = lines.and_then(|lines| lines.last.clone());
        lines.map_or(0, |lines| lines.count)
    }

    /// Takes in what hooks left behind.
    fn hear(&mut self, heard: Heard) {
        let Heard { records, values, captures, secrets } = heard;
        self.record.hooks.extend(records);
        self.record.captures.extend(captures);
        self.delta.captures.extend(values);
        self.secrets.extend(secrets);
    }

    /// Runs `hooks.failure` when this is how the step ended, and nobody ended the run.
    pub(super) fn fail(&mut self, outcome: Outcome) {
        let has_failed = matches!(outcome, Outcome::Failed | Outcome::Errored);
        let is_cut_off = self.record.error.as_ref().is_some_and(|it| it.kind == "Interrupted");
        if !has_failed || is_cut_off || self.planned.hooks.failure.is_empty() {
            return;
        }
        let error = error_seen(&self.record);
        let mut hooking = Hooking::new(self.context, self.planned, &mut self.scope);
        hooking.failure(&error);
        let heard = hooking.heard();
        self.hear(heard);
    }

    /// A response came: captures, then assertions.
    pub(super) fn answered(
        &mut self,
        exchange: Exchange,
        built: &Built,
        to: &Destination,
    ) -> Outcome {
        if let Destination::Memory(Some(path)) = to
            && let Err(error) = self.save(path, &exchange)
        {
            return self.error("OSError", &error, Some(&exchange));
        }
        if let Some(diagnostic) = self.verdicts.broken.take() {
            return self.error("TemplateError", &diagnostic, Some(&exchange));
        }
        let exchange = Arc::new(exchange);
        self.scope.exchange = Some(Exchanged::Request(Arc::clone(&exchange)));
        let outcome = self.examine(Ok(Seen::Request(&exchange)), built.raise_for_status);
        self.record_exchange(&exchange, outcome);
        self.keep_view(Exchanged::Request(exchange));
        outcome
    }

    /// Keeps what was exchanged for the steps that look at it through `steps`.
    pub(super) fn keep_view(&mut self, exchanged: Exchanged) {
        if self.planned.is_looked_at {
            self.delta.views.push(StepView {
                name: Arc::clone(&self.planned.title.name),
                id: Arc::clone(&self.planned.title.id),
                frame: self.planned.frame,
                exchange: Some(exchanged),
                rows: None,
            });
        }
    }

    /// No response came: that may be what the collection expects.
    fn unanswered(&mut self, failure: Failure, built: &Built, lane: &Lane) -> Outcome {
        let Failure { error, request, history, retried, response } = failure;
        self.record.retries = retried.iter().map(record::retry).collect();
        if let Some(response) = response {
            self.record.status = Some(response.status);
            let response = record::response(&response, Detail::Bodies, self.context);
            self.record.response = Some(response);
        }
        self.record.history = history.iter().map(record::hop).collect();
        self.record.request = Some(record::request(&request, Detail::Bodies));
        self.record.curl = Some(curl(&request, &self.context.environment));
        match lane.end() {
            Some(end) => self.ended(end),
            None => self.failed(&error, built),
        }
    }

    /// The lane was ended while the step was under way: whatever the socket said, and whatever
    /// error the step expects, no server is to blame.
    pub(super) fn ended(&mut self, end: End) -> Outcome {
        if end == End::Failure {
            return Outcome::Skipped;
        }
        let span = self.planned.url_span().unwrap_or(self.planned.span);
        let what = match self.planned.step.action {
            Action::Request(_) => "request",
            _ => "step",
        };
        let message = match end {
            End::Time(_) => format!("{} before this step was done", end.reason()),
            _ => format!("the run was interrupted before this {what} was done"),
        };
        let diagnostic = Diagnostic::error(&codes::failure::REQUEST, span, message, "");
        self.error("Interrupted", &diagnostic, None)
    }

    /// The request could not be built. What Requests has an exception for is one here too.
    pub(super) fn unbuilt(&mut self, diagnostic: &Diagnostic) -> Outcome {
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
        self.planned.checks().is_some_and(Checks::expect_error)
    }

    /// The request failed with one of Requests' errors.
    fn failed(&mut self, error: &Error, built: &Built) -> Outcome {
        let span = self.planned.url_span().unwrap_or(self.planned.span);
        self.failed_at(error, built.raise_for_status, span)
    }

    pub(super) fn failed_at(
        &mut self,
        error: &Error,
        raise_for_status: bool,
        span: Span,
    ) -> Outcome {
        if self.expects_error() {
            return self.examine(Err(error), raise_for_status);
        }
        let message = format!("{}: {}", error.kind.name(), error.message);
        let mut diagnostic = Diagnostic::error(&codes::failure::REQUEST, span, message, "");
        diagnostic.help.extend(error.help.clone());
        let mut record = self.error_record(error.kind.name(), &diagnostic);
        record.message.clone_from(&error.message);
        self.record.error = Some(record);
        Outcome::Errored
    }

    /// Captures and assertions; the step's outcome.
    pub(super) fn examine(
        &mut self,
        outcome: crate::check::Outcome<'_>,
        raise_for_status: bool,
    ) -> Outcome {
        let captures = self.planned.checks().map(|checks| checks.captures.as_slice());
        let captured =
            capture(captures.unwrap_or_default(), outcome, &mut self.scope, self.context);
        self.take(captured);
        self.record.until = until(self);
        if self.wants_another(Outcome::Failed) && self.record.until.is_some() {
            // What must hold must hold of the response that is waited for.
            return Outcome::Failed;
        }
        let of_lines = std::mem::take(&mut self.verdicts.records);
        let verified =
            verify(self.planned, outcome, raise_for_status, of_lines, &self.scope, self.context);
        self.record.assertions = verified.records;
        self.record.assertions.append(&mut self.earlier);
        self.record.operations = verified.operations;
        if self.record.captures.iter().all(|capture| capture.found) {
            self.drafts = snapshot::settle(verified.drafts, &mut self.record.assertions);
        }
        let holds = self.record.assertions.iter().all(|assertion| assertion.passed)
            && self.record.captures.iter().all(|capture| capture.found)
            && self.record.until.as_ref().is_none_or(|until| until.holds);
        if holds { Outcome::Passed } else { Outcome::Failed }
    }

    /// Where the body goes: only as far as something asks for it.
    fn destination(&self) -> Result<Destination, Diagnostic> {
        let request = self.planned.request();
        let save = request.and_then(|request| request.save.as_ref());
        let stream = request.and_then(|request| request.stream.as_ref());
        let path = save.map(|save| save.resolve(&self.scope)).transpose()?;
        let is_streamed = stream.map(|stream| stream.resolve(&self.scope)).transpose()?;
        let path = path.map(|path| path.0.clone());
        if let Some(lines) = request.and_then(|request| request.lines.as_ref()) {
            let keep = if self.wants(Needs::Body) { Keep::All } else { Keep::Beginning(KEPT) };
            return Ok(Destination::Lines(lines.resolve(&self.scope, keep)?, path));
        }
        Ok(match (path, self.wants(Needs::Body)) {
            (path, true) => Destination::Memory(path),
            (Some(path), false) => Destination::File(path),
            (None, false)
                if is_streamed.is_some_and(|stream| *stream) && !self.wants(Needs::Digest) =>
            {
                Destination::Unread
            }
            (None, false) => Destination::Discard,
        })
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
        written.map_err(|error| unreadable(path, span, &error))
    }
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

/// The request, to be done before the lane's time is over.
fn within(mut request: PreparedRequest, left: Option<Duration>) -> PreparedRequest {
    if let Some(left) = left {
        let total = request.transport.timeout.total;
        request.transport.timeout.total = Some(total.map_or(left, |total| total.min(left)));
    }
    request
}
