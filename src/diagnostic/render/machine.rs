//! A diagnostic for programs: JSON for editors, workflow commands for GitHub.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Files, Position};
use crate::value::{Map, Value};

/// Where the primary place is.
struct Place {
    file: String,
    start: Position,
    end: Position,
    label: String,
}

fn place(diagnostic: &Diagnostic, files: &Files) -> Option<Place> {
    let label = diagnostic.primary.as_ref()?;
    let file = files.get(label.span.file)?;
    Some(Place {
        file: file.name().to_owned(),
        start: file.position(label.span.start),
        end: file.position(label.span.end),
        label: label.text.clone(),
    })
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A JSON object with `severity code message file line column end_line end_column label notes
/// help`, always all of them; those of the place are null when there is none. Lines and columns
/// count from 1, columns in characters, the end is the character after the last.
#[must_use]
pub fn json(diagnostic: &Diagnostic, files: &Files) -> Value {
    let place = place(diagnostic, files);
    let number = |read: fn(&Place) -> u32| Value::from(place.as_ref().map(read).map(i64::from));
    let text = |read: fn(&Place) -> &str| Value::from(place.as_ref().map(read));
    let lines = |lines: &[String]| {
        Value::Array(lines.iter().map(|line| Value::from(line.as_str())).collect())
    };
    let members = [
        ("severity", Value::from(severity(diagnostic))),
        ("code", Value::from(diagnostic.code.id)),
        ("message", Value::from(diagnostic.message.as_str())),
        ("file", text(|place| &place.file)),
        ("line", number(|place| place.start.line)),
        ("column", number(|place| place.start.column)),
        ("end_line", number(|place| place.end.line)),
        ("end_column", number(|place| place.end.column)),
        ("label", text(|place| &place.label)),
        ("notes", lines(&diagnostic.notes)),
        ("help", lines(&diagnostic.help)),
    ];
    Value::Object(
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect::<Map>(),
    )
}

/// A GitHub workflow command, one line without its end: the mistake shows beside the line of the
/// pull request. Escaped as actions/toolkit does it (`command.ts`).
#[must_use]
pub fn github(diagnostic: &Diagnostic, files: &Files) -> String {
    let mut properties = Vec::new();
    if let Some(place) = place(diagnostic, files) {
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={}", place.start.line));
        properties.push(format!("endLine={}", place.end.line));
        properties.push(format!("col={}", place.start.column));
        properties.push(format!("endColumn={}", place.end.column));
    }
    let title = format!("{}: {}", diagnostic.code.id, diagnostic.code.summary);
    properties.push(format!("title={}", property(&title)));
    let label = diagnostic.primary.iter().map(|label| label.text.clone());
    let lines: Vec<String> = std::iter::once(diagnostic.message.clone())
        .chain(label.filter(|label| !label.is_empty()))
        .chain(diagnostic.notes.iter().map(|note| format!("note: {note}")))
        .chain(diagnostic.help.iter().map(|help| format!("help: {help}")))
        .collect();
    format!("::{} {}::{}", severity(diagnostic), properties.join(","), data(&lines.join("\n")))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
