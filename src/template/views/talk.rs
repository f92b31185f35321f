//! `response` of a socket: what was received, and where its ends are.

use crate::exchange::Exchanged;
use crate::http::SocketName;
use crate::socket::Talk;
use crate::template::ListenView;
use crate::template::convert::{Numbers, to_dynamic};
use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object};
use std::sync::Arc;

/// `response`, whatever was exchanged; a request that came to us has none.
pub(super) fn response(exchanged: &Exchanged, numbers: Numbers) -> Option<Dynamic> {
    Some(match exchanged {
        Exchanged::Request(exchange) => {
            Dynamic::from_object(super::ResponseView::last(Arc::clone(exchange), numbers))
        }
        Exchanged::Socket(talk) => {
            Dynamic::from_object(TalkView { talk: Arc::clone(talk), numbers })
        }
        Exchanged::Received(_) => return None,
    })
}

/// `request`, where there was one: ours as sent, or the one that came.
pub(super) fn request(exchanged: &Exchanged, numbers: Numbers) -> Option<Dynamic> {
    Some(match exchanged {
        Exchanged::Request(exchange) => {
            Dynamic::from_object(super::RequestView::sent(Arc::clone(exchange)))
        }
        Exchanged::Received(received) => {
            Dynamic::from_object(super::ReceivedView::new(Arc::clone(received), numbers))
        }
        Exchanged::Socket(_) => return None,
    })
}

/// `response` of a socket.
#[derive(Debug)]
struct TalkView {
    talk: Arc<Talk>,
    numbers: Numbers,
}

/// What it has.
const NAMES: &[&str] = &[
    "text",
    "json",
    "bytes",
    "lines",
    "received",
    "size",
    "sha256",
    "sent",
    "duration",
    "getpeername",
    "getsockname",
];

impl Object for TalkView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let Talk { received, sent, duration, peer, local, .. } = &*self.talk;
        Some(match key {
            "text" => Dynamic::from(Arc::clone(received.text())),
            "json" => {
                return received.json().ok().map(|value| to_dynamic(value, self.numbers));
            }
            "bytes" => Dynamic::from_bytes(received.content().bytes.to_vec()),
            "lines" => received.text().lines().map(Dynamic::from).collect(),
            "received" => self.talk.pieces().map(piece).collect(),
            "size" => Dynamic::from(received.content().size),
            "sha256" => Dynamic::from(received.content().sha256().unwrap_or_default()),
            "sent" => Dynamic::from(*sent),
            "duration" => Dynamic::from(duration.as_secs_f64()),
            "getpeername" => name(peer.as_ref()?),
            "getsockname" => name(local.as_ref()?),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(NAMES)
    }
}

/// What one `recv` took: text when it is UTF-8, else bytes.
fn piece(bytes: &[u8]) -> Dynamic {
    match std::str::from_utf8(bytes) {
        Ok(text) => Dynamic::from(text),
        Err(_) => Dynamic::from_bytes(bytes.to_vec()),
    }
}

/// `url`, `host` and `port`, or `path`, of where a step listens.
pub(super) fn listening(view: &ListenView) -> Dynamic {
    let ListenView { scheme, at, .. } = view;
    with_url(at, Some(Dynamic::from(format!("{scheme}://{at}"))))
}

/// `host` and `port`, or `path`.
fn name(name: &SocketName) -> Dynamic {
    with_url(name, None)
}

fn with_url(name: &SocketName, url: Option<Dynamic>) -> Dynamic {
    let parts = [
        ("url", url),
        ("host", name.host().map(Dynamic::from)),
        ("port", name.port().map(Dynamic::from)),
        ("path", name.path().map(Dynamic::from)),
    ];
    Dynamic::from_pairs(parts.into_iter().filter_map(|(part, value)| Some((part, value?))))
}
