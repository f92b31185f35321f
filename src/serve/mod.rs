//! The embedded httpbin-compatible server, on threads.
//!
//! ```text
//! socket → Wire → Request → route → handler → Reply → frame → socket
//!          wire.rs          route.rs  families   reply.rs  connection.rs
//! ```
//!
//! It is a server of our own on std threads rather than a framework's, for two reasons. It
//! must send broken answers on purpose (a body cut short, a bad chunk, a reset), which no
//! framework can; and it is started for a single run, so starting has to cost microseconds.
//! A thread per connection, bounded; no lock is taken for a request.
//!
//! The same threads serve any other [`Site`]: mocks, which may ask for a [`Fault`] in place of a
//! whole answer, and the recording proxy.
//!
//! Adding an endpoint: write a handler `fn(&Request<'_>) -> Reply` in its family's file and add a
//! line to [`ROUTES`]; the landing page and the documentation are printed from that table, and
//! `tests/httpbin.rs` compares it with the `httpbin` of PyPI.
//!
//! # Differences from httpbin 0.10, kept on purpose
//!
//! | where | here | why |
//! |---|---|---|
//! | `/` | a list of the endpoints | httpbin's page is its own |
//! | `/image/*`, `/encoding/utf8`, `/xml`, `/forms/post`, `/deny`, `/status/418` | other bytes, same types, elements and field names | httpbin's texts and pictures are others' work |
//! | `/status/N` below 200 | 400 `Invalid status code` | a final answer cannot have such a status; httpbin's leaves the client waiting |
//! | `/status/N` above 999 | 400 `Invalid status code` | not three digits: not HTTP |
//! | `NaN`, `Infinity` and lone surrogates in a JSON body | `json` is `null` | not JSON; httpbin answers with something no strict parser reads |
//! | a number as large as `1e400` in a JSON body | its digits as sent | httpbin answers `Infinity` |
//! | `/digest-auth` with a query | works | httpbin fails with 500: it joins text and bytes |
//! | `/digest-auth` with another user's name | 401 | httpbin looks at the password only |
//! | `/response-headers` with a framing header or one that cannot be sent | not sent, or 500 | the answer would be unreadable |
//! | `/stream-bytes`, `/bytes` without `seed` | other random bytes | random; with a `seed` they are httpbin's |
//! | a multipart text field over 500 kB, more than 1000 parts | accepted up to the body limit | Flask's defaults, not httpbin's promise |
//! | a target with bytes beyond ASCII | read as UTF-8 | gunicorn refuses it; clients do send it |
//! | a cookie or argument with a line break or NUL | they are left out of headers | httpbin fails with 500 |
//! | `Allow` | in the order of the table | httpbin's changes from start to start |
//! | `/brotli` | stored, not compressed | valid brotli without an encoder |
//! | a body over 64 MiB, a head over 64 KiB | 413, 431 | bounded memory |
//! | `/drip`, `/range` durations | at most an hour | a mistyped number must not hold a thread for ever |
//! | `/status/407` | with `Proxy-Authenticate` | httpbin sets it, gunicorn drops it; RFC 9110 wants it |
//! | `Server` | `runner` | it is not gunicorn |

mod auth;
mod caching;
mod chance;
mod connection;
mod cookies;
mod digest;
mod dynamic;
mod echo;
mod encodings;
mod fault;
mod form;
mod github;
mod graphql;
mod images;
mod inspection;
mod json;
mod link_pages;
mod oauth;
mod pages;
mod percent;
mod range;
mod redirects;
mod reply;
mod request;
mod route;
mod server;
mod shared;
mod site;
mod status;
mod table;
mod wire;

pub use self::fault::Fault;
pub use self::reply::{Body, Reply, Step, Steps};
pub use self::route::Route;
pub use self::server::Server;
pub use self::site::{Incoming, Site};
pub use self::table::ROUTES;
