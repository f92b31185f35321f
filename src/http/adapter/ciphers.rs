//! The cipher suites that can be spoken, by the names people know them by.

use crate::http::TlsVersion;
use crate::registry::suggest;
use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite;
use std::fmt;

/// A cipher suite.
#[derive(Clone, Copy)]
pub struct Cipher(&'static Row);

struct Row {
    /// IANA's name, which is OpenSSL's for those of TLS 1.3.
    name: &'static str,
    /// OpenSSL's.
    openssl: &'static str,
    version: TlsVersion,
    suite: SupportedCipherSuite,
}

static ROWS: [Row; 9] = [
    Row {
        name: "TLS_AES_256_GCM_SHA384",
        openssl: "TLS_AES_256_GCM_SHA384",
        version: TlsVersion::V1_3,
        suite: cipher_suite::TLS13_AES_256_GCM_SHA384,
    },
    Row {
        name: "TLS_AES_128_GCM_SHA256",
        openssl: "TLS_AES_128_GCM_SHA256",
        version: TlsVersion::V1_3,
        suite: cipher_suite::TLS13_AES_128_GCM_SHA256,
    },
    Row {
        name: "TLS_CHACHA20_POLY1305_SHA256",
        openssl: "TLS_CHACHA20_POLY1305_SHA256",
        version: TlsVersion::V1_3,
        suite: cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    },
    Row {
        name: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        openssl: "ECDHE-ECDSA-AES256-GCM-SHA384",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    },
    Row {
        name: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        openssl: "ECDHE-ECDSA-AES128-GCM-SHA256",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    },
    Row {
        name: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        openssl: "ECDHE-ECDSA-CHACHA20-POLY1305",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    },
    Row {
        name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        openssl: "ECDHE-RSA-AES256-GCM-SHA384",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    },
    Row {
        name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        openssl: "ECDHE-RSA-AES128-GCM-SHA256",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    },
    Row {
        name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        openssl: "ECDHE-RSA-CHACHA20-POLY1305",
        version: TlsVersion::V1_2,
        suite: cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    },
];

impl Cipher {
    /// The suite of this name, IANA's or OpenSSL's, in either case.
    #[must_use]
    pub fn find(name: &str) -> Option<Cipher> {
        let is_named = |row: &&Row| {
            row.name.eq_ignore_ascii_case(name) || row.openssl.eq_ignore_ascii_case(name)
        };
        ROWS.iter().find(is_named).map(Cipher)
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn suggest(name: &str) -> Option<&'static str> {
        suggest(ROWS.iter().flat_map(|row| [row.openssl, row.name]), name)
    }

    /// OpenSSL's names of all.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|row| row.openssl)
    }

    /// The version it belongs to.
    #[must_use]
    pub fn version(self) -> TlsVersion {
        self.0.version
    }

    /// The name in rustls' words.
    pub(super) fn suite(self) -> SupportedCipherSuite {
        self.0.suite
    }
}

impl PartialEq for Cipher {
    fn eq(&self, other: &Cipher) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Cipher {}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_we_have_can_be_named() {
        let provider = rustls::crypto::ring::default_provider();
        let ours: Vec<_> = ROWS.iter().map(|row| row.suite.suite()).collect();
        let all: Vec<_> = provider.cipher_suites.iter().map(|suite| suite.suite()).collect();
        assert_eq!(ours, all);
    }

    #[test]
    fn a_suite_is_found_by_either_name() {
        let one = Cipher::find("ecdhe-rsa-aes128-gcm-sha256");
        assert_eq!(one, Cipher::find("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        assert_eq!(
            Cipher::suggest("ECDHE-RSA-AES128-GCM-SHA"),
            Some("ECDHE-RSA-AES128-GCM-SHA256")
        );
        assert_eq!(Cipher::find("AES128-SHA"), None);
    }
}
