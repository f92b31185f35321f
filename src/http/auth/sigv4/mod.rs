//! AWS Signature Version 4, as far as it needs no request of ours: text in, text out.
//!
//! ```text
//! method, path, query, headers, payload ─▶ canonical request ─sha256─▶ string to sign ─hmac─▶ signature
//! ```

mod canonical;
mod encode;

pub(super) use canonical::{Scope, Signable, hex, signature, signed_headers};
pub(super) use encode::{strict_path, strict_query};

#[cfg(test)]
#[path = "suite_tests.rs"]
mod tests;
