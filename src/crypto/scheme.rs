//! Signing and verifying.

use super::key::Material;
use super::{Key, KeyKind, Refusal};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RsaEncoding, RsaParameters,
    UnparsedPublicKey,
};

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with SHA-512.
    HmacSha512,
    /// RSA, PKCS #1 v1.5, SHA-256.
    RsaSha256,
    /// RSA, PKCS #1 v1.5, SHA-384.
    RsaSha384,
    /// RSA, PKCS #1 v1.5, SHA-512.
    RsaSha512,
    /// RSA-PSS with SHA-256.
    RsaPssSha256,
    /// RSA-PSS with SHA-384.
    RsaPssSha384,
    /// RSA-PSS with SHA-512.
    RsaPssSha512,
    /// ECDSA on P-256 with SHA-256, as the two numbers behind each other.
    EcdsaP256,
    /// ECDSA on P-384 with SHA-384, as the two numbers behind each other.
    EcdsaP384,
    /// Ed25519.
    Ed25519,
}

/// Every scheme with the name JWTs have for it (RFC 7518 section 3.1, RFC 8037).
pub const SCHEMES: &[(&str, Scheme)] = &[
    ("HS256", Scheme::HmacSha256),
    ("HS384", Scheme::HmacSha384),
    ("HS512", Scheme::HmacSha512),
    ("RS256", Scheme::RsaSha256),
    ("RS384", Scheme::RsaSha384),
    ("RS512", Scheme::RsaSha512),
    ("PS256", Scheme::RsaPssSha256),
    ("PS384", Scheme::RsaPssSha384),
    ("PS512", Scheme::RsaPssSha512),
    ("ES256", Scheme::EcdsaP256),
    ("ES384", Scheme::EcdsaP384),
    ("EdDSA", Scheme::Ed25519),
];

impl Scheme {
    /// The kind of key it takes.
    #[must_use]
    pub fn takes(self) -> KeyKind {
        match self {
            Scheme::HmacSha256 | Scheme::HmacSha384 | Scheme::HmacSha512 => KeyKind::Secret,
            Scheme::RsaSha256
            | Scheme::RsaSha384
            | Scheme::RsaSha512
            | Scheme::RsaPssSha256
            | Scheme::RsaPssSha384
            | Scheme::RsaPssSha512 => KeyKind::Rsa,
            Scheme::EcdsaP256 => KeyKind::P256,
            Scheme::EcdsaP384 => KeyKind::P384,
            Scheme::Ed25519 => KeyKind::Ed25519,
        }
    }
}

/// Signs a message. What is made with ECDSA or RSA-PSS is another one each time.
///
/// # Errors
/// When the key is of another kind, or public.
pub fn sign(scheme: Scheme, key: &Key, message: &[u8]) -> Result<Vec<u8>, Refusal> {
    fits(scheme, key)?;
    let random = SystemRandom::new();
    let failed = |_| Refusal { message: "the key could not sign".to_owned(), help: None };
    match &key.material {
        Material::Secret(secret) => Ok(keyed(scheme, secret, message)),
        Material::Rsa(pair) => {
            let mut signature = vec![0; pair.public().modulus_len()];
            let padding = rsa_encoding(scheme);
            pair.sign(padding, &random, message, &mut signature).map_err(failed)?;
            Ok(signature)
        }
        Material::Ecdsa(pair) => {
            pair.sign(&random, message).map(|it| it.as_ref().to_vec()).map_err(failed)
        }
        Material::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        Material::RsaPublic(_) | Material::Public(_) => Err(Refusal {
            message: "the key is a public one, which cannot sign".to_owned(),
            help: Some("sign with the private key"),
        }),
    }
}

/// Whether a signature of a message fits a key: the secret, or either half of a pair.
///
/// # Errors
/// When the key is of another kind.
pub fn verify(
    scheme: Scheme,
    key: &Key,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Refusal> {
    fits(scheme, key)?;
    if let Material::Secret(secret) = &key.material {
        return Ok(keyed_fits(scheme, secret, message, signature));
    }
    Ok(match key.public() {
        Some(Material::RsaPublic(public)) => {
            public.verify(rsa_parameters(scheme), message, signature).is_ok()
        }
        Some(Material::Public(point)) => {
            match scheme {
                Scheme::EcdsaP256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature),
                Scheme::EcdsaP384 => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
                    .verify(message, signature),
                _ => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            }
            .is_ok()
        }
        _ => false,
    })
}

fn fits(scheme: Scheme, key: &Key) -> Result<(), Refusal> {
    if scheme.takes() == key.kind {
        return Ok(());
    }
    let message = format!("{} is expected, found {}", scheme.takes().name(), key.kind.name());
    Err(Refusal { message, help: None })
}

fn keyed(scheme: Scheme, secret: &[u8], message: &[u8]) -> Vec<u8> {
    match scheme {
        Scheme::HmacSha384 => mac::<sha2::Sha384>(secret, message),
        Scheme::HmacSha512 => mac::<sha2::Sha512>(secret, message),
        _ => mac::<sha2::Sha256>(secret, message),
    }
}

fn mac<D: EagerHash>(secret: &[u8], message: &[u8]) -> Vec<u8>
where
    Hmac<D>: Mac + KeyInit,
{
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<D> as KeyInit>::new_from_slice(secret) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn keyed_fits(scheme: Scheme, secret: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let made = keyed(scheme, secret, message);
    let differing = made.iter().zip(signature).fold(0, |all, (one, other)| all | (one ^ other));
    made.len() == signature.len() && differing == 0
}

fn rsa_encoding(scheme: Scheme) -> &'static dyn RsaEncoding {
    match scheme {
        Scheme::RsaSha384 => &signature::RSA_PKCS1_SHA384,
        Scheme::RsaSha512 => &signature::RSA_PKCS1_SHA512,
        Scheme::RsaPssSha256 => &signature::RSA_PSS_SHA256,
        Scheme::RsaPssSha384 => &signature::RSA_PSS_SHA384,
        Scheme::RsaPssSha512 => &signature::RSA_PSS_SHA512,
        _ => &signature::RSA_PKCS1_SHA256,
    }
}

fn rsa_parameters(scheme: Scheme) -> &'static RsaParameters {
    match scheme {
        Scheme::RsaSha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Scheme::RsaSha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Scheme::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
        Scheme::RsaPssSha384 => &signature::RSA_PSS_2048_8192_SHA384,
        Scheme::RsaPssSha512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => &signature::RSA_PKCS1_2048_8192_SHA256,
    }
}
