//! A prepared request as a curl command that a person can paste.

use super::record::shown_url;
use crate::http::{
    Address, Body, Environment, PreparedRequest, Proxies, Seal, Transport, Url, Verify, proxy_for,
};
use std::path::Path;

/// Header lines that curl writes itself.
const CURLS_OWN: &[&str] = &["host", "content-length", "connection", "accept-encoding"];

/// The longest body that is written out, in bytes.
const LONGEST_BODY: usize = 4096;

/// The command, on one line, its arguments quoted for a POSIX shell.
///
/// Credentials in `Authorization` and `Proxy-Authorization` are written `***`: a report is read
/// by more people than may send the request.
#[must_use]
pub fn curl(request: &PreparedRequest, environment: &Environment) -> String {
    let mut words = vec!["curl".to_owned(), "-sS".to_owned(), "-i".to_owned()];
    if request.method == "HEAD" {
        words.push("--head".to_owned());
    } else if request.method != "GET" || !matches!(request.body, Body::Empty) {
        words.extend(["-X".to_owned(), quote(&request.method)]);
    }
    if request.headers.contains("accept-encoding") {
        words.push("--compressed".to_owned());
    }
    let seal = request.auth.as_ref().and_then(|auth| auth.seal());
    let sealed = seal.map(Seal::headers).unwrap_or_default();
    words.extend(seal.iter().flat_map(|seal| seal.curl(environment)).map(|word| quote(&word)));
    for (name, value) in request.headers.iter() {
        let lower = name.to_ascii_lowercase();
        let is_curls_own = CURLS_OWN.contains(&&*lower) || sealed.contains(&&*lower);
        let is_given = request.is_host_given && name.eq_ignore_ascii_case("host");
        if is_curls_own && !is_given {
            continue;
        }
        let shown = shown_header(name, value);
        words.extend(["-H".to_owned(), quote(&format!("{name}: {shown}"))]);
    }
    words.extend(body(&request.body));
    words.extend(verification(request));
    words.extend(carriage(request));
    words.extend(proxy(request, environment));
    words.push(quote(&shown_url(request.url.as_str())));
    words.join(" ")
}

/// A header's value with credentials left out: `Basic ***`.
pub(super) fn shown_header(name: &str, value: &str) -> String {
    let secret = ["authorization", "proxy-authorization", "x-amz-security-token"];
    let is_credentials = secret.iter().any(|known| name.eq_ignore_ascii_case(known));
    match (is_credentials, value.split_once(' ')) {
        (false, _) => value.to_owned(),
        (true, Some((scheme, _))) => format!("{scheme} ***"),
        (true, None) => "***".to_owned(),
    }
}

/// The proxy, unless curl finds the same in the environment by itself.
fn proxy(request: &PreparedRequest, environment: &Environment) -> Vec<String> {
    let (url, transport) = (&request.url, &request.transport);
    if transport.mounts.find(url).is_some_and(|mount| mount.address.is_some()) {
        return Vec::new();
    }
    let ambient = Transport {
        proxies: Proxies::new(),
        session_proxies: Proxies::new(),
        trust_env: true,
        ..transport.clone()
    };
    let chosen = proxy_for(url, transport, environment).ok().flatten();
    let ambient = proxy_for(url, &ambient, environment).ok().flatten();
    let is_set =
        |name: &str| environment.variables.get(name).is_some_and(|value| !value.is_empty());
    // curl does not read `HTTP_PROXY` in upper case.
    let is_missed = !url.is_https() && is_set("HTTP_PROXY") && !is_set("http_proxy");
    match chosen {
        None if ambient.is_none() => Vec::new(),
        None => vec!["--noproxy".to_owned(), quote("*")],
        Some(_) if chosen == ambient && !is_missed => Vec::new(),
        Some(chosen) => {
            let mut words = vec!["-x".to_owned(), quote(&shown_proxy(&chosen))];
            // The variable would hold for `-x` as well.
            if is_set("no_proxy") || is_set("NO_PROXY") {
                words.extend(["--noproxy".to_owned(), quote("")]);
            }
            words
        }
    }
}

/// A proxy's URL without its password. The port is written out: curl takes 1080 where none is.
fn shown_proxy(proxy: &Url) -> String {
    let user = proxy.userinfo().map(|user| format!("{user}@")).unwrap_or_default();
    let host = proxy.host();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let port = proxy.explicit_port().unwrap_or(match proxy.scheme() {
        "http" => 80,
        "https" => 443,
        _ => 1080,
    });
    shown_url(&format!("{}://{user}{host}:{port}", proxy.scheme()))
}

/// What an adapter says of the connection.
fn carriage(request: &PreparedRequest) -> Vec<String> {
    let url = &request.url;
    let Some(mount) = request.transport.mounts.find(url) else { return Vec::new() };
    let mut words = match &mount.address {
        None => Vec::new(),
        Some(Address::Unix(path)) => {
            vec!["--unix-socket".to_owned(), quote(&path.display().to_string())]
        }
        Some(Address::Ip(ip, port)) => {
            let ip = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
            let port = port.unwrap_or(url.port());
            let to = format!("{}:{}:{ip}:{port}", url.host(), url.port());
            vec!["--connect-to".to_owned(), quote(&to)]
        }
    };
    if let Some(bind) = mount.bind {
        words.extend(["--interface".to_owned(), quote(&format!("host!{}", bind.ip()))]);
    }
    let tls = &mount.tls;
    if url.is_https() {
        words.extend(tls.min.map(|min| format!("--tlsv{}", min.name())));
        words
            .extend(tls.max.iter().flat_map(|max| ["--tls-max".to_owned(), max.name().to_owned()]));
    }
    words
}

fn verification(request: &PreparedRequest) -> Vec<String> {
    if !request.url.is_https() {
        return Vec::new();
    }
    let file =
        |option: &str, path: &Path| vec![option.to_owned(), quote(&path.display().to_string())];
    let mut words = match &request.transport.verify {
        Verify::Default => Vec::new(),
        Verify::Off => vec!["-k".to_owned()],
        Verify::System => vec!["--ca-native".to_owned()],
        Verify::Bundle(path) => file("--cacert", path),
    };
    if let Some(cert) = &request.transport.cert {
        words.extend(file("--cert", &cert.cert));
        words.extend(cert.key.iter().flat_map(|key| file("--key", key)));
    }
    words
}

fn body(body: &Body) -> Vec<String> {
    match body {
        Body::Empty => Vec::new(),
        Body::Stream(upload) => match upload.describe() {
            file if file.starts_with('@') => vec!["--data-binary".to_owned(), quote(&file)],
            other => vec!["--data-binary".to_owned(), format!("@- # {other}")],
        },
        Body::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text)
                if text.len() <= LONGEST_BODY && !text.starts_with('@') && !text.contains('\0') =>
            {
                vec!["--data-binary".to_owned(), quote(text)]
            }
            _ => vec!["--data-binary".to_owned(), format!("@body # {} bytes", bytes.len())],
        },
    }
}

/// Single quotes around what a shell would read otherwise.
fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
