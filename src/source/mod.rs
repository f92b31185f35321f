//! Files, places in them, and YAML text as nodes that know their place.
//!
//! ```text
//! bytes ──File──▶ text + lines ──yaml──▶ Node (span, text) ──▶ load/
//! ```
//!
//! Scalars keep the text they were written with and are typed only where they are used, so
//! `1.10`, `017` and a 30-digit integer reach a header as written.

mod decode;
mod file;
mod node;
mod scalar;
mod span;
mod yaml;

pub use decode::{decode, lossy};
pub use file::{File, Files, Position};
pub use node::{Member, Node, NodeKind, Scalar, ScalarStyle};
pub use span::{FileId, Located, Span};
pub use yaml::{Limits, SyntaxError, SyntaxErrorKind, parse};
