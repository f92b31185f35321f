//! A request and a response in one line each, as HTTP writes them.

use super::duration;
use super::text::plural;
use crate::event::{
    AttemptRecord, HopRecord, MoveRecord, PageRecord, RequestRecord, ResponseRecord, RetryRecord,
    SocketRecord,
};

/// `GET https://example.com/`
pub(super) fn request_line(request: &RequestRecord) -> String {
    format!("{} {}", request.method, request.url)
}

/// `HTTP/1.1 200 OK`
pub(super) fn status_line(response: &ResponseRecord) -> String {
    format!("{} {} {}", response.version, response.status, response.reason).trim_end().to_owned()
}

/// The pages before the one a try ended with.
pub(super) fn earlier_pages(attempt: &AttemptRecord) -> &[PageRecord] {
    let pages = attempt.pages.as_ref().map(|pages| pages.pages.as_slice()).unwrap_or_default();
    // A page without an answer has no record: then all of them are earlier.
    match (attempt.status, pages.split_last()) {
        (Some(_), Some((_, earlier))) => earlier,
        _ => pages,
    }
}

/// `200, 30 items`
pub(super) fn page_line(page: &PageRecord) -> String {
    match page.items {
        Some(count) => format!("{}, {}", page.status, plural(count, "item")),
        None => page.status.to_string(),
    }
}

/// `302 → https://example.com/`
pub(super) fn hop_line(hop: &HopRecord) -> String {
    match &hop.location {
        Some(location) => format!("{} → {location}", hop.status),
        None => hop.status.to_string(),
    }
}

/// `tcp://redis:6379 (127.0.0.1:6379)`
pub(super) fn socket_line(socket: &SocketRecord) -> String {
    // Those who connected to us are told of one by one.
    let is_ours = socket.moves.iter().any(|one| one.action == "accept");
    let peer = socket.peer.as_ref().filter(|peer| !is_ours && !peer.is_empty());
    match peer.filter(|peer| !socket.address.ends_with(peer.as_str())) {
        Some(peer) => format!("{} ({peer})", socket.address),
        None => socket.address.clone(),
    }
}

/// One thing done over a socket: `PING\r\n`, or `(shutdown)`.
pub(super) fn move_line(one: &MoveRecord) -> String {
    match (&one.bytes, one.action.as_str()) {
        (Some(bytes), _) if bytes.is_empty() => "(nothing)".to_owned(),
        (Some(bytes), _) => bytes.clone(),
        (None, "accept") => match one.peer.as_deref().filter(|peer| !peer.is_empty()) {
            Some(peer) => format!("(connected from {peer})"),
            None => "(connected)".to_owned(),
        },
        (None, "closed") => "(closed by the other side)".to_owned(),
        (None, action) => format!("({action})"),
    }
}

/// Whether it came from the other side.
pub(super) fn is_received(one: &MoveRecord) -> bool {
    matches!(one.action.as_str(), "accept" | "recv" | "closed")
}

/// `tried again after 503, 1.00 s later`
pub(super) fn retry_line(retry: &RetryRecord) -> String {
    let why = match (&retry.error, retry.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => status.to_string(),
        (None, None) => "nothing".to_owned(),
    };
    match retry.wait > 0.0 {
        true => format!("tried again after {why}, {} later", duration::total(retry.wait)),
        false => format!("tried again after {why}"),
    }
}

/// `200 OK`: the server's own words when they are known, else RFC 9110's.
pub(super) fn status(attempt: &AttemptRecord) -> Option<String> {
    if let Some(response) = &attempt.response {
        return Some(format!("{} {}", response.status, response.reason).trim_end().to_owned());
    }
    let code = attempt.status?;
    let reason = ::http::StatusCode::from_u16(code).ok().and_then(|one| one.canonical_reason());
    Some(format!("{code} {}", reason.unwrap_or_default()).trim_end().to_owned())
}
