//! A client that behaves as Requests does. It knows no YAML, no step and no template.
//!
//! ```text
//! Request ──prepare──▶ PreparedRequest ──client──▶ adapter ──▶ Exchange
//!  (written)              (exact bytes)    │  ▲                (answered)
//!                                          └──┘ redirects, auth, cookies
//! ```
//!
//! `prepare` decides everything about the bytes and is pure. `client` follows redirects, answers
//! auth challenges and keeps cookies; it does no I/O of its own. An [`Adapter`] sends one
//! prepared request over one connection and is the only part that touches a socket.

pub mod adapter;
pub mod auth;
mod body;
mod certificate;
mod charset;
mod client;
mod cookies;
mod decode;
mod environment;
mod error;
mod events;
mod headers;
mod line_sink;
mod lines;
mod links;
mod message;
mod mount;
mod multipart;
mod netrc;
mod network;
mod onward;
mod prepare;
mod proxy;
mod received;
mod redirect;
mod request;
mod response;
mod retry;
mod retry_after;
mod sink;
mod url;

pub use adapter::{Accepted, Adapter, Cipher, Conversation, Door, SocketName, Tls, Way};
pub use auth::{
    AUTH_KINDS, Auth, AuthKind, AuthMemory, AuthMistake, AuthTakes, Grant, OAuthSettings, Seal,
    Sealing, Token, TokenSource,
};
pub use body::{Body, Chunks, FileUpload, Sequence, Upload};
pub use certificate::Certificate;
pub use charset::is_charset;
pub use client::{Client, ClientOptions, Failure, ResponseHook};
pub use cookies::{Cookie, CookieJar};
pub use environment::Environment;
pub use error::{ERROR_KINDS, Error, ErrorKind};
pub use headers::{Headers, header_bytes};
pub use line_sink::{Flow, Keep, LineFormat, LineRules, LineSink, LinesRead};
pub use links::{Link, links_by_key, parse_links};
pub use message::Message;
pub use mount::{Address, Mount, Mounts, TlsLimits, TlsVersion};
pub use network::{Network, Resolved};
pub use onward::{encoded_query_values, prepare_onward, query_value, with_query_value};
pub use prepare::{PreparedRequest, Transport, carriage, prepare};
pub use proxy::{proxy_authorization, proxy_for};
pub use received::Received;
pub use redirect::leave;
pub use request::{
    Cert, CookieSpec, Data, FilePart, Files, HeaderLines, Mapping, Params, PartContent, Proxies,
    Request, Timeout, Verify,
};
pub use response::{Content, Exchange, Hop, Response, Timings};
pub use retry::{FailureClass, Retried, Retries};
pub use retry_after::retry_after;
pub use sink::{Digesting, Open, Sink};
pub use url::{Url, as_host, refuse_cut};
