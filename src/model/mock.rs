//! `mocks` as written: what answers in place of a service.

use super::Assertion;
use super::Written;
use super::request::written;
use super::shapes::{
    DataArgument, FaultArgument, HeadersArgument, JsonArgument, Reason, ReplyStatus, ReplyText,
};
use crate::check::Expectation;
use crate::source::{Located, Node, Span};
use crate::template::Reference;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// A mock: routes, served on an address of their own.
#[derive(Clone, Debug)]
pub struct MockSpec {
    /// Its name; empty where `mocks` is a list of routes.
    pub name: Located<String>,
    /// `bind`: where it listens; a free port of loopback unless given.
    pub bind: Option<Located<SocketAddr>>,
    /// Its routes, in the order in which they are tried.
    pub routes: Vec<Arc<RouteSpec>>,
}

/// One route: which requests it answers, and how.
#[derive(Debug)]
pub struct RouteSpec {
    /// `name`; `METHOD path` unless given.
    pub name: String,
    /// `method`, upper case; empty answers any.
    pub methods: Vec<String>,
    /// `path`
    pub path: PathPattern,
    /// Where `path` stands.
    pub path_span: Span,
    /// Where `method` stands, when it is given.
    pub method_span: Option<Span>,
    /// What else must hold of the request.
    pub matchers: Vec<Assertion>,
    /// `reply`, or `replies`: the first call gets the first, the last is given for ever; at least one.
    pub replies: Vec<ReplySpec>,
    /// `called`
    pub called: Called,
    /// Where it stands: its first key.
    pub span: Span,
}

/// How often a route must be called.
#[derive(Debug)]
pub enum Called {
    /// As written.
    As(Arc<Expectation>, Node),
    /// At least once: a route of the collection itself that says nothing.
    Once,
    /// Nothing is asked: a route of an included file that says nothing.
    Unasked,
}

/// One reply.
#[derive(Debug)]
pub struct ReplySpec {
    /// `status`; 200 unless given.
    pub status: Option<Written<ReplyStatus>>,
    /// `reason`; the status' own unless given.
    pub reason: Option<Written<Reason>>,
    /// `headers`
    pub headers: Option<Written<HeadersArgument>>,
    /// `json`
    pub json: Option<Written<JsonArgument>>,
    /// `text`
    pub text: Option<Written<ReplyText>>,
    /// `data`
    pub data: Option<Written<DataArgument>>,
    /// `delay`: waited before anything is sent.
    pub delay: Option<Written<Duration>>,
    /// `fault`
    pub fault: Option<Written<FaultArgument>>,
    /// Where it stands.
    pub span: Span,
}

/// A path with braces for parts that may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    /// As written.
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// This text.
    Literal(String),
    /// `{name}`: anything but nothing.
    Any(String),
    /// `{name:int}`: digits.
    Digits(String),
    /// `{name:path}`: all that is left.
    Rest(String),
}

/// What is wrong with a path: what to say, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMistake {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl PathPattern {
    /// That any path is.
    #[must_use]
    pub fn any() -> PathPattern {
        PathPattern { text: "/…".to_owned(), pieces: vec![Piece::Rest(String::new())] }
    }

    /// Reads a path: pieces between slashes, each a text or `{name}`, `{name:int}`, `{name:path}`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<PathPattern, PathMistake> {
        let refuse = |message: String, help: &str| PathMistake { message, help: help.to_owned() };
        let Some(inside) = text.strip_prefix('/') else {
            let help = format!("write `/{}`", text.trim_start_matches('/'));
            return Err(refuse("a path begins with `/`".to_owned(), &help));
        };
        if text.contains('?') {
            let help = "what the query must be stands in `params: {NAME: …}`";
            return Err(refuse("a path has no query".to_owned(), help));
        }
        let count = inside.split('/').count();
        let mut pieces = Vec::with_capacity(count);
        for (index, part) in inside.split('/').enumerate() {
            let piece = piece(part)?;
            if matches!(piece, Piece::Rest(_)) && index + 1 < count {
                let message = format!("`{part}` takes all that is left, and more follows");
                return Err(refuse(message, "write it last"));
            }
            pieces.push(piece);
        }
        let pattern = PathPattern { text: text.to_owned(), pieces };
        let names: Vec<&str> = pattern.names().collect();
        if let Some((index, name)) = names
            .iter()
            .enumerate()
            .find(|(index, name)| names.iter().take(*index).any(|it| it == *name))
        {
            let _ = index;
            let message = format!("two parts of the path are called `{name}`");
            return Err(refuse(message, "give each a name of its own"));
        }
        Ok(pattern)
    }

    /// What its braces are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Any(name) | Piece::Digits(name) | Piece::Rest(name) => Some(name.as_str()),
        });
        names.filter(|name| !name.is_empty())
    }

    /// What the braces stand for in a path, given in its pieces, decoded; else how many of its
    /// first pieces fit.
    ///
    /// # Errors
    /// When it is another path.
    pub fn matches(&self, path: &[String]) -> Result<Vec<(String, String)>, usize> {
        let mut found = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let part = path.get(index).map(String::as_str);
            match (piece, part) {
                (Piece::Literal(text), Some(part)) if text == part => {}
                (Piece::Any(name), Some(part)) if !part.is_empty() => {
                    found.push((name.clone(), part.to_owned()));
                }
                (Piece::Digits(name), Some(part)) if is_digits(part) => {
                    found.push((name.clone(), part.to_owned()));
                }
                (Piece::Rest(name), _) if name.is_empty() => return Ok(found),
                (Piece::Rest(name), Some(_)) => {
                    let rest = path.get(index..).unwrap_or_default().join("/");
                    found.push((name.clone(), rest));
                    return Ok(found);
                }
                _ => return Err(index),
            }
        }
        if path.len() > self.pieces.len() { Err(self.pieces.len()) } else { Ok(found) }
    }
}

