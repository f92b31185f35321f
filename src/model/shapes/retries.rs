//! `retries` of an adapter: urllib3's `Retry`.

use super::scalars::{Synonym, only_keys_or};
use crate::http::{FailureClass, Retries};
use crate::model::{Misfit, Shape};
use crate::registry::suggest;
use crate::value::{Map, Value};
use std::path::Path;
use std::time::Duration;

const KEYS: [&str; 5] = ["attempts", "on", "backoff", "respect_retry_after", "methods"];

/// Words of urllib3's `Retry`.
const SYNONYMS: &[Synonym] = &[
    ("total", "write `attempts`: one more than `total`, because it counts the first time too"),
    ("max_retries", "write `attempts`: one more, because it counts the first time too"),
    ("connect", "write `on: [connect]`, and how often in `attempts`"),
    ("read", "write `on: [read]`, and how often in `attempts`"),
    ("other", "write `on: [other]`, and how often in `attempts`"),
    ("status", "write `on: [502, 503]`, and how often in `attempts`"),
    ("status_forcelist", "write `on: [502, 503]`"),
    ("backoff_factor", "write `backoff`"),
    ("allowed_methods", "write `methods`"),
    ("method_whitelist", "write `methods`"),
    ("respect_retry_after_header", "write `respect_retry_after`"),
    (
        "redirect",
        "write `max_redirects` of the request or the session: redirects are counted by themselves",
    ),
    (
        "raise_on_status",
        "leave it out: an error status fails the step, unless `assert: {status: …}` expects it",
    ),
];

const EXPECTED: &str =
    "how many retries, or a mapping of attempts, on, backoff, respect_retry_after and methods";
const EXPECTED_ON: &str = "a status from 100 to 599, `connect`, `read` or `other`";

/// A number of retries, as in `HTTPAdapter(max_retries=3)`, or what is tried again how often.
/// `None` for 0.
pub(super) fn retries(value: &Value) -> Result<Option<Retries>, Misfit> {
    match value {
        Value::Number(_) => {
            let retries = <u32 as Shape>::read(value, Path::new(""))?;
            let attempts = retries.saturating_add(1);
            Ok(Some(Retries { attempts, ..Retries::default() }).filter(|_| retries > 0))
        }
        Value::Object(members) => detailed(members).map(Some),
        other => Err(Misfit::new(EXPECTED, other)),
    }
}

/// The schema of `retries`.
pub(super) fn schema() -> Value {
    super::scalars::schema(
        r##"{"description": "what is tried again: how many retries, as in `HTTPAdapter(max_retries=3)`, or the details",
            "type": ["integer", "object", "null"], "minimum": 0, "additionalProperties": false, "properties": {
             "attempts": {"description": "how often a request is sent at most, the first time included; 3 unless given", "type": ["integer", "null"], "minimum": 1},
             "on": {"description": "what is tried again: statuses, `connect`, `read`, `other`; all errors unless given", "type": ["array", "integer", "string", "null"],
              "pattern": "^(connect|read|other)$", "patternErrorMessage": "expected a status, connect, read or other", "minimum": 100, "maximum": 599,
              "items": {"type": ["integer", "string"], "minimum": 100, "maximum": 599,
               "pattern": "^(connect|read|other)$", "patternErrorMessage": "expected a status, connect, read or other"}},
             "backoff": {"description": "the factor: no pause before the first retry, twice this before the second, then four times, up to two minutes", "$ref": "#/$defs/durationOrNull"},
             "respect_retry_after": {"description": "whether a `Retry-After` says how long to wait, and 413, 429 and 503 that have one are tried again; true unless given", "type": ["boolean", "null"]},
             "methods": {"description": "the methods tried again after a response or a broken exchange; null is every method; HEAD, GET, PUT, DELETE, OPTIONS and TRACE unless given", "type": ["array", "null"], "minItems": 1, "items": {"type": "string", "minLength": 1}}}}"##,
    )
}

fn detailed(members: &Map) -> Result<Retries, Misfit> {
    only_keys_or(members, &KEYS, "`retries`", SYNONYMS)?;
    let given = |key: &str| members.get(key).filter(|value| !value.is_null());
    let mut retries = Retries::default();
    if let Some(value) = given("attempts") {
        retries.attempts = attempts(value).map_err(|misfit| misfit.under("attempts"))?;
    }
    if let Some(value) = given("on") {
        (retries.statuses, retries.errors) = on(value).map_err(|misfit| misfit.under("on"))?;
    }
    if let Some(value) = given("backoff") {
        retries.backoff = <Duration as Shape>::read(value, Path::new(""))
            .map_err(|misfit| misfit.under("backoff"))?;
    }
    if let Some(value) = given("respect_retry_after") {
        retries.respect_retry_after = <bool as Shape>::read(value, Path::new(""))
            .map_err(|misfit| misfit.under("respect_retry_after"))?;
    }
    match members.get("methods") {
        None => {}
        Some(Value::Null) => retries.methods = None,
        Some(value) => {
            let methods = methods(value).map_err(|misfit| misfit.under("methods"))?;
            retries.methods = Some(methods);
        }
    }
    Ok(retries)
}

fn attempts(value: &Value) -> Result<u32, Misfit> {
    match <u32 as Shape>::read(value, Path::new(""))? {
        0 => Err(Misfit::new("a whole number, 1 or more: the first try counts", value)),
        attempts => Ok(attempts),
    }
}

/// Statuses, and classes of errors; one alone needs no list.
fn on(value: &Value) -> Result<(Vec<u16>, Vec<FailureClass>), Misfit> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (mut statuses, mut errors) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        let within =
            |misfit: Misfit| if value.as_array().is_some() { misfit.at(at) } else { misfit };
        let status = item.as_number().and_then(|number| number.as_u64());
        let status = status.and_then(|status| u16::try_from(status).ok());
        if let Some(status) = status.filter(|status| (100..600).contains(status)) {
            statuses.push(status);
        } else if let Some(class) = item.as_str().and_then(FailureClass::find) {
            errors.push(class);
        } else {
            let misfit = Misfit::new(EXPECTED_ON, item);
            let near = item.as_str().and_then(|word| suggest(["connect", "read", "other"], word));
            return Err(within(match near {
                Some(near) => misfit.help(format!("did you mean `{near}`?")),
                None => misfit,
            }));
        }
    }
    Ok((statuses, errors))
}

fn methods(value: &Value) -> Result<Vec<String>, Misfit> {
    let expected = "a list of methods, or null for every method";
    let Value::Array(items) = value else { return Err(Misfit::new(expected, value)) };
    if items.is_empty() {
        return Err(Misfit::new(expected, value).found("an empty list"));
    }
    let named = items.iter().enumerate().map(|(at, item)| match item.as_str() {
        Some(method) if !method.is_empty() => Ok(method.to_uppercase()),
        _ => Err(Misfit::new("a method", item).at(at)),
    });
    named.collect()
}
