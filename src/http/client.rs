//! Requests' `Session.send`: redirects, auth answers, cookies and decoding around an adapter.
//!
//! ```text
//!        ┌────────────── next request ◀── redirect, auth's answer ◀─┐
//! request ─▶ proxy ─▶ adapter ─▶ cookies taken ─▶ leads on? ─ yes ─▶ history
//!                                                     └── no ──▶ decoded ─▶ sink ─▶ Exchange
//! ```

use super::adapter::{HttpAdapter, RawResponse};
use super::line_sink::{self, Broken};
use super::retry::Trying;
use super::sink::{self, Sink};
use super::{
    Adapter, Content, Cookie, CookieJar, Environment, Error, Exchange, Hop, Network,
    PreparedRequest, Response, Retried, decode, proxy_for, redirect,
};
use crate::world::{Alarm, Clock};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// What a client is made with.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// How many requests may be in flight at once: the idle connections kept per host.
    pub jobs: usize,
    /// What `trust_env` reads.
    pub environment: Environment,
    /// What the command line says of the network.
    pub network: Network,
    /// For cookies' expiry and the durations.
    pub clock: Arc<dyn Clock>,
}

/// Sends prepared requests. Shared by threads; holds connections, no cookies.
#[derive(Debug)]
pub struct Client {
    options: ClientOptions,
    adapter: Box<dyn Adapter>,
    /// Raised when it is shut down.
    alarm: Alarm,
}

/// A request that failed, with what was exchanged before it did.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: Error,
    /// The request that failed: the last hop's.
    pub request: Box<PreparedRequest>,
    /// The hops before.
    pub history: Vec<Hop>,
    /// Of a body that was read line by line: what had come of it.
    pub response: Option<Box<Response>>,
    /// The tries that were followed by another, of all hops.
    pub retried: Vec<Retried>,
}

impl Client {
    /// A client without connections.
    #[must_use]
    pub fn new(options: ClientOptions) -> Client {
        let adapter = Box::new(HttpAdapter::on(options.jobs, options.network.clone()));
        Client::with_adapter(options, adapter)
    }

    /// A client over another adapter (`Session.mount`).
    #[must_use]
    pub fn with_adapter(options: ClientOptions, adapter: Box<dyn Adapter>) -> Client {
        Client { options, adapter, alarm: Alarm::default() }
    }

    /// Ends every exchange under way, and refuses later ones: what waits on a socket fails at
    /// once with a `ConnectionError` that says `interrupted`.
    pub fn shutdown(&self) {
        self.alarm.raise();
        self.adapter.shutdown();
    }

    /// Whether [`Client::shutdown`] was called: a failure since then is no server's.
    #[must_use]
    pub fn is_shut_down(&self) -> bool {
        self.alarm.is_raised()
    }

    /// What wakes those who wait between its requests when it is shut down.
    #[must_use]
    pub fn alarm(&self) -> &Alarm {
        &self.alarm
    }

    /// Sends a request and follows where it leads. `jar` gains the cookies of every hop.
    ///
    /// # Errors
    /// A [`Failure`] when no final response could be had.
    pub fn send(
        &self,
        request: PreparedRequest,
        jar: &mut CookieJar,
        sink: &Sink<'_>,
    ) -> Result<Exchange, Box<Failure>> {
        let started = Instant::now();
        let deadline = request.transport.timeout.total.map(|total| started + total);
        let sending = Sending {
            client: self,
            jar,
            deadline,
            redirects: 0,
            history: Vec::new(),
            retried: Vec::new(),
            answered: None,
        };
        let mut exchange = sending.run(request, sink)?;
        exchange.duration = started.elapsed();
        Ok(exchange)
    }
}

/// One exchange under way.
struct Sending<'s> {
    client: &'s Client,
    jar: &'s mut CookieJar,
    deadline: Option<Instant>,
    redirects: u32,
    /// The hops that redirected.
    history: Vec<Hop>,
    /// The tries that were followed by another.
    retried: Vec<Retried>,
    /// The refusal that auth answered. Requests shows it when no redirect follows, and asks auth
    /// once a hop.
    answered: Option<Hop>,
}

