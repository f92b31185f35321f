//! Parameters, and headers of responses, which are written alike: text that stands for data.

use super::dialect::Way;
use super::document::OpenApi;
use super::library::At;
use super::operation::Lazy;
use super::request::Sent;
use crate::contract::json::Json;

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    Path,
    Query,
    Header,
    Cookie,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) site: Site,
    pub(super) is_required: bool,
    style: Style,
    schema: Option<Lazy>,
    /// The kinds of value it may be, as its schema's `type` has them.
    kinds: Vec<String>,
    /// Those of its items, of a list.
    items: Vec<String>,
    /// Those of its members, of a mapping.
    members: Vec<(String, Vec<String>)>,
}

/// How a list or a mapping is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// A name for each item.
    Repeated,
    /// Items with this between them.
    Joined(char),
    /// `name[key]=value`
    Deep,
}

impl Site {
    pub(super) fn of(text: &str) -> Option<Site> {
        match text {
            "path" => Some(Site::Path),
            "query" => Some(Site::Query),
            "header" => Some(Site::Header),
            "cookie" => Some(Site::Cookie),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Site::Path => "path",
            Site::Query => "query",
            Site::Header => "header",
            Site::Cookie => "cookie",
        }
    }
}

impl Parameter {
    pub(super) fn read(name: String, site: Site, at: &At<'_>) -> Parameter {
        let schema = at.get("schema");
        let of = |key: &str| schema.as_ref().and_then(|schema| schema.get(key));
        let members = of("properties").map(|all| all.members()).unwrap_or_default();
        Parameter {
            name,
            site,
            is_required: at.flag("required") || site == Site::Path,
            style: style(site, at),
            kinds: schema.as_ref().map(kinds).unwrap_or_default(),
            items: of("items").as_ref().map(kinds).unwrap_or_default(),
            members: members.iter().map(|(name, member)| (name.clone(), kinds(member))).collect(),
            schema: schema.as_ref().map(Lazy::new),
        }
    }

    pub(super) fn is_same(&self, other: &Parameter) -> bool {
        self.name == other.name && self.site == other.site
    }

    /// `query parameter \`limit\``
    pub(super) fn title(&self) -> String {
        format!("{} parameter `{}`", self.site.name(), self.name)
    }

    /// `query limit`
    pub(super) fn short(&self) -> String {
        format!("{} {}", self.site.name(), self.name)
    }

    /// What was sent for it, as the data it stands for; `None` when nothing was.
    pub(super) fn value(&self, sent: &Sent<'_>, path: &[(String, String)]) -> Option<Json> {
        match self.site {
            Site::Path => self.data(&named(path, &self.name)),
            Site::Header => self.data(&(sent.header)(&self.name).into_iter().collect::<Vec<_>>()),
            Site::Cookie => self.data(&named(&sent.cookies, &self.name)),
            Site::Query if self.style == Style::Deep => self.deep(&sent.query),
            Site::Query => self.data(&named(&sent.query, &self.name)),
        }
    }

    /// The data that texts stand for.
    pub(super) fn data(&self, texts: &[String]) -> Option<Json> {
        let first = texts.first()?;
        let is = |kind: &str| self.kinds.iter().any(|known| known == kind);
        if is("array") {
            let parts: Vec<&str> = match self.style {
                Style::Joined(by) if texts.len() == 1 => first.split(by).map(str::trim).collect(),
                _ => texts.iter().map(String::as_str).collect(),
            };
            let items = parts.into_iter().map(|part| scalar(part, &self.items));
            return Some(Json::Array(items.collect()));
        }
        if is("object") {
            let parts: Vec<&str> = first.split(',').collect();
            let pairs = parts.chunks(2).filter_map(|pair| match pair {
                [name, value] => Some((name.to_string(), self.member(name, value))),
                _ => None,
            });
            return Some(Json::Object(pairs.collect()));
        }
        Some(scalar(first, &self.kinds))
    }

    fn deep(&self, query: &[(String, String)]) -> Option<Json> {
        let members: Vec<(String, Json)> = query
            .iter()
            .filter_map(|(name, value)| {
                let key = name.strip_prefix(&self.name)?.strip_prefix('[')?.strip_suffix(']')?;
                Some((key.to_owned(), self.member(key, value)))
            })
            .collect();
        (!members.is_empty()).then(|| Json::Object(members.into_iter().collect()))
    }

    fn member(&self, name: &str, text: &str) -> Json {
        let kinds = self.members.iter().find(|(known, _)| known == name).map(|(_, kinds)| kinds);
        scalar(text, kinds.map(Vec::as_slice).unwrap_or_default())
    }

    /// What its schema does not allow of some data.
    pub(super) fn check(&self, api: &OpenApi, way: Way, data: &Json, into: &mut Vec<String>) {
        if let Some(schema) = &self.schema {
            let title = match way {
                Way::Out => self.title(),
                Way::In => format!("header `{}`", self.name),
            };
            api.violations(schema, way, data, &title, into);
        }
    }
}

fn style(site: Site, at: &At<'_>) -> Style {
    let default = if matches!(site, Site::Query | Site::Cookie) { "form" } else { "simple" };
    let style = at.text("style").unwrap_or(default);
    let explode = at.node.get("explode").and_then(Json::as_bool).unwrap_or(style == "form");
    match style {
        "deepObject" => Style::Deep,
        "form" | "spaceDelimited" | "pipeDelimited" if explode => Style::Repeated,
        "spaceDelimited" => Style::Joined(' '),
        "pipeDelimited" => Style::Joined('|'),
        _ => Style::Joined(','),
    }
}

/// The kinds of a schema; of several schemas, those of all.
fn kinds(at: &At<'_>) -> Vec<String> {
    let mut found: Vec<String> = match at.node.get("type") {
        Some(Json::String(kind)) => vec![kind.clone()],
        Some(Json::Array(kinds)) => {
            kinds.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    for key in ["anyOf", "oneOf", "allOf"] {
        let branches = at.get(key).map(|branches| branches.members()).unwrap_or_default();
        for (_, branch) in branches {
            if let Some(Json::String(kind)) = branch.node.get("type") {
                found.push(kind.clone());
            }
        }
    }
    found
}

/// A text as the value it stands for: a number, a boolean or null where its schema wants one and
/// it is one.
fn scalar(text: &str, kinds: &[String]) -> Json {
    let is = |kind: &str| kinds.iter().any(|known| known == kind);
    let read = serde_json::from_str::<Json>(text).ok();
    match read {
        Some(number @ Json::Number(_)) if is("integer") || is("number") => number,
        Some(flag @ Json::Bool(_)) if is("boolean") => flag,
        Some(Json::Null) if is("null") && !is("string") => Json::Null,
        _ => Json::String(text.to_owned()),
    }
}

fn named(pairs: &[(String, String)], name: &str) -> Vec<String> {
    pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
}
