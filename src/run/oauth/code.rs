//! `grant: authorization_code` (RFC 6749) with PKCE (RFC 7636): a person logs in with their
//! browser, which comes back to a port of this machine (RFC 8252).

use super::ask::by_fields;
use super::asking::Asking;
use super::device::{nobody, too_late};
use super::request::refusal;
use crate::crypto::{challenge, random_text};
use crate::http::{Error, ErrorKind, OAuthSettings, Token, Url, query_value, with_query_value};
use std::io::{BufRead as _, BufReader, ErrorKind as IoKind, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Between two looks whether the browser has come.
const LOOK: Duration = Duration::from_millis(20);

/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);

/// Shows where to log in, and waits for what comes back.
pub(super) fn ask(
    asking: &Asking,
    settings: &OAuthSettings,
    authorize_url: &str,
    redirect_uri: Option<&str>,
) -> Result<Token, Error> {
    let prompt = asking.prompt.as_ref().ok_or_else(|| nobody("authorization_code"))?;
    if asking.is_offline {
        let message = "`grant: authorization_code` needs a browser, and the run is offline";
        return Err(Error::new(ErrorKind::ConnectionError, message));
    }
    let (listener, redirect_uri) = listen(redirect_uri)?;
    let (verifier, state) = (random_text(), random_text());
    let url = Url::parse(authorize_url)?;
    let challenge = challenge(&verifier);
    let fixed = [
        ("response_type", "code"),
        ("client_id", settings.client_id.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("state", state.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let more = settings.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let url = fixed
        .into_iter()
        .chain(more)
        .try_fold(url, |url, (name, value)| with_query_value(&url, name, value))?;
    (prompt.0)(&format!("to log in, open {}", url.as_str()));
    let wait = asking.left().map_or(settings.wait, |left| left.min(settings.wait));
    let code = come_back(asking, settings, (&listener, &redirect_uri), &state, wait)?;
    asking.keep_secret(&code);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", verifier.as_str()),
    ];
    by_fields(asking, settings, &fields, "authorization_code")
}

/// A port of this machine, and the URL that leads to it.
fn listen(redirect_uri: Option<&str>) -> Result<(TcpListener, String), Error> {
    let (host, port, path) = match redirect_uri {
        None => ("127.0.0.1".to_owned(), 0, "/callback".to_owned()),
        Some(uri) => {
            let url = Url::parse(uri)?;
            (url.host().to_owned(), url.explicit_port().unwrap_or(0), url.path().to_owned())
        }
    };
    let failed = |error: std::io::Error| {
        let message = format!("cannot wait for the login at port {port}: {error}");
        Error::new(ErrorKind::ConnectionError, message)
    };
    let bind = if host == "localhost" { "127.0.0.1" } else { host.as_str() };
    let listener = TcpListener::bind((bind, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Ok((listener, format!("http://{host}:{port}{path}")))
}

/// The code that the browser brings. What does not have our state is sent away.
fn come_back(
    asking: &Asking,
    settings: &OAuthSettings,
    (listener, redirect_uri): (&TcpListener, &str),
    state: &str,
    wait: Duration,
) -> Result<String, Error> {
    let until = Instant::now() + wait;
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == IoKind::WouldBlock => {
                if asking.client.is_shut_down() {
                    return Err(Error::new(ErrorKind::ConnectionError, "interrupted"));
                }
                if Instant::now() >= until {
                    return Err(too_late("nobody has logged in", wait));
                }
                asking.clock.sleep(LOOK, asking.client.alarm());
                continue;
            }
            Err(_) => continue,
        };
        let Some(url) = asked_for(&stream, redirect_uri) else {
            answer(stream, "404 Not Found", "There is nothing here.");
            continue;
        };
        if query_value(&url, "state").as_deref() != Some(state) {
            answer(stream, "400 Bad Request", "This login was not begun here.");
            continue;
        }
        if let Some(error) = query_value(&url, "error") {
            answer(stream, "200 OK", "The login was refused. You can close this page.");
            let description = query_value(&url, "error_description");
            return Err(refusal(&settings.token_url, &error, description.as_deref()));
        }
        if let Some(code) = query_value(&url, "code") {
            answer(stream, "200 OK", "You are logged in. You can close this page.");
            return Ok(code);
        }
        answer(stream, "400 Bad Request", "There is no code in this.");
    }
}

/// The URL that a browser asks for, when it is the one that logins lead to.
fn asked_for(stream: &TcpStream, redirect_uri: &str) -> Option<Url> {
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut line = String::new();
    let mut reader = BufReader::new(std::io::Read::take(stream, 16 << 10));
    reader.read_line(&mut line).ok()?;
    // The rest of the head is nothing to us; read, so that closing does not reset.
    let mut rest = String::new();
    while reader.read_line(&mut rest).is_ok_and(|count| count > 2) {
        rest.clear();
    }
    let target = line.strip_prefix("GET ")?.split(' ').next()?;
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    let base = Url::parse(redirect_uri).ok()?;
    let origin = redirect_uri.strip_suffix(base.path())?;
    (path == base.path()).then(|| Url::parse(&format!("{origin}{target}")).ok())?
}

fn answer(mut stream: TcpStream, status: &str, text: &str) {
    let page = format!("<!doctype html><meta charset=utf-8><title>runner</title><p>{text}\n");
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
}
