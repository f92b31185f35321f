//! Fixed documents, and the list of endpoints.

use super::percent;
use super::reply::Reply;
use super::request::Request;
use super::table;
use serde_json::json;
use std::fmt::Write as _;

pub(super) fn landing(_: &Request<'_>) -> Reply {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    \
         <title>httpbin, embedded</title>\n  </head>\n  <body>\n    <h1>Endpoints</h1>\n    \
         <table>\n",
    );
    for route in table::all() {
        let _ = writeln!(
            page,
            "      <tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            route.methods.join(" "),
            percent::html(route.pattern),
            percent::html(route.summary)
        );
    }
    page.push_str("    </table>\n  </body>\n</html>\n");
    Reply::html(page)
}

/// The slideshow whose keys half the world's examples read.
pub(super) fn json(_: &Request<'_>) -> Reply {
    Reply::json(&json!({"slideshow": {
        "author": "Yours Truly",
        "date": "date of publication",
        "slides": [
            {"title": "Wake up to WonderWidgets!", "type": "all"},
            {
                "items": [
                    "Why <em>WonderWidgets</em> are great",
                    "Who <em>buys</em> WonderWidgets",
                ],
                "title": "Overview",
                "type": "all",
            },
        ],
        "title": "Sample Slide Show",
    }}))
}

pub(super) fn html(_: &Request<'_>) -> Reply {
    Reply::html(include_str!("assets/moby.html").trim_end())
}

pub(super) fn xml(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "application/xml", include_bytes!("assets/slides.xml").as_slice())
}

pub(super) fn robots(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "text/plain", &b"User-agent: *\nDisallow: /deny\n"[..])
}

pub(super) fn deny(_: &Request<'_>) -> Reply {
    Reply::bytes(200, "text/plain", include_bytes!("assets/face.txt").as_slice())
}

pub(super) fn utf8(_: &Request<'_>) -> Reply {
    Reply::html(include_str!("assets/scripts.html"))
}

pub(super) fn form(_: &Request<'_>) -> Reply {
    Reply::html(include_str!("assets/order.html"))
}
