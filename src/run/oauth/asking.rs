//! A step that wants a token: what it asks through, and what is told of it.

use super::ask::ask;
use super::request::said;
use super::{Prompt, Tokens};
use crate::event::TokenRecord;
use crate::http::{
    Client, CookieJar, Environment, Error, Exchange, OAuthSettings, PreparedRequest, Sink, Token,
    TokenSource, Transport,
};
use crate::run::record::shown_url;
use crate::world::Clock;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a step's tokens are asked for with.
#[derive(Debug)]
pub(in crate::run) struct Asking {
    pub(in crate::run) tokens: Tokens,
    pub(in crate::run) client: Arc<Client>,
    pub(in crate::run) transport: Transport,
    pub(in crate::run) environment: Environment,
    pub(in crate::run) clock: Arc<dyn Clock>,
    pub(in crate::run) prompt: Option<Prompt>,
    /// Whether only this machine may be asked (`--offline`).
    pub(in crate::run) is_offline: bool,
    /// Until when the step has time.
    pub(in crate::run) deadline: Option<Instant>,
    pub(in crate::run) told: Mutex<Told>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(in crate::run) struct Told {
    /// The requests that were sent, for reports.
    pub(in crate::run) records: Vec<TokenRecord>,
    /// What must not be shown.
    pub(in crate::run) secrets: Vec<String>,
}

impl TokenSource for Asking {
    fn token(&self, settings: &Arc<OAuthSettings>, refused: Option<&str>) -> Result<Token, Error> {
        let now = self.clock.now();
        let asked = |before: Option<Token>| ask(self, settings, before);
        let token = self.tokens.get(&settings.key, refused, now, self.client.alarm(), asked);
        if let Ok(token) = &token {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.secrets.extend(token.secrets().map(str::to_owned));
        }
        token
    }
}

impl Asking {
    /// What came of it since the last time.
    pub(in crate::run) fn take_told(&self) -> Told {
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is not to be shown from now on.
    pub(super) fn keep_secret(&self, secret: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.secrets.push(secret.to_owned());
    }

    /// Sends a request for a token, and tells of it.
    pub(super) fn send(&self, request: PreparedRequest, grant: &str) -> Result<Exchange, Error> {
        let url = shown_url(request.url.as_str());
        let mut request = request;
        if let Some(left) = self.left() {
            let total = request.transport.timeout.total;
            request.transport.timeout.total = Some(total.map_or(left, |total| total.min(left)));
        }
        let started = Instant::now();
        let sent = self.client.send(request, &mut CookieJar::default(), &Sink::Memory);
        let mut record = TokenRecord {
            grant: grant.to_owned(),
            url: url.clone(),
            status: None,
            error: None,
            duration: started.elapsed().as_secs_f64(),
        };
        let result = match sent {
            Ok(exchange) => {
                record.status = Some(exchange.response.status);
                record.error = said(&exchange.response);
                Ok(exchange)
            }
            Err(failure) => {
                let error = failure.error;
                record.error = Some(format!("{}: {}", error.kind.name(), error.message));
                let message = format!("no token from `{url}`: {}", error.message);
                Err(Error { message, ..error })
            }
        };
        self.told.lock().unwrap_or_else(PoisonError::into_inner).records.push(record);
        result
    }

    /// How long the step still has.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
