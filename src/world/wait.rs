//! Reading what others write when they please, until a deadline.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// A pipe that is read until a deadline, if there is one: then its reads are `TimedOut`.
#[derive(Debug)]
pub struct Patient<R> {
    from: R,
    deadline: Option<Instant>,
}

impl<R: Read + AsFd> Patient<R> {
    /// Reads `from`, which must not hold back bytes it has read already.
    pub fn new(from: R, deadline: Option<Instant>) -> Patient<R> {
        Patient { from, deadline }
    }
}

impl<R: Read + AsFd> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(deadline) = self.deadline {
            wait(&self.from, deadline)?;
        }
        self.from.read(buffer)
    }
}

/// Waits until there is something to read, be it the end.
fn wait(from: &impl AsFd, deadline: Instant) -> io::Result<()> {
    loop {
        let left = left(deadline)?;
        // Rounded up, so as not to wake before the deadline; a wait too long for poll is repeated.
        let left = left.saturating_add(Duration::from_millis(1));
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        let mut fds = [PollFd::new(from.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, timeout) {
            Ok(0) | Err(nix::errno::Errno::EINTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The time left until `deadline`.
///
/// # Errors
/// `TimedOut` when there is none.
pub(super) fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}
