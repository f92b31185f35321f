//! Templates in strings: compiled once when the file is read, rendered for each step.
//!
//! ```text
//! Node ──Data::compile──▶ Data / Field<T> ──render(Scope)──▶ Value / T
//! ```
//!
//! The only door to minijinja. A string that is exactly one `{{ expr }}` keeps the expression's
//! type; any other renders to text; an undefined name is an error at its span with a suggestion.

mod compile;
mod convert;
mod data;
mod field;
pub mod functions;
mod scope;
mod views;

pub use compile::{Reference, ReferenceKind, Template};
pub use data::{Data, DataMember};
pub use field::{Field, FromValue, Wrong};
pub use scope::{Scope, StepView, Variables};
