//! A step at length: what went wrong, the request and the response, how to do it again.

use super::Verbosity;
use super::message::{Message, Share};
use super::paint::{Paint, STRONG};
use crate::event::{AttemptRecord, Outcome, StepRecord};
use crate::report::text::{indent, visible};
use crate::report::{exchange, problem};

/// What follows a step's line: nothing for most steps, the exchange for who asks, a block
/// between blank lines for failures.
pub(super) fn block(paint: Paint, verbosity: Verbosity, step: &StepRecord) -> String {
    let is_failure = matches!(step.outcome, Outcome::Failed | Outcome::Errored);
    let is_verbose = verbosity >= Verbosity::Verbose;
    let mut text = String::new();
    if is_verbose {
        text.push_str(&indent(&earlier(paint, verbosity, step)));
    } else if step.flaky || is_failure {
        text.push_str(&indent(&why_again(paint, step)));
    }
    match step.attempts.last() {
        _ if is_failure => text.push_str(&failure(paint, verbosity, step)),
        Some(last) if is_verbose => {
            if step.attempts.len() > 1 {
                text.push_str(&indent(&label(paint, step.attempts.len(), step)));
            }
            text.push_str(&indent(&exchange_text(paint, verbosity, Reason::Asked, last)));
        }
        _ => {}
    }
    text
}

fn failure(paint: Paint, verbosity: Verbosity, step: &StepRecord) -> String {
    let diagnostics = problem::step_diagnostics(step);
    let mut parts: Vec<String> = diagnostics.iter().map(|text| paint.diagnostic(text)).collect();
    if let Some(last) = step.attempts.last() {
        parts.push(exchange_text(paint, verbosity, Reason::Failure, last));
        let label = paint.on(STRONG, "reproduce with:");
        parts.extend(last.curl.as_ref().map(|curl| format!("{label} {}", visible(curl))));
    }
    parts.retain(|part| !part.is_empty());
    format!("\n{}\n", indent(&parts.join("\n\n")))
}

/// Why there were tries after the first, a line for each run of tries that ended alike.
fn why_again(paint: Paint, step: &StepRecord) -> String {
    let Some((last, earlier)) = step.attempts.split_last() else { return String::new() };
    // What is said at length below is not said here too.
    let end = problem::headline(last);
    let headlines: Vec<_> = earlier.iter().map(problem::headline).collect();
    let mut text = String::new();
    let mut number = 0;
    for alike in headlines.chunk_by(|one, other| one == other) {
        let first = number + 1;
        number += alike.len();
        let headline = alike.first().cloned().flatten().filter(|one| Some(one) != end.as_ref());
        let Some(headline) = headline else { continue };
        let numbers = match alike.len() {
            1 => format!("attempt {first}"),
            _ => format!("attempts {first} to {number}"),
        };
        let label = paint.on(STRONG, &format!("{numbers} of {}", step.attempts.len()));
        text.push_str(&format!("{label}  {headline}\n"));
    }
    text
}

/// The tries before the last one, each with what went wrong in a line.
fn earlier(paint: Paint, verbosity: Verbosity, step: &StepRecord) -> String {
    let Some((_, earlier)) = step.attempts.split_last() else { return String::new() };
    let mut text = String::new();
    for (index, attempt) in earlier.iter().enumerate() {
        let polled = || attempt.is_polled().then(|| "`until` is false".to_owned());
        let headline = problem::headline(attempt).or_else(polled).unwrap_or_default();
        let line = format!("{}  {headline}", label(paint, index + 1, step));
        text.push_str(&format!("{}\n", line.trim_end()));
        let exchange = exchange_text(paint, verbosity, Reason::Asked, attempt);
        if !exchange.is_empty() {
            text.push_str(&format!("{exchange}\n"));
        }
    }
    text
}

/// Which try of a step this is, from 1.
fn label(paint: Paint, number: usize, step: &StepRecord) -> String {
    paint.on(STRONG, &format!("attempt {number} of {}", step.attempts.len()))
}

/// Why an exchange is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Failure,
    Asked,
}

/// The lines of the hops, the request and the response, with headers and bodies as far as
/// wanted; without a newline at its end.
fn exchange_text(
    paint: Paint,
    verbosity: Verbosity,
    reason: Reason,
    attempt: &AttemptRecord,
) -> String {
    let all = if verbosity == Verbosity::VeryVerbose { Share::All } else { Share::Nothing };
    let mut message = Message::new(paint);
    let pages = exchange::earlier_pages(attempt);
    if verbosity >= Verbosity::Verbose {
        for page in pages {
            message.sent(&format!("{} {}", page.method, page.url));
            message.received(&exchange::page_line(page));
        }
    }
    for token in &attempt.tokens {
        message.sent(&format!("POST {}  (oauth2: {})", token.url, token.grant));
        let status = token.status.map(|status| status.to_string());
        let said: Vec<&str> = status.iter().chain(&token.error).map(String::as_str).collect();
        message.received(&said.join("  "));
    }
    for hop in &attempt.history {
        message.sent(&format!("{} {}", hop.method, hop.url));
        message.received(&exchange::hop_line(hop));
    }
    for retry in &attempt.retries {
        message.note(&exchange::retry_line(retry));
    }
    if let Some(request) = &attempt.request {
        let line = exchange::request_line(request);
        message.sent(&match pages.len() {
            0 => line,
            before => format!("{line}  (page {})", before + 1),
        });
        message.headers(&request.headers, all);
        message.body(request.body.as_deref(), all);
    }
    if let Some(response) = &attempt.response {
        message.received(&exchange::status_line(response));
        message.headers(&response.headers, all.max(headers_share(verbosity, reason)));
        message.body(response.body.as_deref(), all.max(body_share(reason)));
        if let Some(saved) = &response.saved {
            message.note(&format!("body saved to {saved}"));
        }
    }
    if let Some(socket) = &attempt.socket {
        message.socket(socket, if reason == Reason::Failure { Share::Beginning } else { all });
    }
    if let Some(received) = &attempt.received {
        message.received(&exchange::request_line(received));
        message.headers(&received.headers, all.max(headers_share(verbosity, reason)));
        message.body(received.body.as_deref(), all.max(body_share(reason)));
    }
    message.into_text()
}

fn headers_share(verbosity: Verbosity, reason: Reason) -> Share {
    match (reason, verbosity) {
        (Reason::Failure, Verbosity::Verbose | Verbosity::VeryVerbose) => Share::Beginning,
        _ => Share::Nothing,
    }
}

fn body_share(reason: Reason) -> Share {
    match reason {
        Reason::Failure => Share::Beginning,
        Reason::Asked => Share::Nothing,
    }
}
