//! The endpoints, one line each.

use super::reply::Reply;
use super::request::Request;
use super::route::Route;
use super::{
    auth, caching, cookies, digest, dynamic, echo, encodings, images, inspection, link_pages,
    pages, range, redirects, status,
};

const GET: &[&str] = &["GET"];
const ANY: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"];

const fn route(
    methods: &'static [&'static str],
    pattern: &'static str,
    handler: fn(&Request<'_>) -> Reply,
    summary: &'static str,
) -> Route {
    Route { methods, pattern, handler, summary }
}

/// httpbin's endpoints, the frequent first; the first whose pattern and method fit answers.
pub const ROUTES: &[Route] = &[
    route(GET, "/get", echo::get, "the request: args, headers, origin, url"),
    route(&["POST"], "/post", echo::body, "the request, with data, files, form, json"),
    route(&["PUT"], "/put", echo::body, "the request, with data, files, form, json"),
    route(&["PATCH"], "/patch", echo::body, "the request, with data, files, form, json"),
    route(&["DELETE"], "/delete", echo::body, "the request, with data, files, form, json"),
    route(ANY, "/anything", echo::anything, "the request, with its method"),
    route(ANY, "/anything/{anything:path}", echo::anything, "the request, with its method"),
    route(ANY, "/status/{codes}", status::status, "a status, or one of `200:0.9,500:0.1`"),
    route(ANY, "/delay/{delay}", echo::delay, "the request, after at most 10 s"),
    route(GET, "/headers", inspection::headers, "the request's headers"),
    route(GET, "/ip", inspection::ip, "the client's address"),
    route(GET, "/user-agent", inspection::user_agent, "the `User-Agent` header"),
    route(
        &["GET", "POST"],
        "/response-headers",
        inspection::response_headers,
        "the query as headers of the answer",
    ),
    route(GET, "/cookies", cookies::list, "the cookies sent"),
    route(GET, "/cookies/set", cookies::set_from_query, "sets the query as cookies, to `/cookies`"),
    route(GET, "/cookies/set/{name}/{value}", cookies::set, "sets a cookie, to `/cookies`"),
    route(GET, "/cookies/delete", cookies::delete, "deletes the query's cookies, to `/cookies`"),
    route(GET, "/redirect/{n:int}", redirects::redirect, "n redirects to `/get`; `?absolute=true`"),
    route(GET, "/relative-redirect/{n:int}", redirects::relative, "n relative redirects"),
    route(GET, "/absolute-redirect/{n:int}", redirects::absolute, "n absolute redirects"),
    route(ANY, "/redirect-to", redirects::to, "to `?url=`, with `?status_code=`"),
    route(GET, "/basic-auth/{user}/{passwd}", auth::basic, "asks for Basic credentials"),
    route(GET, "/hidden-basic-auth/{user}/{passwd}", auth::hidden_basic, "404 without credentials"),
    route(GET, "/bearer", auth::bearer, "asks for a bearer token"),
    route(GET, "/digest-auth/{qop}/{user}/{passwd}", digest::digest, "asks for Digest, MD5"),
    route(
        GET,
        "/digest-auth/{qop}/{user}/{passwd}/{algorithm}",
        digest::digest,
        "asks for Digest by MD5, SHA-256 or SHA-512",
    ),
    route(
        GET,
        "/digest-auth/{qop}/{user}/{passwd}/{algorithm}/{stale_after}",
        digest::digest,
        "asks for Digest, the nonce stale after so many answers",
    ),
    route(GET, "/gzip", encodings::gzip, "the request, gzipped"),
    route(GET, "/deflate", encodings::deflate, "the request, deflated"),
    route(GET, "/brotli", encodings::brotli, "the request, as brotli"),
    route(GET, "/stream/{n:int}", dynamic::stream, "n lines of JSON, at most 100, chunked"),
    route(GET, "/bytes/{n:int}", dynamic::bytes, "n random bytes, at most 100 KiB; `?seed=`"),
    route(GET, "/stream-bytes/{n:int}", dynamic::stream_bytes, "as `/bytes`, by `?chunk_size=`"),
    route(GET, "/drip", dynamic::drip, "`?numbytes=` over `?duration=` seconds after `?delay=`"),
    route(GET, "/range/{numbytes:int}", range::range, "letters, of which `Range` chooses"),
    route(GET, "/uuid", dynamic::uuid, "a random UUID"),
    route(GET, "/base64/{value}", dynamic::base64, "the value decoded"),
    route(GET, "/links/{n:int}", link_pages::first, "to the first of n pages"),
    route(GET, "/links/{n:int}/{offset:int}", link_pages::page, "a page of n links"),
    route(GET, "/json", pages::json, "a slideshow in JSON"),
    route(GET, "/html", pages::html, "a page of Moby-Dick"),
    route(GET, "/xml", pages::xml, "a slideshow in XML"),
    route(GET, "/robots.txt", pages::robots, "what robots may see"),
    route(GET, "/deny", pages::deny, "what they may not"),
    route(GET, "/encoding/utf8", pages::utf8, "many scripts in UTF-8"),
    route(GET, "/forms/post", pages::form, "a form that posts to `/post`"),
    route(GET, "/cache", caching::cache, "304 when asked conditionally"),
    route(GET, "/cache/{value:int}", caching::max_age, "`Cache-Control` with so many seconds"),
    route(GET, "/etag/{etag}", caching::etag, "answers `If-None-Match` and `If-Match`"),
    route(GET, "/image", images::by_accept, "a picture of the kind `Accept` asks for"),
    route(GET, "/image/png", images::png, "a PNG"),
    route(GET, "/image/jpeg", images::jpeg, "a JPEG"),
    route(GET, "/image/webp", images::webp, "a WebP"),
    route(GET, "/image/svg", images::svg, "an SVG"),
    route(GET, "/", pages::landing, "this list"),
];

/// Every endpoint there is.
pub(super) fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES
        .iter()
        .chain(super::github::ROUTES)
        .chain(super::graphql::ROUTES)
        .chain(super::oauth::ROUTES)
}
