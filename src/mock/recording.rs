//! What was recorded, as a file of mocks.
//!
//! Requests of one method, path and query are one route; what it answered, in order, are its
//! `replies`. Where their bodies differ each body is a route of its own. What is secret is replaced
//! everywhere by a word that says so; upstream's own address is the mock's.

use super::secrets::Secrets;
use crate::http::Headers;
use crate::value::Value;
use base64::Engine as _;
use percent_encoding::percent_decode_str;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One request and what was answered.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The method.
    pub(super) method: String,
    /// The path as sent.
    pub(super) path: String,
    /// The query.
    pub(super) params: Vec<(String, String)>,
    /// The request's headers: for what is secret in them.
    pub(super) headers: Headers,
    /// The request's body as data.
    pub(super) json: Option<Value>,
    /// The request's body as a form.
    pub(super) form: Option<Vec<(String, String)>>,
    /// The request's body.
    pub(super) body: Vec<u8>,
    /// The status.
    pub(super) status: u16,
    /// The reason phrase.
    pub(super) reason: String,
    /// The response's headers, without those of the connection.
    pub(super) answered: Vec<(String, String)>,
    /// The response's body.
    pub(super) content: Recorded,
}

/// A body that was recorded.
#[derive(Clone, Debug)]
pub(super) enum Recorded {
    /// In memory.
    Held(Arc<[u8]>),
    /// In a file, for it is long.
    File(PathBuf),
}

/// All that was recorded.
#[derive(Debug)]
pub struct Recording {
    upstream: String,
    calls: Vec<Call>,
    /// How many requests upstream did not answer.
    pub failed: usize,
}

/// The longest binary body that is written into the file itself.
const INLINE: usize = 4 * 1024;

/// What a secret is in a body that requests are compared with.
const ANYTHING: &str = "{$: {exists: true}}";

/// A file to be written beside the recording: its name in the folder, and its bytes.
type Beside = (String, Arc<[u8]>);

/// The recording as text.
#[derive(Debug)]
pub struct Written {
    /// The file of mocks.
    pub text: String,
    /// Bodies that are files of their own.
    pub beside: Vec<Beside>,
    /// How many routes there are.
    pub routes: usize,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// Calls that one route answers.
struct Route<'r> {
    first: &'r Call,
    calls: Vec<&'r Call>,
    /// Whether another route differs from it by the body alone.
    by_body: bool,
}

impl Recording {
    pub(super) fn new(upstream: &str) -> Recording {
        Recording { upstream: upstream.to_owned(), calls: Vec::new(), failed: 0 }
    }

    pub(super) fn add(&mut self, call: Call) {
        self.calls.push(call);
    }

    /// How many exchanges it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.calls.len()
    }

    /// The file of mocks; `folder` is what its files beside it are called by.
    #[must_use]
    pub fn write(&self, folder: &Path) -> Written {
        let mut secrets = Secrets::default();
        self.calls.iter().for_each(|call| secrets.learn(call));
        let mut writer = Writer {
            upstream: &self.upstream,
            secrets: &secrets,
            folder,
            written: Written {
                text: String::new(),
                beside: Vec::new(),
                routes: 0,
                left_out: Vec::new(),
            },
        };
        let upstream = secrets.mask(&self.upstream);
        let _ = writeln!(
            writer.written.text,
            "description: {}\nmocks:",
            quoted(&format!("Recorded from {upstream}."))
        );
        let routes = self.routes();
        if routes.is_empty() {
            writer.written.text.truncate(writer.written.text.trim_end().len());
            writer.written.text.push_str(" []\n");
        }
        for route in routes {
            writer.route(&route);
        }
        writer.written
    }

    /// Routes in the order of their first calls; what asks for more before what asks for less,
    /// since the first that fits answers.
    fn routes(&self) -> Vec<Route<'_>> {
        let mut routes: Vec<Route<'_>> = Vec::new();
        for call in &self.calls {
            match routes
                .iter_mut()
                .find(|route| same(route.first, call) && route.first.body == call.body)
            {
                Some(route) => route.calls.push(call),
                None => routes.push(Route { first: call, calls: vec![call], by_body: false }),
            }
        }
        let firsts: Vec<&Call> = routes.iter().map(|route| route.first).collect();
        for route in &mut routes {
            route.by_body = firsts.iter().filter(|other| same(other, route.first)).count() > 1;
        }
        routes.sort_by_key(|route| {
            (route.first.method != "HEAD", std::cmp::Reverse(route.first.params.len()))
        });
        routes
    }
}

/// Whether two calls are of one route, but for their bodies.
fn same(one: &Call, other: &Call) -> bool {
    one.method == other.method && one.path == other.path && one.params == other.params
}

/// What a body is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It is sent.
    Reply,
    /// Requests are compared with it: what is secret may be anything.
    Matcher,
}

