//! A socket's try: connected, the script gone through line by line, then what a response has too.
//!
//! ```text
//! written ─door─▶ Door ─open─▶ Line ─script─▶ Talk ─capture, verify─▶ Outcome
//!                        │               └─ expect does not hold: Failed, the rest is left out
//!                        └─ `expect`: refused, timeout, …
//! ```

use super::Context;
use super::attempt::Attempt;
use super::build::allow;
use super::lane::Lane;
use super::verify::{look_at, stated};
use crate::diagnostic::Diagnostic;
use crate::event::Outcome;
use crate::exchange::{Exchanged, Seen};
use crate::http::adapter::{reason, seconds};
use crate::http::{
    Cert, Conversation, Door, Error, ErrorKind, Message, Request, Timeout, Tls, Verify, carriage,
};
use crate::model::shapes::{Connecting, SendArgument};
use crate::model::{Act, Line as Written, Listening, SocketSpec};
use crate::plan::{PlannedStep, unreadable};
use crate::socket::{Address, LIMIT, Line, Listener, Patience, Talk, Transport, Until};
use crate::source::Span;
use crate::template::{ReferenceKind, Scope};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long connecting and each silence may take, unless anything says otherwise: who waits on a
/// socket for ever has no run that ends.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where a socket leads, rendered.
struct Ready {
    address: Address,
    door: Door,
    limit: usize,
    expect: Option<Connecting>,
}

/// Why a script did not go on.
enum Halt {
    /// An expectation does not hold.
    Unexpected,
    /// The socket failed, at this line.
    Failed(Error, Span),
    /// A template failed, or a file.
    Broken(&'static str, Box<Diagnostic>),
    /// `close`
    Closed,
}

impl From<Diagnostic> for Halt {
    fn from(diagnostic: Diagnostic) -> Halt {
        Halt::Broken("TemplateError", Box::new(diagnostic))
    }
}

impl Attempt<'_> {
    /// Connects or is connected to, goes through the script, looks at what came.
    pub(super) fn converse(&mut self, spec: &SocketSpec, lane: &Lane) -> Outcome {
        let ready = match ready(self.context, self.planned, spec, &self.scope) {
            Ok(ready) => within(ready, lane.left()),
            Err(diagnostic) => return self.unbuilt(&diagnostic),
        };
        self.has_gone_out = true;
        let started = Instant::now();
        match spec.listens {
            None => self.connect(spec, ready, started, lane),
            Some(listens) => self.serve(spec, &ready, listens, started, lane),
        }
    }

    fn connect(
        &mut self,
        spec: &SocketSpec,
        ready: Ready,
        started: Instant,
        lane: &Lane,
    ) -> Outcome {
        let opened = lane.client().open(&ready.door);
        let nowhere = timed(Talk::nowhere(ready.address.to_string()), started, self.context);
        if opened.is_err() && lane.end().is_some() {
            return self.cut_off(nowhere, lane);
        }
        let came = match &opened {
            Ok(_) => Ok(Connecting::Open),
            Err(error) => state(error).ok_or(error),
        };
        if let Some(expected) = ready.expect.filter(|expected| came != Ok(*expected)) {
            let found = match came {
                Ok(came) => came.name().to_owned(),
                Err(error) => error.to_string(),
            };
            let span = spec.expect.as_ref().map_or(spec.span, |expect| expect.span());
            let record = stated("expect", expected.name(), found, span, self.context);
            self.record_talk(&nowhere, Outcome::Failed);
            self.record.assertions.push(record);
            return Outcome::Failed;
        }
        let conversation = match opened {
            Ok(conversation) => conversation,
            Err(_) if ready.expect.is_some() => return self.conclude(nowhere, Ok(())),
            Err(error) => {
                return self.conclude(nowhere, Err((named(error), spec.address.span())));
            }
        };
        let is_datagrams = ready.address.transport == Transport::Udp;
        let line = Line::new(conversation, is_datagrams, ready.limit);
        let mut dialogue = Dialogue { line, ready: &ready, started, last: 0..0 };
        let halted = dialogue.script(&spec.script, self, lane);
        let talk = dialogue.talk(self.context);
        drop(dialogue);
        self.finish(talk, halted, lane)
    }

