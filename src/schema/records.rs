//! The shapes of `event.rs`' records, one function each, under the records' own names.
//! `tests/schema.rs` holds them to the source: the same fields, required exactly where a field
//! is always written.

use super::shape::{
    Object, anything, choice, count, flag, list, nullable_seconds, numbers, pairs, reference,
    seconds, text, texts,
};
use crate::value::Value;

/// What reports and event lines both are made of.
pub(super) fn shared() -> Vec<(&'static str, Value)> {
    vec![
        ("Outcome", outcome()),
        ("Phase", phase()),
        ("Counts", counts().into_value()),
        ("Location", location().into_value()),
        ("AttemptRecord", attempt_record().into_value()),
        ("UntilRecord", until_record().into_value()),
        ("PagesRecord", pages_record().into_value()),
        ("PageRecord", page_record().into_value()),
        ("RequestRecord", request_record().into_value()),
        ("ResponseRecord", response_record().into_value()),
        ("SocketRecord", socket_record().into_value()),
        ("MoveRecord", move_record().into_value()),
        ("TimingsRecord", timings_record().into_value()),
        ("RetryRecord", retry_record().into_value()),
        ("HopRecord", hop_record().into_value()),
        ("AssertionRecord", assertion_record().into_value()),
        ("OperationRecord", operation_record().into_value()),
        ("CoverageRecord", coverage_record().into_value()),
        ("Share", share().into_value()),
        ("CoveredOperation", covered_operation().into_value()),
        ("CoveredPart", covered_part().into_value()),
        ("CaptureRecord", capture_record().into_value()),
        ("HookRecord", hook_record().into_value()),
        ("TokenRecord", token_record().into_value()),
        ("ErrorRecord", error_record().into_value()),
    ]
}

/// `Counts`.
fn counts() -> Object {
    Object::new("How many steps ended how.")
        .required("passed", count("Every assertion held."))
        .required(
            "flaky",
            count("Of those that passed: how many did only after a try that had failed."),
        )
        .required("failed", count("An assertion did not hold, or a capture found nothing."))
        .required("errored", count("The request could not be made."))
        .required("skipped", count("Did not run."))
        .required("requests", count("Requests sent, redirects and auth answers not counted."))
        .required("assertions", count("Assertions that were checked."))
}

/// `Warning`.
pub(super) fn warning() -> Object {
    Object::new("A warning.")
        .optional("collection", count("The collection's index, when one is concerned."))
        .required("message", text("What to know."))
        .optional("location", reference("Location", "Where."))
}

/// `Location`.
fn location() -> Object {
    Object::new("A place in a file, for people, editors and annotations.")
        .required("file", text("The file's name as messages have it."))
        .required("line", count("From 1."))
        .required("column", count("From 1, in characters."))
}

/// `StepRecord`.
pub(super) fn step_record() -> Object {
    Object::new("A finished step.")
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
        .required("id", text("Unique in its collection, stable between runs."))
        .required("name", text("Its name."))
        .required("groups", texts("The names of the groups around it, outermost first."))
        .required("phase", reference("Phase", "Which part of the collection it stands in."))
        .required("tags", texts("Its tags, its groups' included."))
        .required("location", reference("Location", "Where it is written."))
        .required("outcome", reference("Outcome", "How it ended."))
        .optional("reason", text("Why it was skipped; of a step that was done elsewhere, why it did not pass there."))
        .optional("once", text("Of a step with `once` that another collection of the run has done: the file of that one."))
        .required(
            "duration",
            seconds("Seconds from its start to its end, waiting between attempts included."),
        )
        .optional(
            "flaky",
            flag(
                "Whether it passed although a try had failed. To poll with `until` is not to fail.",
            ),
        )
        .required(
            "attempts",
            list("Every try; the last one decides. Empty when it was skipped, or done elsewhere.", "AttemptRecord"),
        )
}

/// `SocketRecord`.
fn socket_record() -> Object {
    Object::new("What was said over a socket.")
        .required("address", text("Where it is, as a URL."))
        .optional("peer", text("Where the other end is; absent when there was no connection."))
        .optional("local", text("Where this end is."))
        .required("sent", count("How many bytes were sent."))
        .required("received", count("How many bytes were received."))
        .required("moves", list("What was done, in order.", "MoveRecord"))
}

/// `MoveRecord`.
fn move_record() -> Object {
    Object::new("One thing that was done over a socket.")
        .required(
            "action",
            text("`accept`, `send`, `recv`, `shutdown`, or `closed` by the other side."),
        )
        .optional("peer", text("Who connected, of `accept`."))
        .optional("bytes", text("What was sent or received, the beginning when it is long: line ends and bytes that are no text as escapes, `\\r\\n`, `\\x00`."))
        .optional("size", count("How many bytes that are."))
}