/// A response whose head has come.
struct Arrived {
    raw: RawResponse,
    cookies: Vec<Cookie>,
    received: SystemTime,
    elapsed: Duration,
}

impl Sending<'_> {
    fn run(
        mut self,
        mut request: PreparedRequest,
        sink: &Sink<'_>,
    ) -> Result<Exchange, Box<Failure>> {
        loop {
            let arrived = match self.exchange(&mut request) {
                Ok(arrived) => arrived,
                Err(error) => return Err(self.fail(error, request)),
            };
            match self.next(request, arrived)? {
                Led::On(next) => request = *next,
                Led::Nowhere(last, arrived) => return self.finish(*last, *arrived, sink),
            }
        }
    }

    /// One hop: out, and the head in, its cookies taken.
    fn exchange(&mut self, request: &mut PreparedRequest) -> Result<Arrived, Error> {
        let options = &self.client.options;
        let mount = request.transport.mounts.find(&request.url);
        let proxy = match options.network.address(mount) {
            Some(_) => None,
            None => proxy_for(&request.url, &request.transport, &options.environment)?,
        };
        let started = Instant::now();
        let trying = Trying {
            adapter: &*self.client.adapter,
            clock: &*options.clock,
            proxy: proxy.as_ref(),
            deadline: self.deadline,
            alarm: &self.client.alarm,
        };
        let raw = trying.send(request, &mut self.retried)?;
        let elapsed = started.elapsed();
        let received = options.clock.now();
        let cookies = if raw.headers.contains("set-cookie") {
            let given = request.headers.first("host").filter(|_| request.is_host_given);
            let url = given.map(|host| request.url.for_host(host));
            let url = url.as_ref().unwrap_or(&request.url);
            request.cookies.extract(&raw.headers, url, received);
            self.jar.extract(&raw.headers, url, received)
        } else {
            Vec::new()
        };
        Ok(Arrived { raw, cookies, received, elapsed })
    }

    /// Where the response leads: to auth's answer, to a redirect's target, or nowhere.
    fn next(&mut self, request: PreparedRequest, arrived: Arrived) -> Result<Led, Box<Failure>> {
        if let Some(auth) = request.auth.clone()
            && self.answered.is_none()
            && (400..500).contains(&arrived.raw.status)
        {
            let refusal = response(&request, &arrived, Content::default());
            if let Some(answer) = auth.answer(&request, &refusal) {
                self.answered = Some(hop(request, arrived));
                return Ok(Led::On(Box::new(answer)));
            }
        }
        let max = request.transport.max_redirects;
        let location = redirect::location(arrived.raw.status, &arrived.raw.headers);
        match (max, location) {
            (Some(max), Some(location)) => self.redirect(request, arrived, &location, max),
            _ => Ok(Led::Nowhere(Box::new(request), Box::new(arrived))),
        }
    }

    fn redirect(
        &mut self,
        request: PreparedRequest,
        arrived: Arrived,
        location: &str,
        max: u32,
    ) -> Result<Led, Box<Failure>> {
        let status = arrived.raw.status;
        // The connection serves the next hop when the body has been read.
        let hop = hop(request, arrived);
        // What answered a challenge was said for that hop: Requests goes on from the request
        // before it (`resolve_redirects` copies `request`, not `response.request`).
        let from = match self.answered.take() {
            Some(refused) => {
                PreparedRequest { cookies: hop.request.cookies.clone(), ..refused.request }
            }
            None => hop.request.clone(),
        };
        let next = if self.redirects >= max {
            Err(redirect::too_many(max))
        } else {
            redirect::follow(&from, status, location, &self.client.options.environment)
        };
        let request = hop.request.clone();
        self.history.push(hop);
        self.redirects += 1;
        match next {
            Ok(mut next) => {
                self.choose_cookies(&mut next);
                Ok(Led::On(Box::new(next)))
            }
            Err(error) => Err(self.fail(error, request)),
        }
    }

    /// `prepare_cookies`: the request's own cookies and the session's, for its new place.
    fn choose_cookies(&self, next: &mut PreparedRequest) {
        next.cookies.merge(self.jar);
        next.put_cookies(self.client.options.clock.now());
    }

    /// The last hop: its body goes where the caller wants it.
    fn finish(
        mut self,
        request: PreparedRequest,
        mut arrived: Arrived,
        sink: &Sink<'_>,
    ) -> Result<Exchange, Box<Failure>> {
        let started = Instant::now();
        let taken = take(sink, &request, &mut arrived);
        arrived.raw.timings.receive = Some(started.elapsed());
        match taken {
            Ok(content) => {
                let mut response = response(&request, &arrived, content);
                response.next = next_url(&request, &response);
                // Requests' history of redirects replaces that of the auth's answer.
                let refused = self.answered.take().filter(|_| self.history.is_empty());
                self.history.extend(refused);
                let history = self.history;
                let retried = self.retried;
                Ok(Exchange { request, response, history, retried, duration: Duration::ZERO })
            }
            Err(broken) => {
                let Broken { error, content } = *broken;
                let came = content.map(|content| Box::new(response(&request, &arrived, content)));
                Err(Box::new(Failure { response: came, ..*self.fail(error, request) }))
            }
        }
    }

    fn fail(&mut self, error: Error, request: PreparedRequest) -> Box<Failure> {
        let mut history = std::mem::take(&mut self.history);
        history.extend(self.answered.take());
        Box::new(Failure {
            error,
            request: Box::new(request),
            history,
            retried: std::mem::take(&mut self.retried),
            response: None,
        })
    }
}

