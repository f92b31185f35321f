//! `auth: {oauth2: {grant, token_url, client_id, …}}`: a bearer token that is gotten first
//! (RFC 6749, 7636, 8252, 8628). What is asked, and how, is `run/oauth/`'s; this signs.

use super::basic::basic;
use super::mistake::{members, optional};
use super::sigv4::hex;
use super::{Auth, AuthKind, AuthMistake, AuthTakes, Token};
use crate::http::url::quote_plus;
use crate::http::{Environment, Error, PreparedRequest, Response};
use crate::registry::suggest;
use crate::value::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The kind.
pub(super) const OAUTH2: AuthKind = AuthKind {
    key: "oauth2",
    summary: "an OAuth 2 token, gotten once for all steps with the same settings and renewed when it has run out",
    example: "auth: {oauth2: {grant: client_credentials, token_url: https://auth.example.com/token, client_id: app, client_secret: \"{{ secret }}\"}}",
    takes: AuthTakes::Members(
        r##"{"type": "object", "additionalProperties": false, "required": ["grant", "token_url", "client_id"],
            "patternProperties": {"^x-": true},
            "properties": {
             "grant": {"description": "how the token is gotten", "enum": ["client_credentials", "password", "refresh_token", "authorization_code", "device_code"]},
             "token_url": {"description": "where tokens are given", "type": "string"},
             "client_id": {"description": "who asks", "type": ["string", "number"]},
             "client_secret": {"description": "the client's own password; none of a public client", "type": ["string", "null"]},
             "client_auth": {"description": "how the client proves who it is: `basic` (unless given) or in the `body`", "enum": ["basic", "body", null]},
             "scope": {"description": "what the token is for: a text, or a list of scopes", "type": ["string", "array", "null"], "items": {"type": "string"}},
             "audience": {"description": "whom the token is for", "type": ["string", "null"]},
             "params": {"description": "more to send with every token request", "type": ["object", "null"]},
             "username": {"description": "whose password it is, of `password`", "type": ["string", "null"]},
             "password": {"description": "the user's, of `password`", "type": ["string", "null"]},
             "refresh_token": {"description": "the one to begin with, of `refresh_token`", "type": ["string", "null"]},
             "authorize_url": {"description": "where a person logs in, of `authorization_code`", "type": ["string", "null"]},
             "redirect_uri": {"description": "where the login comes back to, of `authorization_code`: a loopback address; http://127.0.0.1:PORT/callback with any free port unless given", "type": ["string", "null"]},
             "device_url": {"description": "where a code for a person is given, of `device_code`", "type": ["string", "null"]},
             "wait": {"description": "how long a person has for it; five minutes unless given", "type": ["string", "number", "null"]}}}"##,
    ),
    build: |argument| Ok(Arc::new(OAuth2 { settings: Arc::new(build(argument)?), granted: None })),
};

const KEYS: &[&str] = &[
    "grant",
    "token_url",
    "client_id",
    "client_secret",
    "client_auth",
    "scope",
    "audience",
    "params",
    "username",
    "password",
    "refresh_token",
    "authorize_url",
    "redirect_uri",
    "device_url",
    "wait",
];

/// How a token is gotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// By the client itself.
    ClientCredentials,
    /// By a user's name and password.
    Password {
        /// The user.
        username: String,
        /// The password.
        password: String,
    },
    /// By a refresh token from elsewhere.
    RefreshToken(String),
    /// By a person in a browser, with PKCE.
    AuthorizationCode {
        /// Where they log in.
        authorize_url: String,
        /// Where that leads back to; any free port of 127.0.0.1 when `None`.
        redirect_uri: Option<String>,
    },
    /// By a person on another device.
    DeviceCode {
        /// Where their code is given.
        device_url: String,
    },
}

impl Grant {
    /// As it is written in a collection.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Grant::ClientCredentials => "client_credentials",
            Grant::Password { .. } => "password",
            Grant::RefreshToken(_) => "refresh_token",
            Grant::AuthorizationCode { .. } => "authorization_code",
            Grant::DeviceCode { .. } => "device_code",
        }
    }
}

/// Every grant, as it is written.
const GRANTS: [&str; 5] =
    ["client_credentials", "password", "refresh_token", "authorization_code", "device_code"];

/// What a token is asked for with.
#[derive(Clone, PartialEq, Eq)]
pub struct OAuthSettings {
    /// How.
    pub grant: Grant,
    /// Where.
    pub token_url: String,
    /// Who asks.
    pub client_id: String,
    /// The client's password.
    pub client_secret: Option<String>,
    /// Whether the client says who it is in the body; else by Basic.
    pub is_client_in_body: bool,
    /// More that is sent: `scope`, `audience`, `params`.
    pub params: Vec<(String, String)>,
    /// How long a person has.
    pub wait: Duration,
    /// A digest of the settings: the same ones share a token. It is written to files, they are not.
    pub key: String,
}

