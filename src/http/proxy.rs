//! Which proxy a hop goes through (`merge_environment_settings`, `select_proxy`,
//! `should_bypass_proxies`).

use super::{Environment, Error, ErrorKind, Proxies, Transport, Url, refuse_cut};
use std::net::Ipv4Addr;

/// The proxy for one hop, `None` for a direct connection. A request's `proxies` come before the
/// environment's, and those before a session's, as in Requests; of the keys `scheme://host`,
/// `scheme`, `all://host` and `all` the first decides.
///
/// # Errors
/// `InvalidProxyURL`.
pub fn proxy_for(
    url: &Url,
    transport: &Transport,
    environment: &Environment,
) -> Result<Option<Url>, Error> {
    let given = &transport.proxies;
    let no_proxy = lookup(given, "no_proxy").flatten();
    let is_trusted = transport.trust_env && !is_bypassed(url, no_proxy, environment);
    let none = Proxies::new();
    let from_environment = if is_trusted { environment.proxies() } else { &none };
    let sources = [given, from_environment, &transport.session_proxies];
    let (scheme, host) = (url.scheme(), url.host());
    let keys = [
        format!("{scheme}://{host}"),
        scheme.to_owned(),
        format!("all://{host}"),
        "all".to_owned(),
    ];
    for key in &keys {
        if let Some(found) = sources.iter().find_map(|source| lookup(source, key)) {
            let Some(proxy) = found.filter(|proxy| !proxy.is_empty()) else { return Ok(None) };
            refuse_cut(proxy, &transport.secrets, ErrorKind::InvalidProxyURL)?;
            return Url::proxy(proxy).map(Some);
        }
    }
    Ok(None)
}

/// `Proxy-Authorization` for a proxy with a user and a password in its URL.
#[must_use]
pub fn proxy_authorization(proxy: &Url) -> Option<String> {
    let (user, password) = proxy.credentials().filter(|(user, _)| !user.is_empty())?;
    Some(super::auth::basic_credentials(&user, &password))
}

/// The last entry under a key; the inner `None` is an explicit null.
fn lookup<'p>(proxies: &'p Proxies, key: &str) -> Option<Option<&'p str>> {
    let found = proxies.iter().rev().find(|(name, _)| name == key)?;
    Some(found.1.as_deref())
}

/// `should_bypass_proxies`: `given` is the `no_proxy` of `proxies`, which replaces the
/// variable's.
fn is_bypassed(url: &Url, given: Option<&str>, environment: &Environment) -> bool {
    let Some(no_proxy) = given.or_else(|| environment.either_case("no_proxy")) else {
        return false;
    };
    let compact = no_proxy.replace(' ', "");
    let mut names = compact.split(',').filter(|name| !name.is_empty());
    let host = url.host();
    let is_named = match inet_aton(host) {
        Some(address) => names.any(|name| match network(name) {
            Some((network, mask)) => address & mask == network & mask,
            None => host == name,
        }),
        None => {
            let with_port = url.explicit_port().map(|port| format!("{host}:{port}"));
            names.any(|name| {
                let name = name.trim_start_matches('.');
                covers(name, host) || with_port.as_deref().is_some_and(|host| covers(name, host))
            })
        }
    };
    is_named || is_bypassed_by_urllib(no_proxy, host)
}

/// `urllib.request.proxy_bypass_environment`: `*` is every host, names in any case.
fn is_bypassed_by_urllib(no_proxy: &str, host: &str) -> bool {
    no_proxy == "*"
        || no_proxy
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .any(|name| covers(&name.trim_start_matches('.').to_lowercase(), host))
}

