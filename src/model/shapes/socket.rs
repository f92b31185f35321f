//! The parts of `socket` and of its `script`.

use super::adapters::address_of_ours;
use super::body::coded;
use super::scalars::{only_keys, schema, text};
use crate::model::{Misfit, Shape};
use crate::registry::suggest;
use crate::socket::{Address, Until};
use crate::value::{Map, Value};
use std::net::{Shutdown, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `socket`, `connect`: where it leads, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressArgument(pub Address);

impl Shape for AddressArgument {
    const EXPECTED: &'static str = "a URL such as tcp://127.0.0.1:6379";

    fn read(value: &Value, folder: &Path) -> Result<AddressArgument, Misfit> {
        let url = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?;
        Address::parse(url, folder)
            .map(AddressArgument)
            .map_err(|(expected, help)| Misfit::new(expected, value).help(help))
    }

    fn schema() -> Value {
        schema(
            r#"{"type": "string", "pattern": "^([Tt][Cc][Pp]|[Tt][Ll][Ss]|[Uu][Dd][Pp]|[Uu][Nn][Ii][Xx])://.+",
                "patternErrorMessage": "expected a URL such as tcp://127.0.0.1:6379"}"#,
        )
    }
}

/// `bind`: the address of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindArgument(pub SocketAddr);

impl Shape for BindArgument {
    const EXPECTED: &'static str = "an IP address of this machine, such as `127.0.0.1`";

    fn read(value: &Value, _folder: &Path) -> Result<BindArgument, Misfit> {
        address_of_ours(value).map(BindArgument).map_err(|_| Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "string", "minLength": 2}"#)
    }
}

/// `server_name`: whom the certificate must name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName(pub String);

impl Shape for ServerName {
    const EXPECTED: &'static str = "a host's name";

    fn read(value: &Value, _folder: &Path) -> Result<ServerName, Misfit> {
        match value.as_str() {
            Some(name) if !name.is_empty() => Ok(ServerName(name.to_owned())),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "string", "minLength": 1}"#)
    }
}

/// `limit`: a number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteCount(pub usize);

impl Shape for ByteCount {
    const EXPECTED: &'static str = "a number of bytes, 1 or more";

    fn read(value: &Value, _folder: &Path) -> Result<ByteCount, Misfit> {
        let number = value.as_number().and_then(|number| number.as_u64());
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(count) if count > 0 => Ok(ByteCount(count)),
            _ => Err(Misfit::new(Self::EXPECTED, value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"type": "integer", "minimum": 1}"#)
    }
}

/// `expect` of a connection: what `connect_ex` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connecting {
    /// There is a connection.
    Open,
    /// Nobody listens there.
    Refused,
    /// Nobody answers.
    Timeout,
    /// There is no way there.
    Unreachable,
}

impl Connecting {
    const ALL: [Connecting; 4] =
        [Connecting::Open, Connecting::Refused, Connecting::Timeout, Connecting::Unreachable];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Connecting::Open => "open",
            Connecting::Refused => "refused",
            Connecting::Timeout => "timeout",
            Connecting::Unreachable => "unreachable",
        }
    }
}

impl Shape for Connecting {
    const EXPECTED: &'static str = "`open`, `refused`, `timeout` or `unreachable`";

    fn read(value: &Value, _folder: &Path) -> Result<Connecting, Misfit> {
        let word = value.as_str().unwrap_or_default();
        let found = Connecting::ALL.into_iter().find(|one| one.name() == word);
        found.ok_or_else(|| one_of(Self::EXPECTED, &Connecting::ALL.map(Connecting::name), value))
    }

    fn schema() -> Value {
        schema(r#"{"enum": ["open", "refused", "timeout", "unreachable"]}"#)
    }
}

/// None of these words; the one that was probably meant.
fn one_of(expected: &str, words: &[&str], value: &Value) -> Misfit {
    let misfit = Misfit::new(expected, value);
    match suggest(words.iter().copied(), value.as_str().unwrap_or_default()) {
        Some(near) => misfit.help(format!("did you mean `{near}`?")),
        None => misfit,
    }
}

/// `send`: bytes, or a file that has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendArgument {
    /// Text in UTF-8, `{$hex: …}`, `{$base64: …}`, or a template that gives bytes.
    Bytes(Vec<u8>),
    /// `{$file: path}`
    File(PathBuf),
}

impl Shape for SendArgument {
    const EXPECTED: &'static str = "text, {$hex: …}, {$base64: …} or {$file: …}";

    fn read(value: &Value, folder: &Path) -> Result<SendArgument, Misfit> {
        match value {
            Value::Bytes(bytes) => Ok(SendArgument::Bytes(bytes.clone())),
            Value::Object(members) => {
                only_keys(members, &["$hex", "$base64", "$file"], "a mapping")?;
                match (coded(members), members.get("$file")) {
                    (Some(bytes), None) if members.len() == 1 => bytes.map(SendArgument::Bytes),
                    (None, Some(Value::String(path))) if !path.is_empty() => {
                        Ok(SendArgument::File(folder.join(path)))
                    }
                    (None, Some(path)) => {
                        Err(Misfit::new("the path of a file", path).under("$file"))
                    }
                    _ => Err(Misfit::new(Self::EXPECTED, value)),
                }
            }
            other => text(other, Self::EXPECTED).map(|text| SendArgument::Bytes(text.into_bytes())),
        }
    }

    fn schema() -> Value {
        schema(
            r#"{"type": ["string", "number", "boolean", "object"], "additionalProperties": false,
                "minProperties": 1, "maxProperties": 1, "properties": {
                 "$hex": {"description": "bytes in hex digits", "type": "string"},
                 "$base64": {"description": "bytes in base64", "type": "string"},
                 "$file": {"description": "a file's bytes", "type": "string", "minLength": 1}}}"#,
        )
    }
}

