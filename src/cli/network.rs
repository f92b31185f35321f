//! The network as the command line has it, over what collections say.

use crate::http::{Cert, Network, Proxies, Resolved, Verify};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Options of how requests are carried.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct NetworkArgs {
    /// Do not verify TLS.
    #[arg(short = 'k', long, conflicts_with = "cacert", help_heading = "Network")]
    insecure: bool,
    /// Verify TLS against this CA bundle: a PEM file, a folder of them, or `system`.
    #[arg(long, value_name = "PATH", help_heading = "Network")]
    cacert: Option<PathBuf>,
    /// A client certificate: a PEM file with certificate and key.
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    cert: Option<PathBuf>,
    /// A proxy for every request.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    proxy: Option<String>,
    /// Where a host is, instead of what its name leads to; `*` is every host. Repeatable.
    #[arg(long, value_name = "HOST:PORT:ADDR", value_parser = resolved, help_heading = "Network")]
    resolve: Vec<Resolved>,
    /// Send every request through this unix socket.
    #[arg(long, value_name = "PATH", help_heading = "Network")]
    unix_socket: Option<PathBuf>,
    /// Cookies the session begins with, if the file is there, and is written back to at the end.
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(super) cookie_jar: Option<PathBuf>,
    /// Reach this machine alone.
    #[arg(long, help_heading = "Network")]
    offline: bool,
}

impl NetworkArgs {
    /// What holds for every connection.
    pub(super) fn network(&self) -> Network {
        Network {
            resolve: self.resolve.clone().into(),
            unix_socket: self.unix_socket.clone(),
            is_offline: self.offline,
        }
    }

    /// `verify`.
    pub(super) fn verify(&self) -> Option<Verify> {
        match (&self.cacert, self.insecure) {
            (Some(path), _) if path.as_os_str() == "system" => Some(Verify::System),
            (Some(bundle), _) => Some(Verify::Bundle(bundle.clone())),
            (None, true) => Some(Verify::Off),
            (None, false) => None,
        }
    }

    /// `cert`.
    pub(super) fn cert(&self) -> Option<Option<Cert>> {
        self.cert.clone().map(|cert| Some(Cert { cert, key: None }))
    }

    /// `proxies`, by scheme: the environment's `http` would go before an `all`.
    pub(super) fn proxies(&self) -> Proxies {
        let schemes = ["http", "https"];
        let proxies = self
            .proxy
            .iter()
            .flat_map(|proxy| schemes.map(|scheme| (scheme.to_owned(), Some(proxy.clone()))));
        proxies.collect()
    }
}

/// curl's `HOST:PORT:ADDR[,ADDR]…`; its `+` in front is what is always done.
fn resolved(text: &str) -> Result<Resolved, String> {
    let wrong = || {
        "expected HOST:PORT:ADDRESS, such as `api.example.com:443:127.0.0.1`; \
         an address is an IP address, several have commas between them"
            .to_owned()
    };
    let mut parts = text.trim_start_matches('+').splitn(3, ':');
    let (host, port, addresses) = match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(port), Some(addresses)) if !host.is_empty() => (host, port, addresses),
        _ => return Err(wrong()),
    };
    let port: u16 = port.parse().map_err(|_| wrong())?;
    let address = |text: &str| {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, port)).map_err(|_| wrong())
    };
    let addresses = addresses.split(',').map(address).collect::<Result<Vec<_>, _>>()?;
    Ok(Resolved { host: host.to_ascii_lowercase(), port, addresses })
}
