//! Tokens for `auth: {oauth2: …}`: asked for once, by whoever needs one first.
//!
//! ```text
//! step ─▶ Asking ─▶ Tokens (one slot for the same settings) ─ none, run out, refused ─▶ ask
//!                                                                 │
//!           refresh token ─▶ client's or user's credentials ─▶ a person (code, device)
//! ```
//!
//! The requests go out as the step's own do: its TLS, its proxies, its adapters.

mod ask;
mod asking;
mod code;
mod device;
mod request;
mod step;
mod tokens;

pub(super) use asking::Asking;
pub use request::first_request;
pub use tokens::Tokens;

use std::fmt;
use std::sync::Arc;

/// What tells a person what to do; there is none where nobody looks.
#[derive(Clone)]
pub struct Prompt(pub Arc<dyn Fn(&str) + Send + Sync>);

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prompt")
    }
}
