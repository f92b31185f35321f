//! What a server's threads have in common: who is connected, and that it is time to stop.

use super::github::Store;
use super::site::Site;
use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections served at once; one more is answered with 503.
const MOST_CONNECTIONS: usize = 1024;

/// One server's state. Locked when a connection opens, closes or waits, never for a request.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) address: SocketAddr,
    /// What has been written to `/github/…`.
    pub(super) github: Mutex<Store>,
    /// What answers instead of the endpoints of the table.
    pub(super) site: Option<Arc<dyn Site>>,
    stopping: AtomicBool,
    open: Mutex<Open>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    streams: HashMap<u64, Arc<TcpStream>>,
}

impl Shared {
    pub(super) fn new(address: SocketAddr, site: Option<Arc<dyn Site>>) -> Shared {
        Shared {
            address,
            github: Mutex::default(),
            site,
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Takes a place for a connection; `None` when all are taken.
    pub(super) fn admit(self: &Arc<Self>, stream: Arc<TcpStream>) -> Option<Place> {
        let mut open = self.open();
        if open.streams.len() >= MOST_CONNECTIONS {
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.streams.insert(number, stream);
        Some(Place { number, shared: Arc::clone(self) })
    }

    /// Waits; returns early when the server stops.
    pub(super) fn wait(&self, duration: Duration) {
        let Some(end) = Instant::now().checked_add(duration) else { return };
        let mut open = self.open();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.is_stopping() {
                return;
            }
            open = match self.changed.wait_timeout(open, left) {
                Ok((open, _)) => open,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// From now on no request is read.
    pub(super) fn stop(&self) {
        let open = self.open();
        self.stopping.store(true, Ordering::Relaxed);
        for stream in open.streams.values() {
            let _ = stream.shutdown(Shutdown::Read);
        }
        self.changed.notify_all();
    }

    /// Gives answers under way `grace` to get out, then cuts what is left.
    pub(super) fn close(&self, grace: Duration) {
        let end = Instant::now() + grace;
        let mut open = self.open();
        while !open.streams.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            open = match self.changed.wait_timeout(open, left) {
                Ok((open, _)) => open,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        for stream in open.streams.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place among those served; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    shared: Arc<Shared>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.shared.open();
        open.streams.remove(&self.number);
        if open.streams.is_empty() && self.shared.is_stopping() {
            self.shared.changed.notify_all();
        }
    }
}
