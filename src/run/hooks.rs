//! Hooks run: rendered, done, and what they said and set kept.
//!
//! ```text
//! PreparedRequest ─request hooks─▶ sent ─▶ each hop's Exchange ─response hooks─▶ captures, assertions
//! ```

use super::Context;
use super::capture::taken;
use super::record::location;
use crate::diagnostic::{Diagnostic, codes};
use crate::event::{CaptureRecord, HookRecord};
use crate::exchange::Exchanged;
use crate::hook::{Bench, Failed, Fault};
use crate::http::{Body, Error, ErrorKind, Exchange, PreparedRequest, ResponseHook};
use crate::model::Hook;
use crate::plan::{ERROR, PlannedStep};
use crate::source::Span;
use crate::template::Scope;
use crate::value::Value;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Instant;

/// What hooks left behind.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// For reports.
    pub(super) records: Vec<HookRecord>,
    /// Variables they set, in order.
    pub(super) values: Vec<(String, Arc<Value>)>,
    /// The same for reports.
    pub(super) captures: Vec<CaptureRecord>,
    /// Values that are secret.
    pub(super) secrets: Vec<Value>,
}

/// Why a request hook keeps the request from being sent.
pub(super) enum Broken {
    /// Its template failed.
    Template(Box<Diagnostic>),
    /// Requests has an exception for what it made of the request.
    Request(Error, Span),
    /// A file or a program failed it.
    Hook(Box<Diagnostic>),
}

/// One step's hooks while it runs.
pub(super) struct Hooking<'h> {
    context: &'h Context,
    planned: &'h PlannedStep,
    scope: &'h mut Scope,
    heard: Heard,
}

/// A step's prepared request as its hooks leave it: what goes out. For commands that send nothing.
///
/// # Errors
/// What a hook says against it.
pub fn edit(
    context: &Context,
    planned: &PlannedStep,
    scope: &mut Scope,
    request: PreparedRequest,
) -> Result<PreparedRequest, Box<Diagnostic>> {
    let mut hooking = Hooking::new(context, planned, scope);
    hooking.request(request).map_err(|broken| match broken {
        Broken::Template(diagnostic) | Broken::Hook(diagnostic) => diagnostic,
        Broken::Request(error, span) => {
            let message = format!("{}: {}", error.kind.name(), error.message);
            let mut diagnostic = Diagnostic::error(&codes::failure::REQUEST, span, message, "");
            diagnostic.help.extend(error.help);
            Box::new(diagnostic)
        }
    })
}

impl<'h> Hooking<'h> {
    pub(super) fn new(
        context: &'h Context,
        planned: &'h PlannedStep,
        scope: &'h mut Scope,
    ) -> Hooking<'h> {
        Hooking { context, planned, scope, heard: Heard::default() }
    }

    /// What the hooks left behind.
    pub(super) fn heard(self) -> Heard {
        self.heard
    }

    /// The request as its hooks leave it.
    pub(super) fn request(
        &mut self,
        mut request: PreparedRequest,
    ) -> Result<PreparedRequest, Broken> {
        let Some(last) = self.planned.hooks.request.last() else { return Ok(request) };
        if self.planned.hooks.read_request() {
            let total = request.transport.timeout.total;
            let deadline = total.map(|total| Instant::now() + total);
            hold(&mut request.body, deadline).map_err(|error| Broken::Request(error, last.span))?;
        }
        for hook in &self.planned.hooks.request {
            self.scope.request = Some(Arc::new(request.clone()));
            let action = hook.written.resolve(self.scope);
            self.scope.request = None;
            let action = action.map_err(|diagnostic| Broken::Template(Box::new(diagnostic)))?;
            let done = self.act(hook, |bench| action.0.on_request(&mut request, bench));
            done.map_err(|fault| broken(hook, fault))?;
        }
        request.settle().map_err(|error| Broken::Request(error, last.span))?;
        Ok(request)
    }

    /// Runs the hooks for a step that failed with `error`.
    pub(super) fn failure(&mut self, error: &Value) {
        let exchange = self.scope.exchange.as_ref().and_then(Exchanged::request).cloned();
        // Nothing of it is seen by later steps.
        let mut scope = self.scope.clone();
        scope.vars.set(ERROR, error.clone());
        for hook in &self.planned.hooks.failure {
            let failed = Failed { exchange: exchange.as_deref(), error };
            match hook.written.resolve(&scope) {
                Ok(action) => {
                    let done = self.act(hook, |bench| action.0.on_failure(failed, bench));
                    self.warn(hook, done);
                }
                Err(diagnostic) => self.warn_of_template(hook, &diagnostic),
            }
        }
    }

    /// Gives an action its bench, and keeps what it leaves on it.
    fn act(
        &mut self,
        hook: &Hook,
        action: impl FnOnce(&mut Bench<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let world = Arc::clone(&self.scope.world);
        let mut bench = Bench {
            files: &*world.files,
            programs: &world.programs,
            step: (&self.planned.name, &self.planned.id),
            now: world.clock.now(),
            log: Vec::new(),
            set: Vec::new(),
            secrets: Vec::new(),
        };
        let done = action(&mut bench);
        let Bench { log, set, secrets, .. } = bench;
        self.heard.secrets.extend(secrets);
        for (name, value) in set {
            self.set(hook, name, value);
        }
        if !log.is_empty() {
            let record = self.record(hook, hook.span);
            self.heard.records.push(HookRecord { log, ..record });
        }
        done
    }

    fn set(&mut self, hook: &Hook, name: String, value: Value) {
        let named = hook.sets.iter().find(|named| named.value == name);
        let span = named.map_or(hook.span, |named| named.span);
        let is_secret = self.context.plan.is_secret(self.scope.vars.frame(), &name);
        if is_secret {
            self.heard.secrets.push(value.clone());
        }
        self.heard.captures.push(taken(&name, &value, is_secret, span, self.context));
        let value = Arc::new(value);
        self.scope.vars.set(&name, Arc::clone(&value));
        self.heard.values.push((name, value));
    }

    fn record(&self, hook: &Hook, span: Span) -> HookRecord {
        HookRecord {
            hook: hook.occasion.key().to_owned(),
            action: hook.kind.key.to_owned(),
            log: Vec::new(),
            warning: None,
            location: location(&self.context.files, span),
        }
    }

    fn warn(&mut self, hook: &Hook, done: Result<(), Fault>) {
        let Err(fault) = done else { return };
        let record = self.record(hook, hook.span);
        let warning = Some(said(hook, &fault).0);
        self.heard.records.push(HookRecord { warning, ..record });
    }

    fn warn_of_template(&mut self, hook: &Hook, diagnostic: &Diagnostic) {
        let span = diagnostic.primary.as_ref().map_or(hook.span, |label| label.span);
        let record = self.record(hook, span);
        let warning = Some(format!("hook `{}` failed: {}", hook.kind.key, diagnostic.message));
        self.heard.records.push(HookRecord { warning, ..record });
    }
}