/// `AttemptRecord`.
fn attempt_record() -> Object {
    Object::new("One try of a step.")
        .required("duration", seconds("Seconds."))
        .optional("waited", seconds("Seconds waited before it; only of a try after another."))
        .optional("request", reference("RequestRecord", "The request as sent (the last hop's). Absent when it was not built, or when nothing asked for it: a passed step has it only if a report wants details."))
        .optional("status", count("The response's status code. Unlike `response` it is there whenever a response came."))
        .optional("response", reference("ResponseRecord", "The response. As `request`."))
        .optional("socket", reference("SocketRecord", "What was said over a socket, of a step that is one. As `request`."))
        .optional("received", reference("RequestRecord", "The request that came, of a step that waits for one. As `request`."))
        .optional("history", list("The hops before it, oldest first.", "HopRecord"))
        .optional("pages", reference("PagesRecord", "The pages, of a step that has `paginate`; `request` and `response` are the last one's."))
        .optional("retries", list("The tries before it that an adapter's `retries` followed with another, oldest first.", "RetryRecord"))
        .optional("tokens", list("The requests for OAuth tokens that went out for it, oldest first.", "TokenRecord"))
        .optional("operations", list("The operations of OpenAPI documents that the exchange was held to.", "OperationRecord"))
        .required("assertions", list("Every assertion, in file order; none when `until` was false and another try followed.", "AssertionRecord"))
        .optional("captures", list("Every capture, in file order.", "CaptureRecord"))
        .optional("hooks", list("What hooks said, in the order they ran.", "HookRecord"))
        .optional("until", reference("UntilRecord", "What `until` said, when the step has one and a response came."))
        .optional("error", reference("ErrorRecord", "Why the request could not be made."))
        .optional("curl", text("The request as a curl command that a person can paste (secrets masked)."))
}

/// `TokenRecord`.
fn token_record() -> Object {
    Object::new("One request for an OAuth token.")
        .required("grant", text("`client_credentials`, `refresh_token`, …."))
        .required("url", text("Where it went."))
        .optional("status", count("The status of its response."))
        .optional("error", text("What failed, as `kind: message`, or the server's no."))
        .required("duration", seconds("Seconds."))
}

/// `HookRecord`.
fn hook_record() -> Object {
    Object::new("What one hook said, or why it did not work.")
        .required("hook", text("`request`, `response` or `failure`."))
        .required("action", text("What it does: `log`, `exec`, …."))
        .optional("log", texts("The lines it logged; of a program what it said on stderr."))
        .optional("warning", text("Why it did not work; the run is warned of it too."))
        .required("location", reference("Location", "Where it is written."))
}

/// `UntilRecord`.
fn until_record() -> Object {
    Object::new("What `until` said after a try.")
        .required("holds", flag("Whether it was true. When it was not, and there is no `message`, another try followed."))
        .required("location", reference("Location", "Where it is written."))
        .optional("message", text("What is wrong; only of the last try."))
        .optional("diagnostic", text("The same as people read it, without colours."))
}

/// `PagesRecord`.
fn pages_record() -> Object {
    Object::new("The pages of one step.")
        .required("pages", list("Every page that was answered, in order.", "PageRecord"))
        .optional("items", count("How many items were gathered, when any are."))
        .optional("more", flag("Whether `max_pages` was reached and there are more."))
}

/// `PageRecord`.
fn page_record() -> Object {
    Object::new("One page.")
        .required("method", text("The method."))
        .required("url", text("The URL, behind all redirects."))
        .required("status", count("The status of its response."))
        .optional("items", count("How many items it has, when they are gathered."))
        .required("duration", seconds("Seconds."))
}

/// `OperationRecord`.
fn operation_record() -> Object {
    Object::new("An operation of an OpenAPI document that an exchange was held to.")
        .required("document", text("The document, as the collection names it."))
        .required("operation", text("Method and path as the document has it."))
        .optional(
            "status",
            text(
                "The status as the document has it; absent when it has none for the one that came.",
            ),
        )
        .required("parameters", texts("The parameters that were sent: `query limit`."))
}

/// `CoverageRecord`.
fn coverage_record() -> Object {
    Object::new("How much of an OpenAPI document a run covered.")
        .required("document", text("The document, as a collection names it."))
        .required("operations", reference("Share", "Operations that were requested."))
        .required("statuses", reference("Share", "Statuses of operations that were answered."))
        .required("parameters", reference("Share", "Parameters of operations that were sent."))
        .required("table", list("Every operation, in the document's order.", "CoveredOperation"))
}

/// `Share`.
fn share() -> Object {
    Object::new("So many of so many.")
        .required("covered", count("Those covered."))
        .required("total", count("All."))
}

/// `CoveredOperation`.
fn covered_operation() -> Object {
    Object::new("How often the parts of one operation were covered.")
        .required("operation", text("Method and path as the document has it: `GET /users/{id}`."))
        .required("requests", count("How many requests of it were answered."))
        .required("statuses", list("Its statuses.", "CoveredPart"))
        .required("parameters", list("Its parameters.", "CoveredPart"))
}

