//! `params` and `headers`: names and values.

use super::scalars::{schema, text};
use crate::diagnostic::codes;
use crate::http::{HeaderLines, Mapping, Params};
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use std::path::Path;

/// `params`: a mapping, a list of pairs, or text.
#[derive(Clone, Debug)]
pub struct ParamsArgument(pub Option<Params>);

impl Shape for ParamsArgument {
    const EXPECTED: &'static str = "a mapping, a list of [name, value] pairs, or text";

    fn read(value: &Value, _folder: &Path) -> Result<ParamsArgument, Misfit> {
        Ok(ParamsArgument(Some(match value {
            Value::Null => return Ok(ParamsArgument(None)),
            Value::String(_) | Value::Bytes(_) => Params::Text(value.to_text()),
            Value::Array(items) => Params::Pairs(pairs(items)?),
            Value::Object(members) => Params::Mapping(mapping(members)?),
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        })))
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["object", "array", "string", "null"],
                "additionalProperties": {"$ref": "#/$defs/value"}, "items": {"$ref": "#/$defs/pair"}}"##,
        )
    }
}

/// `[[name, value], …]`; a null value leaves the pair out, a list of values repeats the name.
pub(super) fn pairs(items: &[Value]) -> Result<Vec<(String, String)>, Misfit> {
    let mut pairs = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Some([name, value]) = item.as_array() else {
            return Err(Misfit::new("a [name, value] pair", item).at(index));
        };
        let name = text(name, "a name").map_err(|misfit| misfit.at(0).at(index))?;
        for value in values(value).map_err(|misfit| misfit.at(1).at(index))?.unwrap_or_default() {
            pairs.push((name.clone(), value));
        }
    }
    Ok(pairs)
}

/// Names to their values, null to `None`.
pub(super) fn mapping(members: &Map) -> Result<Mapping<Vec<String>>, Misfit> {
    members
        .iter()
        .map(|(name, value)| match values(value) {
            Ok(values) => Ok((name.clone(), values)),
            Err(misfit) => Err(misfit.under(name)),
        })
        .collect()
}

/// One scalar, a list of scalars, or null.
fn values(value: &Value) -> Result<Option<Vec<String>>, Misfit> {
    const EXPECTED: &str = "a scalar, a list of scalars, or null";
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => {
            let texts = items.iter().enumerate().filter(|(_, item)| !item.is_null());
            let texts =
                texts.map(|(index, item)| text(item, EXPECTED).map_err(|misfit| misfit.at(index)));
            texts.collect::<Result<_, _>>().map(Some)
        }
        other => Ok(Some(vec![text(other, EXPECTED)?])),
    }
}

/// `headers`: a mapping; null removes, a list is sent as repeated lines.
#[derive(Clone, Debug)]
pub struct HeadersArgument(pub Mapping<HeaderLines>);

impl Shape for HeadersArgument {
    const EXPECTED: &'static str = "a mapping of names to values";

    fn read(value: &Value, _folder: &Path) -> Result<HeadersArgument, Misfit> {
        let members = match value {
            Value::Null => return Ok(HeadersArgument(Vec::new())),
            Value::Object(members) => members,
            Value::Array(_) => {
                let help = "write `name: value`, without `- ` and quotes around both";
                return Err(Misfit::new(Self::EXPECTED, value).help(help));
            }
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        };
        let lines = mapping(members)?;
        for (name, values) in &lines {
            check_line(name, values.as_deref().unwrap_or_default())?;
        }
        Ok(HeadersArgument(lines))
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/value"},
                "propertyNames": {"pattern": "^[-!#$%&'*+.^_`|~0-9A-Za-z]*$",
                 "patternErrorMessage": "expected a header's name: letters, digits and -"}}"##,
        )
    }
}

/// RFC 9110 section 5.5: no line breaks in a value, no space before it (Requests' InvalidHeader);
/// a name is a token.
fn check_line(name: &str, values: &[String]) -> Result<(), Misfit> {
    let is_token = |byte: u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(&byte);
    let invalid = |expected: &str, found: &str| Misfit {
        code: &codes::request::INVALID_HEADER,
        ..Misfit::new(expected, &Value::from(found))
    };
    // An empty name is a template's place: what it renders to is looked at when it is sent.
    if !name.bytes().all(is_token) {
        let misfit = invalid("a header's name: letters, digits and `-`", name);
        return Err(misfit.within(crate::check::Segment::KeyItself(name.to_owned())));
    }
    for value in values {
        if value.contains(['\r', '\n', '\0']) {
            return Err(invalid("a header's value without a line break", value)
                .help("a value from a file or a block scalar `|` ends in a line break: use `| trim` or `|-`")
                .under(name));
        }
        if value.starts_with([' ', '\t']) {
            return Err(
                invalid("a header's value without a space at its beginning", value).under(name)
            );
        }
    }
    Ok(())
}
