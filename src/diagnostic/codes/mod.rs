//! Every code of every message, by area, with what `explain` says of it.
//!
//! | codes | area | file |
//! |---|---|---|
//! | E00xx | YAML text | `reading.rs` |
//! | E01xx | the shape of a collection | `model.rs` |
//! | E02xx | templates and values | `template.rs` |
//! | E03xx | assertions and captures | `check.rs` |
//! | E04xx | requests | `request.rs` |
//! | E05xx | order and selection | `plan.rs` |
//! | E06xx | the command line and files | `cli.rs` |
//! | E07xx | GraphQL | `graphql.rs` |
//! | F00xx | what a run finds | `failure.rs` |

pub mod check;
pub mod cli;
pub mod failure;
pub mod graphql;
pub mod model;
pub mod plan;
pub mod reading;
pub mod request;
pub mod template;

use crate::registry::Entry;

/// One kind of message.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `E0107`.
    pub id: &'static str,
    /// The mistake in a few words: `unknown key`.
    pub summary: &'static str,
    /// Why it is a mistake and how to mend it: a few sentences, Markdown.
    pub explanation: &'static str,
    /// A collection that has the mistake.
    pub example: &'static str,
}

impl Entry for Code {
    fn key(&self) -> &'static str {
        self.id
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// The tables of all areas, in the order of their codes.
pub const CODES: &[&[&Code]] = &[
    reading::TABLE,
    model::TABLE,
    template::TABLE,
    check::TABLE,
    request::TABLE,
    plan::TABLE,
    cli::TABLE,
    graphql::TABLE,
    failure::TABLE,
];