impl OAuthSettings {
    /// Who asks, when that is said by Basic: each part as in a form (RFC 6749, section 2.3.1).
    #[must_use]
    pub fn client_basic(&self) -> Option<Arc<dyn Auth>> {
        let secret = self.client_secret.as_ref().filter(|_| !self.is_client_in_body)?;
        let encoded = |text: &str| quote_plus(text.as_bytes());
        Some(basic(&encoded(&self.client_id), &encoded(secret)))
    }
}

impl fmt::Debug for OAuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grant = self.grant.name();
        f.debug_struct("OAuthSettings").field("grant", &grant).finish_non_exhaustive()
    }
}

/// What gets tokens, by requests of its own.
pub trait TokenSource: Send + Sync + fmt::Debug {
    /// A token that is not the `refused` one.
    ///
    /// # Errors
    /// What kept it from being gotten.
    fn token(&self, settings: &Arc<OAuthSettings>, refused: Option<&str>) -> Result<Token, Error>;
}

/// A token, once there is one.
#[derive(Debug)]
struct OAuth2 {
    settings: Arc<OAuthSettings>,
    granted: Option<(Token, Arc<dyn TokenSource>)>,
}

impl Auth for OAuth2 {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        if let Some((token, _)) = &self.granted {
            request.headers.set("Authorization", format!("Bearer {}", token.access));
        }
    }

    fn wants(&self) -> Option<&Arc<OAuthSettings>> {
        Some(&self.settings).filter(|_| self.granted.is_none())
    }

    fn granted(&self, source: Arc<dyn TokenSource>) -> Result<Option<Arc<dyn Auth>>, Error> {
        let token = source.token(&self.settings, None)?;
        let settings = Arc::clone(&self.settings);
        Ok(Some(Arc::new(OAuth2 { settings, granted: Some((token, source)) })))
    }

    fn answer(&self, request: &PreparedRequest, response: &Response) -> Option<PreparedRequest> {
        let (token, source) = self.granted.as_ref()?;
        let sent = request.headers.get("authorization")?;
        // What a hook has put there is not ours to renew.
        if response.status != 401 || sent != format!("Bearer {}", token.access) {
            return None;
        }
        let renewed = source.token(&self.settings, Some(&token.access)).ok()?;
        let mut again = request.clone();
        again.headers.set("Authorization", format!("Bearer {}", renewed.access));
        let granted = Some((renewed, Arc::clone(source)));
        again.auth = Some(Arc::new(OAuth2 { settings: Arc::clone(&self.settings), granted }));
        Some(again)
    }

    fn secrets(&self, _: &Environment) -> Vec<String> {
        let mut secrets: Vec<String> = self.settings.client_secret.iter().cloned().collect();
        // As it stands within Basic.
        secrets.extend(self.settings.client_secret.iter().map(|it| quote_plus(it.as_bytes())));
        match &self.settings.grant {
            Grant::Password { password, .. } => secrets.push(password.clone()),
            Grant::RefreshToken(token) => secrets.push(token.clone()),
            _ => {}
        }
        if let Some((token, _)) = &self.granted {
            secrets.extend(token.secrets().map(str::to_owned));
        }
        secrets
    }
}

fn build(argument: &Value) -> Result<OAuthSettings, AuthMistake> {
    let expected = "a mapping such as {grant: client_credentials, token_url: …, client_id: …, client_secret: …}";
    let members = members(argument, expected, KEYS)?;
    let need = |key: &str, what: &str| {
        let given = optional(members, key, what)?;
        given.ok_or_else(|| {
            AuthMistake::new(format!("`{key}`, {what}")).found(format!("no `{key}`"))
        })
    };
    let grant = need("grant", "how the token is gotten")?;
    let token_url = url(need("token_url", "the URL that tokens are given at")?, "token_url")?;
    let client_id = need("client_id", "a client's id")?;
    let client_secret = optional(members, "client_secret", "a client's secret")?;
    let client_auth = optional(members, "client_auth", "`basic` or `body`")?;
    let is_client_in_body = match client_auth.as_deref() {
        None | Some("" | "basic") => client_secret.is_none(),
        Some("body") => true,
        Some(_) => return Err(AuthMistake::new("`basic` or `body`").under("client_auth")),
    };
    let grant = match grant.as_str() {
        // What a template will give is not known yet.
        "" => return Err(AuthMistake::new("a grant").under("grant")),
        "client_credentials" => Grant::ClientCredentials,
        "password" => Grant::Password {
            username: need("username", "whose password it is")?,
            password: need("password", "the user's password")?,
        },
        "refresh_token" => Grant::RefreshToken(need("refresh_token", "one to begin with")?),
        "authorization_code" => Grant::AuthorizationCode {
            authorize_url: url(
                need("authorize_url", "the URL where a person logs in")?,
                "authorize_url",
            )?,
            redirect_uri: redirect_uri(members)?,
        },
        "device_code" => Grant::DeviceCode {
            device_url: url(need("device_url", "the URL that gives a code")?, "device_url")?,
        },
        other => return Err(unknown_grant(other)),
    };
    foreign(members, &grant)?;
    let wait = match members.get("wait") {
        None | Some(Value::Null) => Duration::from_secs(300),
        Some(Value::String(text)) if text.is_empty() => Duration::from_secs(300),
        Some(value) => value
            .as_duration()
            .ok_or_else(|| AuthMistake::new(crate::value::DURATION_EXPECTED).under("wait"))?,
    };
    Ok(OAuthSettings {
        grant,
        token_url,
        client_id,
        client_secret,
        is_client_in_body,
        params: params(members)?,
        wait,
        key: hex(&Sha256::digest(argument.to_json())),
    })
}

