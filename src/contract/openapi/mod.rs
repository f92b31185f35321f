//! An OpenAPI document (3.0, 3.1), and exchanges held to it.
//!
//! ```text
//! file ──Library──▶ documents (a dialect's schemas translated) ──▶ OpenApi: operations
//! Sent, Answer ──find──▶ Operation ──check──▶ problems, and what was covered
//! ```
//!
//! The document and the files it refers to are read once. A schema is compiled when an exchange
//! first needs it: a large document has thousands, a collection uses a few.

mod coverage;
mod dialect;
mod document;
mod find;
mod library;
mod operation;
mod parameter;
mod request;
mod response;

pub use coverage::{Coverage, OperationCoverage, Touched};
pub use document::OpenApi;
pub use find::Wanted;
pub use request::Sent;
pub use response::{Answer, Held};

/// Whether a request is held to its operation as its response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// It is.
    Checked,
    /// It is not.
    Unchecked,
}
