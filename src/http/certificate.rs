//! A server's certificate, read for what people ask of it. Whether it is to be trusted has been
//! decided by then.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it is for, as a distinguished name: `CN=example.com`.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// The subject's alternative names: hosts, addresses, mail addresses and URIs, in order.
    pub names: Vec<String>,
    /// The serial number in lower-case hex.
    pub serial: String,
    /// From when it is valid, in seconds since 1970.
    pub not_before: i64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: i64,
    /// The SHA-256 of all of it, in lower-case hex.
    pub sha256: String,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(der: &[u8]) -> Result<Certificate, String> {
        let (_, read) = X509Certificate::from_der(der)
            .map_err(|error| format!("the server's certificate cannot be read: {error}"))?;
        let names = match read.subject_alternative_name() {
            Ok(Some(extension)) => extension.value.general_names.iter().filter_map(name).collect(),
            _ => Vec::new(),
        };
        Ok(Certificate {
            subject: read.subject().to_string(),
            issuer: read.issuer().to_string(),
            names,
            serial: hex(read.raw_serial()),
            not_before: read.validity().not_before.timestamp(),
            not_after: read.validity().not_after.timestamp(),
            sha256: hex(&Sha256::digest(der)),
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
            Some((*text).to_owned())
        }
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let sixteen = <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            four.or(sixteen).ok().map(|address| address.to_string())
        }
        GeneralName::DirectoryName(name) => Some(name.to_string()),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SerialNumber, date_time_ymd};

    #[test]
    fn a_certificate_says_who_and_when() {
        let names = ["example.com", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "example.com");
        params.distinguished_name.push(DnType::OrganizationName, "Us");
        params.serial_number = Some(SerialNumber::from(vec![1, 0xab]));
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 12, 31);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = Certificate::parse(certificate.der()).unwrap();
        assert!(read.subject.contains("CN=example.com"), "{}", read.subject);
        assert!(read.subject.contains("O=Us"), "{}", read.subject);
        assert_eq!(read.issuer, read.subject);
        assert_eq!(read.names, ["example.com", "127.0.0.1", "::1"]);
        assert_eq!(read.serial, "01ab");
        assert_eq!(read.not_before, 1_767_225_600);
        assert_eq!(read.not_after, 1_798_675_200);
        assert_eq!(read.sha256.len(), 64);
    }

    #[test]
    fn what_is_no_certificate_is_said() {
        let error = Certificate::parse(b"nothing").unwrap_err();
        assert!(error.starts_with("the server's certificate cannot be read"), "{error}");
    }
}