fn unknown_grant(found: &str) -> AuthMistake {
    let mistake = AuthMistake::new(format!("one of `{}`", GRANTS.join("`, `"))).under("grant");
    match (suggest(GRANTS, found), found) {
        (Some(near), _) => mistake.help(format!("did you mean `{near}`?")),
        (None, "implicit") => {
            mistake.help("it gives tokens to whoever sees the URL: use `authorization_code`")
        }
        _ => mistake,
    }
}

/// Keys that only another grant has.
fn foreign(members: &Map, grant: &Grant) -> Result<(), AuthMistake> {
    let owners = [
        ("username", "password"),
        ("password", "password"),
        ("refresh_token", "refresh_token"),
        ("authorize_url", "authorization_code"),
        ("redirect_uri", "authorization_code"),
        ("device_url", "device_code"),
    ];
    let given = |key: &str| members.get(key).is_some_and(|value| *value != Value::Null);
    match owners.iter().find(|(key, owner)| *owner != grant.name() && given(key)) {
        None => Ok(()),
        Some((key, owner)) => {
            let message = format!("no `{key}` with `grant: {}`", grant.name());
            let mut mistake =
                AuthMistake::new(message).under(key).found(format!("the key `{key}`"));
            mistake.is_key = true;
            Err(mistake.help(format!("`{key}` is of `grant: {owner}`")))
        }
    }
}

fn url(text: String, key: &str) -> Result<String, AuthMistake> {
    let is_url = text.is_empty() || text.starts_with("http://") || text.starts_with("https://");
    match is_url {
        true => Ok(text),
        false => Err(AuthMistake::new("a URL with `https://`").under(key)),
    }
}

/// RFC 8252: the login comes back to this machine, over its loopback.
fn redirect_uri(members: &Map) -> Result<Option<String>, AuthMistake> {
    let given = optional(members, "redirect_uri", "a URL")?;
    let hosts = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    match &given {
        Some(uri) if !uri.is_empty() && !hosts.iter().any(|host| uri.starts_with(host)) => {
            let expected = "a URL of this machine, such as http://127.0.0.1:8400/callback";
            Err(AuthMistake::new(expected).under("redirect_uri"))
        }
        _ => Ok(given),
    }
}

/// `scope`, `audience` and `params`, as they are sent.
fn params(members: &Map) -> Result<Vec<(String, String)>, AuthMistake> {
    let mut params = Vec::new();
    match members.get("scope") {
        None | Some(Value::Null) => {}
        Some(Value::Array(items)) => {
            let scopes = items.iter().map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                _ => Err(AuthMistake::new("a text, or a list of scopes").under("scope")),
            });
            let scopes: Vec<String> = scopes.collect::<Result<_, _>>()?;
            params.push(("scope".to_owned(), scopes.join(" ")));
        }
        Some(Value::String(scope)) => params.push(("scope".to_owned(), scope.clone())),
        Some(_) => return Err(AuthMistake::new("a text, or a list of scopes").under("scope")),
    }
    if let Some(audience) = optional(members, "audience", "an audience")? {
        params.push(("audience".to_owned(), audience));
    }
    match members.get("params") {
        None | Some(Value::Null) => {}
        Some(Value::Object(more)) => {
            for (name, value) in more {
                let text = super::credentials::text(value, "a value");
                let text = text
                    .map_err(|expected| AuthMistake::new(expected).under(name).under("params"))?;
                params.push((name.clone(), text));
            }
        }
        Some(_) => return Err(AuthMistake::new("a mapping of names to values").under("params")),
    }
    Ok(params)
}
