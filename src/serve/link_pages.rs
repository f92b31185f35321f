//! Pages of links to each other.

use super::reply::Reply;
use super::request::Request;
use std::fmt::Write as _;

const MOST: u64 = 200;

pub(super) fn first(request: &Request<'_>) -> Reply {
    Reply::redirect(&format!("/links/{}/0", request.int_part(0)))
}

pub(super) fn page(request: &Request<'_>) -> Reply {
    let count = request.int_part(0).clamp(1, MOST);
    let mut page = String::from("<html><head><title>Links</title></head><body>");
    for number in 0..count {
        let _ = if number == request.int_part(1) {
            write!(page, "{number} ")
        } else {
            write!(page, "<a href='/links/{count}/{number}'>{number}</a> ")
        };
    }
    page.push_str("</body></html>");
    Reply::html(page)
}