/// Whether a host is `name` or lies below it.
fn covers(name: &str, host: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A network `address/bits`, as address and mask (`is_valid_cidr`).
fn network(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let bits: u32 = bits.parse().ok().filter(|bits| (1..=32).contains(bits))?;
    Some((inet_aton(address)?, u32::MAX.checked_shl(32 - bits).unwrap_or(0)))
}

/// C's `inet_aton`: one to four numbers, decimal, octal or hexadecimal, the last filling the rest.
fn inet_aton(text: &str) -> Option<u32> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(address.to_bits());
    }
    let mut numbers: Vec<u32> = Vec::new();
    for part in text.split('.') {
        let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
        numbers.push(match hex {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok()?,
            None if part.bytes().all(|b| b.is_ascii_digit()) => part.parse().ok()?,
            None => return None,
        });
    }
    let (last, first) = numbers.split_last()?;
    let room = 32u32.checked_sub(u32::try_from(first.len()).ok()? * 8).filter(|room| *room > 0)?;
    if first.iter().any(|number| *number > 255) || u64::from(*last) >= 1u64 << room {
        return None;
    }
    let high = first.iter().fold(0u32, |address, number| (address << 8) | number);
    Some(high.checked_shl(room).unwrap_or(0) | last)
}

impl Url {
    /// A proxy's URL: `http://` before it when it has no scheme; SOCKS schemes too.
    ///
    /// # Errors
    /// `InvalidProxyURL`.
    pub fn proxy(text: &str) -> Result<Url, Error> {
        Url::parse_proxy(text).map_err(|why| {
            let message = format!("`{text}` is not a proxy: {why}");
            let error = Error::new(ErrorKind::InvalidProxyURL, message);
            match text.contains("://") {
                true => error.help("a proxy is `http://host:port`, `https://…` or `socks5h://…`"),
                false => error.help(format!("did you mean `http://{text}`?")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{CookieJar, Request, prepare};
    use serde_json::{Value, json};
    use std::sync::Arc;
    use std::time::UNIX_EPOCH;

    /// What Requests took, recorded by `tests/wire/record_proxies.py`.
    const RECORDED: &str = include_str!("../../tests/wire/proxies.json");

    fn proxies(value: &Value) -> Proxies {
        let members = value.as_object().unwrap().iter();
        members.map(|(key, proxy)| (key.clone(), proxy.as_str().map(str::to_owned))).collect()
    }

    fn view(case: &Value) -> Value {
        let variables = proxies(&case["env"]).into_iter().filter_map(|(k, v)| Some((k, v?)));
        let environment = Environment::new(Arc::new(variables.collect()));
        let defaults = Request { proxies: proxies(&case["session"]), ..Request::default() };
        let request = Request {
            url: case["url"].as_str().unwrap().to_owned(),
            proxies: proxies(&case["given"]),
            ..Request::default()
        };
        let jar = CookieJar::default();
        let prepared = prepare(&request, &defaults, &jar, &environment, UNIX_EPOCH).unwrap();
        match proxy_for(&prepared.url, &prepared.transport, &environment) {
            Err(error) => json!({"error": error.kind.name()}),
            Ok(None) => Value::Null,
            Ok(Some(proxy)) => json!({
                "scheme": proxy.scheme(),
                "netloc": proxy.netloc(),
                "authorization": proxy_authorization(&proxy),
            }),
        }
    }

    #[test]
    fn the_proxy_is_the_one_requests_takes() {
        let cases = RECORDED.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let wrong: Vec<String> = cases
            .map(|case| (view(&case), case))
            .filter(|(found, case)| *found != case["is"])
            .map(|(found, case)| format!("{case}\n  found {found}"))
            .collect();
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_null_is_a_direct_connection_whatever_all_says() {
        let url = Url::parse("http://h.example/").unwrap();
        let request = Request {
            url: url.as_str().to_owned(),
            proxies: vec![
                ("all".to_owned(), Some("http://p.example".to_owned())),
                ("http".to_owned(), None),
            ],
            ..Request::default()
        };
        let environment = Environment::default();
        let session = Request::default();
        let jar = CookieJar::default();
        let prepared = prepare(&request, &session, &jar, &environment, UNIX_EPOCH).unwrap();
        assert_eq!(proxy_for(&url, &prepared.transport, &environment), Ok(None));
    }
}
