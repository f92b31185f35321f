//! What `graphql` is made of.

use super::scalars::{only_keys, schema};
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use std::path::{Path, PathBuf};

/// `query`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryArgument {
    /// The text.
    Text(String),
    /// `{$file: path}`
    File(PathBuf),
}

impl Shape for QueryArgument {
    const EXPECTED: &'static str = "a query, or {$file: query.graphql}";

    fn read(value: &Value, folder: &Path) -> Result<QueryArgument, Misfit> {
        match value {
            Value::String(text) => Ok(QueryArgument::Text(text.clone())),
            Value::Object(members) if members.contains_key("$file") => {
                only_keys(members, &["$file"], "a query in a file")?;
                match members.get("$file").and_then(Value::as_str) {
                    Some(path) => Ok(QueryArgument::File(folder.join(path))),
                    None => Err(Misfit::new("the path of a file", value).under("$file")),
                }
            }
            Value::Object(_) => {
                let help = "a query begins with a brace too: put it in quotes, or behind `|`";
                Err(Misfit::new(Self::EXPECTED, value).help(help))
            }
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(
            r#"{"type": ["string", "object"], "required": ["$file"], "additionalProperties": false,
                "properties": {"$file": {"description": "a file with the query", "type": "string", "minLength": 1}}}"#,
        )
    }
}

/// `variables`: null is none.
#[derive(Clone, Debug, PartialEq)]
pub struct VariablesArgument(pub Option<Map>);

impl Shape for VariablesArgument {
    const EXPECTED: &'static str = "a mapping of the query's variables to values";

    fn read(value: &Value, _folder: &Path) -> Result<VariablesArgument, Misfit> {
        match value {
            Value::Null => Ok(VariablesArgument(None)),
            Value::Object(members) => Ok(VariablesArgument(Some(members.clone()))),
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": ["object", "null"]}"#)
    }
}

/// `operation`: null is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationName(pub Option<String>);

impl Shape for OperationName {
    const EXPECTED: &'static str = "the name of one of the query's operations";

    fn read(value: &Value, _folder: &Path) -> Result<OperationName, Misfit> {
        match value {
            Value::Null => Ok(OperationName(None)),
            Value::String(name) => Ok(OperationName(Some(name.clone()))),
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": ["string", "null"]}"#)
    }
}
