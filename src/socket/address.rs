//! `tcp://127.0.0.1:6379`: how a socket is spoken to, and where it is.

use crate::http::Way;
use std::fmt;
use std::path::{Path, PathBuf};

/// What carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `tcp://host:port`
    Tcp,
    /// `tls://host:port`: TCP with TLS over it.
    Tls,
    /// `udp://host:port`
    Udp,
    /// `unix:///path`
    Unix,
}

impl Transport {
    /// All, in the order docs list them.
    pub const ALL: [Transport; 4] =
        [Transport::Tcp, Transport::Tls, Transport::Udp, Transport::Unix];

    /// The URL's scheme.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
            Transport::Udp => "udp",
            Transport::Unix => "unix",
        }
    }
}

/// Where a socket is, as a URL says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What carries the bytes.
    pub transport: Transport,
    /// Where to.
    pub way: Way,
}

impl Address {
    /// Reads a URL; a relative path of a unix socket is relative to `folder`.
    ///
    /// # Errors
    /// What was expected, and what to write.
    pub fn parse(url: &str, folder: &Path) -> Result<Address, (String, String)> {
        let schemes = Transport::ALL.map(Transport::scheme);
        let expected = |what: &str, help: &str| (what.to_owned(), help.to_owned());
        let Some((scheme, rest)) = url.split_once("://") else {
            let help = format!("write `tcp://{url}`: a scheme is one of {}", schemes.join(", "));
            return Err(("a URL such as tcp://127.0.0.1:6379".to_owned(), help));
        };
        let lower = scheme.to_lowercase();
        let transport = Transport::ALL.into_iter().find(|one| one.scheme() == lower);
        let Some(transport) = transport else {
            let help = match lower.as_str() {
                "http" | "https" => "for a request write `url: …`".to_owned(),
                "ssl" => format!("write `tls://{rest}`"),
                "ws" | "wss" => "this version speaks no WebSocket".to_owned(),
                _ => format!("the schemes are {}", schemes.join(", ")),
            };
            return Err(("a URL of tcp://, tls://, udp:// or unix://".to_owned(), help));
        };
        if transport == Transport::Unix {
            if rest.is_empty() {
                return Err(expected("unix:// and a path", "write `unix:///run/server.sock`"));
            }
            return Ok(Address { transport, way: Way::Unix(folder.join(rest)) });
        }
        let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest))
            .ok_or_else(|| expected("a host and a port", "write `tcp://127.0.0.1:6379`"))?;
        let way = match transport {
            Transport::Udp => Way::Udp(host, port),
            _ => Way::Tcp(host, port),
        };
        Ok(Address { transport, way })
    }

    /// The host, of one that has any.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match &self.way {
            Way::Tcp(host, _) | Way::Udp(host, _) => Some(host),
            Way::Unix(_) => None,
        }
    }

    /// The path, of a unix socket.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        match &self.way {
            Way::Unix(path) => Some(path),
            Way::Tcp(..) | Way::Udp(..) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.transport.scheme(), self.way.authority())
    }
}

/// `host:port`, brackets around IPv6 taken off.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None if host.contains(':') => return None,
        None => host,
    };
    let is_host = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']);
    is_host.then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        match Address::parse(url, Path::new("/here")) {
            Ok(address) => address.to_string(),
            Err((expected, help)) => format!("{expected}; {help}"),
        }
    }

    #[test]
    fn addresses_are_urls() {
        assert_eq!(read("tcp://127.0.0.1:6379"), "tcp://127.0.0.1:6379");
        assert_eq!(read("TLS://imap.example.com:993/"), "tls://imap.example.com:993");
        assert_eq!(read("udp://[::1]:53"), "udp://[::1]:53");
        assert_eq!(read("unix:///run/a.sock"), "unix:///run/a.sock");
        assert_eq!(read("unix://a.sock"), "unix:///here/a.sock");
    }

    #[test]
    fn what_is_none_says_what_to_write() {
        let url = "a URL such as tcp://127.0.0.1:6379";
        assert_eq!(
            read("localhost:80"),
            format!("{url}; write `tcp://localhost:80`: a scheme is one of tcp, tls, udp, unix")
        );
        let scheme = "a URL of tcp://, tls://, udp:// or unix://";
        assert_eq!(read("https://a"), format!("{scheme}; for a request write `url: …`"));
        let port = "a host and a port; write `tcp://127.0.0.1:6379`";
        for url in ["tcp://a", "tcp://::1:80", "tcp://:80", "tcp://a:99999", "udp://u@a:1"] {
            assert_eq!(read(url), port, "{url}");
        }
        assert_eq!(read("unix://"), "unix:// and a path; write `unix:///run/server.sock`");
    }
}
