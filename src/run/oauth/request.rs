//! Token requests: what is sent, and what is made of the answer.

use crate::http::{
    CookieJar, Data, Environment, Error, ErrorKind, Grant, HeaderLines, OAuthSettings,
    PreparedRequest, Request, Response, Token, Transport, prepare,
};
use crate::value::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A token that is about to run out is not used any more: so long before, in seconds.
const MARGIN: u64 = 10;

/// Where a form goes, and how.
pub(super) struct Post<'p> {
    pub(super) settings: &'p OAuthSettings,
    pub(super) transport: &'p Transport,
    pub(super) environment: &'p Environment,
    pub(super) now: SystemTime,
}

impl Post<'_> {
    /// A form of these fields, with what every token request has, and with who asks.
    pub(super) fn prepare(
        &self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<PreparedRequest, Error> {
        let settings = self.settings;
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut form: Vec<(String, String)> = fields.iter().map(owned).collect();
        form.extend(settings.params.iter().cloned());
        let client = settings.client_basic();
        if client.is_none() {
            let secret = settings.client_secret.iter();
            form.push(("client_id".to_owned(), settings.client_id.clone()));
            form.extend(secret.map(|secret| ("client_secret".to_owned(), secret.clone())));
        }
        let json: HeaderLines = vec!["application/json".to_owned()];
        let request = Request {
            method: Some("POST".to_owned()),
            url: url.to_owned(),
            headers: vec![("Accept".to_owned(), Some(json))],
            data: Some(Data::Form(form)),
            auth: Some(client),
            ..Request::default()
        };
        let jar = CookieJar::default();
        let session = Request::default();
        let mut prepared = prepare(&request, &session, &jar, self.environment, self.now)?;
        prepared.transport =
            Transport { max_redirects: None, encoding: None, ..self.transport.clone() };
        Ok(prepared)
    }
}

/// The fields of a grant that needs nobody; `None` of those that begin with a person.
pub(super) fn fields(grant: &Grant) -> Option<Vec<(&str, &str)>> {
    Some(match grant {
        Grant::ClientCredentials => vec![("grant_type", "client_credentials")],
        Grant::Password { username, password } => {
            vec![("grant_type", "password"), ("username", username), ("password", password)]
        }
        Grant::RefreshToken(token) => by_refresh(token),
        Grant::AuthorizationCode { .. } | Grant::DeviceCode { .. } => return None,
    })
}

pub(super) fn by_refresh(token: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "refresh_token"), ("refresh_token", token)]
}

/// The request that a run would begin with, for a step that has none yet; `None` when that is a
/// person's.
///
/// # Errors
/// When it cannot be sent.
pub fn first_request(
    settings: &Arc<OAuthSettings>,
    transport: &Transport,
    environment: &Environment,
    now: SystemTime,
) -> Option<Result<PreparedRequest, Error>> {
    let post = Post { settings, transport, environment, now };
    match &settings.grant {
        Grant::AuthorizationCode { .. } => None,
        Grant::DeviceCode { device_url } => Some(post.prepare(device_url, &[])),
        grant => fields(grant).map(|fields| post.prepare(&settings.token_url, &fields)),
    }
}

/// What a server says no with.
pub(super) fn error_of(reply: &Map) -> Option<&str> {
    reply.get("error").and_then(Value::as_str)
}

/// A server's no for reports: `invalid_grant (used up)`.
pub(super) fn said(response: &Response) -> Option<String> {
    let Ok(Value::Object(members)) = Value::from_json(&response.content.bytes) else { return None };
    let error = error_of(&members)?;
    let description = members.get("error_description").and_then(Value::as_str);
    Some(description.map_or_else(|| error.to_owned(), |text| format!("{error} ({text})")))
}

/// The reply's JSON; of what is none an error.
pub(super) fn reply(url: &str, response: &Response) -> Result<Map, Error> {
    match Value::from_json(&response.content.bytes) {
        Ok(Value::Object(members)) => Ok(members),
        _ => {
            let message = format!("`{url}` answered {} and no JSON for a token", status(response));
            let help = "is it the URL of the token endpoint?";
            Err(Error::new(ErrorKind::HTTPError, message).help(help))
        }
    }
}

fn status(response: &Response) -> String {
    match response.reason.as_str() {
        "" => response.status.to_string(),
        reason => format!("{} ({reason})", response.status),
    }
}

/// The token in a reply; without one, why.
pub(super) fn token(url: &str, response: &Response, now: SystemTime) -> Result<Token, Error> {
    let members = reply(url, response)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    if let Some(error) = error_of(&members) {
        return Err(refusal(url, error, text("error_description").as_deref()));
    }
    let Some(access) = text("access_token").filter(|_| response.status < 400) else {
        let message = format!("`{url}` answered {} without an `access_token`", status(response));
        return Err(Error::new(ErrorKind::HTTPError, message));
    };
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let message = format!("`{url}` gave a token of type `{kind}`, expected `Bearer`");
        return Err(Error::new(ErrorKind::HTTPError, message));
    }
    let lasts = members.get("expires_in").and_then(seconds);
    let until = lasts.and_then(|lasts| {
        let margin = MARGIN.min(lasts / 10);
        now.checked_add(Duration::from_secs(lasts - margin))
    });
    Ok(Token { access, refresh: text("refresh_token"), until })
}

/// A number of seconds, which some servers write as text.
pub(super) fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A server's no, in its own words.
pub(super) fn refusal(url: &str, error: &str, description: Option<&str>) -> Error {
    let description = description.map(|text| format!(" ({text})")).unwrap_or_default();
    let message = format!("`{url}` gave no token: {error}{description}");
    let refusal = Error::new(ErrorKind::HTTPError, message);
    match error {
        "invalid_client" => refusal.help("look at `client_id`, `client_secret` and `client_auth`"),
        "invalid_grant" => refusal.help("what the grant is made of is wrong, used up, or too old"),
        "unauthorized_client" => refusal.help("the client is not allowed this `grant`"),
        "invalid_scope" => refusal.help("look at `scope`"),
        _ => refusal,
    }
}
