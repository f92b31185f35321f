//! How much of OpenAPI documents a run covered.

use super::Verbosity;
use super::paint::{CAUTION, FAINT, Paint, STRONG};
use crate::event::{CoverageRecord, CoveredPart, Share};
use crate::report::text::visible_line;

/// A line for a document; with `-v` a table of its operations beneath.
pub(super) fn coverage(paint: Paint, verbosity: Verbosity, record: &CoverageRecord) -> String {
    let share = |share: Share, noun: &str| format!("{} of {} {noun}", share.covered, share.total);
    let label = paint.on(STRONG, &format!("{} covered:", visible_line(&record.document)));
    let mut text = format!(
        "{label} {}, {}, {}\n",
        share(record.operations, "operations"),
        share(record.statuses, "statuses"),
        share(record.parameters, "parameters"),
    );
    if verbosity < Verbosity::Verbose {
        return text;
    }
    let width = record.table.iter().map(|one| one.operation.chars().count()).max().unwrap_or(0);
    for one in &record.table {
        let name = format!("{:width$}", visible_line(&one.operation));
        let parts = [parts(paint, &one.statuses), parts(paint, &one.parameters)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        text +=
            &format!("  {name}  {:>3}  {}\n", one.requests, parts.join("; ")).replace("  \n", "\n");
    }
    text
}

/// `200 ×3, 404 never`
fn parts(paint: Paint, parts: &[CoveredPart]) -> String {
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part.count {
            0 => paint.on(CAUTION, &format!("{} never", visible_line(&part.name))),
            count => {
                format!("{} {}", visible_line(&part.name), paint.on(FAINT, &format!("×{count}")))
            }
        })
        .collect();
    shown.join(", ")
}
