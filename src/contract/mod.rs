//! Contracts: what a JSON Schema says of data, and an OpenAPI document of exchanges.
//!
//! ```text
//! file, inline ──Documents──▶ Json ──Schema::compile──▶ Schema ──violations──▶ Vec<Violation>
//! ```
//!
//! A schema is compiled once, when its collection is loaded. What it refers to is read from files,
//! through the collection's sandbox; nothing is ever fetched. The only door to `jsonschema`, which
//! the cargo feature `contracts` takes in: without it every schema is refused.

mod documents;
#[cfg(feature = "contracts")]
mod engine;
#[cfg(not(feature = "contracts"))]
#[path = "no_engine.rs"]
mod engine;
mod json;
pub mod openapi;
mod schema;
mod uri;

pub use documents::{Unread, read};
pub use json::{Json, items_to_json, path_of, to_json};
pub use schema::{Place, Schema, SchemaError, Violation};
