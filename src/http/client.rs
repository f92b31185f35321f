//! Requests' `Session.send`: redirects, auth answers, cookies and decoding around an adapter.
//!
//! ```text
//!        ┌───────────── auth's answer ◀─┐         ┌─▶ next request (history)
//! request ─▶ proxy ─▶ adapter ─▶ cookies taken ─▶ body read ─▶ hook ─▶ leads on? ─ no ─▶ Exchange
//! ```

use super::adapter::{Accepted, Conversation, Door, HttpAdapter, RawResponse};
use super::line_sink::{self, Broken};
use super::retry::Trying;
use super::sink::{self, Sink};
use super::{
    Adapter, Content, Cookie, CookieJar, Environment, Error, Exchange, Headers, Hop, Network,
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

    /// Opens a connection that no HTTP is spoken over; it ends with this client.
    ///
    /// # Errors
    /// Those of connecting.
    pub fn open(&self, door: &Door) -> Result<Conversation, Error> {
        let deadline = door.timeout.total.map(|total| Instant::now() + total);
        self.adapter.open(door, deadline)
    }

    /// Takes in a connection that was made to us; it ends with this client.
    ///
    /// # Errors
    /// When this client has ended.
    pub fn adopt(&self, accepted: Accepted) -> Result<Conversation, Error> {
        self.adapter.adopt(accepted)
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
        self.send_heard(request, jar, sink, None)
    }

    /// As [`Client::send`], every hop's response shown to `hook` (Requests' `hooks`).
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn send_heard<'s>(
        &'s self,
        request: PreparedRequest,
        jar: &'s mut CookieJar,
        sink: &Sink<'_>,
        hook: Option<&'s mut dyn ResponseHook>,
    ) -> Result<Exchange, Box<Failure>> {
        let started = Instant::now();
        let deadline = request.transport.timeout.total.map(|total| started + total);
        let sending = Sending {
            client: self,
            jar,
            hook,
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

/// What looks at every hop's response (`dispatch_hook("response", …)`).
pub trait ResponseHook {
    /// Sees a response, its body read as far as the sink says, and may give another: what it
    /// gives is what redirects are followed by. A refusal that auth answers is not shown, but
    /// stands in the history of the answer's response, which as in Requests has no other hops.
    fn response(&mut self, exchange: Exchange) -> Exchange;
}

/// One exchange under way.
struct Sending<'s> {
    client: &'s Client,
    jar: &'s mut CookieJar,
    hook: Option<&'s mut dyn ResponseHook>,
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
            let (asked, arrived) = match self.answer(request, arrived) {
                Answered::Again(next) => {
                    request = *next;
                    continue;
                }
                Answered::Not(asked, arrived) => (*asked, *arrived),
            };
            let max = asked.transport.max_redirects;
            let leads = max.is_some()
                && redirect::location(arrived.raw.status, &arrived.raw.headers).is_some();
            let hop = if leads { hop(asked, arrived) } else { self.last(asked, arrived, sink)? };
            let hop = self.tell(hop);
            let location = redirect::location(hop.response.status, &hop.response.headers);
            match (max, location) {
                (Some(max), Some(location)) => request = self.redirect(hop, &location, max)?,
                _ if leads => return self.kept(hop, sink),
                _ => return Ok(self.finish(hop)),
            }
        }
    }

    /// One hop: out, and the head in, its cookies taken.
    fn exchange(&mut self, request: &mut PreparedRequest) -> Result<Arrived, Error> {
        let options = &self.client.options;
        request.seal(&options.environment, options.clock.now(), self.deadline)?;
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

    /// What auth says to a refusal, once a hop.
    fn answer(&mut self, request: PreparedRequest, arrived: Arrived) -> Answered {
        if let Some(auth) = request.auth.clone()
            && self.answered.is_none()
            && (400..500).contains(&arrived.raw.status)
        {
            let refusal = unread(&request, &arrived);
            if let Some(answer) = auth.answer(&request, &refusal) {
                self.answered = Some(hop(request, arrived));
                return Answered::Again(Box::new(answer));
            }
        }
        Answered::Not(Box::new(request), Box::new(arrived))
    }

    /// Shows the hook a response, and takes what it makes of it.
    fn tell(&mut self, hop: Hop) -> Hop {
        let Some(hook) = &mut self.hook else { return hop };
        let Hop { request, response } = hop;
        let duration = response.elapsed;
        let history = self.answered.take().into_iter().collect();
        let exchange = hook.response(Exchange {
            request,
            response,
            history,
            retried: std::mem::take(&mut self.retried),
            duration,
        });
        self.retried = exchange.retried;
        self.answered = exchange.history.into_iter().next();
        Hop { request: exchange.request, response: exchange.response }
    }

    fn redirect(
        &mut self,
        hop: Hop,
        location: &str,
        max: u32,
    ) -> Result<PreparedRequest, Box<Failure>> {
        let status = hop.response.status;
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
                Ok(next)
            }
            Err(error) => Err(self.fail(error, request)),
        }
    }

    /// `prepare_cookies`: the request's own cookies and the session's, for its new place.
    fn choose_cookies(&self, next: &mut PreparedRequest) {
        next.cookies.merge(self.jar);
        next.put_cookies(self.client.options.clock.now());
    }

    /// A hop that leads nowhere: its body goes where the caller wants it.
    fn last(
        &mut self,
        request: PreparedRequest,
        mut arrived: Arrived,
        sink: &Sink<'_>,
    ) -> Result<Hop, Box<Failure>> {
        let started = Instant::now();
        let taken = take(sink, &request, &mut arrived);
        arrived.raw.timings.receive = Some(started.elapsed());
        match taken {
            Ok(content) => Ok(Hop { response: response(&request, arrived, content), request }),
            Err(broken) => {
                let Broken { error, content } = *broken;
                let came = content.map(|content| Box::new(response(&request, arrived, content)));
                Err(Box::new(Failure { response: came, ..*self.fail(error, request) }))
            }
        }
    }

    /// A redirect that a hook has made an end of: its body goes where the last one's would.
    fn kept(mut self, mut hop: Hop, sink: &Sink<'_>) -> Result<Exchange, Box<Failure>> {
        let bytes = Arc::clone(&hop.response.content.bytes);
        let length = Some(hop.response.content.size);
        let body = Box::new(std::io::Cursor::new(bytes));
        let taken = match sink {
            Sink::Lines(lines) => {
                line_sink::take(lines, body, hop.response.declared_encoding.as_deref(), None)
            }
            sink => sink::take(sink, body, length).map_err(Into::into),
        };
        match taken {
            Ok(content) => {
                hop.response.content = content;
                Ok(self.finish(hop))
            }
            Err(broken) => Err(self.fail(broken.error, hop.request)),
        }
    }

    fn finish(mut self, hop: Hop) -> Exchange {
        let Hop { request, mut response } = hop;
        response.next = next_url(&request, &response);
        // As in Requests, where the history of redirects replaces that of an auth's answer.
        if self.history.is_empty() {
            self.history.extend(self.answered.take());
        }
        Exchange {
            request,
            response,
            history: self.history,
            retried: self.retried,
            duration: Duration::ZERO,
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

/// Whether auth answered a response.
enum Answered {
    Again(Box<PreparedRequest>),
    Not(Box<PreparedRequest>, Box<Arrived>),
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
    let declared = unread(request, arrived).declared_encoding;
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
    let response = response(&request, arrived, content);
    Hop { request, response }
}

fn response(request: &PreparedRequest, mut arrived: Arrived, content: Content) -> Response {
    let headers = std::mem::take(&mut arrived.raw.headers);
    headed(request, &arrived, headers, content)
}

/// A response whose body has not been read.
fn unread(request: &PreparedRequest, arrived: &Arrived) -> Response {
    headed(request, arrived, arrived.raw.headers.clone(), Content::default())
}

fn headed(
    request: &PreparedRequest,
    arrived: &Arrived,
    headers: Headers,
    content: Content,
) -> Response {
    let raw = &arrived.raw;
    let mut response = Response::new(raw.status, headers, content);
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
