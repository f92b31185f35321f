//! Speaking over a socket, byte by byte, as Python's `socket` does. It knows no YAML, no step
//! and no template.
//!
//! ```text
//! Endpoint ─Door─▶ http/adapter (addresses, TCP, TLS) ─▶ Line ─send, recv, shutdown─▶ Talk
//! ```
//!
//! A [`Line`] is an open connection and notes what is done over it; a [`Talk`] is what remains of
//! it: what assertions look at and reports show.

mod address;
mod line;
mod listener;
mod printable;
mod talk;

pub use address::{Address, Transport};
pub use line::{LIMIT, Line, Patience, Until};
pub use listener::{BACKLOG, Listener};
pub use printable::printable;
pub use talk::{Did, Move, Talk};
