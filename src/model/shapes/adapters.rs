//! `adapters`: what holds for the URLs under a prefix (`Session.mount`).

use super::retries::retries;
use super::scalars::{Synonym, only_keys, only_keys_or, schema};
use crate::check::Segment;
use crate::http::{Address, Cipher, Mount, Mounts, TlsLimits, TlsVersion};
use crate::model::{Misfit, Shape};
use crate::value::{Map, Value};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `adapters`: by a URL's beginning; null takes a lower layer's adapter away.
#[derive(Clone, Debug)]
pub struct AdaptersArgument(pub Mounts);

const KEYS: [&str; 6] = ["retries", "pool", "tls", "resolve", "unix_socket", "bind"];

/// What to do about the version of HTTP; `specs/http2.md` says why there is no choice.
const HTTP_VERSION: &str = "leave it out: HTTP/1.1 is what is spoken, and almost every server of HTTP/2 or HTTP/3 speaks it too";

/// Words of Requests' `HTTPAdapter`, of curl and of httpx.
const SYNONYMS: &[Synonym] = &[
    ("max_retries", "write `retries: 3`"),
    ("pool_maxsize", "write `pool: 10`: idle connections to each host"),
    ("pool_connections", "leave it out: connections to every host are kept"),
    ("pool_block", "leave it out: `-j N` bounds how many requests are in flight"),
    ("ssl_version", "write `tls: {min: 1.2, max: 1.3}`"),
    (
        "ssl_context",
        "write `tls: {min: 1.2, ciphers: […]}`; `verify` and `cert` stand in the session",
    ),
    ("ciphers", "write `tls: {ciphers: […]}`"),
    ("source_address", "write `bind: ADDRESS`"),
    ("interface", "write `bind: ADDRESS`"),
    ("proxies", "write `proxies` in the session, beside `adapters`"),
    ("verify", "write `verify` in the session, beside `adapters`"),
    ("cert", "write `cert` in the session, beside `adapters`"),
    ("http_version", HTTP_VERSION),
    ("http1", HTTP_VERSION),
    ("http2", HTTP_VERSION),
    ("http3", HTTP_VERSION),
];

impl Shape for AdaptersArgument {
    const EXPECTED: &'static str = "a mapping of URLs' beginnings to adapters";

    fn read(value: &Value, folder: &Path) -> Result<AdaptersArgument, Misfit> {
        let members = match value {
            Value::Null => return Ok(AdaptersArgument(Mounts::default())),
            Value::Object(members) => members,
            other => return Err(Misfit::new(Self::EXPECTED, other)),
        };
        let mut mounts = Mounts::default();
        for (prefix, value) in members {
            check_prefix(prefix)?;
            let mount = match value {
                Value::Null => None,
                Value::Object(members) => {
                    let mount = mount(members, folder).map_err(|misfit| misfit.under(prefix))?;
                    Some(Arc::new(mount))
                }
                other => {
                    return Err(Misfit::new("an adapter's mapping, or null", other).under(prefix));
                }
            };
            mounts.mount(prefix, mount);
        }
        Ok(AdaptersArgument(mounts))
    }

