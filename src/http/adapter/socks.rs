//! SOCKS 4, 4a and 5 (RFC 1928, RFC 1929), as PySocks speaks them.

use super::connect::Target;
use super::fault::{Phase, fault};
use super::live::Live;
use super::stream::{Patience, Stream};
use crate::http::{Error, ErrorKind, Url};
use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;

/// The protocol, by the proxy URL's scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `socks4`: an IPv4 address found here.
    Four,
    /// `socks4a`: a name found by the proxy.
    FourA,
    /// `socks5`: an address found here.
    Five,
    /// `socks5h`: a name found by the proxy.
    FiveH,
}

impl Version {
    pub(super) fn of(scheme: &str) -> Option<Version> {
        match scheme {
            "socks4" => Some(Version::Four),
            "socks4a" => Some(Version::FourA),
            "socks5" => Some(Version::Five),
            "socks5h" => Some(Version::FiveH),
            _ => None,
        }
    }

    /// Whether the proxy looks names up.
    pub(super) fn resolves_there(self) -> bool {
        matches!(self, Version::FourA | Version::FiveH)
    }
}

/// What goes wrong in the conversation: the stream, or the proxy's answer.
enum Failure {
    Io(io::Error),
    Refused(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

/// Asks the proxy for a connection to `target`; `address` is its own when it was looked up here.
pub(super) fn open(
    stream: &mut Stream,
    version: Version,
    target: Target<'_>,
    address: Option<IpAddr>,
    proxy: &Url,
    patience: Patience,
    live: &Live,
) -> Result<(), Error> {
    stream.set_patience(patience);
    let done = match version {
        Version::Four | Version::FourA => four(stream, target, address, proxy),
        Version::Five | Version::FiveH => five(stream, target, address, proxy),
    };
    done.map_err(|failure| match failure {
        Failure::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            refused(target, "it closed the connection")
        }
        Failure::Io(error) => fault(Phase::Connect, &error, patience, live),
        Failure::Refused(why) => refused(target, &why),
    })
}

/// `ConnectionError`, which is what Requests makes of a SOCKS failure.
fn refused(target: Target<'_>, why: &str) -> Error {
    Error::new(
        ErrorKind::ConnectionError,
        format!("the SOCKS proxy did not connect to `{}`: {why}", target.authority()),
    )
}

fn four(
    stream: &mut Stream,
    target: Target<'_>,
    address: Option<IpAddr>,
    proxy: &Url,
) -> Result<(), Failure> {
    let mut request = vec![4, 1];
    request.extend_from_slice(&target.port.to_be_bytes());
    match address {
        Some(IpAddr::V4(ip)) => request.extend_from_slice(&ip.octets()),
        Some(IpAddr::V6(_)) => {
            return Err(Failure::Refused("SOCKS 4 knows no IPv6; use `socks5`".to_owned()));
        }
        // The address that says: the name follows.
        None => request.extend_from_slice(&[0, 0, 0, 1]),
    }
    if let Some((user, _)) = proxy.credentials() {
        request.extend_from_slice(user.as_bytes());
    }
    request.push(0);
    if address.is_none() {
        request.extend_from_slice(target.host.as_bytes());
        request.push(0);
    }
    say(stream, &request)?;
    let answer: [u8; 8] = hear(stream)?;
    match answer {
        [0, 0x5A, ..] => Ok(()),
        [0, 0x5B, ..] => Err(Failure::Refused("request rejected or failed".to_owned())),
        [0, 0x5C | 0x5D, ..] => Err(Failure::Refused("the user was not accepted".to_owned())),
        _ => Err(not_socks()),
    }
}

fn five(
    stream: &mut Stream,
    target: Target<'_>,
    address: Option<IpAddr>,
    proxy: &Url,
) -> Result<(), Failure> {
    let credentials = proxy.credentials();
    say(stream, if credentials.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] })?;
    match (hear(stream)?, credentials) {
        ([5, 0], _) => {}
        ([5, 2], Some((user, password))) => log_in(stream, &user, &password)?,
        ([5, _], _) => {
            return Err(Failure::Refused("it wants a user and password".to_owned()));
        }
        _ => return Err(not_socks()),
    }
    let mut request = vec![5, 1, 0];
    match address {
        Some(IpAddr::V4(ip)) => {
            request.push(1);
            request.extend_from_slice(&ip.octets());
        }
        Some(IpAddr::V6(ip)) => {
            request.push(4);
            request.extend_from_slice(&ip.octets());
        }
        None => {
            request.push(3);
            short(&mut request, target.host)?;
        }
    }
    request.extend_from_slice(&target.port.to_be_bytes());
    say(stream, &request)?;
    connected(stream)
}

/// RFC 1929.
fn log_in(stream: &mut Stream, user: &str, password: &str) -> Result<(), Failure> {
    let mut request = vec![1];
    short(&mut request, user)?;
    short(&mut request, password)?;
    say(stream, &request)?;
    match hear(stream)? {
        [1, 0] => Ok(()),
        _ => Err(Failure::Refused("the user or password was not accepted".to_owned())),
    }
}

/// The answer to a SOCKS 5 request, its bound address read away.
fn connected(stream: &mut Stream) -> Result<(), Failure> {
    let [version, status, _, kind] = hear(stream)?;
    if version != 5 {
        return Err(not_socks());
    }
    if status != 0 {
        return Err(Failure::Refused(status_text(status)));
    }
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(hear::<1>(stream)?[0]),
        _ => return Err(not_socks()),
    };
    let mut rest = vec![0; length + 2];
    stream.read_exact(&mut rest)?;
    Ok(())
}

/// RFC 1928 section 6.
fn status_text(status: u8) -> String {
    match status {
        1 => "general failure".to_owned(),
        2 => "not allowed by its rules".to_owned(),
        3 => "network unreachable".to_owned(),
        4 => "host unreachable".to_owned(),
        5 => "connection refused".to_owned(),
        6 => "time to live expired".to_owned(),
        7 => "command not supported".to_owned(),
        8 => "address type not supported".to_owned(),
        other => format!("status {other}"),
    }
}

/// A text behind its length in one byte.
fn short(request: &mut Vec<u8>, text: &str) -> Result<(), Failure> {
    let length = u8::try_from(text.len())
        .map_err(|_| Failure::Refused(format!("`{text}` is longer than 255 bytes")))?;
    request.push(length);
    request.extend_from_slice(text.as_bytes());
    Ok(())
}

fn say(stream: &mut Stream, bytes: &[u8]) -> Result<(), Failure> {
    stream.write_all(bytes)?;
    Ok(stream.flush()?)
}

fn hear<const N: usize>(stream: &mut Stream) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn not_socks() -> Failure {
    Failure::Refused("its answer is not SOCKS; is it an HTTP proxy?".to_owned())
}