    /// Goes through the script with each connection that is made to us, one after the other.
    fn serve(
        &mut self,
        spec: &SocketSpec,
        ready: &Ready,
        listens: Listening,
        started: Instant,
        lane: &Lane,
    ) -> Outcome {
        let Some(listener) = self.context.listeners.of(self.planned).map(Arc::clone) else {
            let error = Error::new(ErrorKind::ConnectionError, "nobody listens here");
            let nowhere = Talk::nowhere(ready.address.to_string());
            return self.conclude(nowhere, Err((error, spec.address.span())));
        };
        let address = format!("{}://{}", listener.transport().scheme(), listener.name());
        let local = Some(listener.name().clone());
        let nowhere = Talk { local, ..Talk::nowhere(address) };
        let mut dialogue: Option<Dialogue<'_>> = None;
        let mut halted = Ok(());
        for number in 0..listens.accept {
            let conversation = match accept(&listener, ready, started, lane) {
                Ok(conversation) => conversation,
                Err(error) => {
                    let error = missed(error, number, listens.accept);
                    halted = Err(Halt::Failed(error, spec.address.span()));
                    break;
                }
            };
            match &mut dialogue {
                Some(dialogue) => dialogue.line.go_on(conversation),
                None => {
                    let is_datagrams = ready.address.transport == Transport::Udp;
                    let line = Line::new(conversation, is_datagrams, ready.limit);
                    dialogue = Some(Dialogue { line, ready, started, last: 0..0 });
                }
            }
            let Some(dialogue) = &mut dialogue else { break };
            if ready.address.transport != Transport::Udp {
                dialogue.line.accepted();
            }
            halted = match dialogue.script(&spec.script, self, lane) {
                Err(Halt::Closed) => Ok(()),
                halted => halted,
            };
            if ready.address.transport != Transport::Udp {
                dialogue.line.hang_up();
            }
            if halted.is_err() {
                break;
            }
        }
        let talk = match &dialogue {
            Some(dialogue) => {
                let (address, local) = (nowhere.address, nowhere.local);
                Talk { address, local, ..dialogue.talk(self.context) }
            }
            None => timed(nowhere, started, self.context),
        };
        drop(dialogue);
        self.finish(talk, halted, lane)
    }

    /// What comes of a script that was gone through, or of how far it went.
    fn finish(&mut self, talk: Talk, halted: Result<(), Halt>, lane: &Lane) -> Outcome {
        match halted {
            Err(Halt::Failed(..)) if lane.end().is_some() => self.cut_off(talk, lane),
            Err(Halt::Failed(error, span)) => self.conclude(talk, Err((error, span))),
            Err(Halt::Broken(kind, diagnostic)) => {
                self.record_talk(&talk, Outcome::Errored);
                self.record.assertions.append(&mut self.earlier);
                self.error(kind, &diagnostic, None)
            }
            Err(Halt::Unexpected) => {
                self.record_talk(&talk, Outcome::Failed);
                self.record.assertions.append(&mut self.earlier);
                self.keep_view(Exchanged::Socket(Arc::new(talk)));
                Outcome::Failed
            }
            Ok(()) | Err(Halt::Closed) => self.conclude(talk, Ok(())),
        }
    }

    /// The run ended meanwhile: no server is to blame.
    fn cut_off(&mut self, talk: Talk, lane: &Lane) -> Outcome {
        self.record_talk(&talk, Outcome::Errored);
        match lane.end() {
            Some(end) => self.ended(end),
            None => Outcome::Skipped,
        }
    }

    /// Captures and assertions, once nothing more will come.
    fn conclude(&mut self, talk: Talk, done: Result<(), (Error, Span)>) -> Outcome {
        let talk = Arc::new(talk);
        let exchanged = Exchanged::Socket(Arc::clone(&talk));
        self.scope.exchange = Some(exchanged.clone());
        let outcome = match &done {
            Ok(()) => self.examine(Ok(Seen::Socket(&talk)), false),
            Err((error, span)) => self.failed_at(error, false, *span),
        };
        self.record_talk(&talk, outcome);
        self.keep_view(exchanged);
        outcome
    }
}

/// A connection and the script that is gone through over it.
struct Dialogue<'d> {
    line: Line,
    ready: &'d Ready,
    started: Instant,
    /// Where what was received last lies in all that was.
    last: std::ops::Range<usize>,
}