    fn schema() -> Value {
        let mut adapter = schema(
            r##"{"type": ["object", "null"], "additionalProperties": false, "properties": {
                 "pool": {"description": "how many idle connections are kept to each host; as many as requests may be in flight unless given", "type": ["integer", "null"], "minimum": 1},
                 "tls": {"description": "what may be spoken in a TLS handshake", "type": ["object", "null"], "additionalProperties": false, "properties": {
                  "min": {"description": "the oldest version", "enum": ["1.2", "1.3", "TLSv1.2", "TLSv1.3", 1.2, 1.3, null]},
                  "max": {"description": "the newest version", "enum": ["1.2", "1.3", "TLSv1.2", "TLSv1.3", 1.2, 1.3, null]},
                  "ciphers": {"description": "the cipher suites by OpenSSL's or IANA's names: a list, or one text with colons", "type": ["array", "string", "null"], "minItems": 1, "items": {"type": "string"}}}},
                 "resolve": {"description": "where connections go instead of the URL's host: an IP address, with a port or without", "type": ["string", "null"], "minLength": 1},
                 "unix_socket": {"description": "the unix socket connections go to", "type": ["string", "null"], "minLength": 1},
                 "bind": {"description": "the address of this machine that connections come from", "type": ["string", "null"], "minLength": 1}}}"##,
        );
        if let Value::Object(members) = &mut adapter
            && let Some(Value::Object(properties)) = members.get_mut("properties")
        {
            properties.shift_insert(0, "retries".to_owned(), super::retries::schema());
        }
        let mut whole = schema(
            r#"{"type": ["object", "null"], "propertyNames": {
                 "pattern": "^([Hh][Tt][Tt][Pp][Ss]?(://|:/?$|$)|[Hh][Tt]?[Tt]?$|$)",
                 "patternErrorMessage": "expected the beginning of a URL, such as https://api.example.com/"}}"#,
        );
        if let Value::Object(members) = &mut whole {
            members.insert("additionalProperties".to_owned(), adapter);
        }
        whole
    }
}

/// What begins no URL would never be looked at.
fn check_prefix(prefix: &str) -> Result<(), Misfit> {
    let lower = prefix.to_lowercase();
    let begins = |scheme: &str| lower.starts_with(scheme) || scheme.starts_with(&lower);
    // An empty key is a template's place; to Requests it is the beginning of every URL.
    if begins("http://") || begins("https://") {
        return Ok(());
    }
    let misfit = Misfit::new("the beginning of a URL", &Value::Null)
        .found(format!("the key `{prefix}`"))
        .within(Segment::KeyItself(prefix.to_owned()));
    Err(match prefix.contains("://") {
        true => misfit.help("only `http://` and `https://` are spoken"),
        false => misfit.help(format!("write `https://{prefix}`")),
    })
}

fn mount(members: &Map, folder: &Path) -> Result<Mount, Misfit> {
    only_keys_or(members, &KEYS, "an adapter", SYNONYMS)?;
    let given = |key: &str| members.get(key).filter(|value| !value.is_null());
    let address = match (given("resolve"), given("unix_socket")) {
        (Some(_), Some(socket)) => {
            return Err(Misfit::new("`resolve` or `unix_socket`, not both", socket)
                .found("both")
                .under("unix_socket"));
        }
        (Some(resolve), None) => {
            let (ip, port) = address(resolve).map_err(|misfit| misfit.under("resolve"))?;
            Some(Address::Ip(ip, port))
        }
        (None, Some(socket)) => {
            let path = path(socket, folder).map_err(|misfit| misfit.under("unix_socket"))?;
            Some(Address::Unix(path))
        }
        (None, None) => None,
    };
    let bind = given("bind").map(address_of_ours).transpose();
    let tls = given("tls").map(limits).transpose();
    let pool = given("pool").map(pool).transpose();
    let retries = given("retries").map(retries).transpose();
    Ok(Mount {
        retries: retries.map_err(|misfit| misfit.under("retries"))?.flatten(),
        pool: pool.map_err(|misfit| misfit.under("pool"))?,
        tls: tls.map_err(|misfit| misfit.under("tls"))?.unwrap_or_default(),
        address,
        bind: bind.map_err(|misfit| misfit.under("bind"))?,
    })
}

fn pool(value: &Value) -> Result<usize, Misfit> {
    let size = <u32 as Shape>::read(value, Path::new(""))?;
    match usize::try_from(size) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(Misfit::new("a whole number, 1 or more", value)),
    }
}

fn path(value: &Value, folder: &Path) -> Result<PathBuf, Misfit> {
    match value.as_str() {
        Some(path) if !path.is_empty() => Ok(folder.join(path)),
        _ => Err(Misfit::new("a unix socket's path", value)),
    }
}

