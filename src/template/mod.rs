//! Templates in strings: compiled once when the file is read, rendered for each step.
//!
//! ```text
//! Node ──Data::compile──▶ Data ──render(Scope)──▶ Value
//! ```
//!
//! The only door to minijinja. A string that is exactly one `{{ expr }}` keeps the expression's
//! type; any other renders to text; an undefined name is an error at its span with a suggestion.
//!
//! ```text
//! text ──compile──▶ pieces: literal | expression | block template
//!          │ walk (minijinja's AST)        │ render with views of the Scope
//!          ▼                               ▼
//!   references, unknown filters     Value, or explain ──▶ Diagnostic at its place
//! ```

mod compile;
mod convert;
mod data;
mod engine;
mod explain;
mod findings;
pub mod functions;
mod operands;
mod place;
#[cfg(test)]
mod samples;
mod scope;
mod undefined;
mod views;
mod walk;

pub use compile::Template;
pub use data::{Data, DataMember};
pub use findings::{Reference, ReferenceKind};
pub use place::Place;
pub use scope::{ListenView, Row, Scope, StepView, Variables, qualified, unqualified};
pub use views::RESERVED;
