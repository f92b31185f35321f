//! `retry`: when a request is tried again.

use super::Written;
use super::shapes::{Attempts, Backoff, Jitter};
use crate::template::{Reference, Template};
use std::sync::Arc;
use std::time::Duration;

/// `retry` as written; the shorthand `retry: 5` has `attempts` alone.
#[derive(Debug, Default)]
pub struct RetrySpec {
    /// `attempts`: how many tries there are at most, the first included.
    pub attempts: Option<Written<Attempts>>,
    /// `delay`: waited between two tries.
    pub delay: Option<Written<Duration>>,
    /// `backoff`: what the delay grows by from one wait to the next.
    pub backoff: Option<Written<Backoff>>,
    /// `jitter`: the share of each wait that is left to chance.
    pub jitter: Option<Written<Jitter>>,
    /// `max_delay`: the longest wait, `Retry-After` included.
    pub max_delay: Option<Written<Duration>>,
    /// `until`: what is waited for; without it, that the assertions hold.
    pub until: Option<Arc<Template>>,
}

impl RetrySpec {
    /// Every name that must be known before the first try.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        let RetrySpec { attempts, delay, backoff, jitter, max_delay, until: _ } = self;
        super::request::written(attempts.as_ref(), into);
        super::request::written(delay.as_ref(), into);
        super::request::written(backoff.as_ref(), into);
        super::request::written(jitter.as_ref(), into);
        super::request::written(max_delay.as_ref(), into);
    }

    /// Every name used after a try.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        if let Some(until) = &self.until {
            into.extend_from_slice(until.references());
        }
    }
}
