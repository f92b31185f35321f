//! An https connection through an HTTP proxy: `CONNECT` (RFC 9110 section 9.3.6), the bytes
//! http.client sends.

use super::connect::Target;
use super::connection::Ahead;
use super::fault::{Phase, fault};
use super::head::{self, Head};
use super::live::Live;
use super::stream::{Patience, Stream};
use crate::http::{Error, ErrorKind, Url, proxy_authorization};
use std::io::Write as _;

/// Asks the proxy for a tunnel to `target`.
pub(super) fn open(
    stream: &mut Stream,
    target: Target<'_>,
    proxy: &Url,
    patience: Patience,
    live: &Live,
) -> Result<(), Error> {
    stream.set_patience(patience);
    let mut request = format!("CONNECT {} HTTP/1.0\r\n", target.authority()).into_bytes();
    if let Some(authorization) = proxy_authorization(proxy) {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let broken = |error| fault(Phase::Handshake, &error, patience, live);
    stream.write_all(&request).and_then(|()| stream.flush()).map_err(broken)?;
    let head = read_head(stream, patience, live)?;
    tracing::debug!("the proxy answered CONNECT {} with {}", target.authority(), head.status);
    if (200..300).contains(&head.status) {
        return Ok(());
    }
    let refused = Error::new(
        ErrorKind::ProxyError,
        format!(
            "the proxy refused a tunnel to `{}`: {} {}",
            target.authority(),
            head.status,
            head.reason
        ),
    );
    Err(match head.status {
        407 => refused.help(
            "write the proxy's user and password into its URL: `http://user:password@host:port`",
        ),
        _ => refused,
    })
}

/// The proxy's answer. Nothing may come behind it before we speak.
fn read_head(stream: &mut Stream, patience: Patience, live: &Live) -> Result<Head, Error> {
    let mut ahead = Ahead::default();
    loop {
        if let Some((_, head)) = head::parse(ahead.get()).map_err(as_proxy)? {
            return Ok(head);
        }
        let read = ahead.fill(stream);
        if read.map_err(|error| fault(Phase::Handshake, &error, patience, live))? == 0 {
            live.check()?;
            return Err(Error::new(
                ErrorKind::ProxyError,
                "the proxy closed the connection instead of opening a tunnel",
            ));
        }
    }
}

fn as_proxy(error: Error) -> Error {
    Error {
        kind: ErrorKind::ProxyError,
        message: format!("from the proxy: {}", error.message),
        ..error
    }
}
