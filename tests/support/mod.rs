//! What integration tests share: scripted servers on loopback, a test CA, real proxies. A binary
//! that uses a part alone says `#[expect(dead_code)]` where it takes this in.
pub(crate) mod program;
pub(crate) mod script;
pub(crate) mod tls;
