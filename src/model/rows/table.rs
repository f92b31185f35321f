//! Rows read from a file: CSV, JSON, NDJSON or YAML, by the file's extension.

use crate::source::{File, Files, Limits, decode, parse};
use crate::value::{Map, Value};
use std::path::Path;

/// What is wrong with a file of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMistake {
    /// The line, from 1, where it can be told.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl TableMistake {
    fn new(line: Option<u64>, message: impl Into<String>) -> TableMistake {
        TableMistake { line, message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> TableMistake {
        self.help = Some(help.into());
        self
    }
}

/// The rows of a file, in order: of CSV mappings of texts by the names of its first line; of the
/// others the items of a list.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read_table(path: &Path, bytes: &[u8]) -> Result<Vec<Value>, TableMistake> {
    let extension = path.extension().map(|one| one.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("csv") => csv(bytes, b','),
        Some("tsv") => csv(bytes, b'\t'),
        Some("json" | "yaml" | "yml") => list(path, bytes),
        Some("ndjson" | "jsonl") => lines(bytes),
        _ => Err(TableMistake::new(None, "what kind of file it is cannot be told from its name")
            .help("rows are read from .csv, .tsv, .json, .ndjson, .jsonl, .yaml and .yml")),
    }
}

fn csv(bytes: &[u8], delimiter: u8) -> Result<Vec<Value>, TableMistake> {
    // What Excel writes before the first name.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let header = reader.headers().map_err(|error| mistake(&error))?.clone();
    check_header(&header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| mistake(&error))?;
        if record.len() != header.len() {
            let line = record.position().map(csv::Position::line);
            let (found, expected) = (fields(record.len()), header.len());
            let message = format!("{found}, and the first line has {expected}");
            return Err(TableMistake::new(line, message)
                .help("a field with a comma or a line break in it stands in double quotes"));
        }
        let members = header.iter().zip(&record);
        let row = members.map(|(name, text)| (name.trim().to_owned(), Value::from(text)));
        rows.push(Value::Object(row.collect()));
    }
    Ok(rows)
}

fn check_header(header: &csv::StringRecord) -> Result<(), TableMistake> {
    let mut seen = Map::default();
    for name in header.iter().map(str::trim) {
        if name.is_empty() {
            return Err(TableMistake::new(Some(1), "a column without a name")
                .help("the first line names the columns"));
        }
        if seen.insert(name.to_owned(), Value::Null).is_some() {
            return Err(TableMistake::new(Some(1), format!("two columns are called `{name}`")));
        }
    }
    match header.is_empty() {
        true => Err(TableMistake::new(None, "it has nothing in it")
            .help("the first line names the columns")),
        false => Ok(()),
    }
}

fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

fn mistake(error: &csv::Error) -> TableMistake {
    let line = error.position().map(csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => TableMistake::new(line, "is not UTF-8"),
        _ => TableMistake::new(line, error.to_string()),
    }
}

/// One list, as JSON or YAML.
fn list(path: &Path, bytes: &[u8]) -> Result<Vec<Value>, TableMistake> {
    let mut files = Files::default();
    let text =
        decode(files.next_id(), bytes).map_err(|error| TableMistake::new(None, error.message))?;
    let file = files.add(File::new(path.display().to_string(), None, text.as_str()));
    let line = |span: crate::source::Span| {
        files.get(span.file).map(|file| u64::from(file.position(span.start).line))
    };
    let documents = parse(file, &text, &Limits::default()).map_err(|errors| {
        match errors.into_iter().next() {
            Some(error) => TableMistake::new(line(error.span), error.message),
            None => TableMistake::new(None, "cannot be read"),
        }
    })?;
    let [document] = documents.as_slice() else {
        let message = format!("rows are one list, found {} documents", documents.len());
        return Err(TableMistake::new(None, message));
    };
    match document.to_value() {
        Value::Array(items) => Ok(items),
        other => {
            let found = crate::model::describe(&other);
            Err(TableMistake::new(line(document.span), format!("rows are a list, found {found}")))
        }
    }
}

/// A value of JSON on each line; empty lines are nothing.
fn lines(bytes: &[u8]) -> Result<Vec<Value>, TableMistake> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match Value::from_json(line) {
            Ok(value) => rows.push(value),
            Err(error) => {
                let message = format!("column {}: is not JSON: {}", error.column, error.message);
                return Err(TableMistake::new(Some(number), message));
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<String, String> {
        match read_table(Path::new(name), text.as_bytes()) {
            Ok(rows) => Ok(Value::Array(rows).to_json()),
            Err(TableMistake { line, message, .. }) => Err(match line {
                Some(line) => format!("{line}: {message}"),
                None => message,
            }),
        }
    }

    #[test]
    fn a_csv_s_rows_are_texts_by_the_names_of_its_first_line() {
        let text = "\u{feff}user, n\r\nann,1\r\n\"Bo, \"\"b\"\"\nx\",\r\n";
        let rows = r#"[{"user":"ann","n":"1"},{"user":"Bo, \"b\"\nx","n":""}]"#;
        assert_eq!(read("a.csv", text).unwrap(), rows);
        assert_eq!(read("a.TSV", "a\tb\n1\t2\n").unwrap(), r#"[{"a":"1","b":"2"}]"#);
        assert_eq!(read("a.csv", "user\n").unwrap(), "[]");
    }

    #[test]
    fn a_csv_s_mistakes_have_their_line() {
        let told = "3: 1 field, and the first line has 2";
        assert_eq!(read("a.csv", "a,b\n1,2\n3\n").unwrap_err(), told);
        assert_eq!(read("a.csv", "a,a\n").unwrap_err(), "1: two columns are called `a`");
        assert_eq!(read("a.csv", "a,\n").unwrap_err(), "1: a column without a name");
        assert_eq!(read("a.csv", "").unwrap_err(), "it has nothing in it");
        let bytes = read_table(Path::new("a.csv"), b"a\n1\n\xff\n").unwrap_err();
        assert_eq!((bytes.line, bytes.message.as_str()), (Some(3), "is not UTF-8"));
    }

    #[test]
    fn lists_of_json_and_yaml_and_lines_of_json_are_rows() {
        assert_eq!(read("a.json", "[1, {\"a\": null}]").unwrap(), r#"[1,{"a":null}]"#);
        assert_eq!(read("a.yml", "- a: x\n- 2\n").unwrap(), r#"[{"a":"x"},2]"#);
        assert_eq!(read("a.ndjson", "{\"a\":1}\r\n\n2").unwrap(), r#"[{"a":1},2]"#);
        assert_eq!(read("a.yaml", "\na: 1\n").unwrap_err(), "2: rows are a list, found a mapping");
        assert!(read("a.ndjson", "1\n{\n").unwrap_err().starts_with("2: column 2: is not JSON: "));
        assert!(read("a.json", "[1,\n").unwrap_err().contains(": "));
        let told = "what kind of file it is cannot be told from its name";
        assert_eq!(read("users", "").unwrap_err(), told);
    }
}
