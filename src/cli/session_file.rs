//! `--session FILE`: cookies, values and OAuth 2 tokens that runs have in common.
//!
//! ```text
//! {"version": 1,
//!  "session": {"cookies": […]},                            the collections' own
//!  "sessions": {"admin": {"cookies": […]}},                named ones
//!  "values": {"token": {"value": "…", "secret": true}},    by name; `bytes`: in base64
//!  "tokens": {"DIGEST": {"access": "…", "refresh": "…",    by their settings; seconds since
//!                        "until": 1800000000}}}             1970
//! ```

use super::{Exit, private};
use crate::diagnostic::{Diagnostic, codes};
use crate::http::{CookieJar, Token};
use crate::run::{Kept, KeptValue};
use crate::value::{Map, Value};
use crate::world::reason;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;
use std::{fs, io};

/// What names the file.
const OPTION: &str = "--session";

/// The version written, and the highest one read.
const VERSION: u64 = 1;

/// The key of bytes within a value.
const BYTES: &str = "$base64";

/// What a file holds; nothing when there is no file yet.
pub(super) fn read(path: &Path) -> Result<Kept, Diagnostic> {
    let refuse = |why: String, help: &str| {
        let message = format!("`{OPTION} {}`: {why}", path.display());
        Diagnostic::placeless(&codes::cli::BAD_VALUE, message).help(help)
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => {
            return Err(refuse(reason(&error), "name a file, which need not be there yet"));
        }
    };
    let damaged = "a file that an earlier run wrote is expected; to begin anew, remove it";
    let value = Value::from_json(&bytes).map_err(|error| refuse(error.to_string(), damaged))?;
    let version = member(&value, "version").and_then(Value::as_number);
    match version.and_then(|version| version.as_u64()) {
        Some(version) if version > VERSION => {
            let why = format!("it is of version {version}, this runner knows {VERSION}");
            Err(refuse(why, "a newer runner wrote it: use that one, or name another file"))
        }
        Some(VERSION) => kept(&value).map_err(|why| refuse(why, damaged)),
        _ => Err(refuse("this is no session".to_owned(), damaged)),
    }
}

/// A file that could not be written at the end is told before anything is sent.
pub(super) fn is_writable(path: &Path) -> Result<(), Exit> {
    private::has_folder(OPTION, path)
}

/// Writes the file, in place of what was there; whether that could be done.
pub(super) fn write(path: &Path, kept: &Kept) -> bool {
    private::write(OPTION, path, &format!("{}\n", saved(kept).to_json_pretty()))
}

fn member<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_object()?.get(key)
}

/// The members of a mapping that need not be there.
fn members<'v>(value: &'v Value, key: &str) -> Result<Option<&'v Map>, String> {
    let Some(value) = member(value, key) else { return Ok(None) };
    value.as_object().map(Some).ok_or_else(|| format!("expected a mapping at `{key}`"))
}

fn kept(value: &Value) -> Result<Kept, String> {
    let known = ["version", "session", "sessions", "values", "tokens"];
    let mut keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
    if let Some(key) = keys.find(|key| !known.contains(&key.as_str())) {
        return Err(format!("unknown key `{key}`"));
    }
    let mut kept = Kept::default();
    let own = member(value, "session").map(|session| (String::new(), session));
    let named = members(value, "sessions")?.into_iter().flatten();
    let named = named.map(|(name, session)| (name.clone(), session));
    for (name, session) in own.into_iter().chain(named) {
        let cookies = member(session, "cookies").ok_or("expected `cookies` in a session")?;
        let jar = CookieJar::from_saved(cookies, SystemTime::now())?;
        kept.jars.insert(name, jar);
    }
    for (name, entry) in members(value, "values")?.into_iter().flatten() {
        let found = member(entry, "value").ok_or_else(|| format!("`{name}` has no `value`"))?;
        let has_bytes = member(entry, "bytes").and_then(Value::as_bool) == Some(true);
        let found = if has_bytes { decoded(found) } else { found.clone() };
        let is_secret = member(entry, "secret").and_then(Value::as_bool) == Some(true);
        kept.values.insert(name.clone(), KeptValue { value: Arc::new(found), is_secret });
    }
    for (key, token) in members(value, "tokens")?.into_iter().flatten() {
        let token = Token::from_saved(token).map_err(|why| format!("token `{key}`: {why}"))?;
        kept.tokens.insert(key.clone(), token);
    }
    Ok(kept)
}

fn saved(kept: &Kept) -> Value {
    let now = SystemTime::now();
    let session = |jar: &CookieJar| mapping([("cookies", jar.to_saved(now))]);
    let named = kept.jars.iter().filter(|(name, _)| !name.is_empty());
    let named = named.map(|(name, jar)| (name.clone(), session(jar)));
    let values = kept.values.iter().map(|(name, kept)| {
        let has_bytes = has_bytes(&kept.value);
        let value = if has_bytes { encoded(&kept.value) } else { Value::clone(&kept.value) };
        let flags = [("bytes", has_bytes), ("secret", kept.is_secret)];
        let flags = flags.into_iter().filter(|(_, holds)| *holds);
        let flags = flags.map(|(key, holds)| (key, Value::Bool(holds)));
        (name.clone(), mapping([("value", value)].into_iter().chain(flags)))
    });
    // What has run out and cannot be renewed is of no use.
    let is_of_use = |token: &Token| token.refresh.is_some() || token.is_current(now);
    let tokens = kept.tokens.iter().filter(|(_, token)| is_of_use(token));
    let tokens: Map = tokens.map(|(key, token)| (key.clone(), token.to_saved())).collect();
    let tokens = (!tokens.is_empty()).then_some(("tokens", Value::Object(tokens)));
    let members = [
        ("version", Value::from(VERSION)),
        ("session", session(&kept.own_jar())),
        ("sessions", Value::Object(named.collect())),
        ("values", Value::Object(values.collect())),
    ];
    mapping(members.into_iter().chain(tokens))
}

fn mapping<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Object(members.collect())
}

fn has_bytes(value: &Value) -> bool {
    match value {
        Value::Bytes(_) => true,
        Value::Array(items) => items.iter().any(has_bytes),
        Value::Object(members) => members.values().any(has_bytes),
        _ => false,
    }
}

/// JSON has no bytes: `{"$base64": …}` stands for them.
fn encoded(value: &Value) -> Value {
    match value {
        Value::Bytes(bytes) => mapping([(BYTES, Value::from(STANDARD.encode(bytes)))]),
        Value::Array(items) => Value::Array(items.iter().map(encoded).collect()),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), encoded(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn decoded(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(decoded).collect()),
        Value::Object(members) => {
            let text = members.get(BYTES).and_then(Value::as_str).filter(|_| members.len() == 1);
            if let Some(bytes) = text.and_then(|text| STANDARD.decode(text).ok()) {
                return Value::Bytes(bytes);
            }
            let members = members.iter().map(|(key, value)| (key.clone(), decoded(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written_whatever_it_is() {
        let json = r#"{"n": 12345678901234567890.10, "l": [null, true, {"$base64": "AA=="}]}"#;
        let plain = Value::from_json(json.as_bytes()).unwrap();
        let bytes = Value::Array(vec![Value::Bytes(vec![0, 255]), Value::from("text")]);
        let mut written = Kept::default();
        for (name, value, is_secret) in [("plain", plain, false), ("bytes", bytes, true)] {
            let value = Arc::new(value);
            written.values.insert(name.to_owned(), KeptValue { value, is_secret });
        }
        let text = saved(&written).to_json_pretty();
        let read = kept(&Value::from_json(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(read.values, written.values);
    }
}
