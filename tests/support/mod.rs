//! What integration tests share: scripted servers on loopback, a test CA, real proxies.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod program;
pub mod script;
pub mod tls;
