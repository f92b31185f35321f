//! `proxies`, `verify` and `cert`: how a request is carried.

use super::scalars::schema;
use crate::check::Segment;
use crate::http::{Cert, Proxies, Verify};
use crate::model::{Misfit, Shape};
use crate::registry::suggest;
use crate::value::Value;
use std::path::Path;

/// `proxies`: by scheme, `all`, or `scheme://host`; null is a direct connection.
#[derive(Clone, Debug)]
pub struct ProxiesArgument(pub Proxies);

impl Shape for ProxiesArgument {
    const EXPECTED: &'static str =
        "a mapping of `http`, `https`, `all` or `scheme://host` to a proxy's URL";

    fn read(value: &Value, _folder: &Path) -> Result<ProxiesArgument, Misfit> {
        let members = match value {
            Value::Null => return Ok(ProxiesArgument(Vec::new())),
            Value::Object(members) => members,
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        };
        let mut proxies = Proxies::new();
        for (key, value) in members {
            check_scheme(key)?;
            let proxy = match value {
                Value::Null => None,
                Value::String(url) => Some(url.clone()),
                other => return Err(Misfit::new("a proxy's URL, or null", other).under(key)),
            };
            proxies.push((key.clone(), proxy));
        }
        Ok(ProxiesArgument(proxies))
    }

    fn schema() -> Value {
        schema(
            r#"{"type": ["object", "null"], "additionalProperties": {"type": ["string", "null"]},
                "propertyNames": {"pattern": "^(https?|all|no_proxy)$|://",
                 "patternErrorMessage": "expected http, https, all, no_proxy or scheme://host"}}"#,
        )
    }
}

/// Requests never looks at another key (`select_proxy`), so a misspelt one would send directly.
fn check_scheme(key: &str) -> Result<(), Misfit> {
    const KEYS: [&str; 4] = ["http", "https", "all", "no_proxy"];
    // An empty key is a template's place.
    if key.is_empty() || KEYS.contains(&key) || key.contains("://") {
        return Ok(());
    }
    let misfit = Misfit::new("`http`, `https`, `all` or `scheme://host`", &Value::Null)
        .found(format!("the key `{key}`"))
        .within(Segment::KeyItself(key.to_owned()));
    Err(match suggest(KEYS, key) {
        Some(near) => misfit.help(format!("did you mean `{near}`?")),
        None => misfit,
    })
}

/// `verify`: true, false, `system`, or a CA bundle's path.
#[derive(Clone, Debug)]
pub struct VerifyArgument(pub Verify);

impl Shape for VerifyArgument {
    const EXPECTED: &'static str = "true, false, `system`, or the path of a CA bundle";

    fn read(value: &Value, folder: &Path) -> Result<VerifyArgument, Misfit> {
        match value {
            Value::Bool(true) => Ok(VerifyArgument(Verify::Default)),
            Value::Bool(false) => Ok(VerifyArgument(Verify::Off)),
            // A file of this name is `./system`.
            Value::String(word) if word == "system" => Ok(VerifyArgument(Verify::System)),
            // YAML 1.1's booleans are text here, and hardly a bundle's name.
            Value::String(path) if !path.is_empty() && !is_old_boolean(path) => {
                Ok(VerifyArgument(Verify::Bundle(folder.join(path))))
            }
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(
            r#"{"type": ["boolean", "string"], "minLength": 1,
                "not": {"pattern": "^([Yy]es|[Nn]o|[Oo]n|[Oo]ff|YES|NO|ON|OFF)$", "type": "string"}}"#,
        )
    }
}

fn is_old_boolean(word: &str) -> bool {
    ["yes", "no", "on", "off"].iter().any(|old| {
        let mut capital = old.to_string();
        capital.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        word == *old || word == capital || word == old.to_uppercase()
    })
}

/// `cert`: a PEM file with certificate and key, or `[cert, key]`; null for none.
#[derive(Clone, Debug)]
pub struct CertArgument(pub Option<Cert>);

impl Shape for CertArgument {
    const EXPECTED: &'static str = "a PEM file's path, [cert, key], or null";

    fn read(value: &Value, folder: &Path) -> Result<CertArgument, Misfit> {
        let path = |value: &Value| match value.as_str() {
            Some(path) if !path.is_empty() => Ok(folder.join(path)),
            _ => Err(Misfit::new("a PEM file's path", value)),
        };
        match value {
            Value::Null => Ok(CertArgument(None)),
            Value::String(_) => Ok(CertArgument(Some(Cert { cert: path(value)?, key: None }))),
            Value::Array(items) => match items.as_slice() {
                [cert, key] => Ok(CertArgument(Some(Cert {
                    cert: path(cert).map_err(|misfit| misfit.at(0))?,
                    key: Some(path(key).map_err(|misfit| misfit.at(1))?),
                }))),
                _ => Err(Misfit::new(Self::EXPECTED, value)),
            },
            other => Err(Misfit::new(Self::EXPECTED, other)),
        }
    }

    fn schema() -> Value {
        schema(
            r#"{"type": ["string", "array", "null"], "minLength": 1, "minItems": 2, "maxItems": 2,
                "items": {"type": "string", "minLength": 1}}"#,
        )
    }
}
