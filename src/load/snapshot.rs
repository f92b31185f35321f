//! `{$file: golden.json, ignore: [$.date]}`: a body compared with a file.

use super::MappingReader;
use super::assertion::refuse;
use super::words::{text, texts, wrong};
use crate::check::{BuildError, SubjectKind};
use crate::diagnostic::codes::check::BAD_JSONPATH;
use crate::jsonpath::Query;
use crate::model::{Reading, Snapshot};
use crate::source::{Located, Node};

/// Reads it.
pub(super) fn snapshot(
    kind: &SubjectKind,
    node: &Node,
    reading: &mut Reading<'_>,
) -> Option<Snapshot> {
    let mut keys = MappingReader::new(node, "a file to compare with").ok()?;
    let path = text(keys.take("$file")?, "$file", reading);
    let ignore = keys.take("ignore");
    let known: &[&str] = if kind.key == "json" { &["$file", "ignore"] } else { &["$file"] };
    reading.diagnostics.extend(keys.done(known));
    let mut queries = Vec::new();
    if let Some(node) = ignore {
        if kind.key != "json" {
            let expected = "nothing here: parts of a body are named by JSONPaths, which `json` has";
            reading.diagnostics.push(wrong(node, "ignore", expected));
            return None;
        }
        let paths = texts(node, "ignore", reading);
        queries.extend(paths.iter().filter_map(|path| query(path, node, reading)));
    }
    let path = path?;
    Some(Snapshot { path: reading.folder.join(&path.value), written: path.value, ignore: queries })
}

fn query(path: &Located<String>, node: &Node, reading: &mut Reading<'_>) -> Option<Query> {
    match Query::parse(&path.value) {
        Ok(query) => Some(query),
        Err(error) => {
            let at = error.at.map(|at| format!(" (at character {})", at + 1)).unwrap_or_default();
            let message = format!("`{}` is not a JSONPath: {}{at}", path.value, error.message);
            let mistake = BuildError::new(&BAD_JSONPATH, message, error.message);
            let mistake = BuildError { help: error.help, ..mistake };
            reading.diagnostics.push(refuse(mistake, path.span, node));
            None
        }
    }
}
