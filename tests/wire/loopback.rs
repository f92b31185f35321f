//! Every host is the server on loopback, `https://` without TLS, as in `record_exchanges.py`.

use runner::http::adapter::{Adapter, HttpAdapter, RawResponse};
use runner::http::{Error, PreparedRequest, Url};
use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

/// An adapter that sends elsewhere what it sends.
#[derive(Debug)]
pub(crate) struct Loopback {
    adapter: HttpAdapter,
    server: SocketAddr,
    /// Where nobody listens.
    nobody: SocketAddr,
}

impl Loopback {
    pub(crate) fn new(server: SocketAddr) -> Loopback {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Loopback { adapter: HttpAdapter::new(1), server, nobody }
    }

    /// The URL with another host; one that nobody knows stays.
    fn moved(&self, url: &Url) -> Url {
        let address = match url.host() {
            "refused.example" => self.nobody,
            "unknown.invalid" => return url.clone(),
            _ => self.server,
        };
        if url.is_https() {
            return Url::parse(&format!("http://{address}{}", url.request_target())).unwrap();
        }
        url.for_host(&address.to_string())
    }
}

impl Adapter for Loopback {
    fn send(
        &self,
        request: &PreparedRequest,
        proxy: Option<&Url>,
        deadline: Option<Instant>,
    ) -> Result<RawResponse, Error> {
        let mut request = request.clone();
        match proxy {
            Some(proxy) => {
                let userinfo = proxy.userinfo().map(|user| format!("{user}@")).unwrap_or_default();
                let at = self.moved(proxy);
                let moved = format!("http://{userinfo}{}:{}", at.host(), at.port());
                let proxy = Url::parse(&moved).unwrap();
                self.adapter.send(&request, Some(&proxy), deadline)
            }
            None => {
                request.url = self.moved(&request.url);
                self.adapter.send(&request, None, deadline)
            }
        }
    }
}
