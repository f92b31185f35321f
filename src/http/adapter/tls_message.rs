//! rustls' errors in people's words, with what to try.

use crate::http::{Error, ErrorKind};
use rustls::{AlertDescription, CertificateError, InvalidMessage};
use std::time::{Duration, SystemTime};

/// `verify` as a way out of a certificate that is right but not known.
const TRUST_HELP: &str = "trust its CA with `verify: ca.pem`, or with `verify: system` if this machine does; or do not verify with `verify: false` (`-k`)";
/// The same where no bundle could help.
const UNVERIFIED_HELP: &str = "renew the certificate, or do not verify with `verify: false` (`-k`)";

/// The `SSLError` a TLS failure stands for.
pub(super) fn explain(error: &rustls::Error) -> Error {
    match error {
        rustls::Error::InvalidCertificate(why) => certificate(why),
        rustls::Error::AlertReceived(alert) => refused(*alert),
        rustls::Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => ssl("the server does not speak TLS on this port")
            .help("use `http://` if it serves plain HTTP there"),
        rustls::Error::PeerIncompatible(why) => {
            ssl(format!("the server and we share no TLS version or cipher: {why:?}"))
                .help("TLS 1.2 and 1.3 are spoken here")
        }
        other => ssl(other.to_string()),
    }
}

fn ssl(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::SSLError, message)
}

/// What is wrong with the server's certificate.
fn certificate(why: &CertificateError) -> Error {
    match why {
        CertificateError::UnknownIssuer => {
            ssl("the server's certificate was issued by a CA that is not trusted, or by itself")
                .help(TRUST_HELP)
        }
        CertificateError::Expired => {
            ssl("the server's certificate has expired").help(UNVERIFIED_HELP)
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            ssl(format!("the server's certificate expired on {}", date(not_after.as_secs())))
                .help(UNVERIFIED_HELP)
        }
        CertificateError::NotValidYet => {
            ssl("the server's certificate is not valid yet").help("check this machine's clock")
        }
        CertificateError::NotValidYetContext { not_before, .. } => ssl(format!(
            "the server's certificate is not valid before {}",
            date(not_before.as_secs())
        ))
        .help("check this machine's clock"),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let expected = expected.to_str();
            ssl(format!(
                "the server's certificate is not for `{expected}` but for {}",
                names(presented)
            ))
            .help("use a name it has, or do not verify with `verify: false` (`-k`)")
        }
        CertificateError::Revoked => ssl("the server's certificate has been revoked"),
        CertificateError::BadSignature => ssl("the server's certificate has a bad signature"),
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            ssl("the server's certificate is a CA's own and not trusted").help(TRUST_HELP)
        }
        other => ssl(format!("the server's certificate cannot be trusted: {other}")),
    }
}

/// The names a certificate has, as rustls presents them: `DnsName("a.test")`.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return "no name at all".to_owned();
    }
    let bare = |name: &String| {
        let inner =
            name.split_once('(').map_or(name.as_str(), |(_, rest)| rest.trim_end_matches(')'));
        format!("`{}`", inner.trim_matches('"'))
    };
    presented.iter().map(bare).collect::<Vec<_>>().join(", ")
}

/// What the server told us with an alert.
fn refused(alert: AlertDescription) -> Error {
    match alert {
        AlertDescription::CertificateRequired => ssl("the server asks for a client certificate")
            .help("give one with `cert: client.pem` or `cert: [cert.pem, key.pem]`"),
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown => {
            ssl(format!("the server does not accept the client certificate: {alert:?}"))
                .help("check `cert`: its CA must be one the server trusts")
        }
        AlertDescription::ProtocolVersion => {
            ssl("the server speaks no TLS version we speak").help("TLS 1.2 and 1.3 are spoken here")
        }
        other => ssl(format!("the server ended the TLS handshake: {other:?}")),
    }
}

/// A moment as people read it, in UTC.
fn date(seconds: u64) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    jiff::Timestamp::try_from(time).map_or_else(
        |_| "an unknown date".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
