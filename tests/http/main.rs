//! The HTTP client: against a scripted adapter for what it decides, against real sockets, TLS
//! servers and proxies for what it does.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test cannot do is a failed test"
)]

#[expect(dead_code, reason = "a part of what integration tests share")]
#[path = "../support/mod.rs"]
mod support;

mod exchange;
mod failures;
mod mounts;
mod nginx;
mod proxies;
mod redirects;
mod request;
mod retries;
mod streams;
mod timeouts;
mod tls;
mod uploads;
