//! `foreach` and `repeat`: the rows that a step is done for.
//!
//! ```text
//! list, matrix, file ──▶ rows, known before anything runs (`list` and `check` have them)
//! template           ──▶ rows, known when the step is about to run
//! ```

mod table;

pub use table::read_table;

use super::describe;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::template::{Data, RESERVED, Reference, Scope};
use crate::value::{Map, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most rows of one loop. More is a mistake in nearly every collection, and would cost
/// memory before the first of them is done.
pub const MAX_ROWS: usize = 100_000;

/// `foreach` or `repeat` of a step.
#[derive(Debug)]
pub struct Loop {
    /// `foreach` or `repeat`.
    pub key: &'static str,
    /// Where its rows come from.
    pub over: Over,
    /// The names that its rows give beside `item` and `loop`, known before anything runs.
    pub names: Arc<[Arc<str>]>,
    /// Whether a row has one value of each of several lists: its label shows them all.
    pub is_matrix: bool,
    /// Where the value stands.
    pub span: Span,
}

/// The rows of a loop, each the value of its `item`.
pub type Rows = Arc<[Arc<Value>]>;

/// Where the rows of a loop come from.
#[derive(Debug)]
pub enum Over {
    /// They were written, or read from a file when the collection was loaded.
    Known(Rows),
    /// A list with templates in it, or a template that gives a list.
    List(Data),
    /// A matrix with templates in it: names, and what gives a list for each.
    Matrix(Vec<(Arc<str>, Data, Span)>),
    /// A file that a template names, relative to the folder.
    File(Data, Arc<Path>),
    /// `repeat`: a template that gives a number.
    Times(Data),
}

impl Loop {
    /// The rows, when they are known before anything runs.
    #[must_use]
    pub fn known(&self) -> Option<&Rows> {
        match &self.over {
            Over::Known(rows) => Some(rows),
            _ => None,
        }
    }

    /// A loop over rows that are no matrix.
    #[must_use]
    pub fn new(key: &'static str, over: Over, names: Arc<[Arc<str>]>, span: Span) -> Loop {
        Loop { key, over, names, is_matrix: false, span }
    }

    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        match &self.over {
            Over::Known(_) => {}
            Over::List(data) | Over::File(data, _) | Over::Times(data) => data.references(into),
            Over::Matrix(lists) => lists.iter().for_each(|(_, data, _)| data.references(into)),
        }
    }

    /// The rows in this scope.
    ///
    /// # Errors
    /// A template that fails, or gives no list; a file that cannot be read; too many rows.
    pub fn rows(&self, scope: &Scope) -> Result<Rows, Diagnostic> {
        match &self.over {
            Over::Known(rows) => Ok(Arc::clone(rows)),
            Over::List(data) => match data.render(scope)? {
                Value::Array(items) => listed(items, self.span),
                other => Err(no_list("foreach", &other, self.span)),
            },
            Over::Matrix(lists) => {
                let mut rendered = Vec::with_capacity(lists.len());
                for (name, data, span) in lists {
                    match data.render(scope)? {
                        Value::Array(items) => rendered.push((Arc::clone(name), items)),
                        other => return Err(no_list(&format!("foreach.{name}"), &other, *span)),
                    }
                }
                matrix(&rendered, self.span)
            }
            Over::File(data, folder) => {
                let path = data.render(scope)?;
                let Value::String(path) = path else {
                    return Err(wrong("foreach.$file", "a path", &path, self.span));
                };
                let path = PathBuf::from(path);
                let bytes = scope.world.files.read(&folder.join(&path));
                let bytes = bytes.map_err(|error| unreadable_rows(&path, self.span, &error))?;
                rows_of_file(&path, &bytes, self.span)
            }
            Over::Times(data) => times(&data.render(scope)?, self.span),
        }
    }
}

/// The rows of a list.
///
/// # Errors
/// Too many.
pub fn listed(items: Vec<Value>, span: Span) -> Result<Rows, Diagnostic> {
    bounded(items.len(), span)?;
    Ok(items.into_iter().map(Arc::new).collect())
}

