//! The schema of one line of `--report events=PATH`.

use super::records::{shared, step_record, warning};
use super::shape::{
    Object, count, definitions, document, flag, list, numbers, one_of, reference, seconds, text,
    texts,
};
use crate::value::Value;

/// The JSON Schema of an event line.
#[must_use]
pub fn events() -> Value {
    let lines = [
        ("RunStarted", run_started().tagged("event", "run_started")),
        ("CollectionStarted", collection_started().tagged("event", "collection_started")),
        ("StepStarted", step_started().tagged("event", "step_started")),
        ("StepFinished", step_record().tagged("event", "step_finished")),
        ("CollectionFinished", collection_finished().tagged("event", "collection_finished")),
        ("Warning", warning().tagged("event", "warning")),
        ("RunFinished", run_finished().tagged("event", "run_finished")),
    ];
    let names = lines.each_ref().map(|(name, _)| *name);
    let mut records: Vec<_> =
        lines.into_iter().map(|(name, line)| (name, line.into_value())).collect();
    records.extend(shared());
    document(
        "An event line",
        one_of(
            "One thing that happened in a run of `runner`: a line of `--report events=PATH`.",
            &names,
        ),
        definitions(records),
    )
}

/// `RunStarted`.
fn run_started() -> Object {
    Object::new("What will run.")
        .required("version", text("This program's version."))
        .required("started", text("When, RFC 3339."))
        .required("seed", count("What all randomness of the run grows from: `--seed` repeats it."))
        .required("jobs", count("The most requests in flight at once."))
        .required("collections", count("How many collections."))
        .required("steps", count("How many steps in all."))
}

/// `CollectionStarted`.
fn collection_started() -> Object {
    Object::new("A collection begins.")
        .required("collection", count("Its index in the run, from 0."))
        .required("name", text("Its name."))
        .required("file", text("Its file as named on the command line, or `-`."))
        .optional("description", text("Its description, if it has one."))
        .required("tags", texts("Its tags."))
        .required("steps", count("How many steps it has."))
}

/// `StepStarted`.
fn step_started() -> Object {
    Object::new("A step begins.")
        .required("collection", count("The collection's index."))
        .required(
            "index",
            count(
                "The step's index in its collection, in file order, from 0; of a row its loop's.",
            ),
        )
        .optional(
            "within",
            numbers("In a loop, the place among the steps of its rows; a number for each loop."),
        )
        .required("id", text("Its id, unique in its collection."))
        .required("name", text("Its name."))
}

/// `CollectionFinished`.
fn collection_finished() -> Object {
    Object::new("A collection ended.")
        .required("collection", count("Its index."))
        .required("outcome", reference("Outcome", "What came of it."))
        .required("duration", seconds("From its first step's start to its last step's end."))
}

/// `RunFinished`.
fn run_finished() -> Object {
    Object::new("The run ended.")
        .required("outcome", reference("Outcome", "What came of it."))
        .required("interrupted", flag("Whether it was interrupted (Ctrl-C, SIGTERM)."))
        .required("counts", reference("Counts", "How many steps ended how."))
        .optional(
            "coverage",
            list("How much of each OpenAPI document was covered.", "CoverageRecord"),
        )
        .optional(
            "snapshots",
            texts("The files that bodies are compared with and that were written, by name."),
        )
        .required("duration", seconds("The whole run."))
        .required(
            "exit_code",
            count("The exit code that follows from the steps alone: 0, 1, 3 or 130."),
        )
        .required(
            "randomness",
            flag("Whether anything was drawn from the seed, so that repeating the run needs it."),
        )
}