struct Writer<'w> {
    upstream: &'w str,
    secrets: &'w Secrets,
    folder: &'w Path,
    written: Written,
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.written.text, "{:indent$}{text}", "");
    }

    fn route(&mut self, route: &Route<'_>) {
        let kept: Vec<&Call> =
            route.calls.iter().copied().filter(|call| self.is_kept(call)).collect();
        if kept.is_empty() {
            return;
        }
        self.written.routes += 1;
        self.line(2, &format!("- method: {}", route.first.method));
        let path = self.path(&route.first.path);
        self.line(4, &format!("path: {}", quoted(&path)));
        self.params(&route.first.params);
        if route.by_body {
            self.body(route.first);
        }
        match kept.as_slice() {
            [call] => {
                self.line(4, "reply:");
                self.reply(call, 6, "");
            }
            calls => {
                self.line(4, "replies:");
                for call in calls {
                    self.reply(call, 6, "- ");
                }
            }
        }
    }

    /// What is secret in a long text cannot be found, so it is not kept.
    fn is_kept(&mut self, call: &Call) -> bool {
        let Recorded::File(path) = &call.content else { return true };
        if !is_text(&call.answered) {
            return true;
        }
        let why = format!("{} {}: a text too long to look for secrets in", call.method, call.path);
        self.written.left_out.push(why);
        // Nothing of it stays.
        let _ = std::fs::remove_file(path);
        false
    }

    /// A path in its pieces; those with what a pattern cannot have, and secret ones, are anything.
    fn path(&self, path: &str) -> String {
        let mut parts = 0;
        let pieces = path.trim_start_matches('/').split('/').map(|piece| {
            let decoded = percent_decode_str(piece).decode_utf8_lossy().into_owned();
            if decoded.contains(['{', '}', '/', '?']) || self.secrets.mask(&decoded) != decoded {
                parts += 1;
                return format!("{{part{parts}}}");
            }
            decoded
        });
        format!("/{}", pieces.collect::<Vec<_>>().join("/"))
    }

    fn params(&mut self, params: &[(String, String)]) {
        if params.is_empty() {
            return;
        }
        self.line(4, "params:");
        self.pairs(params);
    }

    fn pairs(&mut self, pairs: &[(String, String)]) {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in pairs {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        for name in names {
            let values = pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
            let values: Vec<String> = values.map(|value| self.text(value)).collect();
            let is_secret = pairs.iter().any(|(known, value)| {
                known == name && (self.secrets.mask(value) != *value || Secrets::names(known))
            });
            let value = match values.as_slice() {
                _ if is_secret => "{exists: true}".to_owned(),
                [value] => value.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            self.line(6, &format!("{}: {value}", quoted(name)));
        }
    }

    /// What the request's body must be.
    fn body(&mut self, call: &Call) {
        if let Some(form) = &call.form {
            if !form.is_empty() {
                self.line(4, "data:");
                self.pairs(form);
            }
        } else if let Some(json) = &call.json {
            self.line(4, "json:");
            self.line(6, "eq:");
            self.value(json, 8, Role::Matcher);
        } else if let Ok(text) = std::str::from_utf8(&call.body) {
            let text = match self.secrets.mask(text) == *text {
                true => self.text(text),
                false => "{exists: true}".to_owned(),
            };
            self.line(4, &format!("text: {text}"));
        } else {
            let bytes = base64::engine::general_purpose::STANDARD.encode(&call.body);
            self.line(4, &format!("bytes: {{$base64: {bytes}}}"));
        }
    }

    /// One reply; `dash` begins it where it is one of several.
    fn reply(&mut self, call: &Call, indent: usize, dash: &str) {
        let inner = indent + dash.len();
        self.line(indent, &format!("{dash}status: {}", call.status));
        let usual = http::StatusCode::from_u16(call.status).ok();
        let usual = usual.and_then(|status| status.canonical_reason()).unwrap_or_default();
        if !call.reason.eq_ignore_ascii_case(usual) && !call.reason.is_empty() {
            let reason = self.text(&call.reason);
            self.line(inner, &format!("reason: {reason}"));
        }
        let json = match &call.content {
            Recorded::Held(bytes) if is_json(&call.answered) => Value::from_json(bytes).ok(),
            _ => None,
        };
        self.headers(call, inner, json.is_some());
        if call.method == "HEAD" {
            return;
        }
        match (&call.content, json) {
            (_, Some(json)) => {
                self.line(inner, "json:");
                self.value(&json, inner + 2, Role::Reply);
            }
            (Recorded::Held(bytes), None) => self.held(bytes, inner),
            (Recorded::File(path), None) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.beside(&name, inner);
            }
        }
    }

    fn beside(&mut self, name: &str, indent: usize) {
        let path = self.folder.join(name).display().to_string();
        self.line(indent, &format!("data: {{$file: {}}}", quoted(&path)));
    }

    fn held(&mut self, bytes: &Arc<[u8]>, indent: usize) {
        if bytes.is_empty() {
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = self.text(text);
                self.line(indent, &format!("data: {text}"));
            }
            Err(_) if bytes.len() <= INLINE => {
                let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
                self.line(indent, &format!("data: {{$base64: {bytes}}}"));
            }
            Err(_) => {
                let name = format!("body-{}.bin", self.written.beside.len() + 1);
                self.written.beside.push((name.clone(), Arc::clone(bytes)));
                self.beside(&name, indent);
            }
        }
    }

    fn headers(&mut self, call: &Call, indent: usize, is_json: bool) {
        let usual = |(name, value): &&(String, String)| {
            !(is_json && name.eq_ignore_ascii_case("content-type") && value == "application/json")
        };
        let written: Vec<&(String, String)> = call.answered.iter().filter(usual).collect();
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &written {
            let name = name.to_ascii_lowercase();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            return;
        }
        self.line(indent, "headers:");
        for name in names {
            let values = written.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&name));
            let values: Vec<String> = values
                .map(|(_, value)| match name.as_str() {
                    "set-cookie" => quoted(&escaped(&Secrets::cookie(value))),
                    _ => self.text(value.trim_start()),
                })
                .collect();
            let value = match values.as_slice() {
                [value] => value.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            self.line(indent + 2, &format!("{}: {value}", quoted(&name)));
        }
    }

    /// Text without secrets, upstream's address the mock's own, in quotes.
    fn text(&self, text: &str) -> String {
        let masked = escaped(&self.secrets.mask(text));
        quoted(&masked.replace(self.upstream, "{{ request.base_url }}"))
    }

    /// Data as YAML.
    fn value(&mut self, value: &Value, indent: usize, role: Role) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (key, item) in members {
                    let written = quoted(&escaped(&self.secrets.mask(key)));
                    match (self.is_bare_secret(key, item), role) {
                        (true, Role::Reply) => self.line(indent, &format!("{written}: redacted")),
                        (true, Role::Matcher) => {
                            self.line(indent, &format!("{written}: {ANYTHING}"));
                        }
                        (false, _) => self.item(&format!("{written}:"), item, indent, role),
                    }
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for item in items {
                    let start = self.written.text.len() + indent;
                    self.value(item, indent + 2, role);
                    self.written.text.replace_range(start..start + 2, "- ");
                }
            }
            scalar => {
                let text = self.scalar(scalar, role);
                self.line(indent, &text);
            }
        }
    }

    /// Whether a member is secret by its name and not by its value, which is too short to be
    /// looked for.
    fn is_bare_secret(&self, key: &str, item: &Value) -> bool {
        Secrets::names(key)
            && match item {
                Value::String(text) => !text.is_empty() && self.secrets.mask(text) == *text,
                Value::Number(_) => true,
                _ => false,
            }
    }

    fn item(&mut self, before: &str, item: &Value, indent: usize, role: Role) {
        let is_nested = match item {
            Value::Object(members) => !members.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        if is_nested {
            self.line(indent, before);
            self.value(item, indent + 2, role);
        } else {
            let text = self.scalar(item, role);
            self.line(indent, &format!("{before} {text}"));
        }
    }

    fn scalar(&self, value: &Value, role: Role) -> String {
        match value {
            Value::String(text) if role == Role::Matcher && self.secrets.mask(text) != *text => {
                ANYTHING.to_owned()
            }
            Value::String(text) => self.text(text),
            other => other.to_json(),
        }
    }
}

