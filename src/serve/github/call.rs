//! A request as GitHub's handlers look at it: who asks, of which repository, with what.

use super::refusal::Refusal;
use super::store::{Repository, Store};
use crate::serve::auth::basic_credentials;
use crate::serve::request::Request;
use serde_json::{Map, Value, json};
use std::time::SystemTime;

/// What a token begins with that names its user.
const TOKEN: &str = "ghp_";
/// Whose any other token is.
const ANYBODY: &str = "octocat";

/// Below it a body is a file.
const UPLOADS: &str = "/github/uploads/";

/// A request under way.
#[derive(Debug)]
pub(super) struct Call<'r> {
    pub(super) request: &'r Request<'r>,
    /// Who asks, when somebody does.
    login: Option<String>,
    /// The JSON object that was sent; empty when there was none.
    sent: Map<String, Value>,
    /// Now, as GitHub writes times.
    pub(super) now: String,
}

impl<'r> Call<'r> {
    /// Refused when the credentials are nobody's or the body of JSON is not.
    pub(super) fn read(request: &'r Request<'r>) -> Result<Call<'r>, Refusal> {
        let login = login(request)?;
        // A body is JSON whatever its type says: GitHub's own examples send it by `curl -d`.
        let is_upload = request.path.starts_with(UPLOADS);
        let sent = match request.body.is_empty() || is_upload {
            true => Map::new(),
            false => match serde_json::from_slice(&request.body) {
                Ok(Value::Object(sent)) => sent,
                Ok(_) => return Err(Refusal::new(400, "Body should be a JSON object")),
                Err(_) => return Err(Refusal::new(400, "Problems parsing JSON")),
            },
        };
        Ok(Call { request, login, sent, now: now() })
    }

    /// Whose rate limit it counts against.
    pub(super) fn asker(&self) -> Option<&str> {
        self.login.as_deref()
    }

    /// Who asks; refused when nobody does.
    pub(super) fn login(&self) -> Result<&str, Refusal> {
        self.asker().ok_or_else(Refusal::unauthenticated)
    }

    /// The repository of the path, to look at.
    pub(super) fn repository<'s>(&self, store: &'s Store) -> Result<&'s Repository, Refusal> {
        let found = store.find(self.request.part(0), self.request.part(1));
        found.filter(|one| one.is_seen_by(self.asker())).ok_or_else(Refusal::missing)
    }

    /// The repository of the path, for anybody who has signed in to write to.
    pub(super) fn written<'s>(&self, store: &'s mut Store) -> Result<&'s mut Repository, Refusal> {
        let login = self.login()?;
        let size = self.size();
        let grows = matches!(&*self.request.method, "POST" | "PUT" | "PATCH");
        let has_room = !grows || store.has_room(size);
        let found = store.find_mut(self.request.part(0), self.request.part(1));
        let repository = found.filter(|one| one.is_seen_by(Some(login)));
        let repository = repository.ok_or_else(Refusal::missing)?;
        if !has_room {
            return Err(Refusal::new(403, "Repository is above its data quota."));
        }
        if grows {
            repository.charge(size);
        }
        Ok(repository)
    }

    /// The repository of the path, for those who may push. To others it does not say that it could
    /// be written to.
    pub(super) fn pushed<'s>(&self, store: &'s mut Store) -> Result<&'s mut Repository, Refusal> {
        let login = self.login()?;
        let repository = self.written(store)?;
        if repository.may_push(login) { Ok(repository) } else { Err(Refusal::missing()) }
    }

    /// The repository of the path, for its owner.
    pub(super) fn owned<'s>(&self, store: &'s mut Store) -> Result<&'s mut Repository, Refusal> {
        let login = self.login()?;
        let repository = self.written(store)?;
        if repository.owner == login { Ok(repository) } else { Err(Refusal::not_an_owner()) }
    }

    /// How many bytes it may make us keep.
    pub(super) fn size(&self) -> usize {
        self.request.body.len() + self.request.path.len() + self.request.query.len()
    }

    /// A member of what was sent; null is as if it were not there.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        self.sent.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.sent(name)?.as_str()
    }

    /// A text that must be there and say something.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| Refusal::not_supplied(name))
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.sent(name)?.as_bool()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.sent(name)?.as_u64()
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.sent(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    }

    /// A URL of the API.
    pub(super) fn api(&self, path: &str) -> String {
        self.request.absolute(&format!("/github{path}"))
    }

    /// A user, in short.
    pub(super) fn user(&self, login: &str) -> Value {
        json!({
            "login": login,
            "id": super::store::id(&format!("users/{login}")),
            "url": self.api(&format!("/users/{login}")),
            "html_url": format!("https://github.com/{login}"),
            "type": "User",
            "site_admin": false,
        })
    }
}

/// Who asks: any user with a password, whoever's the token is.
fn login(request: &Request<'_>) -> Result<Option<String>, Refusal> {
    let Some(given) = request.header("Authorization") else { return Ok(None) };
    let refused = || Refusal::new(401, "Bad credentials");
    if let Some((user, password)) = basic_credentials(request) {
        let is_known = is_login(&user) && !password.is_empty();
        return if is_known { Ok(Some(user)) } else { Err(refused()) };
    }
    let (scheme, token) = given.split_once(' ').ok_or_else(refused)?;
    let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    let login = match token.trim().strip_prefix(TOKEN) {
        Some(login) => login,
        None if token.trim().is_empty() => "",
        None => ANYBODY,
    };
    if is_known && is_login(login) { Ok(Some(login.to_owned())) } else { Err(refused()) }
}

/// Letters, digits and hyphens, as GitHub allows.
fn is_login(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=39).contains(&text.len()) && text.bytes().all(is_allowed) && !text.starts_with('-')
}

fn now() -> String {
    jiff::Timestamp::try_from(SystemTime::now())
        .map(|now| now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}
