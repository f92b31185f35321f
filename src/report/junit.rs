//! `--report junit=PATH`: what Jenkins, GitLab and GitHub's actions read.
//!
//! A test suite is a collection, a test case is a step. The elements and attributes are those
//! of Jenkins' `junit-10.xsd`; `file` and `line` of a test case, which that schema does not
//! know, are where GitLab and GitHub's annotating actions look for its place.

use super::destination::Whole;
use super::exchange::{
    earlier_pages, hop_line, is_received, move_line, page_line, request_line, retry_line,
    socket_line, status_line,
};
use super::text::visible;
use super::{CollectionReport, Destination, Gather, Report, ReportKind, RunReport, problem};
use crate::event::{AttemptRecord, Detail, Event, Outcome, StepRecord, Warning};
use quick_junit::{
    NonSuccessKind, Property, TestCase, TestCaseStatus, TestRerun, TestSuite, XmlString,
};
use std::io;
use std::time::Duration;

/// The JUnit report.
pub const JUNIT: ReportKind = ReportKind {
    key: "junit",
    summary: "JUnit XML, a test suite for each collection and a test case for each step",
    example: "--report junit=junit.xml",
    wants: Detail::Failures,
    open,
};

fn open(destination: &Destination) -> io::Result<Box<dyn Report>> {
    Ok(Box::new(Junit { gather: Gather::default(), whole: Some(destination.whole()?) }))
}

struct Junit {
    gather: Gather,
    /// `None` once written.
    whole: Option<Whole>,
}

impl Report for Junit {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.gather.event(event);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(whole) = self.whole.take() else { return Ok(()) };
        let run = std::mem::take(&mut self.gather).finish();
        let mut text = Vec::new();
        document(&run).serialize(&mut text).map_err(io::Error::other)?;
        whole.write(&text)
    }
}

fn document(run: &RunReport) -> quick_junit::Report {
    let mut document = quick_junit::Report::new("runner");
    document.set_time(duration(run.duration));
    for collection in &run.collections {
        document.add_test_suite(suite(run, collection));
    }
    document
}

fn suite(run: &RunReport, collection: &CollectionReport) -> TestSuite {
    let mut suite = TestSuite::new(xml(&collection.name));
    suite.timestamp = run.started.parse().ok();
    suite.set_time(duration(collection.duration));
    suite.extra.insert("file".into(), xml(&collection.file));
    suite.add_property(Property::new("version", xml(&run.version)));
    suite.add_property(Property::new("seed", run.seed.to_string()));
    if !collection.tags.is_empty() {
        suite.add_property(Property::new("tags", xml(&collection.tags.join(", "))));
    }
    for step in &collection.steps {
        suite.add_test_case(case(collection, step));
    }
    let warnings = warnings(run, collection);
    if !warnings.is_empty() {
        suite.set_system_err(xml(&warnings));
    }
    suite
}

/// A collection's warnings; those of no collection stand in the first.
fn warnings(run: &RunReport, collection: &CollectionReport) -> String {
    let first = run.collections.first().map_or(0, |one| one.collection);
    let belongs = |one: &&Warning| one.collection.unwrap_or(first) == collection.collection;
    run.warnings.iter().filter(belongs).map(problem::warning).collect()
}

fn case(collection: &CollectionReport, step: &StepRecord) -> TestCase {
    let mut case = TestCase::new(xml(&problem::path(step)), status(step));
    case.set_classname(xml(&collection.name));
    case.set_time(duration(step.duration));
    case.extra.insert("file".into(), xml(&step.location.file));
    case.extra.insert("line".into(), step.location.line.to_string().into());
    if let (Outcome::Failed | Outcome::Errored, Some(last)) = (step.outcome, step.attempts.last()) {
        case.set_system_out(xml(&exchange(last)));
    }
    case
}

