//! Ctrl-C and SIGTERM: what runs is ended, teardown still runs, reports are written.

use super::lane::{End, Lane};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Says that a run should end. Clones are one.
#[derive(Clone, Default)]
pub struct Interrupt {
    is_raised: Arc<AtomicBool>,
    lane: Arc<Mutex<Option<Arc<Lane>>>>,
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
        let lane = self.lane.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lane) = lane {
            lane.stop(End::Interrupted);
        }
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.is_raised.load(Ordering::SeqCst)
    }

    /// The lane that is ended.
    pub(super) fn watch(&self, lane: &Arc<Lane>) {
        *self.lane.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(lane));
        if self.is_raised() {
            lane.stop(End::Interrupted);
        }
    }
}
