//! TLS by rustls: a configuration per `verify`, `cert` and `tls`, made once, and the handshake.

use super::fault::{Phase, fault};
use super::live::Live;
use super::stream::{Patience, Stream};
use super::{identity, trust};
use crate::http::{Cert, Error, ErrorKind, TlsLimits, TlsVersion, Verify};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, ClientConnection, StreamOwned, SupportedProtocolVersion};
use std::sync::{Arc, Mutex, PoisonError};

/// How TLS is spoken over one connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encryption<'e> {
    pub(super) verify: &'e Verify,
    pub(super) cert: Option<&'e Cert>,
    /// Versions and cipher suites, when an adapter says.
    pub(super) limits: Option<&'e TlsLimits>,
    pub(super) protocol: Protocol,
}

/// What is spoken over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1.1, which is said in the handshake (ALPN).
    Http,
    /// Whatever a collection sends: nothing is said of it.
    Any,
}

/// A configuration and what it was made for.
#[derive(Debug)]
struct Made {
    verify: Verify,
    cert: Option<Cert>,
    limits: TlsLimits,
    protocol: Protocol,
    config: Arc<ClientConfig>,
}

/// The configurations made so far. There are as many as a collection has TLS settings: a few.
#[derive(Debug, Default)]
pub(super) struct Configs {
    made: Mutex<Vec<Made>>,
}

impl Configs {
    /// The configuration for these settings. Its files are read the first time.
    pub(super) fn get(&self, settings: &Encryption<'_>) -> Result<Arc<ClientConfig>, Error> {
        let Encryption { verify, cert, limits, protocol } = *settings;
        let unlimited = TlsLimits::default();
        let limits = limits.unwrap_or(&unlimited);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |one: &&Made| {
            one.verify == *verify
                && one.cert.as_ref() == cert
                && one.limits == *limits
                && one.protocol == protocol
        };
        if let Some(known) = made.iter().find(is_same) {
            return Ok(Arc::clone(&known.config));
        }
        let config = Arc::new(configure(verify, cert, limits, protocol)?);
        let (verify, cert, limits) = (verify.clone(), cert.cloned(), limits.clone());
        made.push(Made { verify, cert, limits, protocol, config: Arc::clone(&config) });
        Ok(config)
    }
}

fn configure(
    verify: &Verify,
    cert: Option<&Cert>,
    limits: &TlsLimits,
    spoken: Protocol,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(provider(limits));
    let verifier = trust::verifier(verify, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(limits))
        .map_err(|error| Error::new(ErrorKind::SSLError, error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match cert {
        None => builder.with_no_client_auth(),
        Some(cert) => {
            let identity = identity::read(cert, builder.crypto_provider())?;
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
        }
    };
    if spoken == Protocol::Http {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    Ok(config)
}

/// What the cipher suites are taken from.
fn provider(limits: &TlsLimits) -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        if limits.ciphers.iter().any(|cipher| cipher.version() == version) {
            provider.cipher_suites.retain(|suite| {
                suite.version() != protocol(version)
                    || limits.ciphers.iter().any(|cipher| cipher.suite() == *suite)
            });
        }
    }
    provider
}

fn versions(limits: &TlsLimits) -> Vec<&'static SupportedProtocolVersion> {
    let is_spoken = |version: &TlsVersion| {
        limits.min.is_none_or(|min| *version >= min) && limits.max.is_none_or(|max| *version <= max)
    };
    [TlsVersion::V1_3, TlsVersion::V1_2].into_iter().filter(is_spoken).map(protocol).collect()
}

fn protocol(version: TlsVersion) -> &'static SupportedProtocolVersion {
    match version {
        TlsVersion::V1_2 => &rustls::version::TLS12,
        TlsVersion::V1_3 => &rustls::version::TLS13,
    }
}

/// Speaks TLS over a stream until the server is known to be who it should be.
pub(super) fn handshake(
    mut stream: Stream,
    host: &str,
    config: Arc<ClientConfig>,
    patience: Patience,
    live: &Live,
) -> Result<Stream, Error> {
    stream.set_patience(patience);
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        Error::new(ErrorKind::SSLError, format!("`{host}` cannot be a certificate's name"))
    })?;
    let mut tls = ClientConnection::new(config, name)
        .map_err(|error| Error::new(ErrorKind::SSLError, error.to_string()))?;
    while tls.is_handshaking() {
        if let Err(error) = tls.complete_io(&mut stream) {
            let error = fault(Phase::Handshake, &error, patience, live);
            return Err(in_handshake(error));
        }
    }
    let (version, suite) = (tls.protocol_version(), tls.negotiated_cipher_suite());
    tracing::debug!("TLS with {host}: {version:?}, {:?}", suite.map(|suite| suite.suite()));
    Ok(Stream::Tls(Box::new(StreamOwned::new(tls, stream))))
}

/// A connection that ends in a handshake is an `SSLError` in Python's eyes.
fn in_handshake(error: Error) -> Error {
    if error.kind == ErrorKind::ConnectionError && error.message.contains("closed the connection") {
        return Error { kind: ErrorKind::SSLError, ..error }
            .help("check that the server speaks TLS on this port, and `cert` if it asks for a certificate");
    }
    error
}
