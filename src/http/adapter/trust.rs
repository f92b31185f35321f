//! Whom to trust: Mozilla's roots, a CA bundle, or anybody.

use crate::http::{Error, ErrorKind, Verify};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The verifier `verify` asks for.
pub(super) fn verifier(
    verify: &Verify,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let (roots, trusted) = match verify {
        Verify::Off => return Ok(Arc::new(Anybody { provider: Arc::clone(provider) })),
        Verify::Default => {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            (roots, Vec::new())
        }
        Verify::System => system()?,
        Verify::Bundle(path) => read_bundle(path)?,
    };
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| Error::new(ErrorKind::SSLError, error.to_string()))?;
    Ok(Arc::new(Trusting { inner, trusted }))
}

/// What this machine trusts: `SSL_CERT_FILE` and `SSL_CERT_DIR` when they are set, else the
/// system's own store.
fn system() -> Result<(RootCertStore, Vec<CertificateDer<'static>>), Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs.iter().cloned());
    if added == 0 {
        let why = found.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
        let message = format!("this machine has no CA certificates that could be read{why}");
        return Err(Error::new(ErrorKind::SSLError, message)
            .help("name a bundle with `verify: ca.pem` or `SSL_CERT_FILE`"));
    }
    Ok((roots, found.certs))
}

/// A bundle's certificates: a PEM file of them, or a folder of such files.
fn read_bundle(path: &Path) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), Error> {
    let shown = path.display();
    let metadata = fs::metadata(path).map_err(|error| {
        let why = super::fault::reason(&error);
        Error::new(ErrorKind::SSLError, format!("cannot read the CA bundle `{shown}`: {why}"))
            .help("`verify` takes true, false, `system`, or the path of a PEM file or a folder of them; `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` name one too")
    })?;
    let trusted =
        if metadata.is_dir() { folder_certificates(path)? } else { file_certificates(path)? };
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(trusted.iter().cloned());
    if added == 0 {
        return Err(Error::new(
            ErrorKind::SSLError,
            format!("the CA bundle `{shown}` holds no certificate"),
        )
        .help("it should hold blocks that begin with `-----BEGIN CERTIFICATE-----`"));
    }
    Ok((roots, trusted))
}

fn file_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let unreadable = |why: String| {
        Error::new(
            ErrorKind::SSLError,
            format!("cannot read the CA bundle `{}`: {why}", path.display()),
        )
    };
    let pem = fs::read(path).map_err(|error| unreadable(super::fault::reason(&error)))?;
    CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(error.to_string()))
}

/// Every certificate in a folder's files; what is no PEM is passed over, as OpenSSL does.
fn folder_certificates(folder: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| {
        let why = super::fault::reason(&error);
        Error::new(
            ErrorKind::SSLError,
            format!("cannot read the CA folder `{}`: {why}", folder.display()),
        )
    })?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths.iter().filter_map(|path| file_certificates(path).ok()).flatten().collect())
}

/// WebPKI's rules, and a leaf that is itself in the bundle is trusted, as OpenSSL does: what
/// `openssl req -x509` makes is such a leaf, with `CA:TRUE`, which WebPKI alone refuses.
#[derive(Debug)]
struct Trusting {
    inner: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let is_about_the_issuer = matches!(
            verified,
            Err(rustls::Error::InvalidCertificate(
                CertificateError::Other(_) | CertificateError::UnknownIssuer
            ))
        );
        if is_about_the_issuer && self.trusted.iter().any(|trusted| trusted == end_entity) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// `verify: false`: any certificate, but the server must hold its key.
#[derive(Debug)]
struct Anybody {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
