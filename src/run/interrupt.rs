//! Ctrl-C and SIGTERM: what runs is ended, teardown still runs, reports are written.

use crate::http::Client;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Says that a run should end. Clones are one.
#[derive(Clone, Default)]
pub struct Interrupt {
    is_raised: Arc<AtomicBool>,
    client: Arc<Mutex<Option<Arc<Client>>>>,
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Interrupt({})", self.is_raised())
    }
}

impl Interrupt {
    /// Ends the requests in flight and keeps further steps from starting.
    pub fn raise(&self) {
        self.is_raised.store(true, Ordering::SeqCst);
        let client = self.client.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(client) = client {
            client.shutdown();
        }
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.is_raised.load(Ordering::SeqCst)
    }

    /// The client whose requests are ended.
    pub(super) fn watch(&self, client: &Arc<Client>) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(client));
        if self.is_raised() {
            client.shutdown();
        }
    }
}
