//! `grant: device_code` (RFC 8628): a person types a code on another device, and is waited for.

use super::ask::post;
use super::asking::Asking;
use super::request::{error_of, refusal, reply, seconds, token};
use crate::http::{Error, ErrorKind, OAuthSettings, Token};
use crate::value::Value;
use std::time::{Duration, Instant};

/// The grant's own name.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Seconds between two questions unless the server says otherwise (RFC 8628, section 3.2), and
/// what it adds when it is asked too often.
const INTERVAL: u64 = 5;

/// Asks for a code, shows it, and asks until somebody has typed it.
pub(super) fn ask(
    asking: &Asking,
    settings: &OAuthSettings,
    device_url: &str,
) -> Result<Token, Error> {
    let prompt = asking.prompt.as_ref().ok_or_else(|| nobody("device_code"))?;
    let request = post(asking, settings).prepare(device_url, &[])?;
    let exchange = asking.send(request, "device_code")?;
    let members = reply(device_url, &exchange.response)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if let Some(error) = error_of(&members) {
        return Err(refusal(device_url, error, text("error_description")));
    }
    // Google's first word for it was `verification_url`.
    let page = text("verification_uri").or_else(|| text("verification_url"));
    let (Some(device_code), Some(user_code), Some(page)) =
        (text("device_code"), text("user_code"), page)
    else {
        let message = format!("`{device_url}` gave no code for a person");
        return Err(Error::new(ErrorKind::HTTPError, message));
    };
    asking.keep_secret(device_code);
    let number = |name: &str| members.get(name).and_then(seconds);
    let mut interval = number("interval").unwrap_or(INTERVAL);
    let lasts = number("expires_in").map(Duration::from_secs);
    let wait = lasts.map_or(settings.wait, |lasts| lasts.min(settings.wait));
    let until = Instant::now() + asking.left().map_or(wait, |left| left.min(wait));
    let whole = text("verification_uri_complete").map(|whole| format!(", or open {whole}"));
    (prompt.0)(&format!(
        "to log in, open {page} and type the code {user_code}{}",
        whole.unwrap_or_default()
    ));
    loop {
        asking.clock.sleep(Duration::from_secs(interval), asking.client.alarm());
        if asking.client.is_shut_down() {
            return Err(Error::new(ErrorKind::ConnectionError, "interrupted"));
        }
        if Instant::now() >= until {
            return Err(too_late("nobody has typed the code", wait));
        }
        let fields = [("grant_type", GRANT), ("device_code", device_code)];
        let request = post(asking, settings).prepare(&settings.token_url, &fields)?;
        let exchange = asking.send(request, "device_code")?;
        let members = reply(&settings.token_url, &exchange.response)?;
        match error_of(&members) {
            Some("authorization_pending") => {}
            Some("slow_down") => interval += INTERVAL,
            _ => return token(&settings.token_url, &exchange.response, asking.clock.now()),
        }
    }
}

/// There is nobody to do it.
pub(super) fn nobody(grant: &str) -> Error {
    let message =
        format!("`grant: {grant}` needs a person, and there is no terminal to ask one at");
    Error::new(ErrorKind::RequestException, message)
        .help("run it at a terminal, or use `client_credentials` or `refresh_token`")
}

/// A person took too long.
pub(super) fn too_late(what: &str, wait: Duration) -> Error {
    let message = format!("{what} within {} s", wait.as_secs_f64());
    Error::new(ErrorKind::Timeout, message).help("`wait` allows for more time")
}
