//! What a handler answers: a status, headers, and a body that may come bit by bit.

use super::Fault;
use super::json;
use super::percent;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// An answer not yet framed.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The reason phrase; the status' own unless given.
    pub reason: Option<String>,
    /// In the order sent; `Content-Length` and the connection's own are added when framed, `Server`
    /// and `Date` where they are not here.
    pub headers: Vec<(Cow<'static, str>, Vec<u8>)>,
    /// What follows the head.
    pub body: Body,
    /// How long to wait before anything is sent.
    pub delay: Duration,
    /// What is wrong with it, on purpose.
    pub fault: Option<Fault>,
}

/// The bytes of an answer.
pub enum Body {
    /// All of it.
    Whole(Cow<'static, [u8]>),
    /// Sent as it is made; chunked when the length is not known.
    Steps {
        /// In bytes.
        length: Option<u64>,
        /// What is sent, and when.
        steps: Steps,
    },
}

/// Where a body that comes bit by bit comes from.
pub type Steps = Box<dyn Iterator<Item = Step>>;

/// One thing to do while sending a body.
#[derive(Debug)]
pub enum Step {
    /// Bytes go out.
    Send(Vec<u8>),
    /// Nothing does, for so long.
    Wait(Duration),
}

impl Reply {
    /// An empty page, as Flask's `make_response()`.
    pub(super) fn empty(status: u16) -> Reply {
        Reply::bytes(status, "text/html; charset=utf-8", &[][..])
    }

    pub(super) fn bytes(
        status: u16,
        content_type: &str,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Reply {
        Reply::bare(status, body).with("Content-Type", content_type)
    }

    /// Without even a content type.
    #[must_use]
    pub fn bare(status: u16, body: impl Into<Cow<'static, [u8]>>) -> Reply {
        let body = Body::Whole(body.into());
        let headers = Vec::with_capacity(6);
        Reply { status, reason: None, headers, body, delay: Duration::ZERO, fault: None }
    }

    pub(super) fn html(text: impl Into<String>) -> Reply {
        Reply::bytes(200, "text/html; charset=utf-8", text.into().into_bytes())
    }

    /// A line for a reader, as `werkzeug.Response(text)`.
    pub(super) fn text(status: u16, text: &'static str) -> Reply {
        Reply::bytes(status, "text/plain; charset=utf-8", text.as_bytes())
    }

    pub(super) fn json(value: &Value) -> Reply {
        Reply::bytes(200, "application/json", json::pretty(value))
    }

    pub(super) fn stream(content_type: &str, length: Option<u64>, steps: Steps) -> Reply {
        let mut reply = Reply::bytes(200, content_type, &[][..]);
        reply.body = Body::Steps { length, steps };
        reply
    }

    /// 302 with Flask's page; `location` is a path of ours or an absolute URL of ours.
    pub(super) fn redirect(location: &str) -> Reply {
        let shown = percent::html(location);
        let page = format!(
            "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n\
             <h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: \
             <a href=\"{shown}\">{shown}</a>. If not, click the link.\n"
        );
        Reply::html(page).status(302).with("Location", location)
    }

    /// Werkzeug's page for an error.
    pub(super) fn error(status: u16) -> Reply {
        let (title, sentence) = match status {
            404 => (
                "Not Found",
                "The requested URL was not found on the server. If you entered the URL manually \
                 please check your spelling and try again.",
            ),
            405 => ("Method Not Allowed", "The method is not allowed for the requested URL."),
            _ => (
                "Internal Server Error",
                "The server encountered an internal error and was unable to complete your \
                 request. Either the server is overloaded or there is an error in the application.",
            ),
        };
        let page = format!(
            "<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n\
             <h1>{title}</h1>\n<p>{sentence}</p>\n"
        );
        Reply::html(page).status(status)
    }

    pub(super) fn status(mut self, status: u16) -> Reply {
        self.status = status;
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }

    /// Adds a header, beside one of the same name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: &str) -> Reply {
        self.headers.push((name.into(), wire_bytes(value)));
        self
    }

    /// Whether it has a header of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Adds a cookie for `/`, its value quoted where it must be.
    pub(super) fn with_cookie(self, name: &str, value: &str) -> Reply {
        self.with("Set-Cookie", &format!("{name}={}; Path=/", super::cookies::quoted(value)))
    }
}

/// A header value's bytes: Latin-1 where it can be, as WSGI sends it, UTF-8 otherwise; never a
/// line break.
fn wire_bytes(value: &str) -> Vec<u8> {
    let latin: Result<Vec<u8>, _> = value.chars().map(|c| u8::try_from(u32::from(c))).collect();
    let mut bytes = latin.unwrap_or_else(|_| value.as_bytes().to_vec());
    bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    bytes
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Body::Steps { length, .. } => write!(f, "Steps({length:?})"),
        }
    }
}
