//! Where a response leads by its own words (a `Link`, a cursor) rather than by redirecting.
//!
//! The next request is the one before it, at another URL: with the same method, headers and body.
//! To another host go as few credentials as a redirect would take there.

use super::url::{quote_plus, unquote};
use super::{
    CookieJar, Environment, Error, Mapping, Params, PreparedRequest, Request, Url, prepare,
    redirect,
};
use std::time::SystemTime;

/// As [`prepare`], of a request that goes on to `url` after one to `from`. The URL is whole: it gets
/// no `params` of the request's, and of the session's those it does not name itself.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_onward(
    url: &Url,
    from: &Url,
    (request, session): (&Request, &Request),
    jar: &CookieJar,
    environment: &Environment,
    now: SystemTime,
) -> Result<PreparedRequest, Error> {
    let params = session.params.as_ref().map(|params| unnamed(params, url)).unwrap_or_default();
    let session = Request { params: Some(Params::Pairs(params)), ..session.clone() };
    let mut request = Request { url: url.as_str().to_owned(), params: None, ..request.clone() };
    if redirect::should_strip_auth(from, url) {
        request.auth = Some(None);
    }
    let mut prepared = prepare(&request, &session, jar, environment, now)?;
    redirect::leave(&mut prepared, from, environment, now);
    Ok(prepared)
}

/// The session's params whose names the URL's query does not have.
fn unnamed(params: &Params, url: &Url) -> Vec<(String, String)> {
    let is_new = |name: &str| !pairs(url).any(|(other, _)| other == name);
    let flat = |mapping: &Mapping<Vec<String>>| {
        let values = mapping.iter().filter_map(|(name, values)| Some((name, values.as_ref()?)));
        values
            .flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())))
            .collect()
    };
    let pairs: Vec<(String, String)> = match params {
        Params::Mapping(mapping) => flat(mapping),
        Params::Pairs(pairs) => pairs.clone(),
        // A query as it is: the server has seen it, and says where it leads.
        Params::Text(_) => Vec::new(),
    };
    pairs.into_iter().filter(|(name, _)| is_new(name)).collect()
}

/// The names and values of a URL's query, decoded.
fn pairs(url: &Url) -> impl Iterator<Item = (String, String)> {
    let pieces = url.query().unwrap_or_default().split('&').filter(|piece| !piece.is_empty());
    pieces.map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> String {
    unquote(&text.replace('+', " "))
}

/// The last value of a name in a URL's query.
#[must_use]
pub fn query_value(url: &Url, name: &str) -> Option<String> {
    pairs(url).filter(|(other, _)| other == name).map(|(_, value)| value).last()
}

/// The values of a name in a URL's query, decoded and encoded again as RFC 9421 has them.
#[must_use]
pub fn encoded_query_values(url: &Url, name: &str) -> Vec<String> {
    let values = pairs(url).filter(|(other, _)| other == name).map(|(_, value)| value);
    values.map(|value| quote_plus(value.as_bytes()).replace('+', "%20")).collect()
}

/// The same URL with this name in its query, once and at its end, whatever it had.
///
/// # Errors
/// `InvalidURL`, when it has become none.
pub fn with_query_value(url: &Url, name: &str, value: &str) -> Result<Url, Error> {
    let text = url.as_str();
    let text = text.split('#').next().unwrap_or(text);
    let (base, query) = text.split_once('?').unwrap_or((text, ""));
    let is_other = |piece: &&str| {
        let other = piece.split('=').next().unwrap_or_default();
        !piece.is_empty() && decode(other) != name
    };
    let mut pieces: Vec<String> =
        query.split('&').filter(is_other).map(ToOwned::to_owned).collect();
    pieces.push(format!("{}={}", quote_plus(name.as_bytes()), quote_plus(value.as_bytes())));
    Url::parse(&format!("{base}?{}", pieces.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(url: &str, name: &str, value: &str) -> String {
        with_query_value(&Url::parse(url).unwrap(), name, value).unwrap().as_str().to_owned()
    }

    #[test]
    fn a_name_is_put_into_the_query_once() {
        assert_eq!(with("http://h/a", "page", "2"), "http://h/a?page=2");
        assert_eq!(with("http://h/a?page=1&b=c&page=7#f", "page", "2"), "http://h/a?b=c&page=2");
        assert_eq!(with("http://h/?a+b=1", "a b", "x&y="), "http://h/?a+b=x%26y%3D");
    }

    #[test]
    fn a_name_is_found_in_the_query() {
        let url = Url::parse("http://h/?page=1&a%20b=c+d&page=2&flag").unwrap();
        assert_eq!(query_value(&url, "page").as_deref(), Some("2"));
        assert_eq!(query_value(&url, "a b").as_deref(), Some("c d"));
        assert_eq!(query_value(&url, "flag").as_deref(), Some(""));
        assert_eq!(query_value(&url, "none"), None);
    }
}
