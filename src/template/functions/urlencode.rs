//! `urlencode`, as Jinja's filter does it.

use super::Function;
use super::input::bytes;
use minijinja::value::ValueKind;
use minijinja::{Error, Value as Dynamic};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// The table's row.
pub(super) const URLENCODE: Function = Function {
    key: "urlencode",
    summary: "text percent-encoded, `/` kept; a mapping as `a=1&b=2`, spaces as `+`",
    example: "{{ 'a b/c' | urlencode }}",
    register: |env| env.add_filter("urlencode", urlencode),
    check: None,
};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same, `/` kept.
const PATH: &AsciiSet = &RESERVED.remove(b'/');

fn urlencode(value: &Dynamic) -> Result<String, Error> {
    if value.kind() != ValueKind::Map {
        return Ok(percent_encode(&bytes(value)?, PATH).to_string());
    }
    let pairs: Result<Vec<String>, Error> = value
        .try_iter()?
        .map(|key| Ok(format!("{}={}", part(&key)?, part(&value.get_item(&key)?)?)))
        .collect();
    Ok(pairs?.join("&"))
}

fn part(value: &Dynamic) -> Result<String, Error> {
    Ok(percent_encode(&bytes(value)?, RESERVED).to_string().replace("%20", "+"))
}
