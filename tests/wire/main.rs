//! The golden suite: what Requests did, as the scripts beside this file recorded it, and what we do.
//! `cargo test --test wire -- --nocapture` prints how many calls there are of each family.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a recording that cannot be read fails the test"
)]

mod call;
mod codes;
mod counts;
mod exchanges;
mod golden;
mod hooks;
mod loopback;
mod server;
