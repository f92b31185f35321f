//! Validators and freshness.

use super::connection::http_date;
use super::echo;
use super::reply::Reply;
use super::request::Request;
use super::status;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) fn cache(request: &Request<'_>) -> Reply {
    let since = request.header("If-Modified-Since").is_some_and(|value| !value.is_empty());
    if since || request.header("If-None-Match").is_some() {
        return status::reply(304);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    echo::get(request)
        .with("Last-Modified", &http_date(now.as_secs()))
        .with("ETag", &format!("{:032x}", fastrand::u128(..)))
}

pub(super) fn max_age(request: &Request<'_>) -> Reply {
    let value = format!("public, max-age={}", request.int_part(0));
    echo::get(request).with("Cache-Control", &value)
}

pub(super) fn etag(request: &Request<'_>) -> Reply {
    let etag = request.part(0);
    let none_match = tags(request.header("If-None-Match"));
    let if_match = tags(request.header("If-Match"));
    let has = |tags: &[String]| tags.iter().any(|tag| tag == etag || tag == "*");
    if !none_match.is_empty() {
        if has(&none_match) {
            return status::reply(304).with("ETag", etag);
        }
    } else if !if_match.is_empty() && !has(&if_match) {
        return status::reply(412);
    }
    echo::get(request).with("ETag", etag)
}

/// The tags of a list, without quotes and without the mark of weak ones.
fn tags(header: Option<&str>) -> Vec<String> {
    let header = header.filter(|header| !header.is_empty());
    let tag = |part: &str| {
        let part = part.trim_start();
        let part = part.strip_prefix("W/").unwrap_or(part);
        let part = part.strip_prefix('"').unwrap_or(part);
        part.split('"').next().unwrap_or_default().to_owned()
    };
    header.map(|header| header.split(',').map(tag).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lose_their_quotes_and_weakness() {
        assert_eq!(tags(Some("\"a\", W/\"b\", c, *")), ["a", "b", "c", "*"]);
        assert!(tags(Some("")).is_empty());
    }
}
