//! `cert`: a client certificate and its key, from one PEM file or two.

use crate::http::{Cert, Error, ErrorKind};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs;
use std::path::Path;

/// The chain and the key of `cert`.
pub(super) fn read(
    cert: &Cert,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
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
pub(super) fn unfit(cert: &Cert, error: &rustls::Error) -> Error {
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
