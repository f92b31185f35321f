//! Methods, URLs, charsets and paths: text with rules of its own.

use super::scalars::schema;
use crate::diagnostic::codes;
use crate::model::{Misfit, Shape};
use crate::value::Value;
use std::path::{Path, PathBuf};

/// `method`: a token (RFC 9110 section 9.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method(pub String);

impl Shape for Method {
    const EXPECTED: &'static str = "a method such as GET";

    fn read(value: &Value, _folder: &Path) -> Result<Method, Misfit> {
        let method = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?;
        if !method.is_empty() && method.bytes().all(is_token_byte) {
            return Ok(Method(method.to_owned()));
        }
        Err(Misfit::new(Self::EXPECTED, value)
            .help("a method is letters, digits and ``!#$%&'*+-.^_`|~``, nothing else"))
    }

    fn schema() -> Value {
        schema(
            r#"{"type": "string", "pattern": "^[-!#$%&'*+.^_`|~0-9A-Za-z]+$",
                "patternErrorMessage": "expected a method such as GET",
                "examples": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]}"#,
        )
    }
}

/// RFC 9110 section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `url`: with a scheme, or a path behind the session's `base_url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlText(pub String);

impl Shape for UrlText {
    const EXPECTED: &'static str = "a URL such as https://example.com/path";

    fn read(value: &Value, _folder: &Path) -> Result<UrlText, Misfit> {
        let url = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?.trim_start();
        if url.starts_with('/') && !url.starts_with("//") {
            return Ok(UrlText(url.to_owned()));
        }
        absolute(url, value, ", or `/…` behind the session's `base_url`").map(UrlText)
    }

    fn schema() -> Value {
        schema(
            r#"{"type": "string", "pattern": "^\\s*([hH][tT][tT][pP][sS]?://|/([^/]|$))",
                "patternErrorMessage": "expected a URL such as https://example.com, or a path such as /items behind the session's base_url"}"#,
        )
    }
}

/// `base_url`: an absolute URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(pub String);

impl Shape for BaseUrl {
    const EXPECTED: &'static str = "a URL such as https://example.com";

    fn read(value: &Value, _folder: &Path) -> Result<BaseUrl, Misfit> {
        let url = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?.trim_start();
        absolute(url, value, "").map(BaseUrl)
    }

    fn schema() -> Value {
        schema(
            r#"{"type": "string", "pattern": "^\\s*[hH][tT][tT][pP][sS]?://",
                "patternErrorMessage": "expected a URL such as https://example.com"}"#,
        )
    }
}

/// The URL that somebody meant by one without `://`: this machine is asked without TLS.
fn with_scheme(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    for scheme in ["https:", "http:"] {
        if lower.starts_with(scheme) {
            let rest = url.get(scheme.len()..)?.trim_start_matches('/');
            return (!rest.is_empty()).then(|| format!("{scheme}//{rest}"));
        }
    }
    let rest = url.trim_start_matches('/');
    let is_here = ["localhost", "127.", "[::1]"].iter().any(|host| lower.starts_with(host));
    let scheme = if is_here { "http" } else { "https" };
    (!rest.is_empty()).then(|| format!("{scheme}://{rest}"))
}

/// A URL with a scheme that can be sent to: what Requests has connection adapters for. `or` is
/// what else could be written.
fn absolute(url: &str, value: &Value, or: &str) -> Result<String, Misfit> {
    let Some((scheme, _)) = url.split_once("://") else {
        let misfit = Misfit {
            code: &codes::request::MISSING_SCHEMA,
            ..Misfit::new("a URL with a scheme", value)
        };
        return Err(match with_scheme(url) {
            None => misfit,
            Some(whole) => misfit.help(format!("write `{whole}`{or}")),
        });
    };
    if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
        return Ok(url.to_owned());
    }
    let misfit = Misfit {
        code: &codes::request::INVALID_SCHEMA,
        ..Misfit::new("a URL with `http://` or `https://`", value)
    };
    let near = crate::registry::suggest(["http", "https"], scheme);
    Err(match near {
        Some(near) => misfit.help(format!("did you mean `{near}`?")),
        None => misfit,
    }
    .found(format!("the scheme `{scheme}`")))
}

/// `encoding`: a charset's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding(pub String);

impl Shape for Encoding {
    const EXPECTED: &'static str = "a charset such as utf-8";

    fn read(value: &Value, _folder: &Path) -> Result<Encoding, Misfit> {
        let name = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?;
        if crate::http::is_charset(name) {
            return Ok(Encoding(name.to_owned()));
        }
        Err(Misfit::new(Self::EXPECTED, value))
    }

    fn schema() -> Value {
        schema(r#"{"type": "string", "minLength": 1}"#)
    }
}

/// `save`: a path, from the folder of the file it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavePath(pub PathBuf);

impl Shape for SavePath {
    const EXPECTED: &'static str = "the path of a file";

    fn read(value: &Value, folder: &Path) -> Result<SavePath, Misfit> {
        let path = value.as_str().ok_or_else(|| Misfit::new(Self::EXPECTED, value))?;
        if path.is_empty() || path.ends_with('/') || path.contains('\0') {
            return Err(Misfit::new(Self::EXPECTED, value));
        }
        Ok(SavePath(folder.join(path)))
    }

    fn schema() -> Value {
        schema(
            r#"{"type": "string", "pattern": "[^/]$", "patternErrorMessage": "expected the path of a file"}"#,
        )
    }
}