fn status(step: &StepRecord) -> TestCaseStatus {
    let (last, earlier) = match step.attempts.split_last() {
        Some((last, earlier)) => (Some(last), earlier),
        None => (None, [].as_slice()),
    };
    let mut status = match step.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped => TestCaseStatus::skipped(),
        Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Errored => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if let Some(headline) = problem::step_headline(step).filter(|_| is_message_due(step)) {
        status.set_message(xml(&headline));
    }
    if let (Outcome::Failed | Outcome::Errored, Some(last)) = (step.outcome, last) {
        status.set_type(xml(kind(last).1));
        status.set_description(xml(&description(step, last)));
    }
    if step.flaky || step.outcome != Outcome::Passed {
        status.add_reruns(earlier.iter().filter_map(rerun));
    }
    status
}

/// A passed test case has no place for a message.
fn is_message_due(step: &StepRecord) -> bool {
    step.outcome != Outcome::Passed
}

/// A try before the last one, when it failed; a passed step that has one is flaky.
fn rerun(attempt: &AttemptRecord) -> Option<TestRerun> {
    let message = problem::headline(attempt)?;
    let (failure, name) = kind(attempt);
    let mut rerun = TestRerun::new(failure);
    rerun.set_type(xml(name));
    rerun.set_message(xml(&message));
    rerun.set_description(xml(&problem::diagnostics(attempt).join("\n\n")));
    Some(rerun)
}

/// Whether an attempt failed or could not be made, and the failure's type.
fn kind(attempt: &AttemptRecord) -> (NonSuccessKind, &str) {
    if attempt.until.as_ref().is_some_and(|until| !until.holds) {
        (NonSuccessKind::Failure, "until")
    } else if attempt.assertions.iter().any(|one| !one.passed) {
        (NonSuccessKind::Failure, "assertion")
    } else if let Some(error) = problem::unexpected_error(attempt) {
        (NonSuccessKind::Error, &error.kind)
    } else if attempt.captures.iter().any(|one| !one.found) {
        (NonSuccessKind::Failure, "capture")
    } else {
        (NonSuccessKind::Failure, "step")
    }
}

fn description(step: &StepRecord, last: &AttemptRecord) -> String {
    let mut parts = problem::step_diagnostics(step);
    parts.extend(last.curl.as_ref().map(|curl| format!("reproduce with: {curl}")));
    parts.join("\n\n")
}

/// The request and the response, the headers and the body's beginning included.
fn exchange(attempt: &AttemptRecord) -> String {
    let mut text = String::new();
    for page in earlier_pages(attempt) {
        text.push_str(&format!("{} {}\n{}\n", page.method, page.url, page_line(page)));
    }
    for hop in &attempt.history {
        text.push_str(&format!("{} {}\n{}\n", hop.method, hop.url, hop_line(hop)));
    }
    for retry in &attempt.retries {
        text.push_str(&format!("{}\n", retry_line(retry)));
    }
    if let Some(request) = &attempt.request {
        text.push_str(&format!("{}\n", request_line(request)));
    }
    if let Some(response) = &attempt.response {
        text.push_str(&format!("{}\n", status_line(response)));
        for (name, value) in &response.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if let Some(body) = &response.body {
            text.push_str(&format!("\n{}\n", body.trim_end()));
        }
    }
    if let Some(received) = &attempt.received {
        text.push_str(&format!("{}\n", request_line(received)));
        if let Some(body) = &received.body {
            text.push_str(&format!("\n{body}\n"));
        }
    }
    if let Some(socket) = &attempt.socket {
        text.push_str(&format!("{}\n", socket_line(socket)));
        for one in &socket.moves {
            let mark = if is_received(one) { "<" } else { ">" };
            text.push_str(&format!("{mark} {}\n", move_line(one)));
        }
    }
    text
}

/// Text that XML can hold. quick-junit would drop control characters, tabs among them, without
/// a trace: they are written as escapes and tabs as spaces.
fn xml(text: &str) -> XmlString {
    XmlString::new(visible(&text.replace("\r\n", "\n")).replace('\t', "    "))
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
