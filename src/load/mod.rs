//! Nodes to model: known keys taken, the rest refused, every mistake of a file reported.
//!
//! ```text
//! path ──read──▶ text ──source::parse──▶ Node ──collection──▶ Collection
//!                                          └──include──▶ Fragment, merged below
//! ```

mod assertion;
mod capture;
mod collection;
mod contract;
mod graphql;
mod hooks;
mod include;
mod lines;
mod meant;
mod mocks;
mod paginate;
mod read;
mod reader;
mod receive;
mod request;
mod retry;
mod rows;
mod session;
mod settings;
mod snapshot;
mod socket;
mod step;
mod unread;
mod words;

pub use collection::Purpose;
pub use read::{Input, Unloaded, is_collection, load, load_under};
pub use reader::MappingReader;
pub use settings::{RunSettings, Settings};
