//! A step's request.

use super::MappingReader;
use super::assertion;
use super::capture::captures;
use super::graphql::{beside, graphql};
use super::lines::{check, lines, pages_of_lines};
use super::paginate::paginate;
use super::retry::retry;
use super::session::{arguments, field};
use crate::model::{Checks, Reading, RequestSpec};

/// The request's keys of a step's mapping; `None` when its `url` cannot be read.
pub(super) fn request(
    keys: &mut MappingReader<'_>,
    reading: &mut Reading<'_>,
) -> Option<RequestSpec> {
    let url = field(keys, "url", reading);
    let method = field(keys, "method", reading);
    let arguments = arguments(keys, reading);
    let data = field(keys, "data", reading);
    let json = field(keys, "json", reading);
    let files = field(keys, "files", reading);
    let graphql = keys.take("graphql").and_then(|node| graphql(node, reading));
    let allow_redirects = field(keys, "allow_redirects", reading);
    let encoding = field(keys, "encoding", reading);
    let stream = field(keys, "stream", reading);
    let save = field(keys, "save", reading);
    let lines = keys.take("lines").map(|node| lines(node, reading));
    let retry = keys.take("retry").and_then(|node| retry(node, reading));
    let paginate = keys.take("paginate").and_then(|node| paginate(node, reading));
    let captures = keys.take("capture").map(|node| captures(node, reading)).unwrap_or_default();
    let assertions = assertion::all(keys.take("assert"), reading);
    if let (Some(Some(_)), Some(paginate)) = (&lines, &paginate) {
        reading.diagnostics.push(pages_of_lines(paginate));
    }
    // A `lines` that could not be read says nothing of what it would allow.
    if !matches!(lines, Some(None)) {
        check(lines.as_ref().and_then(Option::as_ref), &captures, &assertions, reading);
    }
    let request = RequestSpec {
        method,
        url: url?,
        arguments,
        data,
        json,
        graphql,
        files,
        allow_redirects,
        encoding,
        stream,
        save,
        lines: lines.flatten(),
        paginate: paginate.map(Box::new),
        checks: Checks { retry, captures, assertions },
        span: keys.span(),
    };
    reading.diagnostics.extend(beside(&request, keys));
    Some(request)
}
