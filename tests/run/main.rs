//! How runs behave: the same whatever `--jobs`, in the order written, ended in order, silent
//! about secrets. The real binary against real servers on loopback, one file a matter.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test cannot do is a failed test"
)]

#[expect(dead_code, reason = "a part of what integration tests share")]
#[path = "../support/script.rs"]
mod script;

#[expect(dead_code, reason = "a part of what integration tests share")]
#[path = "../support/program.rs"]
mod server;

#[expect(dead_code, reason = "a part of what integration tests share")]
#[path = "../support/tls.rs"]
mod tls;

mod bodies;
mod bounds;
mod certificates;
mod determinism;
mod hooks;
mod interruption;
mod lengths;
mod life;
mod logs;
mod loops;
mod oauth;
mod order;
mod pages;
mod panics;
mod program;
mod sandbox;
mod secrets;
mod sessions;
mod shared;
mod site;
mod size;
mod skips;
mod sockets;
mod unwritten;
