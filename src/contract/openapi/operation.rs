//! One operation: what a request of it has, and what may be answered.

use super::library::At;
use super::parameter::{Parameter, Site};
use crate::contract::engine::Engine;
use crate::contract::schema::SchemaError;
use std::sync::OnceLock;

/// The keys of a path that are methods.
pub(super) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One operation.
#[derive(Debug)]
pub(super) struct Operation {
    /// In capitals.
    pub(super) method: String,
    /// As the document has it: `/users/{id}`.
    pub(super) path: String,
    /// `operationId`.
    pub(super) id: Option<String>,
    /// Its own and its path's.
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) responses: Vec<Response>,
}

/// What a request may carry.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) is_required: bool,
    pub(super) content: Vec<Media>,
}

/// What may be answered.
#[derive(Debug)]
pub(super) struct Response {
    /// `200`, `2XX`, `default`.
    pub(super) status: String,
    pub(super) headers: Vec<Parameter>,
    pub(super) content: Vec<Media>,
}

/// A type of content.
#[derive(Debug)]
pub(super) struct Media {
    /// `application/json`, `text/*`, `*/*`; in lower case, without its parameters.
    pub(super) kind: String,
    pub(super) schema: Option<Lazy>,
}

/// A schema, compiled when it is first needed.
#[derive(Debug)]
pub(super) struct Lazy {
    pub(super) uri: String,
    pub(super) engine: OnceLock<Result<Engine, SchemaError>>,
}

impl Operation {
    pub(super) fn read(method: &str, path: &str, item: &At<'_>, at: &At<'_>) -> Operation {
        let mut parameters = parameters(at);
        for shared in self::parameters(item) {
            if !parameters.iter().any(|own| own.is_same(&shared)) {
                parameters.push(shared);
            }
        }
        let responses = at.get("responses").map(|all| all.members()).unwrap_or_default();
        Operation {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            id: at.text("operationId").map(str::to_owned),
            parameters,
            body: at
                .get("requestBody")
                .map(|body| Body { is_required: body.flag("required"), content: content(&body) }),
            responses: responses
                .into_iter()
                .filter(|(status, _)| !status.starts_with("x-"))
                .map(|(status, response)| Response::read(status, &response))
                .collect(),
        }
    }

    /// `GET /users/{id}`
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The response of a status: its own, its class's, the default.
    pub(super) fn response(&self, status: u16) -> Option<&Response> {
        let class = format!("{}XX", status / 100);
        let named = |name: &str| {
            self.responses.iter().find(|response| response.status.eq_ignore_ascii_case(name))
        };
        named(&status.to_string()).or_else(|| named(&class)).or_else(|| named("default"))
    }
}

impl Response {
    fn read(status: String, at: &At<'_>) -> Response {
        let headers = at.get("headers").map(|all| all.members()).unwrap_or_default();
        Response {
            status,
            headers: headers
                .into_iter()
                // `Content-Type` is what `content` is about.
                .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
                .map(|(name, header)| Parameter::read(name, Site::Header, &header))
                .collect(),
            content: content(at),
        }
    }
}

fn parameters(at: &At<'_>) -> Vec<Parameter> {
    let all = at.get("parameters").map(|all| all.members()).unwrap_or_default();
    all.into_iter()
        .filter_map(|(_, parameter)| {
            let site = Site::of(parameter.text("in")?)?;
            Some(Parameter::read(parameter.text("name")?.to_owned(), site, &parameter))
        })
        .collect()
}

fn content(at: &At<'_>) -> Vec<Media> {
    let all = at.get("content").map(|all| all.members()).unwrap_or_default();
    all.into_iter()
        .map(|(kind, media)| Media {
            kind: media_type(&kind),
            schema: media.get("schema").map(|schema| Lazy::new(&schema)),
        })
        .collect()
}

/// A media type in lower case, without its parameters.
pub(super) fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The entry of a type of content: its own, its family's, that of anything.
pub(super) fn media<'m>(content: &'m [Media], kind: &str) -> Option<&'m Media> {
    let kind = media_type(kind);
    let family = format!("{}/*", kind.split('/').next().unwrap_or_default());
    let named = |name: &str| content.iter().find(|media| media.kind == name);
    named(&kind).or_else(|| named(&family)).or_else(|| named("*/*"))
}

/// Whether content of a type is JSON.
pub(super) fn is_json(kind: &str) -> bool {
    let kind = media_type(kind);
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

impl Lazy {
    pub(super) fn new(at: &At<'_>) -> Lazy {
        Lazy { uri: at.uri(), engine: OnceLock::new() }
    }
}
