//! Signatures: what JWTs and signed requests are made with. It knows neither.
//!
//! ```text
//! PEM or JWK ──Key::read──▶ Key ──sign──▶ signature
//!                            └──verify──▶ whether it fits
//! ```
//!
//! A key says which signatures it makes: a PEM is never taken for an HMAC's secret, so that nobody
//! can pass off a text signed with a public key.

mod der;
mod key;
mod pem;
mod random;
mod scheme;

pub use key::{Key, KeyKind};
pub use random::{challenge, random_text};
pub use scheme::{SCHEMES, Scheme, sign, verify};

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, without the key.
    pub message: String,
    /// What to do.
    pub help: Option<&'static str>,
}

#[cfg(test)]
mod tests;
