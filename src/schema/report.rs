//! The schema of `--report json=PATH`.

use super::records::{shared, step_record, warning};
use super::shape::{
    Object, constant, count, definitions, document, flag, list, reference, seconds, text, texts,
};
use crate::value::Value;

/// The JSON Schema of the JSON report.
#[must_use]
pub fn report() -> Value {
    let mut records = vec![
        ("CollectionReport", collection_report().into_value()),
        ("StepRecord", step_record().into_value()),
        ("Warning", warning().into_value()),
    ];
    records.extend(shared());
    document("A report", run_report().into_value(), definitions(records))
}

/// `RunReport`.
fn run_report() -> Object {
    Object::new("A whole run of `runner`: what `--report json=PATH` writes.")
        .required(
            "format",
            constant(1_i64, "The report's format; grows when readers have to change."),
        )
        .required("version", text("The version of the program that wrote it."))
        .required("started", text("When the run started, RFC 3339."))
        .required("duration", seconds("The whole run."))
        .required("seed", count("What all randomness grew from: `--seed` repeats it."))
        .required("randomness", flag("Whether anything was drawn from the seed."))
        .required("outcome", reference("Outcome", "What came of the run."))
        .required("interrupted", flag("Whether it was interrupted (Ctrl-C, SIGTERM)."))
        .required(
            "exit_code",
            count("The exit code that follows from the steps alone: 0, 1, 3 or 130."),
        )
        .required("counts", reference("Counts", "How many steps ended how."))
        .optional(
            "coverage",
            list("How much of each OpenAPI document was covered.", "CoverageRecord"),
        )
        .optional(
            "snapshots",
            texts("The files that bodies are compared with and that were written, by name."),
        )
        .required("warnings", list("Every warning, by place.", "Warning"))
        .required("collections", list("Every collection, in order.", "CollectionReport"))
}

/// `CollectionReport`.
fn collection_report() -> Object {
    Object::new("A collection that ran.")
        .required("collection", count("Its index in the run, from 0."))
        .required("name", text("Its name."))
        .required("file", text("Its file as named on the command line, or `-`."))
        .optional("description", text("Its description, if it has one."))
        .required("tags", texts("Its tags."))
        .required("outcome", reference("Outcome", "What came of it."))
        .required("duration", seconds("From its first step's start to its last step's end."))
        .required("steps", list("Every step, in file order.", "StepRecord"))
}
