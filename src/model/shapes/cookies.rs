//! `cookies`: a mapping, or a list of cookies with their attributes.

use super::scalars::{only_keys, optional_text, schema, text};
use crate::http::CookieSpec;
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use std::path::Path;

/// `cookies`.
#[derive(Clone, Debug)]
pub struct CookiesArgument(pub Vec<CookieSpec>);

impl Shape for CookiesArgument {
    const EXPECTED: &'static str =
        "a mapping of names to values, or a list of {name, value, domain, path, secure}";

    fn read(value: &Value, _folder: &Path) -> Result<CookiesArgument, Misfit> {
        let cookies = match value {
            Value::Null => Ok(Vec::new()),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| plain(name, value).map_err(|misfit| misfit.under(name)))
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| detailed(item).map_err(|misfit| misfit.at(index)))
                .collect(),
            other => Err(Misfit::new(Self::EXPECTED, other)),
        };
        cookies.map(CookiesArgument)
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["object", "array", "null"], "additionalProperties": {"$ref": "#/$defs/scalarOrNull"},
                "items": {"type": "object", "required": ["name", "value"], "additionalProperties": false, "properties":
                 {"name": {"$ref": "#/$defs/scalar"}, "value": {"$ref": "#/$defs/scalarOrNull"},
                  "domain": {"$ref": "#/$defs/scalarOrNull"}, "path": {"$ref": "#/$defs/scalarOrNull"},
                  "secure": {"$ref": "#/$defs/boolean"}}}}"##,
        )
    }
}

fn plain(name: &str, value: &Value) -> Result<CookieSpec, Misfit> {
    let value = match value {
        Value::Null => None,
        value => Some(text(value, "a cookie's value")?),
    };
    Ok(CookieSpec { name: name.to_owned(), value, domain: None, path: None, secure: false })
}

fn detailed(item: &Value) -> Result<CookieSpec, Misfit> {
    let members: &Map =
        item.as_object().ok_or_else(|| Misfit::new("a mapping with `name` and `value`", item))?;
    only_keys(members, &["name", "value", "domain", "path", "secure"], "a cookie")?;
    let name = optional_text(members, "name")?
        .ok_or_else(|| Misfit::new("a cookie with a `name`", item))?;
    let value = members.get("value").ok_or_else(|| Misfit::new("a cookie with a `value`", item))?;
    let secure = match members.get("secure") {
        None => false,
        Some(secure) => {
            secure.as_bool().ok_or_else(|| Misfit::new("true or false", secure).under("secure"))?
        }
    };
    Ok(CookieSpec {
        domain: optional_text(members, "domain")?,
        path: optional_text(members, "path")?,
        secure,
        ..plain(&name, value).map_err(|misfit| misfit.under("value"))?
    })
}