impl ResponseHook for Hooking<'_> {
    fn response(&mut self, exchange: Exchange) -> Exchange {
        // Of a body that was read line by line hooks see the last, as captures do.
        let lines = exchange.response.content.lines.as_ref();
        self.scope.line = lines.and_then(|lines| lines.last.clone());
        let mut exchange = Arc::new(exchange);
        for hook in &self.planned.hooks.response {
            self.scope.exchange = Some(Exchanged::Request(Arc::clone(&exchange)));
            let action = hook.written.resolve(self.scope);
            self.scope.exchange = None;
            match action {
                Ok(action) => {
                    // Nobody else holds it by now: this copies nothing.
                    let edited = Arc::make_mut(&mut exchange);
                    let done = self.act(hook, |bench| action.0.on_response(edited, bench));
                    self.warn(hook, done);
                }
                Err(diagnostic) => self.warn_of_template(hook, &diagnostic),
            }
        }
        Arc::unwrap_or_clone(exchange)
    }
}

/// What is said of a hook that did not work, and what to do.
fn said(hook: &Hook, fault: &Fault) -> (String, Option<String>) {
    let (message, help) = match fault {
        Fault::Request(error) => (format!("{}: {}", error.kind.name(), error.message), &error.help),
        Fault::Hook { message, help } => (message.clone(), help),
    };
    (format!("hook `{}` failed: {message}", hook.kind.key), help.clone())
}

fn broken(hook: &Hook, fault: Fault) -> Broken {
    if let Fault::Request(error) = fault {
        return Broken::Request(error, hook.span);
    }
    let (message, help) = said(hook, &fault);
    let mut diagnostic = Diagnostic::error(&codes::failure::REQUEST, hook.span, message, "");
    diagnostic.help.extend(help);
    Broken::Hook(Box::new(diagnostic))
}

/// Reads a streamed body into memory for the hooks that look at it. How it goes out stays: what
/// has no length is sent in chunks.
fn hold(body: &mut Body, deadline: Option<Instant>) -> Result<(), Error> {
    let Body::Stream(upload) = body else { return Ok(()) };
    let mut bytes = Vec::new();
    let read = upload.open(deadline).and_then(|mut reader| reader.read_to_end(&mut bytes));
    read.map_err(|error| {
        let known = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        known.cloned().unwrap_or_else(|| {
            let message = format!("cannot read the body {}: {error}", upload.describe());
            Error::new(ErrorKind::RequestException, message)
        })
    })?;
    *body = Body::Bytes(bytes.into());
    Ok(())
}
