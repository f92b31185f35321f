//! A prepared request as a call of Python's Requests.

use crate::http::{Body, Environment, PreparedRequest, Proxies, Seal, Verify};
use crate::run::shown_url;
use crate::value::Value;
use std::path::Path;
use std::time::Duration;

/// How many redirects a session of Requests follows (`DEFAULT_REDIRECT_LIMIT`).
const REDIRECT_LIMIT: u32 = 30;

/// A call of Requests that sends the same. What is Requests' default is left out; what only a
/// session takes makes one.
pub(super) fn python(
    request: &PreparedRequest,
    environment: &Environment,
    is_streamed: bool,
) -> String {
    let seal = request.auth.as_ref().and_then(|auth| auth.seal());
    let (import, auth) = match seal.map(|seal| seal.python(environment)) {
        Some((import, auth)) => (format!("{import}\n"), format!("    auth={auth},\n")),
        None => Default::default(),
    };
    let session = session(request);
    let caller = if session.is_empty() { "requests" } else { "session" };
    let is_streamed = if is_streamed { "    stream=True,\n" } else { "" };
    format!(
        "import requests\n{import}\n{session}response = {caller}.request(\n    {},\n    {},\n{}{auth}{}{}{is_streamed})\n",
        quote(&request.method),
        quote(&shown_url(request.url.as_str())),
        headers(request),
        body(&request.body),
        arguments(request),
    )
}

/// The attributes of a session, when there must be one.
fn session(request: &PreparedRequest) -> String {
    let transport = &request.transport;
    let mut lines = Vec::new();
    if let Some(limit) = transport.max_redirects.filter(|limit| *limit != REDIRECT_LIMIT) {
        lines.push(format!("session.max_redirects = {limit}\n"));
    }
    if !transport.session_proxies.is_empty() {
        lines.push(format!("session.proxies = {}\n", proxies(&transport.session_proxies)));
    }
    if !transport.trust_env {
        lines.push("session.trust_env = False\n".to_owned());
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("session = requests.Session()\n{}", lines.concat()),
    }
}

fn headers(request: &PreparedRequest) -> String {
    let own = ["host", "content-length", "connection", "transfer-encoding"];
    let seal = request.auth.as_ref().and_then(|auth| auth.seal());
    let sealed = seal.map(Seal::headers).unwrap_or_default();
    let is_left_out = |name: &str| own.contains(&name) || sealed.contains(&name);
    let lines: Vec<String> = request
        .headers
        .iter()
        .filter(|(name, _)| !is_left_out(&name.to_ascii_lowercase()))
        .map(|(name, value)| format!("        {}: {},\n", quote(name), quote(value)))
        .collect();
    format!("    headers={{\n{}    }},\n", lines.concat())
}

fn body(body: &Body) -> String {
    match body {
        Body::Empty => String::new(),
        Body::Bytes(bytes) => format!("    data=b\"{}\",\n", bytes.escape_ascii()),
        Body::Stream(upload) => match upload.describe().strip_prefix('@') {
            Some(path) => format!("    data=open({}, \"rb\"),\n", quote(path)),
            None => "    data=...,  # a stream\n".to_owned(),
        },
    }
}

/// How it is carried.
fn arguments(request: &PreparedRequest) -> String {
    let transport = &request.transport;
    let timeout = &transport.timeout;
    let mut lines = Vec::new();
    if timeout.connect.is_some() || timeout.read.is_some() {
        let (connect, read) = (seconds(timeout.connect), seconds(timeout.read));
        lines.push(format!("timeout=({connect}, {read}),"));
    }
    if let Some(total) = timeout.total {
        lines.push(format!("# Requests has no timeout of the whole: {} s", total.as_secs_f64()));
    }
    let is_head = request.method == "HEAD";
    match transport.max_redirects {
        None if !is_head => lines.push("allow_redirects=False,".to_owned()),
        Some(_) if is_head => lines.push("allow_redirects=True,".to_owned()),
        _ => {}
    }
    if !transport.proxies.is_empty() {
        lines.push(format!("proxies={},", proxies(&transport.proxies)));
    }
    match &transport.verify {
        Verify::Default => {}
        Verify::Off => lines.push("verify=False,".to_owned()),
        Verify::Bundle(bundle) => lines.push(format!("verify={},", path(bundle))),
        Verify::System => lines.push("# verify: the roots of the machine it runs on".to_owned()),
    }
    if let Some(cert) = &transport.cert {
        lines.push(match &cert.key {
            Some(key) => format!("cert=({}, {}),", path(&cert.cert), path(key)),
            None => format!("cert={},", path(&cert.cert)),
        });
    }
    lines.iter().map(|line| format!("    {line}\n")).collect()
}

/// A dictionary of proxies without their passwords. Of a direct connection the empty text is
/// left: Requests drops a `None`, and goes on to `all`.
fn proxies(proxies: &Proxies) -> String {
    let members = proxies.iter().map(|(key, proxy)| {
        let proxy = shown_url(proxy.as_deref().unwrap_or_default());
        format!("{}: {}", quote(key), quote(&proxy))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "None".to_owned(), |time| time.as_secs_f64().to_string())
}

fn path(path: &Path) -> String {
    quote(&path.display().to_string())
}

fn quote(text: &str) -> String {
    Value::from(text).to_json()
}
