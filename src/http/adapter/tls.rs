//! TLS by rustls: a configuration per `verify` and `cert`, made once, and the handshake.

use super::fault::{Phase, fault};
use super::live::Live;
use super::stream::{Patience, Stream};
use super::{identity, trust};
use crate::http::{Cert, Error, ErrorKind, Verify};
use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::sync::{Arc, Mutex, PoisonError};

/// A configuration and what it was made for.
type Made = (Verify, Option<Cert>, Arc<ClientConfig>);

/// The configurations made so far. There are as many as a collection has TLS settings: a few.
#[derive(Debug, Default)]
pub(super) struct Configs {
    made: Mutex<Vec<Made>>,
}

impl Configs {
    /// The configuration for these settings. Its files are read the first time.
    pub(super) fn get(
        &self,
        verify: &Verify,
        cert: Option<&Cert>,
    ) -> Result<Arc<ClientConfig>, Error> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made.iter().find(|(v, c, _)| v == verify && c.as_ref() == cert);
        if let Some((_, _, config)) = known {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(configure(verify, cert)?);
        made.push((verify.clone(), cert.cloned(), Arc::clone(&config)));
        Ok(config)
    }
}

fn configure(verify: &Verify, cert: Option<&Cert>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = trust::verifier(verify, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
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
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
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
