//! Getting a token: by a refresh token, by credentials, by a person.

use super::asking::Asking;
use super::request::{Post, by_refresh, fields, token};
use super::{code, device};
use crate::http::{Error, ErrorKind, Grant, OAuthSettings, Token};

/// A token, given the one before.
pub(super) fn ask(
    asking: &Asking,
    settings: &OAuthSettings,
    before: Option<Token>,
) -> Result<Token, Error> {
    let refresh = before.and_then(|token| token.refresh);
    if let Some(refresh) = refresh {
        match by_fields(asking, settings, &by_refresh(&refresh), "refresh_token") {
            // A server may keep the refresh token as it is.
            Ok(token) => return Ok(Token { refresh: token.refresh.or(Some(refresh)), ..token }),
            // It was used up: from the beginning, then.
            Err(error) if error.kind == ErrorKind::HTTPError => {}
            Err(error) => return Err(error),
        }
    }
    match &settings.grant {
        Grant::AuthorizationCode { authorize_url, redirect_uri } => {
            code::ask(asking, settings, authorize_url, redirect_uri.as_deref())
        }
        Grant::DeviceCode { device_url } => device::ask(asking, settings, device_url),
        grant => {
            let fields = fields(grant).unwrap_or_default();
            by_fields(asking, settings, &fields, grant.name())
        }
    }
}

/// One token request.
pub(super) fn by_fields(
    asking: &Asking,
    settings: &OAuthSettings,
    fields: &[(&str, &str)],
    grant: &str,
) -> Result<Token, Error> {
    let url = &settings.token_url;
    let request = post(asking, settings).prepare(url, fields)?;
    let exchange = asking.send(request, grant)?;
    token(url, &exchange.response, asking.clock.now())
}

pub(super) fn post<'p>(asking: &'p Asking, settings: &'p OAuthSettings) -> Post<'p> {
    Post {
        settings,
        transport: &asking.transport,
        environment: &asking.environment,
        now: asking.clock.now(),
    }
}
