//! `cert`: a client certificate and its key, from one PEM file or two.

use crate::http::{Cert, Error, ErrorKind};
use rustls::CertificateError;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fs;
use std::path::Path;

/// The chain of `cert` with its key, which must belong to it.
pub(super) fn read(cert: &Cert, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
    let (chain, key) = read_pem(cert)?;
    let certified = match CertifiedKey::from_der(chain.clone(), key.clone_key(), provider) {
        // webpki reads X.509 version 3 alone. Whether version 1, which `openssl x509 -req` writes
        // unless told otherwise, will do is the server's to say.
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(_))) => {
            provider.key_provider.load_private_key(key).map(|key| CertifiedKey::new(chain, key))
        }
        certified => certified,
    };
    certified.map_err(|error| unfit(cert, &error))
}

fn read_pem(cert: &Cert) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let pem = read_file("client certificate", &cert.cert)?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable("client certificate", &cert.cert, &error.to_string()))?;
    if chain.is_empty() {
        return Err(unusable("client certificate", &cert.cert, "it holds no certificate")
            .help("`cert` takes a PEM file with the certificate and its key, or `[cert, key]`"));
    }
    let key = match &cert.key {
        None => key_in(&pem, &cert.cert)?,
        Some(path) => key_in(&read_file("client key", path)?, path)?,
    };
    Ok((chain, key))
}

fn key_in(pem: &[u8], path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let text = String::from_utf8_lossy(pem);
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(unusable("client key", path, "it is encrypted").help(format!(
            "write it without a passphrase: `openssl pkey -in {} -out key.pem`",
            path.display()
        )));
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => {
            unusable("client key", path, "it holds no private key")
                .help("put the key into the same PEM file, or write `cert: [cert.pem, key.pem]`")
        }
        other => unusable("client key", path, &other.to_string()),
    })
}

/// What rustls says of a pair that does not fit.
fn unfit(cert: &Cert, error: &rustls::Error) -> Error {
    let why = match error {
        rustls::Error::InconsistentKeys(_) => "the key does not belong to it".to_owned(),
        other => other.to_string(),
    };
    unusable("client certificate", &cert.cert, &why)
}

fn read_file(what: &str, path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| unusable(what, path, &super::fault::reason(&error)))
}

fn unusable(what: &str, path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::SSLError, format!("cannot use the {what} `{}`: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X.509 version 1, as `openssl x509 -req -signkey` writes it, and its key; of no other use.
    const VERSION_1: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBFzCBvQIUZogZtVC6gX2VO11mbTHKafKHZOAwCgYIKoZIzj0EAwIwDTELMAkG\n\
A1UEAwwCbWUwIBcNMjYxMTIwMjM1NTI0WhgPMjEyNjEwMjcyMzU1MjRaMA0xCzAJ\n\
BgNVBAMMAm1lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEG+oo9PBiKM6EKqJs\n\
+Hr6ZRwh9YurFcwMEIK2QlI6UvAiHATMTjQ1D1v9cIa0Ryr335lwAI5GGu8EQoJG\n\
CesvBjAKBggqhkjOPQQDAgNJADBGAiEAktBxeMmEqcoKvUgREcyfgtXBBViKihJo\n\
mewiiWKOZZMCIQCvMFhslYOQZposunpkU05SZ79LEwRoyLhhMjc9ffV0gQ==\n\
-----END CERTIFICATE-----\n\
-----BEGIN PRIVATE KEY-----\n\
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfUrQoJWoY9RFwlU6\n\
ndqGZ+nJAGBq32Vz6pFDVgaLGtKhRANCAAQb6ij08GIozoQqomz4evplHCH1i6sV\n\
zAwQgrZCUjpS8CIcBMxONDUPW/1whrRHKvffmXAAjkYa7wRCgkYJ6y8G\n\
-----END PRIVATE KEY-----\n";

    #[test]
    fn a_certificate_of_version_1_is_the_servers_to_judge() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.pem");
        fs::write(&path, VERSION_1).unwrap();
        let cert = Cert { cert: path, key: None };
        let certified = read(&cert, &rustls::crypto::ring::default_provider()).unwrap();
        assert_eq!(certified.cert.len(), 1);
    }
}
