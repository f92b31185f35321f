//! `runner` runs API scripts written as plain YAML, in the vocabulary of Python's Requests.
//!
//! ```text
//! text → nodes → model → plan → events → report
//! source/       load/   plan/   run/     report/
//! ```
//!
//! Each arrow is one module: it takes the value on its left, makes the one on its right, and
//! knows nothing further along. `tests/architecture.rs` holds the layers.

pub mod check;
pub mod cli;
pub mod contract;
pub mod crypto;
pub mod diagnostic;
pub mod event;
pub mod exchange;
pub mod graphql;
pub mod hook;
pub mod http;
pub mod jsonpath;
pub mod load;
pub mod mock;
pub mod model;
pub mod plan;
pub mod registry;
pub mod report;
pub mod run;
pub mod schema;
pub mod serve;
pub mod socket;
pub mod source;
pub mod template;
pub mod value;
pub mod world;
