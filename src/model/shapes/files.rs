//! `files`: the parts of a multipart body.

use super::body::coded;
use super::scalars::{only_keys, optional_text, schema, text};
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use std::path::{Path, PathBuf};

/// `files`, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesArgument(pub Vec<(String, FileArgument)>);

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileArgument {
    /// `filename`; of a path its last component unless given.
    pub filename: Option<String>,
    /// `path` or `content`.
    pub content: FileContent,
    /// `content_type`.
    pub content_type: Option<String>,
    /// `headers`, in order.
    pub headers: Vec<(String, String)>,
}

/// Where a file's bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// A file, streamed.
    Path(PathBuf),
    /// The collection itself.
    Inline(Vec<u8>),
}

impl Shape for FilesArgument {
    const EXPECTED: &'static str = "a mapping of fields to files, or a list of [field, file] pairs";

    fn read(value: &Value, folder: &Path) -> Result<FilesArgument, Misfit> {
        let mut parts = Vec::new();
        match value {
            Value::Null => {}
            Value::Object(members) => {
                for (field, file) in members.iter().filter(|(_, file)| !file.is_null()) {
                    parts.push((
                        field.clone(),
                        part(file, folder).map_err(|misfit| misfit.under(field))?,
                    ));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Some([field, file]) = item.as_array() else {
                        return Err(Misfit::new("a [field, file] pair", item).at(index));
                    };
                    let field =
                        text(field, "a field's name").map_err(|misfit| misfit.at(0).at(index))?;
                    parts.push((
                        field,
                        part(file, folder).map_err(|misfit| misfit.at(1).at(index))?,
                    ));
                }
            }
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        }
        Ok(FilesArgument(parts))
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["object", "array", "null"], "additionalProperties": {"$ref": "#/$defs/fileOrNull"},
                "items": {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems":
                 [{"$ref": "#/$defs/scalar"}, {"$ref": "#/$defs/file"}]}}"##,
        )
    }
}

const KEYS: &[&str] = &["path", "content", "filename", "content_type", "headers"];

fn part(file: &Value, folder: &Path) -> Result<FileArgument, Misfit> {
    match file {
        Value::String(path) if !path.is_empty() => Ok(FileArgument {
            filename: file_name(path),
            content: FileContent::Path(folder.join(path)),
            content_type: None,
            headers: Vec::new(),
        }),
        Value::Object(members) => detailed(members, file, folder),
        other => {
            let expected = "a file's path, or {path or content, filename, content_type, headers}";
            let misfit = Misfit::new(expected, other);
            Err(match other {
                // Requests' tuple.
                Value::Array(_) => misfit.help(
                    "(filename, content, content_type) is `{filename: a.csv, content: \"…\", content_type: text/csv}`; with a file, `{path: a.csv, …}`",
                ),
                _ => misfit,
            })
        }
    }
}

fn detailed(members: &Map, file: &Value, folder: &Path) -> Result<FileArgument, Misfit> {
    only_keys(members, KEYS, "a file")?;
    let path = members.get("path").map(path_of).transpose()?;
    let (content, default_name) = match (path, members.get("content")) {
        (Some(path), None) => (FileContent::Path(folder.join(path)), file_name(path)),
        (None, Some(content)) => (FileContent::Inline(inline(content)?), None),
        _ => return Err(Misfit::new("one of `path` and `content`", file)),
    };
    let filename = match members.get("filename") {
        None => default_name,
        Some(_) => optional_text(members, "filename")?,
    };
    let content_type = optional_text(members, "content_type")?;
    Ok(FileArgument { filename, content, content_type, headers: headers(members)? })
}

fn path_of(path: &Value) -> Result<&str, Misfit> {
    let text = path.as_str().filter(|path| !path.is_empty());
    text.ok_or_else(|| Misfit::new("a file's path", path).under("path"))
}

fn inline(content: &Value) -> Result<Vec<u8>, Misfit> {
    match content {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        Value::Object(members) => match coded(members).filter(|_| members.len() == 1) {
            Some(bytes) => bytes.map_err(|misfit| misfit.under("content")),
            None => Err(Misfit::new("text, {$base64: …} or {$hex: …}", content).under("content")),
        },
        other => text(other, "text, {$base64: …} or {$hex: …}")
            .map(String::into_bytes)
            .map_err(|misfit| misfit.under("content")),
    }
}

fn headers(members: &Map) -> Result<Vec<(String, String)>, Misfit> {
    let Some(headers) = members.get("headers") else {
        return Ok(Vec::new());
    };
    let lines = headers
        .as_object()
        .ok_or_else(|| Misfit::new("a mapping of names to values", headers).under("headers"))?;
    let lines = lines.iter().map(|(name, value)| match text(value, "a header's value") {
        Ok(value) => Ok((name.clone(), value)),
        Err(misfit) => Err(misfit.under(name).under("headers")),
    });
    lines.collect()
}

/// The last component of a path, as Requests' `guess_filename` takes it.
fn file_name(path: &str) -> Option<String> {
    Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned())
}
