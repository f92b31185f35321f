//! `urlsplit`, `urlunsplit` and `urljoin` of Python's `urllib.parse`, for http and https.

/// What `urlsplit` gives. Missing parts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Split {
    pub(super) scheme: String,
    pub(super) netloc: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) fragment: String,
}

impl Split {
    /// Splits a URL. Leading control characters and spaces, tabs and line ends are dropped.
    pub(super) fn new(url: &str, default_scheme: &str) -> Result<Split, &'static str> {
        let url: String = url
            .trim_start_matches(|c: char| c <= ' ')
            .chars()
            .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
            .collect();
        let (scheme, rest) = match url.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => (default_scheme.to_owned(), url.as_str()),
        };
        let (netloc, rest) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
            None => ("", rest),
        };
        if netloc.contains('[') != netloc.contains(']') {
            return Err("a bracket of its IPv6 address is missing");
        }
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Split {
            scheme,
            netloc: netloc.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            fragment: fragment.to_owned(),
        })
    }

    /// `urlunsplit`: empty queries and fragments leave no `?` and `#`.
    pub(super) fn unsplit(&self) -> String {
        let mut url = String::new();
        let has_authority = !self.netloc.is_empty()
            || (matches!(self.scheme.as_str(), "http" | "https") && !self.path.starts_with("//"));
        if !self.scheme.is_empty() {
            url.push_str(&self.scheme);
            url.push(':');
        }
        if has_authority {
            url.push_str("//");
            url.push_str(&self.netloc);
            if !self.path.is_empty() && !self.path.starts_with('/') {
                url.push('/');
            }
        }
        url.push_str(&self.path);
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if !part.is_empty() {
                url.push(mark);
                url.push_str(part);
            }
        }
        url
    }

    /// `urlparse(url).geturl()` also loses the `;` of empty parameters.
    pub(super) fn normalized(&self) -> Split {
        let (path, params) = self.path_and_params();
        Split { path: with_params(path, params), ..self.clone() }
    }

    /// The path before and after the `;` of its last segment (`_splitparams`).
    pub(super) fn path_and_params(&self) -> (&str, &str) {
        let is_parsed = matches!(self.scheme.as_str(), "http" | "https" | "");
        let last = self.path.rfind('/').unwrap_or(0);
        let semicolon = self.path.get(last..).and_then(|segment| segment.find(';'));
        match semicolon.filter(|_| is_parsed) {
            Some(at) => {
                let (path, params) = self.path.split_at(last + at);
                (path, params.get(1..).unwrap_or_default())
            }
            None => (&self.path, ""),
        }
    }

    /// `hostname` in lower case without brackets, and the port's text.
    pub(super) fn host_and_port(&self) -> (String, &str) {
        let info = self.netloc.rsplit_once('@').map_or(self.netloc.as_str(), |(_, info)| info);
        let (host, port) = match info.split_once('[') {
            Some((_, rest)) => {
                let (host, rest) = rest.split_once(']').unwrap_or((rest, ""));
                (host, rest.split_once(':').map_or("", |(_, port)| port))
            }
            None => info.split_once(':').unwrap_or((info, "")),
        };
        let host = match host.split_once('%') {
            Some((host, zone)) => format!("{}%{zone}", host.to_lowercase()),
            None => host.to_lowercase(),
        };
        (host, port)
    }
}

/// Whether `text` may stand before a URL's `:`.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// A path and its parameters as one.
fn with_params(path: &str, params: &str) -> String {
    if params.is_empty() { path.to_owned() } else { format!("{path};{params}") }
}

/// `urljoin`.
pub(super) fn join(base: &Split, url: &str) -> Result<String, &'static str> {
    if url.is_empty() {
        return Ok(base.unsplit());
    }
    let to = Split::new(url, &base.scheme)?;
    if to.scheme != base.scheme {
        return Ok(url.to_owned());
    }
    if !to.netloc.is_empty() {
        return Ok(to.normalized().unsplit());
    }
    let (path, params) = to.path_and_params();
    let mut joined = Split { netloc: base.netloc.clone(), ..to.clone() };
    if path.is_empty() && params.is_empty() {
        joined.path = base.normalized().path;
        if to.query.is_empty() {
            joined.query.clone_from(&base.query);
        }
    } else {
        joined.path = with_params(&resolve(base.path_and_params().0, path), params);
    }
    Ok(joined.unsplit())
}

/// A path relative to another, its `.` and `..` gone.
fn resolve(base: &str, path: &str) -> String {
    let segments: Vec<&str> = if path.starts_with('/') {
        path.split('/').collect()
    } else {
        let mut segments: Vec<&str> = base.split('/').collect();
        if segments.last() != Some(&"") {
            segments.pop();
        }
        segments.extend(path.split('/'));
        // Redundant slashes go, the first and the last segment stay.
        let last = segments.len().saturating_sub(1);
        let mut at = 0..;
        segments.retain(|segment| {
            let at = at.next().unwrap_or_default();
            at == 0 || at == last || !segment.is_empty()
        });
        segments
    };
    let mut resolved: Vec<&str> = Vec::new();
    for segment in &segments {
        match *segment {
            ".." => drop(resolved.pop()),
            "." => {}
            segment => resolved.push(segment),
        }
    }
    if matches!(segments.last(), Some(&("." | ".."))) {
        resolved.push("");
    }
    let joined = resolved.join("/");
    if joined.is_empty() { "/".to_owned() } else { joined }
}
