//! `sign: {key: …, components: [..]}`: HTTP Message Signatures (RFC 9421).
//!
//! ```text
//! components ─base─▶ lines ─crypto─▶ Signature-Input, Signature
//! ```

mod action;
mod base;
mod components;

pub(super) use action::KIND;

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
