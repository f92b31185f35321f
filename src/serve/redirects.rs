//! Redirects.

use super::percent;
use super::reply::Reply;
use super::request::Request;

pub(super) fn redirect(request: &Request<'_>) -> Reply {
    let is_absolute = request
        .args()
        .iter()
        .find(|(name, _)| name == "absolute")
        .is_some_and(|(_, value)| value.eq_ignore_ascii_case("true"));
    if is_absolute { absolute(request) } else { next(request, "relative", str::to_owned) }
}

pub(super) fn absolute(request: &Request<'_>) -> Reply {
    next(request, "absolute", |path| request.absolute(path))
}

/// As [`redirect`], without a page.
pub(super) fn relative(request: &Request<'_>) -> Reply {
    match request.int_part(0) {
        0 => Reply::error(500),
        1 => Reply::empty(302).with("Location", "/get"),
        n => Reply::empty(302).with("Location", &format!("/relative-redirect/{}", n - 1)),
    }
}

fn next(request: &Request<'_>, kind: &str, place: impl Fn(&str) -> String) -> Reply {
    match request.int_part(0) {
        0 => Reply::error(500),
        1 => Reply::redirect(&place("/get")),
        n => Reply::redirect(&place(&format!("/{kind}-redirect/{}", n - 1))),
    }
}

/// To any URL; a status that is no redirect is taken for 302.
pub(super) fn to(request: &Request<'_>) -> Reply {
    let url = request.arg("url").unwrap_or_else(|| "None".to_owned());
    let status = match request.arg("status_code").map(|code| code.trim().parse::<i64>()) {
        Some(Err(_)) => return Reply::error(500),
        Some(Ok(code @ 300..=399)) => u16::try_from(code).unwrap_or(302),
        _ => 302,
    };
    let location = percent::quote(url.as_bytes(), percent::URL_SAFE);
    Reply::empty(status).with("Location", &location)
}
