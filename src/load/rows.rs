//! `foreach` and `repeat`.

use super::MappingReader;
use super::capture::variable;
use super::words::wrong;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{
    Loop, Over, Reading, Rows, is_variable, listed, matrix, no_list, rows_of_file, times,
    unreadable_rows,
};
use crate::source::{Member, Node};
use crate::template::Data;
use crate::value::Value;
use std::path::Path;
use std::sync::Arc;

/// What a step is repeated for, if it is; `None` when that has a mistake.
pub(super) fn rows(
    keys: &mut MappingReader<'_>,
    reading: &mut Reading<'_>,
) -> Option<Option<Loop>> {
    match (keys.take_member("foreach"), keys.take_member("repeat")) {
        (Some(foreach), Some(repeat)) => {
            reading.diagnostics.push(both(foreach, repeat));
            None
        }
        (Some(foreach), None) => self::foreach(&foreach.value, reading).map(Some),
        (None, Some(repeat)) => self::repeat(&repeat.value, reading).map(Some),
        (None, None) => Some(None),
    }
}

fn both(foreach: &Member, repeat: &Member) -> Diagnostic {
    let (first, second) = match foreach.key_span.start < repeat.key_span.start {
        true => (foreach, repeat),
        false => (repeat, foreach),
    };
    let message = "a step has `foreach` or `repeat`, found both";
    Diagnostic::error(&codes::model::BAD_ROWS, second.key_span, message, "another")
        .also(first.key_span, "one loop")
        .help("put the step in a group: one of the two is the group's, the other the step's")
}

const EXPECTED: &str =
    "a list, a mapping of names to lists, {$file: path} or a template that gives a list";

fn foreach(node: &Node, reading: &mut Reading<'_>) -> Option<Loop> {
    if let Some(members) = node.as_mapping() {
        return match members {
            [member] if &*member.key == "$file" => file(node, &member.value, reading),
            [] => {
                reading.diagnostics.push(wrong(node, "foreach", EXPECTED));
                None
            }
            members => combinations(node, members, reading),
        };
    }
    let mistakes = reading.diagnostics.len();
    let data = Data::compile(node, reading.files, &mut reading.diagnostics);
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    let over = match data {
        Data::Literal(Value::Array(items)) => {
            let names = names(items.iter());
            let rows = known(listed(items, node.span), reading)?;
            return Some(Loop::new("foreach", Over::Known(rows), names, node.span));
        }
        Data::Literal(_) => {
            reading.diagnostics.push(wrong(node, "foreach", EXPECTED));
            return None;
        }
        data => data,
    };
    let items = node.as_sequence().unwrap_or_default();
    let keys = items.iter().filter_map(Node::as_mapping).flatten().map(|member| &*member.key);
    let is_mappings = items.iter().all(|item| item.as_mapping().is_some());
    let names = if is_mappings { named(keys) } else { Arc::from([]) };
    Some(Loop::new("foreach", Over::List(over), names, node.span))
}

fn known(rows: Result<Rows, Diagnostic>, reading: &mut Reading<'_>) -> Option<Rows> {
    rows.map_err(|diagnostic| reading.diagnostics.push(diagnostic)).ok()
}

/// The names that rows give which are all mappings.
fn names<'v>(rows: impl Iterator<Item = &'v Value> + Clone) -> Arc<[Arc<str>]> {
    let mappings = rows.clone().map_while(|row| match row {
        Value::Object(members) => Some(members),
        _ => None,
    });
    if rows.count() != mappings.clone().count() {
        return Arc::from([]);
    }
    named(mappings.flat_map(|members| members.keys().map(String::as_str)))
}

/// Those that templates can say, each once.
fn named<'n>(keys: impl Iterator<Item = &'n str>) -> Arc<[Arc<str>]> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for key in keys.filter(|key| is_variable(key)) {
        if !names.iter().any(|known| **known == *key) {
            names.push(key.into());
        }
    }
    names.into()
}

/// Several keys: every combination of their values.
fn combinations(node: &Node, members: &[Member], reading: &mut Reading<'_>) -> Option<Loop> {
    let mistakes = reading.diagnostics.len();
    let mut lists = Vec::new();
    for member in members {
        let name = variable(&member.key, member.key_span, reading);
        let data = Data::compile(&member.value, reading.files, &mut reading.diagnostics);
        let is_list =
            matches!(data, Data::Literal(Value::Array(_)) | Data::Array(_) | Data::Template(_));
        if !is_list {
            let key = format!("foreach.{}", member.key);
            let diagnostic = no_list(&key, &member.value.to_value(), member.value.span);
            reading.diagnostics.push(diagnostic);
        }
        lists.extend(name.map(|name| (Arc::from(name.value), data, member.value.span)));
    }
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    let names = lists.iter().map(|(name, ..)| Arc::clone(name)).collect();
    let literals: Option<Vec<(Arc<str>, Vec<Value>)>> = lists
        .iter()
        .map(|(name, data, _)| match data {
            Data::Literal(Value::Array(items)) => Some((Arc::clone(name), items.clone())),
            _ => None,
        })
        .collect();
    let over = match literals {
        Some(literals) => Over::Known(known(matrix(&literals, node.span), reading)?),
        None => Over::Matrix(lists),
    };
    Some(Loop { is_matrix: true, ..Loop::new("foreach", over, names, node.span) })
}

fn file(node: &Node, path: &Node, reading: &mut Reading<'_>) -> Option<Loop> {
    let mistakes = reading.diagnostics.len();
    let data = Data::compile(path, reading.files, &mut reading.diagnostics);
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    let written = match data {
        Data::Literal(Value::String(written)) if !written.is_empty() => written,
        data @ Data::Template(_) => {
            let over = Over::File(data, Arc::clone(&reading.folder));
            return Some(Loop::new("foreach", over, Arc::from([]), node.span));
        }
        _ => {
            reading.diagnostics.push(wrong(path, "foreach.$file", "a path"));
            return None;
        }
    };
    let written = Path::new(&written);
    let bytes = match reading.access.read(&reading.folder.join(written)) {
        Ok(bytes) => bytes,
        Err(error) => {
            reading.diagnostics.push(unreadable_rows(written, path.span, &error));
            return None;
        }
    };
    let rows = known(rows_of_file(written, &bytes, path.span), reading)?;
    let names = names(rows.iter().map(|row| &**row));
    Some(Loop::new("foreach", Over::Known(rows), names, node.span))
}

fn repeat(node: &Node, reading: &mut Reading<'_>) -> Option<Loop> {
    let mistakes = reading.diagnostics.len();
    let data = Data::compile(node, reading.files, &mut reading.diagnostics);
    if reading.diagnostics.len() > mistakes {
        return None;
    }
    let over = match data {
        Data::Literal(value) => Over::Known(known(times(&value, node.span), reading)?),
        data => Over::Times(data),
    };
    Some(Loop::new("repeat", over, Arc::from([]), node.span))
}
