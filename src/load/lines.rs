//! `lines`: how many, until when, and what a line is.

use super::MappingReader;
use super::session::field;
use super::step::condition;
use super::words::{key_names, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{
    Assertion, Capture, Compare, LINES_KEYS, LinesSpec, PaginateSpec, Reading, Written,
};
use crate::source::Node;
use crate::template::{Reference, ReferenceKind, Template};

/// `lines`: a mapping, or a number for `max` alone.
pub(super) fn lines(node: &Node, reading: &mut Reading<'_>) -> Option<LinesSpec> {
    if let Some(scalar) = node.as_scalar() {
        let is_number = node.to_value().as_number().is_some();
        if !is_number && !Template::is_template(&scalar.text) {
            let expected = "a number of lines, or a mapping such as {max: 20}";
            reading.diagnostics.push(wrong(node, "lines", expected).help("`lines: {}` reads all"));
            return None;
        }
        let max = Written::read(node, "lines", reading)?;
        return Some(LinesSpec { max: Some(max), ..LinesSpec::default() });
    }
    let mut keys = match MappingReader::new(node, "`lines`") {
        Ok(keys) => keys,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let spec = LinesSpec {
        max: field(&mut keys, "max", reading),
        until: keys.take("until").and_then(|node| condition(node, "until", reading)),
        time: field(&mut keys, "for", reading),
        format: field(&mut keys, "format", reading),
        delimiter: field(&mut keys, "delimiter", reading),
    };
    reading.diagnostics.extend(keys.done(&key_names(LINES_KEYS)));
    Some(spec)
}

/// Refuses what the templates of `lines` and of its assertions cannot see: there is no response
/// while its lines are read, and without `lines` there is no line.
pub(super) fn check(
    lines: Option<&LinesSpec>,
    captures: &[Capture],
    assertions: &[Assertion],
    reading: &mut Reading<'_>,
) {
    let expressions = assertions.iter().filter_map(|assertion| match &assertion.compare {
        Compare::Expression(template) if assertion.is_of_each_line() => Some(template),
        _ => None,
    });
    if lines.is_none() {
        let mut references = Vec::new();
        captures.iter().for_each(|capture| capture.references(&mut references));
        let of_line = references.iter().filter(|one| one.kind == ReferenceKind::Line);
        reading.diagnostics.extend(of_line.map(no_lines));
    }
    let until = lines.and_then(|lines| lines.until.as_ref());
    for template in until.into_iter().chain(expressions) {
        let references = template.references();
        let first = |kind: ReferenceKind| references.iter().find(|one| one.kind == kind);
        match lines {
            None => reading.diagnostics.extend(first(ReferenceKind::Line).map(no_lines)),
            Some(_) => reading.diagnostics.extend(first(ReferenceKind::Response).map(no_response)),
        }
    }
}

/// A page's body is read whole to see what it leads to.
pub(super) fn pages_of_lines(paginate: &PaginateSpec) -> Diagnostic {
    let message = "`lines` and `paginate` cannot stand in one request";
    let code = &codes::model::UNKNOWN_KEY;
    Diagnostic::error(code, paginate.span, message, "each page is read whole")
        .help("read the lines in a step of their own")
}

fn no_lines(reference: &Reference) -> Diagnostic {
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let message = "`line` is undefined: the request has no `lines`";
    Diagnostic::error(code, reference.span, message, "no line here")
        .help("add `lines: {}` to the request to read its body line by line")
}

fn no_response(reference: &Reference) -> Diagnostic {
    let code = &codes::plan::UNDEFINED_VARIABLE;
    let message = "`response` is undefined: there is none while its lines are read";
    Diagnostic::error(code, reference.span, message, "looked at for each line").help(
        "say what must be true of a line and of the response in two expressions: `expr: [\"{{ line … }}\", \"{{ response … }}\"]`",
    )
}