/// The rows of a matrix: every combination of one value of each list, the last list's values
/// changing fastest.
///
/// # Errors
/// Too many.
pub fn matrix(lists: &[(Arc<str>, Vec<Value>)], span: Span) -> Result<Rows, Diagnostic> {
    let count = lists.iter().fold(1_usize, |count, (_, items)| count.saturating_mul(items.len()));
    bounded(count, span)?;
    let mut rows = vec![Map::default()];
    for (name, items) in lists {
        let with = |row: &Map, item: &Value| {
            let mut row = row.clone();
            row.insert(name.to_string(), item.clone());
            row
        };
        rows = rows.iter().flat_map(|row| items.iter().map(move |item| with(row, item))).collect();
    }
    Ok(rows.into_iter().map(|row| Arc::new(Value::Object(row))).collect())
}

/// The rows of a file.
///
/// # Errors
/// What is wrong in it, with its line; too many.
pub fn rows_of_file(path: &Path, bytes: &[u8], span: Span) -> Result<Rows, Diagnostic> {
    match read_table(path, bytes) {
        Ok(items) => listed(items, span),
        Err(mistake) => {
            let place = match mistake.line {
                Some(line) => format!("{}:{line}", path.display()),
                None => path.display().to_string(),
            };
            let message = format!("`{place}`: {}", mistake.message);
            let diagnostic =
                Diagnostic::error(&codes::model::BAD_ROWS, span, message, "rows of this file");
            Err(match mistake.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            })
        }
    }
}

/// The rows of `repeat`: numbers from 1.
///
/// # Errors
/// It is no number of times; too many.
pub fn times(value: &Value, span: Span) -> Result<Rows, Diagnostic> {
    let count = match value {
        Value::Number(number) => number.as_i64().and_then(|count| usize::try_from(count).ok()),
        _ => None,
    };
    let Some(count) = count else {
        return Err(wrong("repeat", "a number of times", value, span));
    };
    bounded(count, span)?;
    let numbers = (1_i64..).take(count);
    Ok(numbers.map(|number| Arc::new(Value::from(number))).collect())
}

fn bounded(count: usize, span: Span) -> Result<(), Diagnostic> {
    if count <= MAX_ROWS {
        return Ok(());
    }
    let message = format!("a loop has at most {MAX_ROWS} rows, found {count}");
    Err(Diagnostic::error(&codes::model::BAD_ROWS, span, message, "too many rows")
        .help("run several collections, or a part of the rows in each run"))
}

/// What is no list where one must be.
#[must_use]
pub fn no_list(key: &str, found: &Value, span: Span) -> Diagnostic {
    let diagnostic = wrong(key, "a list", found, span);
    match found {
        Value::String(_) => diagnostic.help("`| fromjson` reads a list that stands in a text"),
        Value::Object(_) => {
            diagnostic.help("`| items` makes a list of a mapping's keys and values")
        }
        _ => diagnostic,
    }
}

/// A value of another type than `key` must have.
fn wrong(key: &str, expected: &str, found: &Value, span: Span) -> Diagnostic {
    let message = format!("`{key}` expects {expected}, found {}", describe(found));
    let label = format!("expected {expected}");
    Diagnostic::error(&codes::model::WRONG_TYPE, span, message, label)
}

/// A file of rows that cannot be opened.
#[must_use]
pub fn unreadable_rows(path: &Path, span: Span, error: &std::io::Error) -> Diagnostic {
    let is_outside = crate::world::is_outside(error);
    let message = match is_outside {
        true => error.to_string(),
        false => format!("cannot read `{}`: {}", path.display(), crate::world::reason(error)),
    };
    let diagnostic = Diagnostic::error(&codes::model::BAD_ROWS, span, message, "named here");
    diagnostic.help(match is_outside {
        true => "`--allow-outside` lets a collection read files outside its folder",
        false => "the path is relative to the file it is written in",
    })
}

/// Whether templates can say a name.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a name can be a variable's: templates can say it and mean nothing else by it.
#[must_use]
pub fn is_variable(name: &str) -> bool {
    is_identifier(name) && !RESERVED.contains(&name)
}
