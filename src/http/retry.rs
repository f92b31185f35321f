//! Trying a request again: urllib3's `Retry`, as `HTTPAdapter(max_retries=Retry(…))` uses it.
//!
//! ```text
//! send ─▶ response ─ its status is to be retried? ─ no ─▶ given back
//!   ▲         │ yes                    error ─ its class is to be retried? ─ no ─▶ given back
//!   └── wait ◀┴── tries left? ──────────────────────────────┘ yes
//!                     └ no ─▶ RetryError, or the last error
//! ```
//!
//! Each hop has all its tries, as in Requests, whose adapters know of one hop.

use super::adapter::RawResponse;
use super::retry_after::retry_after;
use super::{Adapter, Error, ErrorKind, PreparedRequest, Url};
use crate::world::{Alarm, Clock};
use std::fmt;
use std::io;
use std::time::{Duration, Instant, SystemTime};

/// The statuses whose `Retry-After` is heeded whether or not they are named
/// (`Retry.RETRY_AFTER_STATUS_CODES`).
const RETRY_AFTER_STATUSES: [u16; 3] = [413, 429, 503];
/// The longest pause that `backoff` grows to (`Retry.DEFAULT_BACKOFF_MAX`).
const LONGEST_BACKOFF: Duration = Duration::from_secs(120);
/// The longest pause a server can ask for (`Retry.DEFAULT_RETRY_AFTER_MAX`).
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(21_600);
/// Methods that do the same when they are done twice (`Retry.DEFAULT_ALLOWED_METHODS`).
const IDEMPOTENT_METHODS: [&str; 6] = ["HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"];

/// `retries`: what is tried again, how often, after what pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often a request is sent at most, the first time included.
    pub attempts: u32,
    /// Responses that are tried again (`status_forcelist`).
    pub statuses: Vec<u16>,
    /// The classes of errors that are tried again.
    pub errors: Vec<FailureClass>,
    /// The factor: the first retry follows at once, the second after twice this, then four times,
    /// and so on, up to two minutes (`backoff_factor`).
    pub backoff: Duration,
    /// Whether `Retry-After` says how long to wait, and 413, 429 and 503 that have it are tried
    /// again.
    pub respect_retry_after: bool,
    /// The methods that are tried again after a response or a broken exchange, in upper case;
    /// `None` is every method. A failed connection is tried again whatever the method.
    pub methods: Option<Vec<String>>,
}

/// What failed, as urllib3 tells errors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// No connection stood: nothing of the request can have arrived.
    Connect,
    /// The exchange broke or fell silent: the server may have done what was asked.
    Read,
    /// TLS, and what a proxy refuses.
    Other,
}

/// One try that was followed by another.
#[derive(Clone, Debug)]
pub struct Retried {
    /// Where it went.
    pub url: String,
    /// The status that was not good enough.
    pub status: Option<u16>,
    /// What failed.
    pub error: Option<Error>,
    /// The pause after it.
    pub wait: Duration,
}

impl Default for Retries {
    /// As `HTTPAdapter(max_retries=2)`.
    fn default() -> Retries {
        Retries {
            attempts: 3,
            statuses: Vec::new(),
            errors: vec![FailureClass::Connect, FailureClass::Read, FailureClass::Other],
            backoff: Duration::ZERO,
            respect_retry_after: true,
            methods: Some(IDEMPOTENT_METHODS.map(str::to_owned).to_vec()),
        }
    }
}

/// What a hop is sent with, try after try.
pub(super) struct Trying<'t> {
    pub(super) adapter: &'t dyn Adapter,
    pub(super) clock: &'t dyn Clock,
    pub(super) proxy: Option<&'t Url>,
    pub(super) deadline: Option<Instant>,
    /// Whether the run was interrupted, which no other try mends.
    pub(super) alarm: &'t Alarm,
}

impl Trying<'_> {
    /// Sends a request until what comes stands; `retried` gains the tries that did not.
    pub(super) fn send(
        &self,
        request: &PreparedRequest,
        retried: &mut Vec<Retried>,
    ) -> Result<RawResponse, Error> {
        let send = || self.adapter.send(request, self.proxy, self.deadline);
        let mount = request.transport.mounts.find(&request.url);
        let Some(retries) = mount.and_then(|mount| mount.retries.as_ref()) else { return send() };
        for done in 1.. {
            let outcome = send();
            if self.alarm.is_raised() {
                return outcome;
            }
            let wait = match retries.judge(request, &outcome, done, self.clock.now())? {
                Verdict::Stands => return outcome,
                Verdict::Again(wait) if self.has_time(wait) => wait,
                Verdict::Again(_) | Verdict::Exhausted => return given_up(outcome, done),
            };
            let (status, error) = match outcome {
                Ok(mut response) => {
                    // Read to its end, the connection serves the next try (`drain_conn`).
                    let _ = io::copy(&mut response.body, &mut io::sink());
                    (Some(response.status), None)
                }
                Err(error) => (None, Some(error)),
            };
            let one = Retried { url: request.url.as_str().to_owned(), status, error, wait };
            tracing::debug!("trying again ({} of {}) after {one}", done + 1, retries.attempts);
            retried.push(one);
            self.clock.sleep(wait, self.alarm);
            if self.alarm.is_raised() {
                return Err(Error::new(ErrorKind::ConnectionError, "interrupted"));
            }
        }
        send()
    }

    /// Whether the next try would begin before everything must be over.
    fn has_time(&self, wait: Duration) -> bool {
        let Some(deadline) = self.deadline else { return true };
        Instant::now().checked_add(wait).is_some_and(|next| next < deadline)
    }
}