/// Text that would be a template, as one that gives it.
fn escaped(text: &str) -> String {
    if !crate::template::Template::is_template(text) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|it| rest.find(it)).min() {
        let (before, after) = rest.split_at(at);
        let (opening, after) = after.split_at(2);
        escaped.push_str(before);
        let _ = write!(escaped, "{{{{ '{opening}' }}}}");
        rest = after;
    }
    escaped.push_str(rest);
    escaped
}

/// A YAML scalar that is this text: plain where nothing could be misread.
fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.+".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { Value::from(text).to_json() }
}

fn kind(headers: &[(String, String)]) -> String {
    let kind = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    kind.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default()
}

fn is_json(headers: &[(String, String)]) -> bool {
    let kind = kind(headers);
    kind.starts_with("application/json") || kind.contains("+json")
}

fn is_text(headers: &[(String, String)]) -> bool {
    let kind = kind(headers);
    kind.is_empty()
        || ["text/", "json", "xml", "html", "form", "javascript", "yaml"]
            .iter()
            .any(|word| kind.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_template_is_told_to_be_text() {
        assert_eq!(escaped("a {{ b }} {% c"), "a {{ '{{' }} b }} {{ '{%' }} c");
        assert_eq!(escaped("a { b"), "a { b");
    }

    #[test]
    fn a_scalar_is_plain_where_nothing_could_be_misread() {
        assert_eq!(quoted("application/json"), "application/json");
        assert_eq!(quoted("no"), "\"no\"");
        assert_eq!(quoted("1"), "\"1\"");
        assert_eq!(quoted("a: b"), "\"a: b\"");
    }
}
