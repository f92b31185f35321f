//! urllib3's `parse_url` (RFC 3986, forgiving).

use super::{Error, cut, host, invalid, quote};

/// What `parse_url` gives.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) scheme: Option<String>,
    pub(super) userinfo: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) path: Option<String>,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
}

impl Parsed {
    /// `Url.url`, without userinfo and fragment.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{}://", self.scheme.as_deref().unwrap_or_default());
        text.push_str(self.host.as_deref().unwrap_or_default());
        if let Some(port) = self.port {
            text.push_str(&format!(":{port}"));
        }
        text.push_str(self.path.as_deref().unwrap_or_default());
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }
}

/// Parses and normalizes.
pub(super) fn parse(url: &str) -> Result<Parsed, Error> {
    let (scheme, rest) = split_scheme(url);
    let (authority, rest) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, rest) = rest.split_at(rest.find(cut::MARKS).unwrap_or(rest.len()));
            (Some(authority).filter(|text| !text.is_empty()), rest)
        }
        None if scheme.is_none() && !url.is_empty() && !url.starts_with('/') => {
            // urllib3 puts `//` before what has no scheme.
            rest.split_at_checked(rest.find(cut::MARKS).unwrap_or(rest.len()))
                .map_or((None, rest), |(authority, rest)| (Some(authority), rest))
        }
        None => (None, rest),
    };
    let behind = rest;
    let (rest, fragment) = split_at_mark(rest, '#');
    let (path, query) = split_at_mark(rest, '?');
    let mut parsed = Parsed { scheme, ..Parsed::default() };
    if let Some(authority) = authority {
        read_authority(&mut parsed, authority).map_err(|why| match cut::has_host(behind) {
            true => Error { help: Some(cut::HELP.to_owned()), ..invalid(url, cut::WHY) },
            false => invalid(url, why),
        })?;
    }
    parsed.path = Some(normalize_path(path));
    parsed.query = query.map(|query| quote::encode_invalid(query, quote::QUERY));
    parsed.fragment = fragment.map(|fragment| quote::encode_invalid(fragment, quote::QUERY));
    Ok(parsed)
}

/// Fills in userinfo, host and port.
fn read_authority(parsed: &mut Parsed, authority: &str) -> Result<(), String> {
    let (userinfo, host_port) = match authority.rsplit_once('@') {
        Some((userinfo, host_port)) => (Some(userinfo), host_port),
        None => (None, authority),
    };
    let userinfo = userinfo.filter(|text| !text.is_empty());
    parsed.userinfo = userinfo.map(|text| quote::encode_invalid(text, quote::USERINFO));
    let (host, port) = host::split(host_port)?;
    parsed.host = Some(host::normalize(host)?);
    parsed.port = port;
    Ok(())
}

/// The scheme in lower case and what follows its `:`. `_SCHEME_RE` knows no dot, so
/// `http.example:80` has none.
fn split_scheme(url: &str) -> (Option<String>, &str) {
    match url.split_once(':') {
        Some((scheme, rest))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+' || c == '-') =>
        {
            (Some(scheme.to_ascii_lowercase()), rest)
        }
        _ => (None, url),
    }
}

/// The text before and after the first mark.
fn split_at_mark(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Dot segments removed, quoted, beginning with `/` unless empty.
fn normalize_path(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let path = quote::encode_invalid(&remove_dot_segments(path), quote::PATH);
    if path.is_empty() || path.starts_with('/') { path } else { format!("/{path}") }
}

/// `_remove_path_dot_segments` (RFC 3986 section 5.2.4).
fn remove_dot_segments(path: &str) -> String {
    let mut output: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => drop(output.pop()),
            segment => output.push(segment),
        }
    }
    if path.starts_with('/') && output.first().is_none_or(|first| !first.is_empty()) {
        output.insert(0, "");
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        output.push("");
    }
    output.join("/")
}
