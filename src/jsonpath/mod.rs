//! JSONPath (RFC 9535): jsonpath-rust's parser, our own evaluation.
//!
//! ```text
//! text ──jsonpath-rust──▶ its tree ──compile──▶ our tree (types checked, regexes compiled)
//!                                                  └──evaluate, any number of times──▶ nodes
//! ```
//!
//! The only door to jsonpath-rust. Its own evaluation fails cases of the compliance suite and is
//! slower (`specs/jsonpath.md`); parsing happens once, when the file is read.

mod compile;
mod evaluate;
mod functions;
mod mistake;
mod tree;

use std::sync::Arc;
use tree::Segment;

/// A compiled query. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Query {
    text: Arc<str>,
    segments: Arc<[Segment]>,
}

/// Why a text is not a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// What is wrong, lower case.
    pub message: String,
    /// The byte in the text where it is, when known.
    pub at: Option<usize>,
    /// What to do, when known.
    pub help: Option<String>,
}
