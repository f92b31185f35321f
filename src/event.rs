//! Everything that running tells reporting, and nothing else.
//!
//! ```text
//! run/ ──Event (secrets masked)──▶ report/ (human, json, junit, events)
//! ```
//!
//! An event is plain data: it serializes to the line that `--report events=PATH` writes and is
//! what the JSON report is gathered from (`schema/events.schema.json`, `schema/report.schema.json`).
//! Secrets are masked before an event is sent; no reporter has to think of them. Durations are
//! seconds as floats, times RFC 3339 in UTC. Places are those of the collection's file.

use crate::value::Value;
use serde::Serialize;

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// First, once.
    RunStarted(RunStarted),
    /// A collection's first step is about to start.
    CollectionStarted(CollectionStarted),
    /// A step starts.
    StepStarted(StepStarted),
    /// A step ended or was skipped. Sent in the order steps end; `index` gives file order.
    StepFinished(Box<StepRecord>),
    /// All steps of a collection have ended.
    CollectionFinished(CollectionFinished),
    /// Something a person should know that fails nothing.
    Warning(Warning),
    /// Last, once.
    RunFinished(RunFinished),
}

/// How much of steps that pass the records must hold. Of others they hold everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The status alone.
    Failures,
    /// `request` and `response`, without bodies.
    Heads,
    /// Bodies too.
    Bodies,
}

/// What will run.
#[derive(Clone, Debug, Serialize)]
pub struct RunStarted {
    /// This program's version.
    pub version: String,
    /// When, RFC 3339.
    pub started: String,
    /// What all randomness of the run grows from: `--seed` repeats it.
    pub seed: u64,
    /// The most requests in flight at once.
    pub jobs: usize,
    /// How many collections.
    pub collections: usize,
    /// How many steps in all.
    pub steps: usize,
}

/// A collection begins.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionStarted {
    /// Its index in the run, from 0.
    pub collection: usize,
    /// Its name.
    pub name: String,
    /// Its file as named on the command line, or `-`.
    pub file: String,
    /// Its description, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many steps it has.
    pub steps: usize,
}

/// A step begins.
#[derive(Clone, Debug, Serialize)]
pub struct StepStarted {
    /// The collection's index.
    pub collection: usize,
    /// The step's index in its collection, in file order, from 0. All rows of a loop have the
    /// loop's.
    pub index: usize,
    /// In a loop, the place among the steps of its rows, from 0; one number for each loop around
    /// the step, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<usize>,
    /// Its id, unique in its collection.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A collection ended.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionFinished {
    /// Its index.
    pub collection: usize,
    /// What came of it.
    pub outcome: Outcome,
    /// From its first step's start to its last step's end.
    pub duration: f64,
}

/// The run ended.
#[derive(Clone, Debug, Serialize)]
pub struct RunFinished {
    /// What came of it.
    pub outcome: Outcome,
    /// Whether it was interrupted (Ctrl-C, SIGTERM).
    pub interrupted: bool,
    /// How many steps ended how.
    pub counts: Counts,
    /// How much of each OpenAPI document was covered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<CoverageRecord>,
    /// The files that bodies are compared with and that were written, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<String>,
    /// The whole run.
    pub duration: f64,
    /// The exit code that follows from the steps alone: 0, 1, 3 or 130.
    pub exit_code: u8,
    /// Whether anything was drawn from the seed, so that repeating the run needs it.
    pub randomness: bool,
}

/// How much of an OpenAPI document a run covered.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageRecord {
    /// The document, as a collection names it.
    pub document: String,
    /// Operations that were requested.
    pub operations: Share,
    /// Statuses of operations that were answered.
    pub statuses: Share,
    /// Parameters of operations that were sent.
    pub parameters: Share,
    /// Every operation, in the document's order.
    pub table: Vec<CoveredOperation>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Share {
    /// Those covered.
    pub covered: usize,
    /// All.
    pub total: usize,
}

/// How often the parts of one operation were covered.
#[derive(Clone, Debug, Serialize)]
pub struct CoveredOperation {
    /// Method and path as the document has it: `GET /users/{id}`.
    pub operation: String,
    /// How many requests of it were answered.
    pub requests: usize,
    /// Its statuses.
    pub statuses: Vec<CoveredPart>,
    /// Its parameters.
    pub parameters: Vec<CoveredPart>,
}

/// How often a status was answered, or a parameter sent.
#[derive(Clone, Debug, Serialize)]
pub struct CoveredPart {
    /// `200`, `2XX`, `default`; `query limit`.
    pub name: String,
    /// How often.
    pub count: usize,
}

/// How many steps ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Every assertion held.
    pub passed: usize,
    /// Of those that passed: how many did only after a try that had failed.
    pub flaky: usize,
    /// An assertion did not hold, or a capture found nothing.
    pub failed: usize,
    /// The request could not be made.
    pub errored: usize,
    /// Did not run.
    pub skipped: usize,
    /// Requests sent, redirects and auth answers not counted.
    pub requests: usize,
    /// Assertions that were checked.
    pub assertions: usize,
}

