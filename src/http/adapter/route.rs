//! What a connection may be shared by: where it goes, through what, and how it was verified.

use super::tls::{Encryption, Protocol};
use crate::http::{Cert, Mount, PreparedRequest, Url, Verify};
use std::net::SocketAddr;
use std::sync::Arc;

/// The way of one connection. TLS settings count for https alone, as in urllib3's pool keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    is_https: bool,
    host: String,
    port: u16,
    proxy: Option<String>,
    verify: Option<Verify>,
    cert: Option<Cert>,
    mount: Option<Arc<Mount>>,
}

/// A route as a request asks for it, nothing copied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'r> {
    pub(super) request: &'r PreparedRequest,
    pub(super) proxy: Option<&'r Url>,
    /// The adapter mounted for the URL.
    pub(super) mount: Option<&'r Arc<Mount>>,
}

impl Wanted<'_> {
    /// Whether the request goes to an HTTP proxy as it is, in absolute form.
    pub(super) fn is_forwarded(&self) -> bool {
        !self.request.url.is_https()
            && self.proxy.is_some_and(|proxy| matches!(proxy.scheme(), "http" | "https"))
    }

    /// How TLS is spoken.
    pub(super) fn encryption(&self) -> Encryption<'_> {
        let transport = &self.request.transport;
        Encryption {
            verify: &transport.verify,
            cert: transport.cert.as_ref(),
            limits: self.mount.map(|mount| &mount.tls),
            protocol: Protocol::Http,
        }
    }

    /// The address of ours that the connection comes from, when an adapter says.
    pub(super) fn bind(&self) -> Option<SocketAddr> {
        self.mount.and_then(|mount| mount.bind)
    }

    /// Whose TLS settings matter: the server's, or an https proxy's.
    fn uses_tls(&self) -> bool {
        self.request.url.is_https() || self.proxy.is_some_and(Url::is_https)
    }

    /// A copy to keep with the connection.
    pub(super) fn to_route(self) -> Route {
        let (url, transport) = (&self.request.url, &self.request.transport);
        let uses_tls = self.uses_tls();
        Route {
            is_https: url.is_https(),
            host: if self.is_forwarded() { String::new() } else { url.host().to_owned() },
            port: if self.is_forwarded() { 0 } else { url.port() },
            proxy: self.proxy.map(|proxy| proxy.as_str().to_owned()),
            verify: uses_tls.then(|| transport.verify.clone()),
            cert: if uses_tls { transport.cert.clone() } else { None },
            mount: self.mount.cloned(),
        }
    }
}

impl Route {
    /// Whether the server itself is spoken to by TLS.
    pub(super) fn is_https(&self) -> bool {
        self.is_https
    }

    /// How many idle connections are kept, when its adapter says.
    pub(super) fn pool(&self) -> Option<usize> {
        self.mount.as_ref().and_then(|mount| mount.pool)
    }

    /// Whether a connection of this route may carry the request. A forwarding proxy's
    /// connections serve every host.
    pub(super) fn serves(&self, wanted: &Wanted<'_>) -> bool {
        let (url, transport) = (&wanted.request.url, &wanted.request.transport);
        let is_forwarded = wanted.is_forwarded();
        self.is_https == url.is_https()
            && self.mount.as_ref() == wanted.mount
            && self.proxy.as_deref() == wanted.proxy.map(Url::as_str)
            && (is_forwarded || (self.port == url.port() && self.host == url.host()))
            && self.verify.as_ref().is_none_or(|verify| *verify == transport.verify)
            && (self.verify.is_none() || self.cert == transport.cert)
    }
}