/// `CoveredPart`.
fn covered_part() -> Object {
    Object::new("How often a status was answered, or a parameter sent.")
        .required("name", text("`200`, `2XX`, `default`; `query limit`."))
        .required("count", count("How often."))
}

/// `RequestRecord`.
fn request_record() -> Object {
    Object::new("A request as it went out.")
        .required("method", text("The method."))
        .required("url", text("The whole URL."))
        .required("headers", pairs("The lines, in order."))
        .optional(
            "body",
            text("The body's text, its beginning when it is long; what it is when it is not text."),
        )
}

/// `ResponseRecord`.
fn response_record() -> Object {
    Object::new("A response as it came in.")
        .required("status", count("The status code."))
        .required("reason", text("The reason phrase."))
        .required("version", text("`HTTP/1.1`."))
        .required("url", text("The request's URL."))
        .required("headers", pairs("The lines, in order."))
        .required("size", count("The body's length in bytes after content-decoding."))
        .optional("saved", text("Where the body was saved."))
        .optional(
            "body",
            text("The beginning of the body's text; only of a step that did not pass."),
        )
        .optional("cookies", pairs("The cookies it set, as `name` and `value`."))
        .optional("links", pairs("Its links, as `rel` and URL."))
        .required("elapsed", seconds("Requests' `elapsed`, in seconds: to the head."))
        .required("timings", reference("TimingsRecord", "The phases."))
}

/// `TimingsRecord`.
fn timings_record() -> Object {
    Object::new(
        "Seconds of each phase; `null` where there was none, as for DNS on a reused connection.",
    )
    .required("dns", nullable_seconds("Asking for the address."))
    .required("connect", nullable_seconds("Connecting."))
    .required("tls", nullable_seconds("The TLS handshake."))
    .required("send", nullable_seconds("Sending."))
    .required("wait", nullable_seconds("Until the first byte."))
    .required("receive", nullable_seconds("Until the last byte."))
    .required("reused", flag("Whether the connection was used before."))
}

/// `HopRecord`.
fn hop_record() -> Object {
    Object::new("One hop of a redirect.")
        .required("method", text("The method."))
        .required("url", text("The URL."))
        .required("status", count("The status of its response."))
        .optional("location", text("Where it led."))
}

/// `RetryRecord`.
fn retry_record() -> Object {
    Object::new("One try that an adapter's `retries` followed with another.")
        .required("url", text("Where it went."))
        .optional("status", count("The status that was not good enough."))
        .optional("error", text("What failed, as `kind: message`."))
        .required("wait", seconds("The pause after it, in seconds."))
}

/// `AssertionRecord`.
fn assertion_record() -> Object {
    Object::new("One assertion: a subject and one predicate.")
        .required("subject", text("What was looked at: `status`, `headers.etag`, `$.user.login`."))
        .required("predicate", text("`eq`, `contains`, …"))
        .required("expected", anything("What it should be, as data."))
        .required("actual", anything("What it was; `null` and `missing` when it was not there."))
        .optional("missing", flag("Whether nothing was found."))
        .required("passed", flag("Whether it held."))
        .optional("expected_text", text("What was expected, in words; only of a failure."))
        .optional("found_text", text("What was found, in words; only of a failure."))
        .optional("diff", text("A unified diff; only of a failure with several lines."))
        .required("location", reference("Location", "Where it is written. Of the status check nobody wrote, the step's own place."))
        .optional("diagnostic", text("The failure as people read it: the YAML line, a caret, expected, found. Without colours."))
}

/// `CaptureRecord`.
fn capture_record() -> Object {
    Object::new("One captured value.")
        .required("name", text("The variable."))
        .required("value", anything("Its value; `***` when secret, `null` when nothing was found."))
        .required("found", flag("Whether something was found, or a default given."))
        .optional("message", text("Why nothing was."))
        .required("location", reference("Location", "Where it is written."))
        .optional("diagnostic", text("The failure as people read it, when nothing was found."))
}

/// `ErrorRecord`.
fn error_record() -> Object {
    Object::new("Why a request could not be made.")
        .required(
            "kind",
            text("Requests' exception, `OSError` (a file), `TemplateError`, `HookError`, or `Interrupted`."),
        )
        .required("message", text("What happened."))
        .optional("help", text("What to try."))
        .required("location", reference("Location", "Where in the collection."))
        .required("diagnostic", text("As people read it, without colours."))
}

fn outcome() -> Value {
    choice(
        "How a step, a collection or a run ended.",
        &[
            ("skipped", "Did not run. A collection or a run is never this."),
            ("passed", "All held."),
            ("errored", "A request could not be made."),
            ("failed", "An assertion did not hold, or a capture found nothing."),
        ],
    )
}

fn phase() -> Value {
    choice(
        "A part of a collection.",
        &[
            ("setup", "Steps that run first."),
            ("requests", "The steps."),
            ("teardown", "Steps that run whatever failed."),
        ],
    )
}
