//! What `trust_env` reads: `*_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `.netrc`.

use super::Proxies;
use super::netrc::{self, Netrc};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// The environment variables a client trusts, read once.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The variables.
    pub variables: Arc<BTreeMap<String, String>>,
    /// Read when first asked for.
    netrc: Arc<OnceLock<Netrc>>,
    /// Looked for once: every hop of every request asks.
    proxies: Arc<OnceLock<Proxies>>,
}

impl Environment {
    /// What these variables say.
    #[must_use]
    pub fn new(variables: Arc<BTreeMap<String, String>>) -> Environment {
        Environment { variables, netrc: Arc::default(), proxies: Arc::default() }
    }

    /// The user and password `.netrc` has for a host (`get_netrc_auth`); a file that is missing,
    /// unreadable or malformed has none.
    #[must_use]
    pub fn netrc(&self, host: &str) -> Option<(String, String)> {
        let read = || {
            let path = netrc::locate(&self.variables)?;
            Netrc::parse(&String::from_utf8_lossy(&std::fs::read(path).ok()?))
        };
        self.netrc.get_or_init(|| read().unwrap_or_default()).credentials(host)
    }

    /// `REQUESTS_CA_BUNDLE`, else `CURL_CA_BUNDLE`; empty ones are none.
    #[must_use]
    pub fn ca_bundle(&self) -> Option<PathBuf> {
        let named = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
        let found = named.iter().filter_map(|name| self.variables.get(*name));
        found.filter(|path| !path.is_empty()).map(PathBuf::from).next()
    }

    /// A variable by its name in lower case, else in upper case; empty ones are none.
    pub(super) fn either_case(&self, name: &str) -> Option<&str> {
        let get = |name: &str| self.variables.get(name).filter(|value| !value.is_empty());
        get(name).or_else(|| get(&name.to_uppercase())).map(String::as_str)
    }

    /// The proxies of `*_proxy` by what stands before it in lower case
    /// (`urllib.request.getproxies_environment`): names in lower case win, an empty one removes;
    /// `HTTP_PROXY` is not trusted in a CGI script (CVE-2016-1000110).
    pub(super) fn proxies(&self) -> &Proxies {
        self.proxies.get_or_init(|| {
            self.named_proxies().into_iter().map(|(key, proxy)| (key, Some(proxy))).collect()
        })
    }

    fn named_proxies(&self) -> BTreeMap<String, String> {
        let named = self.variables.iter().filter_map(|(name, value)| {
            let (scheme, suffix) = name.split_at_checked(name.len().checked_sub(6)?)?;
            let is_proxy = suffix.eq_ignore_ascii_case("_proxy") && !scheme.is_empty();
            is_proxy.then(|| (scheme.to_lowercase(), suffix, value))
        });
        let named: Vec<(String, &str, &String)> = named.collect();
        let mut proxies = BTreeMap::new();
        for (scheme, _, value) in named.iter().filter(|(_, _, value)| !value.is_empty()) {
            proxies.insert(scheme.clone(), (*value).clone());
        }
        if self.variables.contains_key("REQUEST_METHOD") {
            proxies.remove("http");
        }
        for (scheme, _, value) in named.into_iter().filter(|(_, suffix, _)| *suffix == "_proxy") {
            if value.is_empty() {
                proxies.remove(&scheme);
            } else {
                proxies.insert(scheme, value.clone());
            }
        }
        proxies
    }
}
