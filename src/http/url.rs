//! URLs as Requests prepares them (`PreparedRequest.prepare_url`, urllib3's `parse_url`,
//! `requests.utils.requote_uri`).
//!
//! ```text
//! written ──parse──▶ authority, path, query, fragment ──(+ params)──▶ requoted text ──split──▶ Url
//! ```
//!
//! Every URL ends as one text that is all ASCII; the parts are read back from it as Python's
//! `urlsplit` does, because that is what Requests connects by.

mod cut;
mod host;
mod parse;
mod quote;
mod split;

pub use cut::refuse_cut;
pub use host::as_host;
pub(in crate::http) use quote::{quote_plus, requote, unquote};

use super::{Error, ErrorKind};
use split::Split;

/// What a proxy can be reached by.
const PROXY_SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// A prepared URL, in parts and whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    /// The whole, as `response.url` shows it, userinfo and fragment included.
    text: String,
    parts: Split,
    /// Lower case, without brackets.
    host: String,
    port: Option<u16>,
}

impl Url {
    /// Prepares a URL as written.
    ///
    /// # Errors
    /// `MissingSchema`, `InvalidSchema`, `InvalidURL`.
    pub fn parse(written: &str) -> Result<Url, Error> {
        Url::with_params(written, "")
    }

    /// Prepares a URL as written with `params`, already urlencoded, put behind its query.
    ///
    /// # Errors
    /// As [`Url::parse`].
    pub fn with_params(written: &str, params: &str) -> Result<Url, Error> {
        let written = written.trim_start();
        let is_http = written.to_lowercase().starts_with("http");
        if written.contains(':') && !is_http {
            return Err(no_adapter(written));
        }
        let mut parsed = parse::parse(written)?;
        let scheme = parsed.scheme.as_deref().ok_or_else(|| missing_schema(written))?;
        let host = parsed.host.as_deref().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| invalid(written, "it has no host"))?;
        if host.starts_with(['*', '.']) {
            return Err(invalid(written, format!("`{host}` is not a host name")));
        }
        let mut netloc = parsed.userinfo.iter().map(|user| format!("{user}@")).collect::<String>();
        netloc.push_str(host);
        if let Some(port) = parsed.port.filter(|port| *port != 0) {
            netloc.push_str(&format!(":{port}"));
        }
        let query = parsed.query.get_or_insert_default();
        if !params.is_empty() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(params);
        }
        let whole = Split {
            scheme: scheme.to_owned(),
            netloc,
            path: parsed.path.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".into()),
            query: parsed.query.unwrap_or_default(),
            fragment: parsed.fragment.unwrap_or_default(),
        };
        Url::from_text(requote(&whole.unsplit()))
    }

    /// Where a `Location` leads, as `resolve_redirects` finds it: relative to this URL, with this
    /// URL's fragment unless it has one. `location` is the header's Latin-1 text; UTF-8 bytes in
    /// it are read as such.
    ///
    /// # Errors
    /// `InvalidSchema` for what is neither http nor https, `InvalidURL`.
    pub fn join(&self, location: &str) -> Result<Url, Error> {
        let mut location = utf8_of_latin1(location)
            .ok_or_else(|| invalid(location, "it is neither ASCII nor UTF-8"))?;
        if location.starts_with("//") {
            location.insert_str(0, &format!("{}:", self.scheme()));
        }
        let mut to = Split::new(&location, "").map_err(|why| invalid(&location, why))?;
        if to.fragment.is_empty() {
            to.fragment.clone_from(&self.parts.fragment);
        }
        let requoted = requote(&to.normalized().unsplit());
        if !to.netloc.is_empty() {
            return Url::from_text(requoted);
        }
        let joined = split::join(&self.parts, &requoted).map_err(|why| invalid(&location, why))?;
        Url::from_text(joined)
    }

    /// This URL with the host of a `Host` header, which cookies go by when one is given
    /// (`MockRequest.get_full_url`); as it is when that is no host.
    #[must_use]
    pub fn for_host(&self, host: &str) -> Url {
        let parts = Split { netloc: host.to_owned(), ..self.parts.clone() };
        Url::from_text(parts.unsplit()).unwrap_or_else(|_| self.clone())
    }

    /// This URL with another path and query, written as they are to go out.
    ///
    /// # Errors
    /// `InvalidURL`, when it has become none.
    pub(in crate::http) fn with_target(
        &self,
        path: &str,
        query: Option<&str>,
    ) -> Result<Url, Error> {
        let query = query.unwrap_or_default().to_owned();
        Url::from_text(Split { path: path.to_owned(), query, ..self.parts.clone() }.unsplit())
    }

    /// Reads a finished text as Requests' adapter does.
    fn from_text(text: String) -> Result<Url, Error> {
        let parts = Split::new(&text, "").map_err(|why| invalid(&text, why))?;
        let lower = text.to_ascii_lowercase();
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return Err(no_adapter(&text));
        }
        Url::from_parts(text, parts)
    }

    /// Reads a proxy's URL (`prepend_scheme_if_needed`); the error says what is wrong.
    pub(in crate::http) fn parse_proxy(text: &str) -> Result<Url, String> {
        let parsed = parse::parse(text).map_err(|error| error.message)?;
        let host = parsed.host.filter(|host| !host.is_empty()).ok_or("it has no host")?;
        let scheme = parsed.scheme.unwrap_or_else(|| "http".to_owned());
        if !PROXY_SCHEMES.contains(&scheme.as_str()) {
            return Err(format!("`{scheme}` is not a scheme of proxies"));
        }
        let mut netloc = parsed.userinfo.map(|user| format!("{user}@")).unwrap_or_default();
        netloc.push_str(&host);
        netloc.extend(parsed.port.map(|port| format!(":{port}")));
        let parts = Split { scheme, netloc, ..Split::default() };
        Url::from_parts(parts.unsplit(), parts).map_err(|error| error.message)
    }

    /// Takes host and port out of the authority.
    fn from_parts(text: String, parts: Split) -> Result<Url, Error> {
        let (host, port) = parts.host_and_port();
        let port = match port {
            "" => None,
            digits => Some(digits.parse().map_err(|_| {
                invalid(&text, format!("`{digits}` is not a port: 0 to 65535 is expected"))
            })?),
        };
        if host.is_empty() {
            return Err(invalid(&text, "it has no host"));
        }
        host::check_labels(&host).map_err(|why| invalid(&text, why))?;
        Ok(Url { host, port, parts, text })
    }

    /// The whole URL: userinfo and fragment included, a default port kept when it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `http` or `https` in lower case; of a proxy also `socks4 socks4a socks5 socks5h`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.parts.scheme
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.parts.scheme == "https"
    }

    /// The host in lower case, without the brackets of an IPv6 address (`urlsplit().hostname`).
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, written or the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.default_port())
    }

    /// The port as written.
    #[must_use]
    pub fn explicit_port(&self) -> Option<u16> {
        self.port
    }

    /// The scheme's own port.
    fn default_port(&self) -> u16 {
        match self.scheme() {
            "https" => 443,
            "http" => 80,
            _ => 1080,
        }
    }

    /// `user:password@host:port` as it stands in the URL (`urlsplit().netloc`).
    #[must_use]
    pub fn netloc(&self) -> &str {
        &self.parts.netloc
    }

    /// `host:port` for the `Host` header as http.client writes it: brackets around IPv6, no
    /// trailing dot, no port when it is the scheme's own.
    #[must_use]
    pub fn host_header(&self) -> String {
        let host = self.host.trim_end_matches('.');
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        match self.port.filter(|port| *port != self.default_port()) {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// `user:password`, still quoted.
    #[must_use]
    pub fn userinfo(&self) -> Option<&str> {
        self.parts.netloc.rsplit_once('@').map(|(userinfo, _)| userinfo)
    }

    /// The user and password, unquoted (`get_auth_from_url`): `None` unless both are written.
    #[must_use]
    pub fn credentials(&self) -> Option<(String, String)> {
        let (user, password) = self.userinfo()?.split_once(':')?;
        Some((unquote(user), unquote(password)))
    }

    /// The path as it stands in the URL, at least `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        if self.parts.path.is_empty() { "/" } else { &self.parts.path }
    }

    /// The query without its `?`; `None` when empty.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        Some(self.parts.query.as_str()).filter(|query| !query.is_empty())
    }

    /// The fragment without its `#`; `None` when empty.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        Some(self.parts.fragment.as_str()).filter(|fragment| !fragment.is_empty())
    }

    /// What digest auth signs: path and query as they stand in the URL, without the last
    /// segment's `;parameters`, which Python's `urlparse` takes off the path.
    pub(in crate::http) fn digest_uri(&self) -> String {
        let (path, _) = self.parts.path_and_params();
        let path = if path.is_empty() { "/" } else { path };
        match self.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// The path and query as they go out in the request line: quoted once more by urllib3.
    #[must_use]
    pub fn request_target(&self) -> String {
        quote::encode_target(self.path(), self.query())
    }

    /// The request line's target for a plain HTTP proxy: absolute, without userinfo and fragment
    /// (`urldefragauth`, then normalized by urllib3).
    #[must_use]
    pub fn absolute_target(&self) -> String {
        let host = self.parts.netloc.rsplit_once('@').map_or(self.netloc(), |(_, host)| host);
        let bare =
            Split { netloc: host.to_owned(), fragment: String::new(), ..self.parts.normalized() };
        match parse::parse(&bare.unsplit()) {
            Ok(parsed) => parsed.to_text(),
            // What was sent to before can be parsed; the connection will say so if not.
            Err(_) => bare.unsplit(),
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// `InvalidURL`, with what is wrong with it.
fn invalid(url: &str, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidURL, format!("`{url}` is not a URL: {why}"))
        .help("a URL is `https://host/path`, with `:port` behind the host if need be")
}

/// `MissingSchema`, with the URL as it was probably meant.
fn missing_schema(url: &str) -> Error {
    let error = Error::new(ErrorKind::MissingSchema, format!("`{url}` has no scheme"));
    match url.trim_start_matches('/') {
        "" => error.help("a URL begins with `http://` or `https://`"),
        rest => error.help(format!("did you mean `http://{rest}`?")),
    }
}

/// `InvalidSchema`: Requests has adapters for http and https alone.
fn no_adapter(url: &str) -> Error {
    let scheme = url.split(':').next().unwrap_or_default();
    let rest = url.get(scheme.len()..).unwrap_or_default();
    if rest.starts_with("://") || rest.chars().nth(1).is_none_or(|c| !c.is_ascii_digit()) {
        let message = format!("`{scheme}` is not a scheme of requests: `http` or `https`");
        return Error::new(ErrorKind::InvalidSchema, format!("{message} is expected in `{url}`"))
            .help("a URL begins with `http://` or `https://`");
    }
    Error::new(ErrorKind::InvalidSchema, format!("`{url}` has no scheme before `{scheme}`"))
        .help(format!("did you mean `http://{url}`?"))
}

/// The text whose UTF-8 bytes a header's Latin-1 text holds.
fn utf8_of_latin1(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes {
        Some(bytes) => String::from_utf8(bytes).ok(),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// What Requests made of it, recorded by `tests/wire/record_urls.py`.
    const RECORDED: &str = include_str!("../../tests/wire/urls.json");

    /// A URL as the recording shows it.
    fn view(result: Result<Url, Error>) -> Value {
        match result {
            Err(error) => json!({"error": error.kind.name()}),
            Ok(url) => json!({
                "url": url.as_str(),
                "host": url.host(),
                "port": url.explicit_port(),
                "target": url.request_target(),
                "absolute": url.absolute_target(),
            }),
        }
    }

    /// `urlencode` of a recorded mapping, pairs or text.
    fn params(params: &Value) -> String {
        let Some(pairs) = params.as_array() else {
            return params.as_str().unwrap_or_default().to_owned();
        };
        let encode = |value: &Value| quote_plus(value.as_str().unwrap().as_bytes());
        let mut encoded: Vec<String> = Vec::new();
        for pair in pairs {
            let name = encode(&pair[0]);
            match pair[1].as_array() {
                Some(values) => {
                    encoded.extend(values.iter().map(|v| format!("{name}={}", encode(v))));
                }
                None => encoded.push(format!("{name}={}", encode(&pair[1]))),
            }
        }
        encoded.join("&")
    }

    #[test]
    fn urls_are_what_requests_makes_of_them() {
        let mut wrong = Vec::new();
        for line in RECORDED.lines() {
            let mut case: Value = serde_json::from_str(line).unwrap();
            case["is"].as_object_mut().unwrap().remove("raised");
            let found = match (&case["base"], &case["written"]) {
                (Value::String(base), _) => {
                    let base = Url::parse(base).unwrap();
                    let location = case["location"].as_str().unwrap();
                    view(base.join(&location.bytes().map(char::from).collect::<String>()))
                }
                (_, Value::String(url)) => view(Url::with_params(url, &params(&case["params"]))),
                _ => panic!("a case without a URL: {line}"),
            };
            if found != case["is"] {
                wrong.push(format!("{line}\n  found {found}"));
            }
        }
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_missing_scheme_is_suggested() {
        let error = Url::parse("example.com/x").unwrap_err();
        assert_eq!(error.kind, ErrorKind::MissingSchema);
        assert_eq!(error.help.as_deref(), Some("did you mean `http://example.com/x`?"));
        let error = Url::parse("localhost:8080/x").unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidSchema);
        assert_eq!(error.help.as_deref(), Some("did you mean `http://localhost:8080/x`?"));
    }

    #[test]
    fn the_host_header_is_without_brackets_lost_and_default_ports_kept() {
        let header = |url: &str| Url::parse(url).unwrap().host_header();
        assert_eq!(header("http://a.example:80/"), "a.example");
        assert_eq!(header("https://a.example:80/"), "a.example:80");
        assert_eq!(header("http://[::1]:8080/"), "[::1]:8080");
        assert_eq!(header("http://a.example./"), "a.example");
    }

    #[test]
    fn credentials_are_unquoted_and_need_both() {
        let credentials = |url: &str| Url::parse(url).unwrap().credentials();
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(credentials("http://u%40x:p%2Fq@h/"), pair("u@x", "p/q"));
        assert_eq!(credentials("http://u:@h/"), pair("u", ""));
        assert_eq!(credentials("http://u@h/"), None);
    }
}
