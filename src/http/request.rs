//! A request as a caller of `requests.request(**kwargs)` gives it, and a session's defaults.
//!
//! A session's defaults are a [`Request`] too: [`super::prepare`] merges the two by Requests'
//! rules (`Session.prepare_request`, `merge_setting`).

use super::{Auth, Mounts, Upload};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Names and values in order; a `None` removes what the session or the defaults have.
pub type Mapping<T> = Vec<(String, Option<T>)>;

/// A header's value, or several sent as repeated lines.
pub type HeaderLines = Vec<String>;

/// The arguments of one request. `None` everywhere means "not given".
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method token as it goes out; Requests upper-cases it (`PreparedRequest.prepare_method`).
    pub method: Option<String>,
    /// The URL as written, without `params`.
    pub url: String,
    /// `params`.
    pub params: Option<Params>,
    /// `headers`, in order, in the case they go out in.
    pub headers: Mapping<HeaderLines>,
    /// `cookies` of this request alone.
    pub cookies: Vec<CookieSpec>,
    /// `data`.
    pub data: Option<Data>,
    /// `json`, already the bytes to send. Ignored when `data` or `files` is given.
    pub json: Option<Vec<u8>>,
    /// `files`.
    pub files: Option<Files>,
    /// The boundary of a multipart body, 32 hexadecimal digits where Requests takes random ones;
    /// made from the parts unless given, so that the same request is the same bytes.
    pub boundary: Option<String>,
    /// `auth`: `Some(None)` is an explicit null, no auth whatever the session or netrc says.
    pub auth: Option<Option<Arc<dyn Auth>>>,
    /// `timeout`.
    pub timeout: Option<Timeout>,
    /// `allow_redirects`; Requests' default is true, false for HEAD.
    pub allow_redirects: Option<bool>,
    /// How many redirects are followed before `TooManyRedirects`; 30 unless given.
    pub max_redirects: Option<u32>,
    /// `proxies` by scheme, `all`, or `scheme://host`; `None` is a direct connection.
    pub proxies: Proxies,
    /// `verify`.
    pub verify: Option<Verify>,
    /// `cert`: `Some(None)` takes a session's certificate away.
    pub cert: Option<Option<Cert>>,
    /// `adapters`; a session's.
    pub mounts: Arc<Mounts>,
    /// `trust_env`: proxies, CA bundles and netrc from the environment; a session's, true unless given.
    pub trust_env: Option<bool>,
    /// The charset to decode `text` by, whatever the response says.
    pub encoding: Option<String>,
    /// Header values that are secret: a header holding one of them is dropped on a redirect to
    /// another host.
    pub secrets: Arc<[String]>,
}

/// `params`: what is put behind the URL's `?`.
#[derive(Clone, Debug)]
pub enum Params {
    /// Sent as written (then requoted).
    Text(String),
    /// A list of pairs: sent as they are, not merged with a session's.
    Pairs(Vec<(String, String)>),
    /// A mapping; a list of values repeats the name; merged over a session's mapping.
    Mapping(Mapping<Vec<String>>),
}

/// `data`: the body.
#[derive(Clone, Debug)]
pub enum Data {
    /// Sent as it is, in UTF-8; Requests sets no `Content-Type` for it.
    Text(String),
    /// Sent as they are, without a `Content-Type`: `bytes` in Requests.
    Bytes(Vec<u8>),
    /// A form, urlencoded, or the fields of a multipart body when `files` is given.
    Form(Vec<(String, String)>),
    /// Streamed: with a Content-Length when the length is known, chunked when not.
    Stream(Arc<dyn Upload>),
}

/// `files`: the parts of a multipart body, in order, by field name.
pub type Files = Vec<(String, FilePart)>;

/// One file of `files`: Requests' `(filename, content, content_type, headers)`.
#[derive(Clone, Debug)]
pub struct FilePart {
    /// The `filename`; `None` sends none. Requests takes a path's last component.
    pub filename: Option<String>,
    /// The bytes.
    pub content: PartContent,
    /// The part's `Content-Type`; Requests sends none unless given.
    pub content_type: Option<String>,
    /// More headers of the part, in order.
    pub headers: Vec<(String, String)>,
}

/// What a part holds.
#[derive(Clone, Debug)]
pub enum PartContent {
    /// Bytes at hand.
    Bytes(Vec<u8>),
    /// Bytes streamed from a file.
    Stream(Arc<dyn Upload>),
}

/// One cookie of `cookies`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieSpec {
    /// Its name.
    pub name: String,
    /// Its value; `None` takes a session's cookie of that name away.
    pub value: Option<String>,
    /// Its domain; `None` is the request's host, whatever it is.
    pub domain: Option<String>,
    /// Its path; `/` unless given.
    pub path: Option<String>,
    /// Whether it is for https alone.
    pub secure: bool,
}

/// `timeout`. Connect and read are Requests': silence, not totals. `None` waits for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeout {
    /// Until the connection stands, TLS included.
    pub connect: Option<Duration>,
    /// The longest silence of the server.
    pub read: Option<Duration>,
    /// The whole exchange, redirects and body included.
    pub total: Option<Duration>,
}

/// `verify`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Verify {
    /// Against Mozilla's roots (certifi's).
    Default,
    /// Against the roots this machine trusts.
    System,
    /// Not at all.
    Off,
    /// Against a CA bundle, or a folder of them.
    Bundle(PathBuf),
}

/// `cert`: a client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cert {
    /// The PEM file with the certificates, and the key when `key` is `None`.
    pub cert: PathBuf,
    /// The PEM file with the key.
    pub key: Option<PathBuf>,
}

/// `proxies`: by `http`, `https`, `all`, `scheme://host` or `all://host`.
pub type Proxies = Mapping<String>;
