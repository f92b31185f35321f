//! A reply as written to the reply that is sent.

use crate::diagnostic::{Diagnostic, codes};
use crate::model::shapes::DataArgument;
use crate::model::{ReplySpec, Shape, Written};
use crate::serve::{Body, Reply, Step};
use crate::source::Span;
use crate::template::Scope;
use crate::world::FileAccess;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// What urlencoding leaves as it is, beside letters and digits.
const FORM: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'*');

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// The most of a file that a faulty reply is made of: it has to be known whole.
const MOST_BROKEN: u64 = 16 << 20;

/// What a reply's body is, and the content type it brings along.
struct Content {
    body: Body,
    kind: Option<&'static str>,
}

/// The reply in a scope that sees the request.
///
/// # Errors
/// A template that fails or gives a wrong shape; a file that cannot be read.
pub(super) fn render(spec: &ReplySpec, scope: &Scope) -> Result<Reply, Box<Diagnostic>> {
    let fault = one(spec.fault.as_ref(), scope)?.and_then(|fault| fault.0);
    let Content { body, kind } = content(spec, scope)?;
    let body = if fault.is_some() { whole(body) } else { body };
    let mut reply = Reply::bare(one(spec.status.as_ref(), scope)?.map_or(200, |it| it.0), &[][..]);
    reply.body = body;
    reply.fault = fault;
    reply.reason = one(spec.reason.as_ref(), scope)?.map(|reason| reason.0.clone());
    reply.delay = one(spec.delay.as_ref(), scope)?.map(|delay| *delay).unwrap_or_default();
    let headers = one(spec.headers.as_ref(), scope)?;
    let headers = headers.as_ref().map(|headers| headers.0.as_slice()).unwrap_or_default();
    let is_typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let Some(kind) = kind.filter(|_| !is_typed) {
        reply = reply.with("Content-Type", kind);
    }
    for (name, values) in headers {
        // The framing is the connection's matter.
        let is_framing = ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|framing| name.eq_ignore_ascii_case(framing));
        for value in values.iter().flatten().filter(|_| !is_framing) {
            reply = reply.with(name.clone(), value);
        }
    }
    Ok(reply)
}

fn one<T: Shape>(
    written: Option<&Written<T>>,
    scope: &Scope,
) -> Result<Option<Arc<T>>, Box<Diagnostic>> {
    Ok(written.map(|written| written.resolve(scope)).transpose()?)
}

fn content(spec: &ReplySpec, scope: &Scope) -> Result<Content, Box<Diagnostic>> {
    let bytes = |bytes: Vec<u8>, kind| Content { body: Body::Whole(bytes.into()), kind };
    if let Some(json) = one(spec.json.as_ref(), scope)? {
        return Ok(bytes(json.0.clone(), Some("application/json")));
    }
    if let Some(text) = one(spec.text.as_ref(), scope)? {
        return Ok(bytes(text.0.clone().into_bytes(), Some("text/plain; charset=utf-8")));
    }
    let Some(written) = &spec.data else { return Ok(bytes(Vec::new(), None)) };
    Ok(match &*written.resolve(scope)? {
        DataArgument::None => bytes(Vec::new(), None),
        DataArgument::Text(text) => bytes(text.clone().into_bytes(), None),
        DataArgument::Bytes(data) => bytes(data.clone(), None),
        DataArgument::Form(pairs) => {
            bytes(form(pairs).into_bytes(), Some("application/x-www-form-urlencoded"))
        }
        DataArgument::File(path) => {
            Content { body: file(path, &*scope.world.files, written.span())?, kind: None }
        }
        DataArgument::Chunks(chunks) => {
            let steps = chunks.clone().into_iter().map(Step::Send);
            Content { body: Body::Steps { length: None, steps: Box::new(steps) }, kind: None }
        }
        DataArgument::Command(..) | DataArgument::Stdin => {
            let message = "a reply is no program's output, nor this program's input";
            let code = &codes::model::BAD_ROUTE;
            return Err(Box::new(Diagnostic::error(code, written.span(), message, "not here")));
        }
    })
}

fn form(pairs: &[(String, String)]) -> String {
    let plain = |text: &str| utf8_percent_encode(text, FORM).to_string().replace("%20", "+");
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", plain(name), plain(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A file, read piece by piece as it is sent.
fn file(path: &Path, access: &dyn FileAccess, span: Span) -> Result<Body, Box<Diagnostic>> {
    let refuse = |error: &std::io::Error| {
        let message = format!("cannot read `{}`: {}", path.display(), crate::world::reason(error));
        Box::new(Diagnostic::error(&codes::cli::CANNOT_OPEN, span, message, "asked for here"))
    };
    let (file, length) = access.open(path).map_err(|error| refuse(&error))?;
    let steps = Pieces { file, left: length.unwrap_or(u64::MAX) };
    Ok(Body::Steps { length, steps: Box::new(steps) })
}

struct Pieces {
    file: Box<dyn Read + Send>,
    left: u64,
}

impl Iterator for Pieces {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let size = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; size];
        let count = if size == 0 { 0 } else { self.file.read(&mut piece).ok()? };
        piece.truncate(count);
        self.left = self.left.saturating_sub(count as u64);
        (count > 0).then_some(Step::Send(piece))
    }
}

/// What is sent broken is known whole.
fn whole(body: Body) -> Body {
    let Body::Steps { steps, .. } = body else { return body };
    let mut bytes = Vec::new();
    for step in steps {
        if let Step::Send(piece) = step {
            bytes.extend_from_slice(&piece);
        }
        if bytes.len() as u64 > MOST_BROKEN {
            break;
        }
    }
    Body::Whole(bytes.into())
}
