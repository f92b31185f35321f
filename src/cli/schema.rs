//! `runner schema`: the JSON Schemas; the files in `schema/` are its output.

use super::start::Output;
use super::{Exit, message};

/// Arguments of `runner schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner schema collection > collection.schema.json")]
pub struct Args {
    /// Of what: `collection`, `settings` (`runner.yaml`) or `mocks`, for editors; `report`, or `events` (a line of them).
    #[arg(value_enum, default_value_t, hide_possible_values = true)]
    of: Of,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// A collection: for editors.
    #[default]
    Collection,
    /// `runner.yaml`: for editors.
    Settings,
    /// A file of mocks: for editors.
    Mocks,
    /// The JSON report.
    Report,
    /// A line of the event stream.
    Events,
}

/// Prints it.
pub(super) fn run(args: &Args) -> Exit {
    let schema = match args.of {
        Of::Collection => crate::schema::collection(),
        Of::Settings => crate::schema::settings(),
        Of::Mocks => crate::schema::mocks(),
        Of::Report => crate::schema::report(),
        Of::Events => crate::schema::events(),
    };
    message::write(Output::Stdout, &format!("{}\n", schema.to_json_pretty()));
    Exit::Passed
}