impl fmt::Display for Retried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, self.status) {
            (Some(error), _) => write!(f, "{error}")?,
            (None, Some(status)) => write!(f, "the server answered {status}")?,
            (None, None) => f.write_str("nothing came")?,
        }
        if !self.wait.is_zero() {
            write!(f, ", waiting {:?}", self.wait)?;
        }
        Ok(())
    }
}

/// What to do with what came of a try.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It stands.
    Stands,
    /// Another try, after this pause.
    Again(Duration),
    /// It was to be tried again, and there is no try left.
    Exhausted,
}

impl Retries {
    /// Judges a try: the `done`th, 1 for the first.
    ///
    /// # Errors
    /// `InvalidHeader` for a `Retry-After` that says nothing, as in Requests.
    pub(super) fn judge(
        &self,
        request: &PreparedRequest,
        outcome: &Result<RawResponse, Error>,
        done: u32,
        now: SystemTime,
    ) -> Result<Verdict, Error> {
        let is_wanted = match outcome {
            Ok(response) => self.wants_status(request, response, done),
            Err(error) => self.wants_error(request, error),
        };
        let is_unread = outcome.as_ref().is_err_and(|error| error.is_unreached);
        if !is_wanted || !(is_unread || request.body.is_rewindable()) {
            return Ok(Verdict::Stands);
        }
        if done >= self.attempts {
            return Ok(Verdict::Exhausted);
        }
        let asked = match outcome {
            Ok(response) if self.respect_retry_after => asked_pause(response, now)?,
            _ => None,
        };
        Ok(Verdict::Again(asked.unwrap_or_else(|| self.pause(done))))
    }

    fn wants_status(&self, request: &PreparedRequest, response: &RawResponse, done: u32) -> bool {
        self.is_allowed(request)
            && (self.statuses.contains(&response.status)
                || (done < self.attempts
                    && self.respect_retry_after
                    && RETRY_AFTER_STATUSES.contains(&response.status)
                    && response
                        .headers
                        .first("retry-after")
                        .is_some_and(|asked| !asked.is_empty())))
    }

    fn wants_error(&self, request: &PreparedRequest, error: &Error) -> bool {
        let Some(class) = FailureClass::of(error) else { return false };
        self.errors.contains(&class) && (class != FailureClass::Read || self.is_allowed(request))
    }

    /// `_is_method_retryable`.
    fn is_allowed(&self, request: &PreparedRequest) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(&request.method))
    }

    /// `get_backoff_time`, after the `done`th try.
    fn pause(&self, done: u32) -> Duration {
        if done <= 1 {
            return Duration::ZERO;
        }
        let factor = 2_u32.checked_pow(done - 1);
        let pause = factor.and_then(|factor| self.backoff.checked_mul(factor));
        pause.unwrap_or(LONGEST_BACKOFF).min(LONGEST_BACKOFF)
    }
}

impl FailureClass {
    /// The word for it in `on`.
    #[must_use]
    pub fn find(word: &str) -> Option<FailureClass> {
        match word {
            "connect" => Some(FailureClass::Connect),
            "read" => Some(FailureClass::Read),
            "other" => Some(FailureClass::Other),
            _ => None,
        }
    }

    /// The class of an error; `None` for what no other try can change: a request that cannot go
    /// out.
    fn of(error: &Error) -> Option<FailureClass> {
        if error.is_unreached {
            return Some(FailureClass::Connect);
        }
        match error.kind {
            ErrorKind::SSLError | ErrorKind::ProxyError => Some(FailureClass::Other),
            ErrorKind::ConnectionError | ErrorKind::ReadTimeout => Some(FailureClass::Read),
            _ => None,
        }
    }
}

/// `get_retry_after`: `None` without the header, and for 0 seconds or a date in the past, which
/// leave the pause to `backoff`.
fn asked_pause(response: &RawResponse, now: SystemTime) -> Result<Option<Duration>, Error> {
    let Some(asked) = response.headers.first("retry-after") else { return Ok(None) };
    let Some(pause) = retry_after(&response.headers, now) else {
        let message = format!("the server's `Retry-After: {asked}` is neither seconds nor a date");
        return Err(Error::new(ErrorKind::InvalidHeader, message)
            .help("leave it aside with `respect_retry_after: false`"));
    };
    Ok(Some(pause.min(LONGEST_RETRY_AFTER)).filter(|pause| !pause.is_zero()))
}

/// No try is left, or no time for one: `RetryError` for a status. An error keeps its kind.
fn given_up(outcome: Result<RawResponse, Error>, attempts: u32) -> Result<RawResponse, Error> {
    let times = match attempts {
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    let response = outcome
        .map_err(|error| Error { message: format!("{}, after {times}", error.message), ..error })?;
    let RawResponse { status, reason, .. } = &response;
    let answer = format!("{status} {reason}");
    let message = format!("still `{}` after {times}", answer.trim_end());
    Err(Error::new(ErrorKind::RetryError, message)
        .help("look at why the server answers so, or allow more `retries` in `adapters`"))
}