/// A warning.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    /// The collection's index, when one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<usize>,
    /// What to know.
    pub message: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// How a step, a collection or a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Did not run. A collection or run is never this.
    Skipped,
    /// All held.
    Passed,
    /// A request could not be made.
    Errored,
    /// An assertion did not hold.
    Failed,
}

/// A part of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// `setup`
    Setup,
    /// `requests`
    Requests,
    /// `teardown`
    Teardown,
}

/// A place in a file, for people, editors and annotations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file's name as messages have it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// A finished step.
#[derive(Clone, Debug, Serialize)]
pub struct StepRecord {
    /// The collection's index.
    pub collection: usize,
    /// The step's index in its collection, in file order, from 0. All rows of a loop have the
    /// loop's.
    pub index: usize,
    /// In a loop, the place among the steps of its rows, from 0; one number for each loop around
    /// the step, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<usize>,
    /// Unique in its collection, stable between runs.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The names of the groups around it, outermost first.
    pub groups: Vec<String>,
    /// Which part of the collection it stands in.
    pub phase: Phase,
    /// Its tags, its groups' included.
    pub tags: Vec<String>,
    /// Where it is written.
    pub location: Location,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was skipped; of a step that was done elsewhere, why it did not pass there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a step with `once` that another collection of the run has done: the file of that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub once: Option<String>,
    /// Seconds from its start to its end, waiting between attempts included.
    pub duration: f64,
    /// Whether it passed although a try had failed. To poll with `until` is not to fail.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub flaky: bool,
    /// Every try; the last one decides. Empty when it was skipped, or done elsewhere.
    pub attempts: Vec<AttemptRecord>,
}

/// One try of a step.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AttemptRecord {
    /// Seconds.
    pub duration: f64,
    /// Seconds waited before it; only of a try after another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<f64>,
    /// The request as sent (the last hop's). `None` when it was not built, or when nothing asked
    /// for it: a passed step has it only if a report wants details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestRecord>,
    /// The response's status code. Unlike `response` it is there whenever a response came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The response. As `request`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseRecord>,
    /// What was said over a socket, of a step that is one. As `request`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<SocketRecord>,
    /// The request that came, of a step that waits for one. As `request`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<RequestRecord>,
    /// The hops before it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HopRecord>,
    /// The pages, of a step that has `paginate`; `request` and `response` are the last one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<PagesRecord>,
    /// The tries before it that an adapter's `retries` followed with another, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retries: Vec<RetryRecord>,
    /// The requests for OAuth tokens that went out for it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<TokenRecord>,
    /// The operations of OpenAPI documents that the exchange was held to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<OperationRecord>,
    /// Every assertion, in file order; none when `until` was false and another try followed.
    pub assertions: Vec<AssertionRecord>,
    /// Every capture, in file order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<CaptureRecord>,
    /// What hooks said, in the order they ran.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<HookRecord>,
    /// What `until` said, when the step has one and a response came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<UntilRecord>,
    /// Why the request could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// The request as a curl command that a person can paste (secrets masked).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// One request for an OAuth token.
#[derive(Clone, Debug, Serialize)]
pub struct TokenRecord {
    /// `client_credentials`, `refresh_token`, ….
    pub grant: String,
    /// Where it went.
    pub url: String,
    /// The status of its response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What failed, as `kind: message`, or the server's no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Seconds.
    pub duration: f64,
}

/// One try that an adapter's `retries` followed with another.
#[derive(Clone, Debug, Serialize)]
pub struct RetryRecord {
    /// Where it went.
    pub url: String,
    /// The status that was not good enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What failed, as `kind: message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The pause after it, in seconds.
    pub wait: f64,
}

impl AttemptRecord {
    /// Whether it only found that what `until` waits for is not there yet.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.until.as_ref().is_some_and(|until| !until.holds && until.message.is_none())
    }
}

/// What `until` said after a try.
#[derive(Clone, Debug, Serialize)]
pub struct UntilRecord {
    /// Whether it was true. When it was not, and there is no `message`, another try followed.
    pub holds: bool,
    /// Where it is written.
    pub location: Location,
    /// What is wrong; only of the last try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The same as people read it, without colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<String>,
}