/// `127.0.0.1`, `127.0.0.1:8443`, `::1`, `[::1]:8443`.
fn address(value: &Value) -> Result<(IpAddr, Option<u16>), Misfit> {
    let expected = "an IP address such as `127.0.0.1` or `[::1]:8443`";
    let text = value.as_str().unwrap_or_default();
    let alone = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if let Ok(ip) = alone.parse() {
        return Ok((ip, None));
    }
    match text.parse::<SocketAddr>() {
        Ok(address) if address.port() > 0 => Ok((address.ip(), Some(address.port()))),
        _ => Err(Misfit::new(expected, value)),
    }
}

pub(super) fn address_of_ours(value: &Value) -> Result<SocketAddr, Misfit> {
    address(value).map(|(ip, port)| SocketAddr::new(ip, port.unwrap_or(0)))
}

fn limits(value: &Value) -> Result<TlsLimits, Misfit> {
    let Value::Object(members) = value else {
        return Err(Misfit::new("a mapping of `min`, `max` and `ciphers`", value));
    };
    only_keys(members, &["min", "max", "ciphers"], "TLS settings")?;
    let given = |key: &str| members.get(key).filter(|value| !value.is_null());
    let version = |key: &str| {
        let version = given(key).map(version).transpose();
        version.map_err(|misfit| misfit.under(key))
    };
    let (min, max) = (version("min")?, version("max")?);
    if let (Some(min), Some(max), Some(written)) = (min, max, given("max"))
        && max < min
    {
        let misfit =
            Misfit::new(format!("a version not older than `min`, {}", min.name()), written);
        return Err(misfit.under("max"));
    }
    let ciphers = given("ciphers").map(ciphers).transpose();
    let ciphers = ciphers.map_err(|misfit| misfit.under("ciphers"))?.unwrap_or_default();
    Ok(TlsLimits { min, max, ciphers })
}

/// A version as text or, unquoted, as a number.
fn version(value: &Value) -> Result<TlsVersion, Misfit> {
    let expected = "`1.2` or `1.3`";
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) => value.to_text(),
        other => return Err(Misfit::new(expected, other)),
    };
    match text.trim_start_matches("TLSv") {
        "1.2" => Ok(TlsVersion::V1_2),
        "1.3" => Ok(TlsVersion::V1_3),
        "1" | "1.0" | "1.1" => Err(Misfit::new(expected, value)
            .help("TLS 1.0 and 1.1 are broken (RFC 8996) and not spoken here")),
        _ => Err(Misfit::new(expected, value)),
    }
}

/// A list of names, or OpenSSL's text of names with colons between them.
fn ciphers(value: &Value) -> Result<Vec<Cipher>, Misfit> {
    let expected = "cipher suites: a list of names, or a text with colons between them";
    match value {
        Value::String(text) => text.split(':').map(|name| cipher(name, value)).collect(),
        Value::Array(items) if !items.is_empty() => {
            let named = items.iter().enumerate().map(|(at, item)| match item.as_str() {
                Some(name) => cipher(name, item).map_err(|misfit| misfit.at(at)),
                None => Err(Misfit::new("a cipher suite's name", item).at(at)),
            });
            named.collect()
        }
        other => Err(Misfit::new(expected, other)),
    }
}

fn cipher(name: &str, value: &Value) -> Result<Cipher, Misfit> {
    Cipher::find(name).ok_or_else(|| {
        let misfit = Misfit::new("a cipher suite spoken here", value).found(format!("`{name}`"));
        match Cipher::suggest(name) {
            Some(near) => misfit.help(format!("did you mean `{near}`?")),
            None => {
                let names: Vec<&str> = Cipher::names().collect();
                misfit.help(format!("there are `{}`", names.join("`, `")))
            }
        }
    })
}
