//! Nodes to the model: what a collection's text means, with every mistake reported.

mod reader;

pub use reader::{MappingReader, missing_key, wrong_type};
