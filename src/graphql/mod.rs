//! GraphQL: queries and schemas read, and a query held to a schema. It sends nothing.
//!
//! ```text
//! text ──parse──▶ Document ─┐
//! SDL ──Schema::parse──▶ Schema ─┴─check──▶ Mistakes, each with its place in the query
//! ```

mod check;
mod document;
mod fields;
mod schema;
mod syntax;
mod values;

pub use check::check;
pub use document::{
    Argument, Directive, Document, Fragment, Literal, LiteralKind, Name, Operation, OperationKind,
    Selection, TypeRef, VariableDefinition,
};
pub use schema::{FieldType, InputType, Schema, TypeKind, TypeSpec};
pub use syntax::parse;

use std::ops::Range;

/// Something wrong with a query or a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which bytes of the text.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The same in a few words, for beneath the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    fn new(range: &Range<usize>, message: impl Into<String>, label: impl Into<String>) -> Mistake {
        let (message, label) = (message.into(), label.into());
        Mistake { range: range.clone(), message, label, help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    /// `did you mean …`, else what there is.
    fn suggest<'n>(self, name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Mistake {
        match crate::registry::suggest(known.clone(), name) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => {
                let names: Vec<&str> = known.take(MOST_NAMES + 1).collect();
                match names.len() {
                    0 => self,
                    count if count > MOST_NAMES => self,
                    _ => self.help(format!("there are `{}`", names.join("`, `"))),
                }
            }
        }
    }
}

/// How many names a message lists at most.
const MOST_NAMES: usize = 12;

#[cfg(test)]
mod tests;
