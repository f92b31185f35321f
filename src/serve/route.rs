//! Finding the handler of a path.

use super::percent;
use super::reply::Reply;
use super::request::Request;
use super::table;

/// An endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Methods it answers; `HEAD` comes with `GET`, `OPTIONS` with every one.
    pub methods: &'static [&'static str],
    /// The path, with `{name}` for a piece of it, `{name:int}` for digits, `{name:path}` for all
    /// that is left.
    pub pattern: &'static str,
    pub(super) handler: fn(&Request<'_>) -> Reply,
    /// What it answers, in half a line.
    pub summary: &'static str,
}

impl Route {
    /// What the braces of the pattern stand for in `path`; `None` when it is another path.
    fn matches(&self, path: &str) -> Option<Vec<String>> {
        // Most lines are of another first word; this tells without looking at the pieces.
        let literal = self.pattern.split('{').next().unwrap_or_default();
        let rest = path.strip_prefix(literal)?;
        let pattern = self.pattern.get(literal.len()..)?;
        if pattern.is_empty() {
            return rest.is_empty().then(Vec::new);
        }
        pieces(pattern, rest)
    }

    fn answers(&self, method: &str) -> bool {
        self.methods.contains(&method) || (method == "HEAD" && self.methods.contains(&"GET"))
    }
}

fn pieces(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::with_capacity(4);
    let mut path = Some(path);
    for wanted in pattern.split('/') {
        let left = path?;
        if wanted.ends_with(":path}") {
            let is_path = !left.is_empty() && !left.starts_with('/');
            found.push(left.to_owned());
            return is_path.then_some(found);
        }
        let (piece, rest) = match left.split_once('/') {
            Some((piece, rest)) => (piece, Some(rest)),
            None => (left, None),
        };
        path = rest;
        if !wanted.starts_with('{') {
            if wanted != piece {
                return None;
            }
            continue;
        }
        let digits_only = wanted.ends_with(":int}");
        if piece.is_empty() || (digits_only && !piece.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        found.push(piece.to_owned());
    }
    path.is_none().then_some(found)
}

/// Answers a request, with the headers every answer has.
pub(super) fn answer(request: &mut Request<'_>) -> Reply {
    let reply = dispatch(request);
    let origin = request.header("Origin").unwrap_or("*");
    let reply = reply
        .with("Access-Control-Allow-Origin", origin)
        .with("Access-Control-Allow-Credentials", "true");
    if request.method != "OPTIONS" {
        return reply;
    }
    let reply = reply
        .with("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS")
        .with("Access-Control-Max-Age", "3600");
    match request.header("Access-Control-Request-Headers") {
        Some(headers) => reply.with("Access-Control-Allow-Headers", headers),
        None => reply,
    }
}

fn dispatch(request: &mut Request<'_>) -> Reply {
    let mut allowed: Vec<&str> = Vec::new();
    for route in table::all() {
        let Some(parts) = route.matches(&request.path) else { continue };
        if route.answers(&request.method) {
            request.parts = parts;
            return (route.handler)(request);
        }
        allowed.extend(route.methods);
    }
    if allowed.is_empty() { unknown(request) } else { not_allowed(request, allowed) }
}

/// The path exists, the method does not: `OPTIONS` is told what does, others 405.
fn not_allowed(request: &Request<'_>, mut allowed: Vec<&str>) -> Reply {
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.push("OPTIONS");
    let status = if request.method == "OPTIONS" { 200 } else { 405 };
    let reply = if status == 200 { Reply::empty(200) } else { Reply::error(405) };
    reply.with("Allow", &allowed.join(", "))
}

/// A path that is one of ours but for doubled slashes is sent there; any other is 404.
fn unknown(request: &Request<'_>) -> Reply {
    if !request.path.contains("//") {
        return Reply::error(404);
    }
    let mut merged = request.path.clone();
    while merged.contains("//") {
        merged = merged.replace("//", "/");
    }
    if !table::all().any(|route| route.matches(&merged).is_some()) {
        return Reply::error(404);
    }
    let mut location = percent::quote(merged.as_bytes(), b"!$&'()*+,/:;=@");
    if !request.query.is_empty() {
        location.push('?');
        location.push_str(&percent::quote(request.query.as_bytes(), percent::QUERY_SAFE));
    }
    Reply::redirect(&request.absolute(&location)).status(308)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &'static str, path: &str) -> Option<Vec<String>> {
        let handler = |_: &Request<'_>| Reply::empty(200);
        Route { methods: &["GET"], pattern, handler, summary: "" }.matches(path)
    }

    #[test]
    fn a_pattern_takes_the_pieces_of_its_braces() {
        let parts = |parts: &[&str]| Some(parts.iter().map(|&part| part.to_owned()).collect());
        assert_eq!(found("/get", "/get"), parts(&[]));
        assert_eq!(found("/get", "/get/"), None);
        assert_eq!(found("/a/{x}/{n:int}", "/a/é/07"), parts(&["é", "07"]));
        assert_eq!(found("/a/{x}/{n:int}", "/a/b/-1"), None);
        assert_eq!(found("/a/{x}/{n:int}", "/a//1"), None);
        assert_eq!(found("/a/{x}/c", "/a/b/c"), parts(&["b"]));
        assert_eq!(found("/a/{x}/c", "/a/b/c/d"), None);
        assert_eq!(found("/a/{x:path}", "/a/b//c/"), parts(&["b//c/"]));
        assert_eq!(found("/a/{x:path}", "/a/"), None);
    }

    #[test]
    fn every_line_of_the_table_is_a_different_endpoint_with_a_summary() {
        let mut seen = Vec::new();
        for route in table::all() {
            assert!(!route.summary.is_empty(), "{}", route.pattern);
            for method in route.methods {
                let endpoint = (method, route.pattern);
                assert!(!seen.contains(&endpoint), "{endpoint:?} stands twice");
                seen.push(endpoint);
            }
        }
    }
}
