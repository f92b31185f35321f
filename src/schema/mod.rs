//! The JSON Schemas (draft 2020-12) of what goes in and comes out.
//!
//! They are made by hand from tables and from `event.rs`, and refuse what they do not know. The
//! files in `schema/` are their output: `UPDATE=1 cargo test --test schema` rewrites them.

mod collection;
mod events;
mod records;
mod report;
mod shape;

pub use collection::{collection, mocks, settings};
pub use events::events;
pub use report::report;
