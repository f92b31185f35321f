//! `request` and `response`.

use super::HeadersView;
use crate::http::{Body, Exchange, Link, PreparedRequest, Response};
use crate::template::convert::{Numbers, to_dynamic};
use minijinja::value::{Enumerator, Object};
use minijinja::{Error, ErrorKind, State, Value as Dynamic};
use std::sync::Arc;

/// `request`.
#[derive(Clone, Debug)]
pub(in crate::template) struct RequestView(RequestSource);

#[derive(Clone, Debug)]
enum RequestSource {
    Prepared(Arc<PreparedRequest>),
    Sent { exchange: Arc<Exchange>, hop: Option<usize> },
}

/// What `request` has, for messages and iteration.
const REQUEST_NAMES: &[&str] = &["method", "url", "headers", "body"];

impl RequestView {
    /// Of a request that has no response yet.
    pub(super) fn prepared(request: Arc<PreparedRequest>) -> RequestView {
        RequestView(RequestSource::Prepared(request))
    }

    /// Of the last hop's request.
    pub(super) fn sent(exchange: Arc<Exchange>) -> RequestView {
        RequestView(RequestSource::Sent { exchange, hop: None })
    }

    /// The request shown.
    pub(super) fn request(&self) -> &PreparedRequest {
        match &self.0 {
            RequestSource::Prepared(request) => request,
            RequestSource::Sent { exchange, hop } => hop
                .and_then(|hop| exchange.history.get(hop))
                .map_or(&exchange.request, |hop| &hop.request),
        }
    }

    /// Whether the body cannot be shown.
    pub(in crate::template) fn is_streamed(&self) -> bool {
        matches!(self.request().body, Body::Stream(_))
    }
}

impl Object for RequestView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let request = self.request();
        match key {
            "method" => Some(Dynamic::from(request.method.as_str())),
            "url" => Some(Dynamic::from(request.url.as_str())),
            "headers" => Some(Dynamic::from_object(HeadersView::Request(Arc::clone(self)))),
            "body" => match &request.body {
                Body::Empty => Some(Dynamic::from(())),
                Body::Bytes(bytes) => Some(text_or_bytes(bytes)),
                Body::Stream(_) => None,
            },
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(REQUEST_NAMES)
    }
}

/// A body as text when it is UTF-8, else as bytes.
fn text_or_bytes(bytes: &[u8]) -> Dynamic {
    match std::str::from_utf8(bytes) {
        Ok(text) => Dynamic::from(text),
        Err(_) => Dynamic::from_bytes(bytes.to_vec()),
    }
}

/// `response`, and each of its `history`.
#[derive(Clone, Debug)]
pub(in crate::template) struct ResponseView {
    exchange: Arc<Exchange>,
    hop: Option<usize>,
    numbers: Numbers,
}

/// What `response` has.
const RESPONSE_NAMES: &[&str] = &[
    "status", "reason", "ok", "headers", "text", "json", "bytes", "url", "history", "cookies",
    "links", "next", "elapsed", "duration", "encoding", "size", "sha256", "lines", "request",
];

impl ResponseView {
    /// Of the final response.
    pub(super) fn last(exchange: Arc<Exchange>, numbers: Numbers) -> ResponseView {
        ResponseView { exchange, hop: None, numbers }
    }

    /// The response shown.
    pub(in crate::template) fn response(&self) -> &Response {
        self.hop
            .and_then(|hop| self.exchange.history.get(hop))
            .map_or(&self.exchange.response, |hop| &hop.response)
    }

    fn json(&self) -> Option<Dynamic> {
        self.response().json().ok().map(|value| to_dynamic(value, self.numbers))
    }

    /// Those that were read, or those of the text.
    fn lines(&self) -> Dynamic {
        let response = self.response();
        match response.content.lines.as_ref().and_then(|lines| lines.all.as_ref()) {
            Some(all) => to_dynamic(all, self.numbers),
            None => response.text().lines().map(Dynamic::from).collect(),
        }
    }

    fn history(&self) -> Dynamic {
        let before = self.hop.unwrap_or(self.exchange.history.len());
        (0..before)
            .map(|hop| Dynamic::from_object(ResponseView { hop: Some(hop), ..self.clone() }))
            .collect()
    }

    fn duration(&self) -> f64 {
        match self.hop {
            None => self.exchange.duration.as_secs_f64(),
            Some(_) => self.response().elapsed.as_secs_f64(),
        }
    }
}

impl Object for ResponseView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let response = self.response();
        Some(match key {
            "status" => Dynamic::from(response.status),
            "reason" => Dynamic::from(response.reason.as_str()),
            "ok" => Dynamic::from(response.ok()),
            "headers" => Dynamic::from_object(HeadersView::Response(Arc::clone(self))),
            "text" => Dynamic::from(Arc::clone(response.text())),
            "json" => return self.json(),
            "bytes" => Dynamic::from_bytes(response.content.bytes.to_vec()),
            "url" => Dynamic::from(response.url.as_str()),
            "history" => self.history(),
            "cookies" => cookies(response),
            "next" => response.next.as_deref().map_or(Dynamic::from(()), Dynamic::from),
            "links" => links(&response.links()),
            "elapsed" => Dynamic::from(response.elapsed.as_secs_f64()),
            "duration" => Dynamic::from(self.duration()),
            "encoding" => response.encoding().map_or(Dynamic::from(()), Dynamic::from),
            "size" => Dynamic::from(response.content.size),
            "sha256" => Dynamic::from(response.content.sha256().unwrap_or_default()),
            "lines" => self.lines(),
            "request" => Dynamic::from_object(RequestView(RequestSource::Sent {
                exchange: Arc::clone(&self.exchange),
                hop: self.hop,
            })),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(RESPONSE_NAMES)
    }

    /// `response.json()`, as Requests has it.
    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Dynamic],
    ) -> Result<Dynamic, Error> {
        match (method, args) {
            ("json", []) => Ok(self.json().unwrap_or(Dynamic::UNDEFINED)),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

fn cookies(response: &Response) -> Dynamic {
    let pairs = response.cookies.iter();
    Dynamic::from_pairs(pairs.map(|cookie| (cookie.name.as_str(), cookie.value.as_str())))
}

/// By `rel`, else by URL, as Requests' `links` has them.
fn links(links: &[Link]) -> Dynamic {
    Dynamic::from_pairs(links.iter().map(|link| {
        let rel = link.params.iter().find(|(name, _)| name == "rel");
        let key = rel.map_or(link.url.as_str(), |(_, rel)| rel.as_str());
        let url = std::iter::once(("url", link.url.as_str()));
        let params = link.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        (key, Dynamic::from_pairs(url.chain(params)))
    }))
}