/// Where a response leads.
enum Led {
    On(Box<PreparedRequest>),
    Nowhere(Box<PreparedRequest>, Box<Arrived>),
}

/// Takes the body where it is wanted.
fn take(
    sink: &Sink<'_>,
    request: &PreparedRequest,
    arrived: &mut Arrived,
) -> Result<Content, Box<Broken>> {
    let (body, length) = decode::decode(&mut arrived.raw)?;
    let Sink::Lines(lines) = sink else { return Ok(sink::take(sink, body, length)?) };
    if let Some(time) = lines.rules.time {
        arrived.raw.ends.set(Instant::now() + time);
    }
    let declared = response(request, arrived, Content::default()).declared_encoding;
    line_sink::take(lines, body, declared.as_deref(), arrived.raw.ends.get())
}

/// Where a redirect that is not followed leads; `None` when that is no URL.
fn next_url(request: &PreparedRequest, response: &Response) -> Option<String> {
    let location = redirect::location(response.status, &response.headers)?;
    Some(request.url.join(&location).ok()?.as_str().to_owned())
}

/// A hop that leads on: its body read into memory, what is wrong with it passed over, as in
/// Requests.
fn hop(request: PreparedRequest, mut arrived: Arrived) -> Hop {
    let started = Instant::now();
    let content = match decode::decode(&mut arrived.raw) {
        Ok((body, length)) => sink::drain(body, length),
        Err(_) => Content::default(),
    };
    arrived.raw.timings.receive = Some(started.elapsed());
    let response = response(&request, &arrived, content);
    Hop { request, response }
}

fn response(request: &PreparedRequest, arrived: &Arrived, content: Content) -> Response {
    let raw = &arrived.raw;
    let mut response = Response::new(raw.status, raw.headers.clone(), content);
    response.reason.clone_from(&raw.reason);
    response.version = raw.version;
    request.url.as_str().clone_into(&mut response.url);
    response.cookies.clone_from(&arrived.cookies);
    response.received = arrived.received;
    response.elapsed = arrived.elapsed;
    response.timings = raw.timings;
    response.peer_certificate.clone_from(&raw.peer_certificate);
    if let Some(encoding) = &request.transport.encoding {
        response.declared_encoding = Some(encoding.clone());
    }
    response
}
