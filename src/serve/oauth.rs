//! `/oauth/token`: tokens for those who try `auth: {oauth2: …}`. Every client's and every user's
//! password is `secret`; a token says whom it is for, and `/bearer` takes it.

use super::percent;
use super::reply::Reply;
use super::request::Request;
use super::route::Route;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What it answers, beside httpbin's endpoints.
pub(super) const ROUTES: &[Route] = &[Route {
    methods: &["POST"],
    pattern: "/oauth/token",
    handler: token,
    summary: "an OAuth 2 token; every password is `secret`",
}];

/// What every password is.
const SECRET: &str = "secret";

fn token(request: &Request<'_>) -> Reply {
    let form = percent::pairs(&String::from_utf8_lossy(&request.body));
    let field =
        |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let basic = request.header("Authorization").and_then(credentials);
    let body = field("client_id")
        .map(|id| (id.to_owned(), field("client_secret").unwrap_or_default().to_owned()));
    let Some((client, _)) = basic.or(body).filter(|(_, secret)| secret == SECRET) else {
        return refused(401, "invalid_client", "its secret is `secret`");
    };
    let scope = field("scope").unwrap_or_default();
    let whom = match field("grant_type") {
        Some("client_credentials") => client.clone(),
        Some("password") if field("password") == Some(SECRET) => {
            field("username").unwrap_or_default().to_owned()
        }
        Some("refresh_token") => {
            match field("refresh_token").and_then(|it| it.strip_prefix("refresh-")) {
                Some(whom) => whom.to_owned(),
                None => return refused(400, "invalid_grant", "it is none of ours"),
            }
        }
        Some("password") => return refused(400, "invalid_grant", "the password is `secret`"),
        Some(_) => return refused(400, "unsupported_grant_type", "not here"),
        None => return refused(400, "invalid_request", "there is no `grant_type`"),
    };
    let access = format!("access-{whom}{}{scope}", if scope.is_empty() { "" } else { "-" });
    let mut answer = json!({"access_token": access, "token_type": "Bearer", "expires_in": 3600});
    if let (Value::Object(answer), true) = (&mut answer, whom != client) {
        answer.insert("refresh_token".to_owned(), Value::from(format!("refresh-{whom}")));
    }
    Reply::json(&answer).with("Cache-Control", "no-store")
}

fn refused(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(&json!({"error": error, "error_description": description})).status(status)
}

/// The user and password of a Basic header.
fn credentials(header: &str) -> Option<(String, String)> {
    let (scheme, code) = header.split_once(' ')?;
    let decoded = STANDARD.decode(code).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}
