//! Small pictures of our own.

use super::json;
use super::reply::Reply;
use super::request::Request;
use serde_json::json;

pub(super) fn by_accept(request: &Request<'_>) -> Reply {
    let Some(accept) = request.header("Accept") else { return png(request) };
    let accept = accept.to_lowercase();
    let asks = |kind: &str| accept.contains(kind);
    match () {
        () if asks("image/webp") => webp(request),
        () if asks("image/svg+xml") => svg(request),
        () if asks("image/jpeg") => jpeg(request),
        () if asks("image/png") || asks("image/*") => png(request),
        () => not_acceptable(),
    }
}

pub(super) fn png(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "image/png", include_bytes!("assets/picture.png").as_slice())
}

pub(super) fn jpeg(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "image/jpeg", include_bytes!("assets/picture.jpg").as_slice())
}

pub(super) fn webp(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "image/webp", include_bytes!("assets/picture.webp").as_slice())
}

pub(super) fn svg(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "image/svg+xml", include_bytes!("assets/picture.svg").as_slice())
}

/// 406, with the kinds there are.
pub(super) fn not_acceptable() -> Reply {
    let body = json!({
        "message": "Client did not request a supported media type.",
        "accept": ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"],
    });
    Reply::bytes(406, "application/json", json::line(&body).into_bytes())
}
