//! Idle connections, as many per route as requests may be in flight.

use super::connection::Connection;
use super::route::Wanted;
use std::sync::{Mutex, PoisonError};

/// The idle connections of one adapter. The one used last is used next, so that under less load
/// the older ones end at the server.
#[derive(Debug)]
pub(super) struct Pool {
    per_route: usize,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(per_route: usize) -> Pool {
        Pool { per_route: per_route.max(1), idle: Mutex::default() }
    }

    /// A connection that may carry the request and is not known to be closed.
    pub(super) fn take(&self, wanted: &Wanted<'_>) -> Option<Connection> {
        loop {
            let connection = self.take_any(wanted)?;
            let host = wanted.request.url.host();
            if !connection.stream.is_stale() {
                tracing::debug!("reused a connection to {host}");
                return Some(connection);
            }
            tracing::debug!("dropped a connection to {host} that the server had closed");
        }
    }

    fn take_any(&self, wanted: &Wanted<'_>) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|connection| connection.route.serves(wanted))?;
        Some(idle.remove(at))
    }

    /// Takes a connection back; beyond the limit the oldest of its route is closed.
    pub(super) fn give(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |other: &&Connection| other.route == connection.route;
        let limit = connection.route.pool().unwrap_or(self.per_route);
        let surplus = if idle.len() >= limit && idle.iter().filter(same).count() >= limit {
            idle.iter().position(|other| other.route == connection.route).map(|at| idle.remove(at))
        } else {
            None
        };
        idle.push(connection);
        drop(idle);
        // Closed here, outside the lock.
        drop(surplus);
    }

    /// Closes every idle connection.
    pub(super) fn clear(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        drop(idle);
    }
}
