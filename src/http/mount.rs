//! Transport adapters: what holds for the URLs under a prefix (`Session.mount`).

use super::Url;
use super::adapter::Cipher;
use super::retry::Retries;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// A session's adapters. Requests' own two, at `https://` and `http://`, are what holds where
/// none of these does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mounts {
    /// By prefix in lower case, the longest first. `None` takes a session's adapter away.
    mounted: Vec<(String, Option<Arc<Mount>>)>,
}

/// One adapter: what is tried again, and how its connections are made. Two that differ in
/// anything never share a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// `retries`; none unless given, as in Requests.
    pub retries: Option<Retries>,
    /// `pool`: how many idle connections are kept to each host.
    pub pool: Option<usize>,
    /// `tls`.
    pub tls: TlsLimits,
    /// `resolve` or `unix_socket`: where connections go, whatever the URL's host.
    pub address: Option<Address>,
    /// `bind`: where connections come from.
    pub bind: Option<SocketAddr>,
}

/// Where an adapter's connections go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An IP address; the URL's port unless it has one.
    Ip(IpAddr, Option<u16>),
    /// A unix socket.
    Unix(PathBuf),
}

/// What may be spoken in a TLS handshake. Everything we can, unless given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsLimits {
    /// The oldest version.
    pub min: Option<TlsVersion>,
    /// The newest version.
    pub max: Option<TlsVersion>,
    /// The cipher suites. A version none of whose suites are named keeps all of its own, as with
    /// OpenSSL's `set_ciphers`.
    pub ciphers: Vec<Cipher>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// 1.2, RFC 5246.
    V1_2,
    /// 1.3, RFC 8446.
    V1_3,
}

impl Mounts {
    /// `Session.mount`: the adapter for the URLs that begin with `prefix`, in place of the one
    /// that was there. Letters of either case are the same.
    pub fn mount(&mut self, prefix: &str, mount: Option<Arc<Mount>>) {
        let prefix = prefix.to_lowercase();
        self.mounted.retain(|(other, _)| *other != prefix);
        let at = self.mounted.partition_point(|(other, _)| other.len() >= prefix.len());
        self.mounted.insert(at, (prefix, mount));
    }

    /// These with those of `over` mounted on top.
    #[must_use]
    pub fn under(mut self, over: &Mounts) -> Mounts {
        for (prefix, mount) in &over.mounted {
            self.mount(prefix, mount.clone());
        }
        self
    }

    /// `Session.get_adapter`: the one with the longest prefix of the URL.
    #[must_use]
    pub fn find(&self, url: &Url) -> Option<&Arc<Mount>> {
        let url = url.as_str();
        let begins = |prefix: &str| {
            url.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let found = self.mounted.iter().filter(|(_, mount)| mount.is_some());
        found.filter(|(prefix, _)| begins(prefix)).find_map(|(_, mount)| mount.as_ref())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mounted.is_empty()
    }

    /// Every adapter and its prefix, the longest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<Mount>)> {
        self.mounted.iter().filter_map(|(prefix, mount)| Some((prefix.as_str(), mount.as_ref()?)))
    }
}

impl TlsVersion {
    /// As people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TlsVersion::V1_2 => "1.2",
            TlsVersion::V1_3 => "1.3",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mounts(prefixes: &[&str]) -> Mounts {
        let mut mounts = Mounts::default();
        for (at, prefix) in prefixes.iter().enumerate() {
            let mount = Mount { pool: Some(at), ..Mount::default() };
            mounts.mount(prefix, Some(Arc::new(mount)));
        }
        mounts
    }

    fn found(mounts: &Mounts, url: &str) -> Option<usize> {
        mounts.find(&Url::parse(url).unwrap()).and_then(|mount| mount.pool)
    }

    #[test]
    fn the_longest_prefix_wins_whatever_the_order() {
        let mounts = mounts(&["http", "https://api.test/v2", "https://api.test/"]);
        assert_eq!(found(&mounts, "https://api.test/v2/a"), Some(1));
        assert_eq!(found(&mounts, "https://api.test/v1"), Some(2));
        assert_eq!(found(&mounts, "https://api.test:444/"), Some(0));
        assert_eq!(found(&mounts, "http://api.test/"), Some(0));
    }

    #[test]
    fn letters_of_either_case_are_the_same_in_the_path_too() {
        let mounts = mounts(&["HTTPS://Api.Test/V2"]);
        assert_eq!(found(&mounts, "https://api.test/v2"), Some(0));
        assert_eq!(found(&mounts, "https://api.test/V2/x"), Some(0));
    }

    #[test]
    fn a_prefix_without_a_slash_is_the_beginning_of_longer_names() {
        let mounts = mounts(&["http://api.test"]);
        assert_eq!(found(&mounts, "http://api.test.example/"), Some(0));
        assert_eq!(found(&mounts, "http://api.tes/"), None);
    }

    #[test]
    fn null_takes_the_adapter_of_a_lower_layer_away() {
        let mut over = Mounts::default();
        over.mount("http://a.test/", None);
        let merged = mounts(&["http://", "http://a.test/"]).under(&over);
        assert_eq!(found(&merged, "http://a.test/"), Some(0));
    }
}
