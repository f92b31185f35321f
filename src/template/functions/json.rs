//! `tojson` and `fromjson`.

use super::Function;
use super::input::{bytes, context};
use crate::template::convert::{from_dynamic, to_dynamic};
use crate::template::explain::complain;
use crate::value::Value;
use minijinja::{Error, State, Value as Dynamic};
use std::sync::Arc;

/// The table's row.
pub(super) const TOJSON: Function = Function {
    key: "tojson",
    summary: "a value as compact JSON, keys in order; `tojson(true)` indents",
    example: "{{ {'a': [1, none]} | tojson }}",
    register: |env| env.add_filter("tojson", tojson),
    check: None,
};

/// The table's row.
pub(super) const FROMJSON: Function = Function {
    key: "fromjson",
    summary: "JSON text as a value",
    example: "{{ ('{\"a\": 1}' | fromjson).a }}",
    register: |env| env.add_filter("fromjson", fromjson),
    check: None,
};

fn tojson(value: &Dynamic, indent: Option<Dynamic>) -> Result<String, Error> {
    let value = from_dynamic(value)?;
    let is_indented = indent.is_some_and(|indent| indent.is_true());
    Ok(if is_indented { value.to_json_pretty() } else { value.to_json() })
}

fn fromjson(state: &State, value: &Dynamic) -> Result<Dynamic, Error> {
    let parsed = Value::from_json(&bytes(value)?)
        .map_err(|error| complain(format!("what `fromjson` was given is not JSON: {error}")))?;
    Ok(to_dynamic(&Arc::new(parsed), context(state)?.numbers))
}
