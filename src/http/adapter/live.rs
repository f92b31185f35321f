//! Every open socket, so that Ctrl-C can end the reads that wait on them.

use super::stream::Wire;
use crate::http::{Error, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The sockets of one adapter.
#[derive(Debug, Default)]
pub(super) struct Live {
    is_ended: AtomicBool,
    sockets: Mutex<Vec<Weak<Wire>>>,
}

impl Live {
    /// Takes a new socket in. Those gone are forgotten whenever the list would grow.
    pub(super) fn register(&self, socket: &Arc<Wire>) -> Result<(), Error> {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        if sockets.len() == sockets.capacity() {
            sockets.retain(|socket| socket.strong_count() > 0);
        }
        sockets.push(Arc::downgrade(socket));
        drop(sockets);
        self.check()
    }

    /// Shuts every socket down: blocked reads return at once.
    pub(super) fn shutdown(&self) {
        self.is_ended.store(true, Ordering::SeqCst);
        let sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        for socket in sockets.iter().filter_map(Weak::upgrade) {
            // A socket that is gone already needs no shutting.
            let _ = socket.shutdown();
        }
    }

    /// An error once everything has been shut down.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.is_ended.load(Ordering::SeqCst) { Err(interrupted()) } else { Ok(()) }
    }
}

/// What every request fails with after [`Live::shutdown`].
pub(super) fn interrupted() -> Error {
    Error::new(ErrorKind::ConnectionError, "interrupted")
}