impl Dialogue<'_> {
    fn script(
        &mut self,
        script: &[Written],
        attempt: &mut Attempt<'_>,
        lane: &Lane,
    ) -> Result<(), Halt> {
        for line in script {
            if uses_response(line) {
                let talk = Arc::new(self.talk(attempt.context));
                attempt.scope.exchange = Some(Exchanged::Socket(talk));
            }
            self.act(line, attempt, lane)?;
            if let Some(expect) = &line.expect {
                let piece = Message::new(self.line.piece(self.last.clone()), None);
                let talk = Talk { received: piece, ..Talk::nowhere("") };
                let seen = Ok(Seen::Socket(&talk));
                let records = look_at(expect, seen, &attempt.scope, attempt.context);
                let holds = records.iter().all(|record| record.passed);
                attempt.earlier.extend(records);
                if !holds {
                    return Err(Halt::Unexpected);
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, line: &Written, attempt: &Attempt<'_>, lane: &Lane) -> Result<(), Halt> {
        let scope = &attempt.scope;
        match &line.act {
            Act::Send(data) => match &*data.resolve(scope)? {
                SendArgument::Bytes(bytes) => {
                    self.line.send(&mut bytes.as_slice(), self.patience(None))
                }
                SendArgument::File(path) => {
                    let unread = |error: io::Error| {
                        Halt::Broken("OSError", Box::new(unreadable(path, data.span(), &error)))
                    };
                    let files = &attempt.context.world.files;
                    let mut file = files.open(path).map_err(unread)?.0;
                    self.line.send(&mut file, self.patience(None))
                }
            },
            Act::Recv(recv) => {
                let recv = recv.resolve(scope)?;
                self.recv(&recv.until, recv.timeout)
            }
            Act::Shutdown(how) => self.line.shutdown(how.resolve(scope)?.0),
            Act::Close => return Err(Halt::Closed),
            Act::Sleep(duration) => {
                lane.sleep(*duration.resolve(scope)?);
                Ok(())
            }
            Act::Look => Ok(()),
        }
        .map_err(|error| Halt::Failed(error, line.span))
    }

    fn recv(&mut self, until: &Until, timeout: Option<Duration>) -> Result<(), Error> {
        self.last = self.line.recv(until, self.patience(timeout))?;
        Ok(())
    }

    fn patience(&self, timeout: Option<Duration>) -> Patience {
        let Timeout { read, total, .. } = self.ready.door.timeout;
        Patience {
            // Who says how long all of it may take has said how long a silence may.
            silence: if timeout.is_some() { None } else { read },
            deadline: timeout.map(|timeout| (Instant::now() + timeout, timeout)),
            total: total.map(|total| self.started + total),
        }
    }

    fn talk(&self, context: &Context) -> Talk {
        let talk = Talk { address: self.ready.address.to_string(), ..self.line.talk() };
        timed(talk, self.started, context)
    }
}

/// The next connection that is made to us, within `timeout.connect`.
fn accept(
    listener: &Listener,
    ready: &Ready,
    started: Instant,
    lane: &Lane,
) -> Result<Conversation, Error> {
    let Timeout { connect, total, .. } = ready.door.timeout;
    let silence = connect.map(|connect| Instant::now() + connect);
    let whole = total.map(|total| started + total);
    let deadline = silence.into_iter().chain(whole).min();
    let goes_on =
        || lane.end().is_none() && deadline.is_none_or(|deadline| Instant::now() < deadline);
    match listener.accept(&goes_on) {
        Ok(Some(accepted)) => lane.client().adopt(accepted),
        Ok(None) => {
            let within = match connect.filter(|_| whole.is_none_or(|whole| deadline < Some(whole)))
            {
                Some(connect) => format!("within {}", seconds(connect)),
                None => "before `timeout.total` had passed".to_owned(),
            };
            let message = format!("nobody connected to `{}` {within}", listener.name());
            Err(Error::new(ErrorKind::ConnectTimeout, message).help(
                "does who connects run beside it, in a `mode: parallel`? Or allow more time with `timeout`",
            ))
        }
        Err(error) => {
            let message = format!("cannot accept a connection: {}", reason(&error));
            Err(Error::new(ErrorKind::ConnectionError, message))
        }
    }
}

/// Of several connections, which is missed.
fn missed(error: Error, number: u32, count: u32) -> Error {
    match count {
        1 => error,
        _ => Error {
            message: format!("{}: {number} of {count} connections were made", error.message),
            ..error
        },
    }
}

fn timed(talk: Talk, started: Instant, context: &Context) -> Talk {
    Talk { duration: started.elapsed(), ended: context.world.clock.now(), ..talk }
}

/// Whether a line looks at what was received so far.
fn uses_response(line: &Written) -> bool {
    let mut references = Vec::new();
    line.references(&mut references);
    references.iter().any(|reference| reference.kind == ReferenceKind::Response)
}

/// What `connect_ex` would tell of this.
fn state(error: &Error) -> Option<Connecting> {
    use io::ErrorKind::{
        AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable, NotFound,
    };
    match error.system {
        _ if error.kind == ErrorKind::ConnectTimeout => Some(Connecting::Timeout),
        Some(ConnectionRefused) => Some(Connecting::Refused),
        Some(HostUnreachable | NetworkUnreachable | AddrNotAvailable | NotFound) => {
            Some(Connecting::Unreachable)
        }
        _ => None,
    }
}

/// By the name Python has for it, which Requests has no exception for.
fn named(error: Error) -> Error {
    match error.system {
        Some(io::ErrorKind::ConnectionRefused) if error.kind == ErrorKind::ConnectionError => {
            Error { kind: ErrorKind::ConnectionRefusedError, ..error }
        }
        _ => error,
    }
}

/// The same, to be done before the lane's time is over.
fn within(mut ready: Ready, left: Option<Duration>) -> Ready {
    let timeout = &mut ready.door.timeout;
    timeout.total = timeout.total.into_iter().chain(left).min();
    ready
}

/// Renders where a socket leads.
fn ready(
    context: &Context,
    planned: &PlannedStep,
    spec: &SocketSpec,
    scope: &Scope,
) -> Result<Ready, Box<Diagnostic>> {
    let address = spec.address.resolve(scope)?.0.clone();
    if let Some(path) = address.path() {
        allow(path, spec.address.span(), context)?;
    }
    let request = carried(context, planned, spec, scope)?;
    let is_tls = match &spec.tls {
        Some(tls) => *tls.resolve(scope)?,
        None => address.transport == Transport::Tls,
    };
    let tls = match is_tls {
        true => Some(encrypted(context, spec, &address, &request, scope)?),
        false => None,
    };
    let bind = spec.bind.as_ref().map(|bind| bind.resolve(scope)).transpose()?;
    let limit = spec.limit.as_ref().map(|limit| limit.resolve(scope)).transpose()?;
    let expect = spec.expect.as_ref().map(|expect| expect.resolve(scope)).transpose()?;
    let both = Timeout { connect: Some(TIMEOUT), read: Some(TIMEOUT), total: None };
    let door = Door {
        way: address.way.clone(),
        tls,
        bind: bind.map(|bind| bind.0),
        timeout: request.timeout.unwrap_or(both),
    };
    let limit = limit.map_or(LIMIT, |limit| limit.0);
    Ok(Ready { address, door, limit, expect: expect.map(|expect| *expect) })
}

fn encrypted(
    context: &Context,
    spec: &SocketSpec,
    address: &Address,
    request: &Request,
    scope: &Scope,
) -> Result<Tls, Box<Diagnostic>> {
    let written = spec.server_name.as_ref().map(|name| name.resolve(scope)).transpose()?;
    let host = address.host().unwrap_or("localhost");
    let carriage = carriage(request, &context.environment);
    Ok(Tls {
        server_name: written.map_or_else(|| host.to_owned(), |name| name.0.clone()),
        verify: carriage.verify,
        cert: carriage.cert,
    })
}

/// `timeout`, `verify` and `cert`: the command line's, else the socket's own, else the session's.
fn carried(
    context: &Context,
    planned: &PlannedStep,
    spec: &SocketSpec,
    scope: &Scope,
) -> Result<Request, Box<Diagnostic>> {
    let session = context.plan.sessions.get(planned.session);
    let layers = session.map(|session| session.layers.as_slice()).unwrap_or_default();
    let above = layers.iter().rev().map(|layer| &layer.arguments);
    let mut all = std::iter::once(&spec.arguments).chain(above.clone());
    let overrides = &context.options.overrides.request;
    let mut request = Request { timeout: overrides.timeout, ..Request::default() };
    if request.timeout.is_none()
        && let Some(timeout) = all.clone().find_map(|one| one.timeout.as_ref())
    {
        request.timeout = Some(timeout.resolve(scope)?.0);
    }
    request.verify.clone_from(&overrides.verify);
    if request.verify.is_none()
        && let Some(verify) = all.clone().find_map(|one| one.verify.as_ref())
    {
        let value = verify.resolve(scope)?.0.clone();
        if let Verify::Bundle(path) = &value {
            allow(path, verify.span(), context)?;
        }
        request.verify = Some(value);
    }
    request.cert.clone_from(&overrides.cert);
    if request.cert.is_none()
        && let Some(cert) = all.find_map(|one| one.cert.as_ref())
    {
        let value = cert.resolve(scope)?.0.clone();
        for Cert { cert: path, key } in value.iter() {
            allow(path, cert.span(), context)?;
            key.iter().try_for_each(|key| allow(key, cert.span(), context))?;
        }
        request.cert = Some(value);
    }
    let trusts = layers.iter().rev().find_map(|layer| layer.trust_env.as_ref());
    request.trust_env = trusts.map(|trust| trust.resolve(scope)).transpose()?.map(|trust| *trust);
    Ok(request)
}