/// `recv`: how far, and how long that may take.
#[derive(Clone, Debug)]
pub struct RecvArgument {
    /// How far.
    pub until: Until,
    /// How long all of it may take, beside the step's own `timeout`.
    pub timeout: Option<Duration>,
}

impl Shape for RecvArgument {
    const EXPECTED: &'static str =
        "a number of bytes, `any`, `all`, or a mapping such as {until: \"\\r\\n\"}";

    fn read(value: &Value, folder: &Path) -> Result<RecvArgument, Misfit> {
        let plain = |until| Ok(RecvArgument { until, timeout: None });
        match value {
            Value::Null => plain(Until::Any),
            Value::Number(_) => {
                let count = ByteCount::read(value, folder);
                let count = count.map_err(|_| Misfit::new(Self::EXPECTED, value))?;
                plain(Until::Size(count.0))
            }
            Value::String(word) => match word.as_str() {
                "any" => plain(Until::Any),
                "all" => plain(Until::Closed),
                _ => Err(Misfit::new(Self::EXPECTED, value)
                    .help("to receive as far as a text write `recv: {until: …}`")),
            },
            Value::Object(members) => detailed(members, folder),
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(
            r##"{"type": ["integer", "string", "object", "null"], "minimum": 1, "pattern": "^(any|all)$",
                "patternErrorMessage": "expected any, all, a number of bytes or {until: …}",
                "additionalProperties": false, "properties": {
                 "size": {"description": "so many bytes", "type": "integer", "minimum": 1},
                 "until": {"description": "as far as this text, {$hex: …}, {$base64: …}, or what matches {regex: …}",
                  "type": ["string", "object"], "minLength": 1, "additionalProperties": false,
                  "minProperties": 1, "maxProperties": 1, "properties": {
                   "regex": {"type": "string", "minLength": 1},
                   "$hex": {"type": "string"}, "$base64": {"type": "string"}}},
                 "all": {"description": "until the other side sends no more", "const": true},
                 "timeout": {"description": "how long all of it may take", "$ref": "#/$defs/duration"}}}"##,
        )
    }
}

fn detailed(members: &Map, folder: &Path) -> Result<RecvArgument, Misfit> {
    only_keys(members, &["size", "until", "all", "timeout"], "a mapping")?;
    let ways: Vec<&str> =
        ["size", "until", "all"].into_iter().filter(|key| members.contains_key(*key)).collect();
    if ways.len() > 1 {
        let found = format!("`{}`", ways.join("` and `"));
        return Err(Misfit::new("one of `size`, `until`, `all`", &Value::Null).found(found));
    }
    let timeout = members.get("timeout").map(|value| match Duration::read(value, folder) {
        Ok(timeout) if !timeout.is_zero() => Ok(timeout),
        _ => Err(Misfit::new("a duration above 0", value).under("timeout")),
    });
    let until = match (members.get("size"), members.get("until"), members.get("all")) {
        (Some(size), ..) => {
            Until::Size(ByteCount::read(size, folder).map_err(|misfit| misfit.under("size"))?.0)
        }
        (_, Some(until), _) => self::until(until).map_err(|misfit| misfit.under("until"))?,
        (.., Some(Value::Bool(true))) => Until::Closed,
        (.., Some(all)) => return Err(Misfit::new("true", all).under("all")),
        _ => Until::Any,
    };
    Ok(RecvArgument { until, timeout: timeout.transpose()? })
}

/// A delimiter, or `{regex: …}`.
fn until(value: &Value) -> Result<Until, Misfit> {
    let expected = "a text that is not empty, {$hex: …}, {$base64: …} or {regex: …}";
    let delimiter = match value {
        Value::String(text) => text.clone().into_bytes(),
        Value::Bytes(bytes) => bytes.clone(),
        Value::Object(members) => {
            only_keys(members, &["regex", "$hex", "$base64"], "a mapping")?;
            match (coded(members), members.get("regex")) {
                (Some(bytes), None) if members.len() == 1 => bytes?,
                (None, Some(Value::String(pattern))) => {
                    return regex(pattern).map_err(|misfit| misfit.under("regex"));
                }
                _ => return Err(Misfit::new(expected, value)),
            }
        }
        other => return Err(Misfit::new(expected, other)),
    };
    match delimiter.is_empty() {
        true => Err(Misfit::new(expected, value)),
        false => Ok(Until::Delimiter(delimiter)),
    }
}

fn regex(pattern: &str) -> Result<Until, Misfit> {
    let written = Value::from(pattern);
    let compiled = regex::bytes::Regex::new(pattern);
    compiled.map(Until::Regex).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Misfit::new("a regular expression", &written).help(why)
    })
}

/// `shutdown`: which direction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShutdownArgument(pub Shutdown);

impl Shape for ShutdownArgument {
    const EXPECTED: &'static str = "`write`, `read` or `both`";

    fn read(value: &Value, _folder: &Path) -> Result<ShutdownArgument, Misfit> {
        match value.as_str() {
            Some("write") => Ok(ShutdownArgument(Shutdown::Write)),
            Some("read") => Ok(ShutdownArgument(Shutdown::Read)),
            Some("both") => Ok(ShutdownArgument(Shutdown::Both)),
            _ => Err(one_of(Self::EXPECTED, &["write", "read", "both"], value)),
        }
    }

    fn schema() -> Value {
        schema(r#"{"enum": ["write", "read", "both"]}"#)
    }
}
