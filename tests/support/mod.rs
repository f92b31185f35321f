//! What integration tests share: scripted servers on loopback, a test CA, real proxies.
#![expect(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod program;
pub(crate) mod script;
pub(crate) mod tls;