/// A request as it went out.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The lines, in order.
    pub headers: Vec<(String, String)>,
    /// The body's text, its beginning when it is long; what it is when it is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A response as it came in.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseRecord {
    /// The status code.
    pub status: u16,
    /// The reason phrase.
    pub reason: String,
    /// `HTTP/1.1`.
    pub version: String,
    /// The request's URL.
    pub url: String,
    /// The lines, in order.
    pub headers: Vec<(String, String)>,
    /// The body's length in bytes after content-decoding.
    pub size: u64,
    /// Where the body was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved: Option<String>,
    /// The beginning of the body's text; only of a step that did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The cookies it set, as `name` and `value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<(String, String)>,
    /// Its links, as `rel` and URL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(String, String)>,
    /// Requests' `elapsed`, in seconds: to the head.
    pub elapsed: f64,
    /// The phases.
    pub timings: TimingsRecord,
}

/// What was said over a socket.
#[derive(Clone, Debug, Serialize)]
pub struct SocketRecord {
    /// Where it is, as a URL.
    pub address: String,
    /// Where the other end is; absent when there was no connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// Where this end is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// How many bytes were sent.
    pub sent: u64,
    /// How many bytes were received.
    pub received: u64,
    /// What was done, in order.
    pub moves: Vec<MoveRecord>,
}

/// One thing that was done over a socket.
#[derive(Clone, Debug, Serialize)]
pub struct MoveRecord {
    /// `accept`, `send`, `recv`, `shutdown`, or `closed` by the other side.
    pub action: String,
    /// Who connected, of `accept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// What was sent or received, the beginning when it is long: line ends and bytes that are no
    /// text as escapes, `\r\n`, `\x00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// How many bytes that are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// Seconds of each phase; `null` where there was none, as for DNS on a reused connection.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct TimingsRecord {
    /// Asking for the address.
    pub dns: Option<f64>,
    /// Connecting.
    pub connect: Option<f64>,
    /// The TLS handshake.
    pub tls: Option<f64>,
    /// Sending.
    pub send: Option<f64>,
    /// Until the first byte.
    pub wait: Option<f64>,
    /// Until the last byte.
    pub receive: Option<f64>,
    /// Whether the connection was used before.
    pub reused: bool,
}

/// One hop of a redirect.
#[derive(Clone, Debug, Serialize)]
pub struct HopRecord {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The status of its response.
    pub status: u16,
    /// Where it led.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// The pages of one step.
#[derive(Clone, Debug, Serialize)]
pub struct PagesRecord {
    /// Every page that was answered, in order.
    pub pages: Vec<PageRecord>,
    /// How many items were gathered, when any are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Whether `max_pages` was reached and there are more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// One page.
#[derive(Clone, Debug, Serialize)]
pub struct PageRecord {
    /// The method.
    pub method: String,
    /// The URL, behind all redirects.
    pub url: String,
    /// The status of its response.
    pub status: u16,
    /// How many items it has, when they are gathered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Seconds.
    pub duration: f64,
}

/// An operation of an OpenAPI document that an exchange was held to.
#[derive(Clone, Debug, Serialize)]
pub struct OperationRecord {
    /// The document, as the collection names it.
    pub document: String,
    /// Method and path as the document has it.
    pub operation: String,
    /// The status as the document has it; absent when it has none for the one that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The parameters that were sent: `query limit`.
    pub parameters: Vec<String>,
}

/// One assertion: a subject and one predicate.
#[derive(Clone, Debug, Serialize)]
pub struct AssertionRecord {
    /// What was looked at: `status`, `headers.etag`, `$.user.login`.
    pub subject: String,
    /// `eq`, `contains`, …
    pub predicate: String,
    /// What it should be, as data.
    pub expected: Value,
    /// What it was; `null` and `missing` when it was not there.
    pub actual: Value,
    /// Whether nothing was found.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// Whether it held.
    pub passed: bool,
    /// What was expected, in words; only of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_text: Option<String>,
    /// What was found, in words; only of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_text: Option<String>,
    /// A unified diff; only of a failure with several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Where it is written. Of the status check nobody wrote, the step's own place.
    pub location: Location,
    /// The failure as people read it: the YAML line, a caret, expected, found. Without colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<String>,
}

/// One captured value.
#[derive(Clone, Debug, Serialize)]
pub struct CaptureRecord {
    /// The variable.
    pub name: String,
    /// Its value; `***` when secret, `null` when nothing was found.
    pub value: Value,
    /// Whether something was found, or a default given.
    pub found: bool,
    /// Why nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where it is written.
    pub location: Location,
    /// The failure as people read it, when nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<String>,
}

/// What one hook said, or why it did not work.
#[derive(Clone, Debug, Serialize)]
pub struct HookRecord {
    /// `request`, `response` or `failure`.
    pub hook: String,
    /// What it does: `log`, `exec`, ….
    pub action: String,
    /// The lines it logged; of a program what it said on stderr.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// Why it did not work; the run is warned of it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Where it is written.
    pub location: Location,
}

/// Why a request could not be made.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRecord {
    /// Requests' exception, `OSError` (a file), `TemplateError`, `HookError`, or `Interrupted`.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the collection.
    pub location: Location,
    /// As people read it, without colours.
    pub diagnostic: String,
}