fn is_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn piece(part: &str) -> Result<Piece, PathMistake> {
    let Some(inside) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
        if part.contains(['{', '}']) {
            let message =
                format!("`{part}` is no part of a path: braces stand for the whole of one");
            let help = "write `/{name}/`, and what more it must be in `expr`";
            return Err(PathMistake { message, help: help.to_owned() });
        }
        return Ok(Piece::Literal(part.to_owned()));
    };
    let (name, kind) = inside.split_once(':').unwrap_or((inside, ""));
    if !super::is_variable(name) {
        let message = format!("`{name}` cannot be the name of a part of the path");
        let help =
            "a name is letters, digits and `_`, no digit first, and none of the templates' own";
        return Err(PathMistake { message, help: help.to_owned() });
    }
    match kind {
        "" => Ok(Piece::Any(name.to_owned())),
        "int" => Ok(Piece::Digits(name.to_owned())),
        "path" => Ok(Piece::Rest(name.to_owned())),
        other => Err(PathMistake {
            message: format!("`{other}` is no kind of part"),
            help: "the kinds are `int`, digits, and `path`, all that is left".to_owned(),
        }),
    }
}

impl RouteSpec {
    /// A route that answers any request; it has no reply yet.
    #[must_use]
    pub fn any(span: Span) -> RouteSpec {
        RouteSpec {
            name: String::new(),
            methods: Vec::new(),
            path: PathPattern::any(),
            path_span: span,
            method_span: None,
            matchers: Vec::new(),
            replies: Vec::new(),
            called: Called::Unasked,
            span,
        }
    }

    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        self.matchers.iter().for_each(|matcher| matcher.references(into));
        self.replies.iter().for_each(|reply| reply.references(into));
    }
}

impl ReplySpec {
    /// An empty one.
    #[must_use]
    pub fn empty(span: Span) -> ReplySpec {
        ReplySpec {
            status: None,
            reason: None,
            headers: None,
            json: None,
            text: None,
            data: None,
            delay: None,
            fault: None,
            span,
        }
    }

    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        let ReplySpec { status, reason, headers, json, text, data, delay, fault, span: _ } = self;
        written(status.as_ref(), into);
        written(reason.as_ref(), into);
        written(headers.as_ref(), into);
        written(json.as_ref(), into);
        written(text.as_ref(), into);
        written(data.as_ref(), into);
        written(delay.as_ref(), into);
        written(fault.as_ref(), into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, path: &str) -> Result<Vec<(String, String)>, usize> {
        let pieces: Vec<String> =
            path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        PathPattern::parse(pattern).unwrap().matches(&pieces)
    }

    fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn braces_stand_for_whole_pieces() {
        assert_eq!(found("/users/{id}", "/users/7"), Ok(named(&[("id", "7")])));
        assert_eq!(found("/users/{id}", "/users/"), Err(1));
        assert_eq!(found("/users/{id:int}", "/users/x"), Err(1));
        assert_eq!(found("/users/{id}", "/users/7/posts"), Err(2));
        assert_eq!(found("/f/{p:path}", "/f/a//b"), Ok(named(&[("p", "a//b")])));
        assert_eq!(found("/", "/"), Ok(Vec::new()));
        assert_eq!(found("/a/b", "/a/c"), Err(1));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let said = |text: &str| PathPattern::parse(text).unwrap_err().message;
        assert_eq!(said("users"), "a path begins with `/`");
        assert_eq!(said("/a?b=1"), "a path has no query");
        assert_eq!(
            said("/a/x-{id}"),
            "`x-{id}` is no part of a path: braces stand for the whole of one"
        );
        assert_eq!(said("/{p:path}/a"), "`{p:path}` takes all that is left, and more follows");
        assert_eq!(said("/{request}"), "`request` cannot be the name of a part of the path");
        assert_eq!(said("/{a:uuid}"), "`uuid` is no kind of part");
        assert_eq!(said("/{a}/{a}"), "two parts of the path are called `a`");
    }
}
